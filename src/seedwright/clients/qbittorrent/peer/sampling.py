"""Proof of a seeding torrent by its very bytes: some pieces of it, requested and compared.

Nothing is announced, one client alone is asked, and the connection is closed at once.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.peer.asked_pieces import Pieces
from seedwright.clients.qbittorrent.peer.conversation import Conversation
from seedwright.clients.qbittorrent.peer.encryption import UnluckyKeysError, encrypt
from seedwright.clients.qbittorrent.peer.hindrances import (
    NotServedError,
    PeerError,
    PieceDiffersError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.stream import Clock, ClosedError, TimeIsUpError, connect
from seedwright.clients.qbittorrent.peer.wire import handshake, read_handshake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedwright.clients.qbittorrent.peer.asked_pieces import Arriving
    from seedwright.clients.qbittorrent.peer.stream import Peer, Stream
    from seedwright.clients.qbittorrent.peer.wire import Block
    from seedwright.metainfo.parse import Metainfo

_ANSWERS_WITHIN = 6.0
_NAME = b"-SW0001-"
_WINDOW = 64
_UNPROVEN = 256 * 1024
_TRIES = 4


@dataclass(frozen=True)
class Sample:
    """What was requested and was correct: so many ``pieces``, of all that the torrent has.

    ``size`` is in bytes; ``encrypted`` says whether the bytes came encrypted.
    """

    pieces: int
    of: int
    size: int
    encrypted: bool


def never() -> bool:
    """Nobody cancels."""
    return False


def sample(
    peer: Peer, torrent: Metainfo, cancelled: Callable[[], bool] = never, *, time_limit: float
) -> Sample:
    """Some pieces of ``torrent`` that the client at ``peer`` sent, all of them correct.

    It takes ``time_limit`` seconds at most. Raises PeerError where the client could not be asked,
    among them NotServedError, which may pass on its own; RefusedPieceError and PieceDiffersError for what is
    wrong; MetainfoError for a torrent whose pieces cannot be compared; and ``_core.Cancelled`` once
    ``cancelled``, which is asked several times a second, says so.
    """
    pieces = Pieces(torrent)
    chosen = pieces.chosen()
    if not chosen:
        return Sample(0, pieces.count, 0, encrypted=False)
    clock = Clock(time_limit, cancelled)
    with _called(peer, torrent, clock) as (stream, is_fast, encrypted):
        conversation = Conversation(stream, clock, pieces.count, is_fast=is_fast)
        conversation.begin()
        clock.allow()
        order = _Order(pieces, chosen)
        try:
            _fetch(order, conversation)
        except TimeIsUpError as error:
            raise PeerError(
                f"it sent {order.done} of {len(chosen)} pieces in {time_limit:g} s"
            ) from error
    return Sample(order.done, pieces.count, order.size, encrypted=encrypted)


@contextmanager
def _called(peer: Peer, torrent: Metainfo, clock: Clock) -> Iterator[tuple[Stream, bool, bool]]:
    """A connection on which the client has answered: in plain, or else in the encrypted way.

    Whether it knows the fast extension comes with it, and whether its bytes are encrypted.
    """
    infohash, peer_id = bytes.fromhex(torrent.client_hash), _NAME + os.urandom(20 - len(_NAME))
    greeting = handshake(infohash, peer_id, v2=torrent.infohash_v2 is not None)
    for is_plain in (True, *[False] * (_TRIES - 1)):
        with connect(peer, clock) as stream:
            clock.allow(_ANSWERS_WITHIN)
            try:
                if is_plain:
                    stream.send(greeting)
                encrypted = not is_plain and encrypt(stream, infohash, greeting)
                answered_with, is_fast = read_handshake(stream)
            except TimeIsUpError as error:
                raise PeerError(f"{peer} accepts connections, but does not respond") from error
            except ClosedError as error:
                if is_plain:
                    continue
                raise NotServedError(
                    "it closes the connection at once: the torrent is stopped, queued or not in its"
                    " list, or it has another peer at this address"
                ) from error
            except UnluckyKeysError:
                continue
            if answered_with.hex() not in (torrent.client_hash, torrent.infohash_v1):
                raise PeerError("it answers with another torrent")
            yield stream, is_fast, encrypted
            return
    raise PeerError("its encrypted handshake is not valid")


class _Order:
    """The pieces that are wanted: what of them to request next, and what has come."""

    def __init__(self, pieces: Pieces, chosen: list[int]) -> None:
        self._pieces = pieces
        self._waiting = iter(chosen)
        self._to_ask: Iterator[Block] = iter(())
        self._arriving: dict[int, Arriving] = {}
        self.unproven: list[int] = []
        self.done = self.size = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is under way; it is so at the beginning too."""
        return not self._arriving

    def next_blocks(self, asked: int) -> list[Block]:
        """What to request, where so many blocks are requested and have not come.

        A piece is begun only when the one before it has sent its first block, or when both are
        small: clients that refuse a piece by closing the connection do not say which.
        """
        room = _WINDOW - asked - sum(piece.held for piece in self._arriving.values())
        blocks: list[Block] = []
        while len(blocks) < room:
            block = next(self._to_ask, None)
            if block is not None:
                blocks.append(block)
            elif not self._begin_piece():
                break
        return blocks

    def take(self, block: Block, data: bytes) -> None:
        """Take a block that came; raises PieceDiffersError where its piece is whole and not right."""
        if block.piece in self.unproven:
            self.unproven.remove(block.piece)
        self.size += len(data)
        piece = self._arriving[block.piece]
        piece.take(block, data)
        if piece.is_whole:
            del self._arriving[block.piece]
            if not piece.is_right():
                raise PieceDiffersError(block.piece, self._pieces.names(block.piece))
            self.done += 1

    def names(self, numbers: list[int]) -> list[str]:
        """The files that these pieces belong to, each once."""
        return list(dict.fromkeys(name for one in numbers for name in self._pieces.names(one)))

    def _begin_piece(self) -> bool:
        if (len(self.unproven) + 1) * self._pieces.length > _UNPROVEN and self.unproven:
            return False
        number = next(self._waiting, None)
        if number is None:
            return False
        self._arriving[number] = self._pieces.arriving(number)
        self._to_ask = self._pieces.blocks(number)
        self.unproven.append(number)
        return True


def _fetch(order: _Order, conversation: Conversation) -> None:
    """Ask for everything in ``order``, and take it."""
    try:
        conversation.ask(order.next_blocks(0))
        while not order.is_done:
            order.take(*conversation.next_block())
            if more := order.next_blocks(len(conversation.asked)):
                conversation.ask(more)
    except RefusedPieceError as error:
        raise RefusedPieceError(str(error), error.piece, order.names([error.piece])) from error
    except ClosedError as error:
        if not order.unproven:
            raise PeerError(f"it closed the connection after {order.done} pieces") from error
        first, *others = order.unproven
        text = f"it closed the connection when asked for piece {first}"
        text += f" and {len(others)} more" if others else ""
        raise RefusedPieceError(text, first, order.names([first, *others])) from error
