"""Small torrents with the bytes that a seeder has of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from bencode2 import bencode

from seedwright.hashes.merkle import BLOCK
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.reference import reference_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping

PIECE = 2 * BLOCK
FILES = {"a": 3 * PIECE + 5, "b": 10, "c": 0, "d": 2 * PIECE, "e": PIECE, "f": BLOCK + 1}


class Seeded(NamedTuple):
    """A torrent, and the stream that its pieces are cut from."""

    torrent: Metainfo
    stream: bytes


def seeded(
    format_: Format, files: Mapping[str, int] | int = FILES, piece_length: int = PIECE
) -> Seeded:
    """The torrent of files of so many random bytes, or of a single file."""
    sizes = {"name": files} if isinstance(files, int) else files
    rng = random.Random(1)
    contents = {name: rng.randbytes(size) for name, size in sizes.items()}
    is_padded = format_ is not Format.V1
    pads = {name: -size % piece_length * is_padded for name, size in sizes.items()}
    if format_ is Format.HYBRID:
        pads[list(pads)[-1]] = 0
    rows = [(contents[name], pads[name]) for name in contents]
    hashes = reference_hashes(
        rows, piece_length, v1=format_ is not Format.V2, v2=format_ is not Format.V1
    )
    info = {b"name": b"name", b"piece length": piece_length}
    if format_ is not Format.V2:
        info[b"pieces"] = hashes.pieces
        if isinstance(files, int):
            info[b"length"] = files
        else:
            info[b"files"] = [
                entry
                for name, size in sizes.items()
                for entry in (
                    {b"length": size, b"path": [name.encode()]},
                    {b"attr": b"p", b"length": pads[name], b"path": [b".pad", b"%d" % pads[name]]},
                )
                if entry[b"length"] or entry[b"path"] == [name.encode()]
            ]
    around = {b"info": info}
    if format_ is not Format.V1:
        tree = {}
        for name, root in zip(sizes, hashes.roots, strict=True):
            leaf = {b"length": sizes[name]} | ({b"pieces root": root} if root else {})
            tree[name.encode()] = {b"": leaf}
        info |= {b"file tree": tree, b"meta version": 2}
        layers = zip(hashes.roots, hashes.layers, strict=True)
        around[b"piece layers"] = {root: layer for root, layer in layers if layer}
    stream = b"".join(content + bytes(pad) for content, pad in rows)
    return Seeded(Metainfo.parse(bencode(around)), stream)
