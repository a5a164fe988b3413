"""The files that a ``.torrent`` lists, one at a time, as its bytes have them (BEP 3, 47, 52)."""

from __future__ import annotations

from itertools import islice, starmap
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import seedwright._core as core
from seedwright.errors import MetainfoError
from seedwright.metainfo.bencode import items, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seedwright.metainfo.bencode import FileRow

Item = TypeVar("Item")

V2_HASH = 32
"""Bytes of a SHA-256 digest."""

# BitComet's pad files are older than BEP 47 and have no attribute; libtorrent knows them by name.
_OLD_PAD = b"_____padding_file_"

_WHOLE = 5
_AT_ONCE = 256


class Entry(NamedTuple):
    """One file, pad files included: its names below the content, or its only name.

    ``length`` is in bytes. ``attributes`` are BEP 47's letters, ``target`` is where a symlink
    leads, from the content on, and ``root`` BEP 52's pieces root, b"" where there is none.
    """

    path: tuple[bytes, ...]
    length: int
    attributes: bytes
    target: tuple[bytes, ...]
    root: bytes

    @property
    def is_pad(self) -> bool:
        """Whether it stands for zeros between files, and for no file."""
        return b"p" in self.attributes


def entries(data: bytes, info: Mapping[bytes, Any], *, v2: bool) -> Iterator[Entry]:
    """The files of ``info`` in their order, from its v2 half or else from its v1 half.

    ``files`` and ``file tree`` in it are slices of ``data``, or not there. Raises MetainfoError.
    """
    return starmap(Entry, rows(data, info, v2=v2))


def rows(data: bytes, info: Mapping[bytes, Any], *, v2: bool) -> Iterator[FileRow]:
    """What :func:`entries` gives, as tuples: there may be a million, and these cost nothing."""
    if v2:
        leaf_rows = leaves(data, info[b"file tree"].start, rows=True)
        return (row if len(row) == _WHOLE else _leaf(*row) for row in leaf_rows)
    if info.get(b"files") is not None:
        listed = items(data, info[b"files"].start, rows=True)
        return (row if type(row) is tuple else _listed(row) for row in listed)
    return iter((_only(info),))


def columns(data: bytes, info: Mapping[bytes, Any], *, v2: bool) -> core.Listed:
    """The same as columns of the core, where they take the least time and memory."""
    return core.Listed(rows(data, info, v2=v2))


def batches(listed: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    """A few hundred of them at a time: what is done with many at once takes a fraction of the time."""
    waiting = iter(listed)
    while batch := tuple(islice(waiting, _AT_ONCE)):
        yield batch


def name_of(info: Mapping[bytes, Any]) -> bytes:
    """The torrent's name; ``name.utf-8`` goes before ``name``, as it does for libtorrent."""
    for key in (b"name.utf-8", b"name"):
        if isinstance(info.get(key), bytes):
            return bytes(info[key])
    raise MetainfoError("not a torrent: 'name' is missing")


def _only(info: Mapping[bytes, Any]) -> FileRow:
    name = name_of(info)
    if not name:
        raise MetainfoError("not a torrent: it lists a file without a name")
    return (name,), *_said(info), b""


def _listed(entry: Any) -> FileRow:
    if type(entry) is not dict:
        raise MetainfoError("not a torrent: 'files' contains something that is not a dictionary")
    length, attributes, target = _said(entry)
    path = entry.get(b"path.utf-8")
    if type(path) is not list:
        path = entry.get(b"path")
    if type(path) is not list or not path:
        if b"p" not in attributes:
            raise MetainfoError("not a torrent: it lists a file without a name")
        path = [b".pad", b"%d" % length]
    try:
        if _OLD_PAD in b"/".join(path):
            attributes += b"p"
    except TypeError:
        raise MetainfoError("not a torrent: a 'path' contains something other than text") from None
    return tuple(path), length, attributes, target, b""


def _leaf(path: tuple[bytes, ...], leaf: Any) -> FileRow:
    if type(leaf) is not dict:
        raise MetainfoError("not a v2 torrent: it lists a file that is not a dictionary")
    length, attributes, target = _said(leaf)
    root = leaf.get(b"pieces root", b"")
    if length and (type(root) is not bytes or len(root) != V2_HASH):
        raise MetainfoError("not a v2 torrent: it lists a file without a 'pieces root' of 32 bytes")
    return path, length, attributes, target, root if length else b""


def _said(entry: Mapping[bytes, Any]) -> tuple[int, bytes, tuple[bytes, ...]]:
    """The length in bytes, the letters, and where the symlink leads.

    A symlink has no length of its own, and without a target it is none.
    """
    letters, length = entry.get(b"attr"), entry.get(b"length")
    if type(letters) is not bytes:
        letters = b""
    if b"l" in letters:
        target = entry.get(b"symlink path")
        if type(target) is not list:
            return 0, letters.replace(b"l", b""), ()
        if not all(isinstance(part, bytes) for part in target):
            raise MetainfoError(
                "not a torrent: a 'symlink path' contains something other than text"
            )
        return 0, letters, tuple(target)
    if type(length) is not int:
        raise MetainfoError("not a torrent: it lists a file without a 'length'")
    if length < 0:
        raise MetainfoError(f"not a torrent: it lists a file of {length} bytes")
    return length, letters, ()
