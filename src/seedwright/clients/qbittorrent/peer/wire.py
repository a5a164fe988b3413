"""The messages of the peer protocol (BEP 3) and its fast extension (BEP 6), each of bounded length."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from seedwright.clients.qbittorrent.peer.hindrances import PeerError
from seedwright.hashes.merkle import BLOCK

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.peer.stream import Stream

CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE, BITFIELD, REQUEST, PIECE, CANCEL, PORT = range(10)
SUGGEST, HAVE_ALL, HAVE_NONE, REJECT, ALLOWED_FAST = range(13, 18)

_LENGTHS = {
    **dict.fromkeys((CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE_ALL, HAVE_NONE), 0),
    **dict.fromkeys((HAVE, SUGGEST, ALLOWED_FAST), 4),
    **dict.fromkeys((REQUEST, CANCEL, REJECT), 12),
    PORT: 2,
}
"""Bytes that follow the number of a message, where they are always as many."""

_LONGEST_SKIPPED = 64 * 1024
"""Bytes of an extension message (BEP 10, 52), or of one that means nothing here, at most."""

_PLACE = 8
_PROTOCOL = b"\x13BitTorrent protocol"
_FAST, _V2 = 0x04, 0x10


class Block(NamedTuple):
    """Bytes of a piece, from ``begin`` on, that are requested at once."""

    piece: int
    begin: int
    length: int


class Message(NamedTuple):
    """What the client says: the number of its kind, and what follows, ``length`` bytes of it.

    Of what means nothing here there is no ``body``. A keep-alive has the number -1.
    """

    kind: int
    length: int = 0
    body: bytes = b""

    @property
    def piece(self) -> int:
        """The piece that HAVE, PIECE and REJECT are about."""
        return int.from_bytes(self.body[:4], "big")

    @property
    def block(self) -> Block:
        """The block that PIECE brings, or that REJECT refuses."""
        if self.kind == REJECT:
            return Block._make(struct.unpack(">III", self.body))
        piece, begin = struct.unpack_from(">II", self.body)
        return Block(piece, begin, len(self.body) - _PLACE)

    @property
    def data(self) -> bytes:
        """The bytes that PIECE brings."""
        return self.body[_PLACE:]


def handshake(infohash: bytes, peer_id: bytes, *, v2: bool) -> bytes:
    """What both sides say first; ``v2`` says that the torrent is a v2 one too (BEP 52)."""
    # libtorrent hangs up on whoever knows v2 and asks for a torrent of v1 alone.
    reserved = bytes(7) + bytes([_FAST | _V2 * v2])
    return _PROTOCOL + reserved + infohash + peer_id


def read_handshake(stream: Stream) -> tuple[bytes, bool]:
    """The infohash that the client answers with, and whether it knows the fast extension."""
    if stream.read(len(_PROTOCOL)) != _PROTOCOL:
        raise PeerError("the server at its port does not speak the BitTorrent protocol")
    reserved, infohash, _ = stream.read(8), stream.read(20), stream.read(20)
    return infohash, bool(reserved[7] & _FAST)


def said(kind: int) -> bytes:
    """A message that is its number alone."""
    return struct.pack(">IB", 1, kind)


def request(block: Block) -> bytes:
    """The message that asks for a block."""
    return struct.pack(">IBIII", 13, REQUEST, *block)


def read_message(stream: Stream, pieces: int) -> Message:
    """The next message of a client whose torrent has so many pieces; what means nothing is skipped.

    Raises PeerError for one of another length than its kind may have.
    """
    length = int.from_bytes(stream.read(4), "big")
    if not length:
        return Message(-1)
    kind, length = stream.read(1)[0], length - 1
    if kind == PIECE:
        is_fine = _PLACE < length <= _PLACE + BLOCK
    elif kind == BITFIELD:
        is_fine = length == -(-pieces // 8)
    else:
        is_fine = length == _LENGTHS.get(kind, min(length, _LONGEST_SKIPPED))
    if not is_fine:
        raise PeerError(f"it sent a message of the wrong length ({length} bytes of kind {kind})")
    if kind in _LENGTHS or kind in (PIECE, BITFIELD):
        return Message(kind, length, stream.read(length))
    stream.skip(length)
    return Message(kind, length)
