"""Whether the two halves of a hybrid lay out the same content in the same way (BEP 52)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from seedwright.metainfo.entries import rows
from seedwright.metainfo.shapes import text
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedwright.metainfo.bencode import FileRow
    from seedwright.metainfo.parse import Metainfo

_File: TypeAlias = "tuple[tuple[bytes, ...], int]"

UNEVEN = "its files do not start at piece boundaries"


def difference_of_halves(metainfo: Metainfo) -> str:
    """How the v1 half of a hybrid differs from its file tree; "" if not, or for another format.

    libtorrent refuses any difference. Files are in the order of the tree, and between two that are
    not empty stands one pad file up to the next piece, or none if there is nothing to fill. After
    the last file it may be missing.
    """
    if metainfo.format is not Format.HYBRID:
        return ""
    data, info = metainfo.data, metainfo.info
    halves = [_in_order(_files(rows(data, info, v2=is_tree))) for is_tree in (False, True)]
    for listed, wanted in zip(*halves, strict=False):
        if listed != wanted:
            return f"its v1 half lists '{printable('/'.join(map(text, listed[0])))}' out of order"
    due = 0
    for _, length, attributes, *_ in rows(data, info, v2=False):
        if b"p" in attributes:
            if not due or length != due:
                return f"its v1 half has a pad file of {length} bytes where {due} are needed"
            due = 0
        elif length and due:
            return UNEVEN
        elif length:
            due = -length % metainfo.piece_length
    return ""


def _files(listed: Iterable[FileRow]) -> Iterator[_File]:
    return ((path, length) for path, length, attributes, *_ in listed if b"p" not in attributes)


def _in_order(files: Iterable[_File]) -> Iterator[_File]:
    """The files; the order of empty ones that follow one another does not count."""
    empty = []
    for file in files:
        if not file[1]:
            empty.append(file)
            continue
        yield from sorted(empty)
        empty.clear()
        yield file
    yield from sorted(empty)
