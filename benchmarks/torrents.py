"""Whether two torrents say the same of their content: v1 pieces, v2 roots and layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bencode2 import bdecode

if TYPE_CHECKING:
    from collections.abc import Iterator

_Path = tuple[bytes, ...]


@dataclass(frozen=True)
class Hashes:
    """What a torrent says of its content; ``stream`` is what v1's pieces run through, in order.

    A single file's path is (), and so is a pad file's (BEP 47), whatever it is called.
    """

    piece_length: int
    stream: tuple[tuple[_Path, int], ...]
    pieces: bytes
    roots: dict[_Path, tuple[int, bytes]]
    layers: dict[bytes, bytes]


def hashes(data: bytes) -> Hashes:
    """The hashes in the ``.torrent`` that DATA is (BEP 3, BEP 52)."""
    torrent: dict[bytes, Any] = bdecode(data)
    info = torrent[b"info"]
    if b"files" in info:
        stream = tuple(
            (() if b"p" in file.get(b"attr", b"") else tuple(file[b"path"]), file[b"length"])
            for file in info[b"files"]
        )
    else:
        stream = (((), info[b"length"]),) if b"length" in info else ()
    return Hashes(
        info[b"piece length"],
        stream,
        info.get(b"pieces", b""),
        {
            path: (leaf[b"length"], leaf.get(b"pieces root", b""))
            for path, leaf in _leaves((), info.get(b"file tree", {}))
        },
        torrent.get(b"piece layers", {}),
    )


def agree(one: Hashes, other: Hashes) -> bool | None:
    """Whether their hashes are equal.

    None where that cannot be told: another piece length, or v1 files in another order.
    """
    if one.piece_length != other.piece_length or one.stream != other.stream:
        return None
    return one == other


def _leaves(path: _Path, node: dict[bytes, Any]) -> Iterator[tuple[_Path, dict[bytes, Any]]]:
    for name, below in node.items():
        if name:
            yield from _leaves((*path, name), below)
        else:
            yield path, below
