"""A conversation with a client: a greeting, until it uploads, and then blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.peer import wire
from seedwright.clients.qbittorrent.peer.hindrances import (
    NotServedError,
    PeerError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.stream import ClosedError, TimeIsUpError

if TYPE_CHECKING:
    from collections.abc import Collection

    from seedwright.clients.qbittorrent.peer.stream import Clock, Stream
    from seedwright.clients.qbittorrent.peer.wire import Block, Message

_UNCHOKES_WITHIN = 6.0
_MOST_UNASKED = 1000
_MOST_UNASKED_BYTES = 1024 * 1024


class Conversation:
    """A conversation with a client that has answered the handshake, about ``pieces`` pieces."""

    def __init__(self, stream: Stream, clock: Clock, pieces: int, *, is_fast: bool) -> None:
        self._stream, self._clock = stream, clock
        self._offered = _Offered(pieces)
        self._is_choked = True
        self._unasked = self._unasked_bytes = 0
        self._pieces = pieces
        self._is_fast = is_fast
        self.asked: set[Block] = set()

    def begin(self) -> None:
        """Wait until the client uploads to us; raises PeerError where it does not offer everything."""
        self._clock.allow(_UNCHOKES_WITHIN)
        try:
            nothing = wire.said(wire.HAVE_NONE) if self._is_fast else b""
            self._stream.send(nothing + wire.said(wire.INTERESTED))
            while self._is_choked:
                if self._hear() is not None:
                    raise PeerError("it sent or refused a block before any was requested")
        except ClosedError as error:
            raise PeerError("it closed the connection before it offered anything") from error
        except TimeIsUpError as error:
            if self._offered.all:
                raise PeerError("it does not unchoke (its upload slots are taken)") from error
        if not self._offered.all:
            raise PeerError(
                f"it does not offer all pieces ({self._offered.count} of {self._pieces})"
            )

    def ask(self, blocks: Collection[Block]) -> None:
        """Ask for these blocks too."""
        self._stream.send(b"".join(map(wire.request, blocks)))
        self.asked.update(blocks)

    def next_block(self) -> tuple[Block, bytes]:
        """The next of the requested blocks.

        Raises RefusedPieceError, without names, for one that is refused.
        """
        while (message := self._hear()) is None:
            pass
        if message.block not in self.asked:
            raise PeerError(f"it sent a block of piece {message.piece} that was not requested")
        self.asked.remove(message.block)
        if message.kind == wire.REJECT:
            raise RefusedPieceError(f"it refuses piece {message.piece}", message.piece, ())
        return message.block, message.data

    def _hear(self) -> Message | None:
        """The next message if it brings or refuses a block; None once another has been noted."""
        message = wire.read_message(self._stream, self._pieces)
        if message.kind in (wire.PIECE, wire.REJECT):
            return message
        if message.kind == wire.CHOKE and not self._is_choked:
            raise NotServedError("it stopped uploading before everything had arrived")
        if message.kind == wire.UNCHOKE and self._is_choked:
            self._is_choked = False
        elif not self._offered.heed(message):
            self._count_unasked(message)
        return None

    def _count_unasked(self, message: Message) -> None:
        self._unasked += 1
        self._unasked_bytes += message.length
        if self._unasked > _MOST_UNASKED or self._unasked_bytes > _MOST_UNASKED_BYTES:
            raise PeerError("it sends endless messages, but not the requested pieces")


class _Offered:
    """The pieces that a client says it has."""

    def __init__(self, pieces: int) -> None:
        self._pieces = pieces
        self._bits = bytearray(-(-pieces // 8))
        self._is_said = False
        self.count = 0

    @property
    def all(self) -> bool:
        """Whether it has every piece."""
        return self.count == self._pieces

    def heed(self, message: Message) -> bool:
        """Whether the message says anything new about the pieces that the client has."""
        if message.kind == wire.HAVE:
            return self._heed_one(message.piece)
        if message.kind not in (wire.BITFIELD, wire.HAVE_ALL, wire.HAVE_NONE):
            return False
        if self._is_said:
            raise PeerError("it reported its pieces twice")
        self._is_said = True
        if message.kind == wire.HAVE_ALL:
            self._bits[:] = b"\xff" * len(self._bits)
            self.count = self._pieces
        elif message.kind == wire.BITFIELD:
            self._bits[:] = message.body
            spare = -self._pieces % 8
            self._bits[-1] &= 0xFF << spare & 0xFF
            self.count = int.from_bytes(self._bits, "big").bit_count()
        return True

    def _heed_one(self, piece: int) -> bool:
        if piece >= self._pieces:
            raise PeerError(f"it reports piece {piece} of a torrent with {self._pieces} pieces")
        at, bit = piece // 8, 0x80 >> piece % 8
        if self._bits[at] & bit:
            return False
        self._bits[at] |= bit
        self.count += 1
        return True
