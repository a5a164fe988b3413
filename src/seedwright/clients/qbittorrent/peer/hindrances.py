"""Why a client could not be asked for pieces, or what is wrong with what it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class PeerError(Exception):
    """The client could not be asked; the text is a phrase for a sentence, without an end."""


class NotServedError(PeerError):
    """The client hangs up as soon as it hears of the torrent, or chokes us: it may pass on its own.

    The torrent is stopped or not in its list, or queued, as it is for a second or two after a check,
    until libtorrent's next look at its queue. Or another peer of the torrent has our address: only
    one of each is let in, unless the client's settings say otherwise.
    """


class RefusedPieceError(PeerError):
    """The client, which offers the piece and agreed to upload, does not give it.

    libtorrent does that when a torrent was added without a check, and the piece on the disk has
    another hash. ``names`` are the paths of the files that ``piece`` belongs to, from the content
    on; () where the content is a single file. Where the client closed the connection while several
    small pieces were requested, ``piece`` is the first of them, and ``names`` are those of all.
    """

    def __init__(self, text: str, piece: int, names: Iterable[str]) -> None:
        super().__init__(text)
        self.piece, self.names = piece, tuple(names)


class PieceDiffersError(Exception):
    """The client gave a piece whose bytes are not those that the ``.torrent`` says.

    ``names`` are the paths of the files that ``piece`` belongs to, from the content on; () where the
    content is a single file.
    """

    def __init__(self, piece: int, names: Iterable[str]) -> None:
        super().__init__(f"piece {piece} has other bytes")
        self.piece, self.names = piece, tuple(names)
