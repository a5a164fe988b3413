"""Files on the disk for a test to look at, and those in a torrent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seedwright.metainfo.describe import FileLine, attributes_in, file_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.metainfo.parse import Metainfo


def put(path: Path, size: int = 1) -> Path:
    """The path, with a file of that many zeros and every folder around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return path


def needs_a_closer_look(_path: str, _parts: tuple[str, ...]) -> None:
    """What the core says of a folder whose entries have to be looked at one by one."""


def lines_of(metainfo: Metainfo) -> Iterator[FileLine]:
    """The files of a torrent in their order, one by one."""
    for group in file_groups(metainfo):
        if isinstance(group, list):
            yield from group
        else:
            for folders, name, length, letters in zip(*group, strict=True):
                yield FileLine((*folders, name), length, attributes_in(letters))
