"""What the core must give: the slow reference of the torrent room, and the bytes it hashes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.reference import reference_hashes

LONG = 1 << 30
"""How long a file is that is to be disturbed while it is hashed."""


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
    files = list(zip(contents, pads, strict=True))
    hashes = reference_hashes(files, piece_length, v1=v1, v2=v2)
    return Expected(*hashes, bytes_hashed=sum(map(len, contents)))
