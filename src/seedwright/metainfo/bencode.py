"""The bencoding of a ``.torrent``, read as loosely as libtorrent reads it and within limits.

The infohash covers the bytes of ``info`` just as they stand there, and encoding what was decoded
gives other bytes wherever the file is unusual; so ``info`` is found in the file itself.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeAlias

import seedwright._core as core
from seedwright.errors import MetainfoError

if TYPE_CHECKING:
    from collections.abc import Iterator

FileRow: TypeAlias = "core.FileRow"

MAX_DEPTH = 100
"""How deep lists and dictionaries may nest: the limit qBittorrent and libtorrent load with."""

MAX_VALUES = 10_000_000
"""How many values a torrent may hold, keys counted: qBittorrent's own limit, and enough for a
million files.
"""

MAX_BUILT = 250_000
"""How many values of a dictionary are built at once, keys counted, with 32 bytes of strings for
each: they take up to 100 bytes a value then, however little they take in the file.
"""

MAX_IN_A_FILE = 10_000
"""The same for what is said of one file; of files, which may be many, one is built at a time."""


def info_span(data: bytes) -> tuple[int, int]:
    """Start and end of the value of ``info`` in ``data``, so that ``data[start:end]`` is hashed.

    All of ``data`` up to the end of its dictionary is checked: the grammar, MAX_DEPTH, MAX_VALUES.
    Raises MetainfoError, with the offset, when it fails or has no ``info``, or two.
    """
    with _refusing():
        return core.info_span(data, MAX_DEPTH, MAX_VALUES)


def fields(
    data: bytes, start: int = 0, *, later: tuple[bytes, ...] = (), most: int = MAX_BUILT
) -> dict[bytes, Any]:
    """The dictionary at ``start``; of the keys in ``later`` the slices of ``data`` they stand for.

    Keys may stand in any order, and the first of two that are the same counts. Raises
    MetainfoError, also when more than ``most`` values would be built.
    """
    with _refusing():
        return core.fields(data, start, list(later), most)


def items(data: bytes, start: int, *, rows: bool = False) -> Iterator[Any]:
    """The items of the list at ``start``, each built when it is asked for.

    With ``rows`` a file that has a length, a path and nothing else is a FileRow. Raises
    MetainfoError.
    """
    with _refusing():
        yield from core.items(data, start, MAX_IN_A_FILE, rows=rows)


def leaves(data: bytes, start: int, *, rows: bool = False) -> Iterator[Any]:
    """The files of the file tree at ``start`` (BEP 52), as names and what is said of the file.

    Each is built when it is asked for. With ``rows`` one without anything unusual is a
    FileRow. Raises MetainfoError.
    """
    with _refusing():
        yield from core.leaves(data, start, MAX_IN_A_FILE, rows=rows)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """A context in which what the core refuses is a MetainfoError."""
    try:
        yield
    except ValueError as error:
        what, offset = error.args
        raise MetainfoError(
            f"not a torrent: {what} at byte {offset}",
            hint="check the file: it may be truncated, damaged, or not a torrent at all",
        ) from None
