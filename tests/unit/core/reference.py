"""What the core must give, slowly and plainly: hashlib, a v1 stream with pads, a BEP 52 tree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

BLOCK = 16 * 1024


@dataclass(frozen=True)
class Expected:
    pieces: bytes
    roots: list[bytes]
    layers: list[bytes]
    bytes_hashed: int


def expected(
    contents: list[bytes], pads: list[int], piece_length: int, *, v1: bool, v2: bool
) -> Expected:
    """The hashes of the files' contents, each followed by its pad in the v1 stream."""
    stream = b"".join(content + bytes(pad) for content, pad in zip(contents, pads, strict=True))
    trees = [tree(content, piece_length) for content in contents if v2]
    return Expected(
        pieces=pieces(stream, piece_length) if v1 else b"",
        roots=[root for root, _ in trees],
        layers=[layer for _, layer in trees],
        bytes_hashed=sum(map(len, contents)),
    )


def pieces(stream: bytes, piece_length: int) -> bytes:
    """The SHA-1 of every piece of the stream (BEP 3)."""
    starts = range(0, len(stream), piece_length)
    return b"".join(hashlib.sha1(stream[at : at + piece_length]).digest() for at in starts)


def tree(content: bytes, piece_length: int) -> tuple[bytes, bytes]:
    """The root and the piece layer of one file (BEP 52), both empty for an empty file."""
    if not content:
        return b"", b""
    leaves = [
        hashlib.sha256(content[at : at + BLOCK]).digest() for at in range(0, len(content), BLOCK)
    ]
    if len(content) <= piece_length:
        return root(leaves, power_of_two(len(leaves)), bytes(32)), b""
    width = piece_length // BLOCK
    layer = [root(leaves[at : at + width], width, bytes(32)) for at in range(0, len(leaves), width)]
    filler = root([], width, bytes(32))
    return root(layer, power_of_two(len(layer)), filler), b"".join(layer)


def root(nodes: list[bytes], width: int, filler: bytes) -> bytes:
    """The root over the nodes, filled up to `width` of them, a power of two."""
    row = nodes + [filler] * (width - len(nodes))
    while len(row) > 1:
        row = [hashlib.sha256(a + b).digest() for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def power_of_two(count: int) -> int:
    """The smallest power of two that is not below the count."""
    return 1 << (count - 1).bit_length()
