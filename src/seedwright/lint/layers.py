"""Checks of the hash trees of v2 (BEP 52): piece layers that are missing or prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.hashes.merkle import climbed, level_of, root_over
from seedwright.metainfo.bencode import MAX_VALUES, fields
from seedwright.metainfo.entries import V2_HASH, rows
from seedwright.metainfo.pieces import piece_count
from seedwright.metainfo.shapes import text
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.metainfo.parse import Metainfo

_NO_ROOT = bytes(V2_HASH)
_LEVELS_AT_ONCE = 15
_AT_ONCE = V2_HASH << _LEVELS_AT_ONCE


def faults_of_layers(metainfo: Metainfo) -> Iterator[tuple[str, str]]:
    """The names of the lints that the file tree and the piece layers fail, each with a place."""
    if metainfo.format is Format.V1:
        return
    place = metainfo.root.get(b"piece layers")
    layers = fields(metainfo.data, place.start, most=MAX_VALUES) if place is not None else {}
    length = metainfo.piece_length
    seen = set()
    for path, size, attributes, _, root in rows(metainfo.data, metainfo.info, v2=True):
        if b"p" in attributes:
            yield "pad-in-tree", _shown(path)
        if root == _NO_ROOT:
            yield "zero-root", _shown(path)
        if size > length and root not in seen:
            seen.add(root)
            if fault := _fault_of(layers.get(root), root, piece_count(size, length), length):
                yield fault, _shown(path)
    yield from (("unknown-layer", root.hex()) for root in layers.keys() - seen)


def _fault_of(layer: object, root: bytes, pieces: int, piece_length: int) -> str:
    """What is wrong with the piece layer of a file of so many pieces, "" for nothing."""
    if not isinstance(layer, bytes):
        return "missing-layer"
    if len(layer) != V2_HASH * pieces:
        return "layer-size"
    return "" if _root_over(layer, level_of(piece_length)) == root else "layer-hash"


def _root_over(layer: bytes, level: int) -> bytes:
    """The root of a piece layer; of a long one, the parts are hashed one after another."""
    if len(layer) > _AT_ONCE:
        parts = range(0, len(layer), _AT_ONCE)
        layer = b"".join(climbed(layer[at : at + _AT_ONCE], level, _LEVELS_AT_ONCE) for at in parts)
        level += _LEVELS_AT_ONCE
    return root_over(layer, level)


def _shown(path: tuple[bytes, ...]) -> str:
    return printable("/".join(map(text, path)))
