"""The files and hashes of a ``.torrent``: what its content is compared with (BEP 3, 47, 52)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seedwright.errors import MetainfoError
from seedwright.hashes.merkle import level_of, root_over
from seedwright.metainfo.bencode import MAX_VALUES, fields
from seedwright.metainfo.entries import entries
from seedwright.metainfo.parse import piece_hashes
from seedwright.metainfo.pieces import piece_count
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.metainfo.entries import Entry
    from seedwright.metainfo.parse import Metainfo

V2_HASH = 32


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of a torrent; ``parts`` are the names below the content, () for a single file.

    ``length`` is in bytes. ``root`` and ``layer`` are BEP 52's, b"" where there is none. ``target``
    are the names that a symlink leads to, from the content on (BEP 47); None for a file.
    """

    parts: tuple[str, ...]
    length: int
    is_pad: bool = False
    root: bytes = b""
    layer: bytes = b""
    target: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in their order, pad files included, and the v1 piece hashes (b"" in v2)."""

    files: tuple[ListedFile, ...]
    pieces: bytes


def listing(metainfo: Metainfo) -> Listing:
    """What is listed in a metainfo that has been parsed.

    Raises MetainfoError for a path that would lead out of the content.
    """
    data, root, info = metainfo.data, metainfo.root, metainfo.info
    is_folder = metainfo.format is Format.V2 or info.get(b"files") is not None
    layers = {}
    if root.get(b"piece layers") is not None:
        found = fields(data, root[b"piece layers"].start, most=MAX_VALUES)
        layers = {root: layer for root, layer in found.items() if isinstance(layer, bytes)}
    roots = {}
    if metainfo.format is Format.HYBRID:
        roots = {entry.path: entry.root for entry in entries(data, info, v2=True)}
    listed = entries(data, info, v2=metainfo.format is Format.V2)
    files = [_file(entry, roots, layers, is_folder=is_folder) for entry in listed]
    if metainfo.format is Format.V2 and len(files) == 1 and files[0].parts == (metainfo.name,):
        files = [replace(files[0], parts=())]
    pieces = b"" if metainfo.format is Format.V2 else data[piece_hashes(data, info)]
    return Listing(tuple(files), pieces)


def flaw_of_trees(listed: Listing, piece_length: int) -> str:
    """What keeps the hash trees of files (BEP 52) from being believed; "" for nothing.

    The infohash covers the roots alone, so a piece layer has to be there and lead to its root; and
    the v1 half of a hybrid has to begin every file with a piece.
    """
    begin = 0
    for file in listed.files:
        if listed.pieces and begin % piece_length and file.length and not file.is_pad:
            return "its files do not start at piece boundaries"
        begin += file.length
    for file in listed.files:
        if not file.is_pad and not _has_layer(file, piece_length):
            name = printable("/".join(file.parts))
            return f"the piece layer of '{name}' is wrong or missing"
    return ""


def _has_layer(file: ListedFile, piece_length: int) -> bool:
    """Whether the piece layer of a file is there, if it needs one, and leads to its root."""
    if file.length <= piece_length:
        return True
    return (
        len(file.layer) == V2_HASH * piece_count(file.length, piece_length)
        and root_over(file.layer, level_of(piece_length)) == file.root
    )


def _file(
    entry: Entry,
    roots: Mapping[tuple[bytes, ...], bytes],
    layers: Mapping[bytes, bytes],
    *,
    is_folder: bool,
) -> ListedFile:
    root = entry.root or roots.get(entry.path, b"")
    parts: tuple[str, ...] = ()
    if is_folder:
        parts = tuple(map(_text, entry.path)) if entry.is_pad else _safe(entry.path)
    target = _safe(entry.target) if b"l" in entry.attributes else None
    return ListedFile(parts, entry.length, entry.is_pad, root, layers.get(root, b""), target)


def _safe(path: tuple[bytes, ...]) -> tuple[str, ...]:
    parts = tuple(map(_text, path))
    for part in parts:
        if part in ("", ".", "..") or "/" in part or "\\" in part or "\0" in part:
            raise MetainfoError(
                f"the torrent lists '{printable('/'.join(parts))}', which points outside the content"
            )
    return parts


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
