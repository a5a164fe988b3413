"""The room that kept hashes take: a folder is looked at as a whole only now and then."""

from __future__ import annotations

import contextlib
import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from seedwright.metainfo.writing import is_abandoned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 4096
"""What an entry takes on the disk is counted in blocks of so many bytes."""

_PART = 16
_ENTRY = re.compile(r"[0-9a-f]{64}")


class Place(NamedTuple):
    """A file of ours: when it was last used, what it takes in bytes, and whether it is an entry."""

    used_ns: int
    size: int
    path: str
    is_entry: bool


class Room:
    """What is known of the room in ``folder``, where ``limit`` bytes may be taken.

    A look at the folder costs as much as it has entries. So a look that finds it full makes more
    room than is needed, a sixteenth of it all, and until so much was written there is no other. What
    other processes write meanwhile is found by the next look.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._reserve = limit // _PART // BLOCK * BLOCK
        self._left = -1

    def take(self, size: int) -> None:
        """Note that ``size`` bytes were written, and remove the longest unused where it is full."""
        self._left -= size
        if self._left < 0:
            self._look()

    def _look(self) -> None:
        found = sorted(places(self._folder))
        taken = sum(place.size for place in found)
        most = self._limit if taken <= self._limit else self._limit - self._reserve
        for place in found:
            if taken <= most:
                break
            unlink(place)
            taken -= place.size
        self._left = min(self._limit - taken, self._reserve)


@cache
def room_in(folder: Path, limit: int) -> Room:
    """What this process knows of ``folder``, whoever asks."""
    return Room(folder, limit)


def places(folder: Path) -> Iterator[Place]:
    """Where our files are, those included that a crash left half-written."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
        for entry in found:
            is_entry = _ENTRY.fullmatch(entry.name) is not None
            if is_entry or is_abandoned(entry):
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    yield Place(status.st_mtime_ns, on_disk(status.st_size), entry.path, is_entry)


def on_disk(size: int) -> int:
    """What a file of ``size`` bytes takes, in bytes."""
    return -(-size // BLOCK) * BLOCK


def unlink(place: Place) -> None:
    """Remove a file, unless somebody else has."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place.path)  # noqa: PTH108 - paths are strings here
