"""Hashing by the letter of BEP 3 and BEP 52: slow, and short enough to be believed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = 16 * 1024


class ReferenceHashes(NamedTuple):
    """``pieces`` of v1; for each file its Merkle root and its piece layer, b"" where it has none."""

    pieces: bytes
    roots: list[bytes]
    layers: list[bytes]


def reference_hashes(
    files: Sequence[tuple[bytes, int]], piece_length: int, *, v1: bool = True, v2: bool = True
) -> ReferenceHashes:
    """The hashes of ``files``, each its content and the number of zeros that follow it in v1."""
    stream = b"".join(content + bytes(pad) for content, pad in files) if v1 else b""
    trees = [file_tree(content, piece_length) for content, _ in files] if v2 else []
    return ReferenceHashes(
        pieces=b"".join(_sha1(part) for part in _parts(stream, piece_length)),
        roots=[root for root, _ in trees],
        layers=[layer for _, layer in trees],
    )


def file_tree(content: bytes, piece_length: int) -> tuple[bytes, bytes]:
    """The root and the piece layer of one file, as its ``info`` and ``piece layers`` have them."""
    if not content:
        return b"", b""
    leaves = [_sha256(block) for block in _parts(content, BLOCK)]
    if len(content) <= piece_length:
        return _root(leaves, bytes(32)), b""
    width = piece_length // BLOCK
    layer = []
    for first in range(0, len(leaves), width):
        group = leaves[first : first + width]
        layer.append(_root(group + [bytes(32)] * (width - len(group)), bytes(32)))
    # Beyond the end of the file stand the roots of pieces whose leaves are all zeros.
    return _root(layer, _root([bytes(32)] * width, bytes(32))), b"".join(layer)


def _root(hashes: list[bytes], filler: bytes) -> bytes:
    """The root over ``hashes``, their number filled up to a power of two with ``filler``."""
    level = hashes + [filler] * ((1 << (len(hashes) - 1).bit_length()) - len(hashes))
    while len(level) > 1:
        level = [_sha256(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def _parts(data: bytes, length: int) -> list[bytes]:
    return [data[i : i + length] for i in range(0, len(data), length)]


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
