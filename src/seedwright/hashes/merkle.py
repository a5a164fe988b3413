"""The hash trees of files (BEP 52): from blocks to pieces, and from pieces to the root."""

from __future__ import annotations

from functools import cache

import seedwright._core as core

BLOCK = 16 * 1024
"""Bytes of a block, the leaf of every tree."""

_HASH = 32


def level_of(piece_length: int) -> int:
    """How many levels above the blocks, which are at 0, pieces of ``piece_length`` bytes stand."""
    return (piece_length // BLOCK).bit_length() - 1


def climbed(row: bytes, level: int, height: int) -> bytes:
    """The row of nodes ``height`` levels above ``row``, whose own nodes stand at ``level``.

    A row is cut off where the file ends; what is missing for a pair stands for zero hashes.
    """
    for here in range(level, level + height):
        if len(row) % (2 * _HASH):
            row += _filler(here)
        pairs = range(0, len(row), 2 * _HASH)
        row = b"".join(sha256_of([row[at : at + 2 * _HASH] for at in pairs]))
    return row


def root_over(row: bytes, level: int) -> bytes:
    """The root of the smallest tree over ``row``, whose nodes stand at ``level``; it has some."""
    return climbed(row, level, (len(row) // _HASH - 1).bit_length())


def sha256_of(messages: list[bytes]) -> list[bytes]:
    """The SHA-256 of each message, many at once."""
    return core.sha256_many(core.lanes().sha256, messages)


@cache
def _filler(level: int) -> bytes:
    """What stands for a missing node: at level 0 zeros, and above the tree over them."""
    if not level:
        return bytes(_HASH)
    below = _filler(level - 1)
    return sha256_of([below + below])[0]
