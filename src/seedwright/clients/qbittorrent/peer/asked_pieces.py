"""The pieces that a client is asked for: which, what of them, and whether they are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.peer.wire import Block
from seedwright.errors import MetainfoError
from seedwright.hashes.listing import flaw_of_trees, listing
from seedwright.hashes.merkle import BLOCK
from seedwright.hashes.sample import LEAST_PIECES, Amount, Claim, Segment
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.metainfo.parse import Metainfo

AMOUNT = Amount(part=0, surely=LEAST_PIECES, files=300, most_of_each=64 * 1024 * 1024)
"""What is requested: more than a local sample of few large pieces, and less of a long torrent."""

_ZEROS = 1024 * 1024


class Pieces:
    """The pieces of a torrent, as its ``.torrent`` has them."""

    def __init__(self, torrent: Metainfo) -> None:
        """Raise MetainfoError for a torrent whose paths, pieces or piece layers cannot be used."""
        listed, flaw = listing(torrent), ""
        if torrent.piece_length > MAX_PIECE_LENGTH:
            flaw = f"a piece length of {torrent.piece_length} bytes is more than clients accept"
        elif torrent.format is not Format.V1:
            flaw = flaw_of_trees(listed, torrent.piece_length)
        if flaw:
            raise MetainfoError(f"its pieces cannot be compared: {flaw}")
        self.length = torrent.piece_length
        self._claim = Claim(
            (
                Segment("", "", file.length)
                if file.is_pad
                else Segment(torrent.name, "/".join(file.parts), file.length, file.root, file.layer)
                for file in listed.files
            ),
            torrent.piece_length,
            listed.pieces,
        )
        self.count = self._claim.pieces

    def chosen(self) -> list[int]:
        """The numbers of those to ask for, in order; not those that are made of padding alone."""
        return [number for number in self._claim.sample(AMOUNT) if any(self.blocks(number))]

    def names(self, number: int) -> tuple[str, ...]:
        """The paths of the files that a piece belongs to, from the content on."""
        slices = self._claim.slices(number)
        return tuple(extent.name for segment, extent in slices if segment.path and extent.name)

    def blocks(self, number: int) -> Iterator[Block]:
        """What to ask for: 16 KiB each, or less, so that none begins or ends with padding.

        Padding is known to be zeros, and behind the last file of a torrent clients have none.
        """
        begin = until = 0
        for start, end in self._of_files(number):
            if start >= -(-until // BLOCK) * BLOCK:
                yield from _cut(number, begin, until)
                begin = start
            until = end
        yield from _cut(number, begin, until)

    def arriving(self, number: int) -> Arriving:
        """A piece of which nothing has come yet."""
        return Arriving(self, number, self._claim)

    def _of_files(self, number: int) -> Iterator[tuple[int, int]]:
        """From where to where a piece holds bytes of files."""
        at = 0
        for segment, extent in self._claim.slices(number):
            end = at + extent.end - extent.start
            if segment.path:
                yield at, end
            at = end


class Arriving:
    """A piece on its way: its blocks may come in any order, and are hashed in theirs."""

    def __init__(self, pieces: Pieces, number: int, claim: Claim) -> None:
        slices = claim.slices(number)
        self._length = sum(extent.end - extent.start for _, extent in slices)
        self._blocks = pieces.blocks(number)
        self._next = next(self._blocks, None)
        self._early: dict[Block, bytes] = {}
        self._check = claim.check(number)
        self._hashed = 0

    @property
    def held(self) -> int:
        """How many blocks wait for one before them."""
        return len(self._early)

    @property
    def is_whole(self) -> bool:
        """Whether all blocks are there."""
        return self._next is None

    def take(self, block: Block, data: bytes) -> None:
        """Take the bytes of one of its blocks."""
        self._early[block] = data
        while self._next is not None and self._next in self._early:
            self._pad(self._next.begin)
            self._check.add(self._early.pop(self._next))
            self._hashed += self._next.length
            self._next = next(self._blocks, None)

    def is_right(self) -> bool:
        """Whether the piece, which is whole, has the hashes that the ``.torrent`` says."""
        self._pad(self._length)
        return self._check.is_right()

    def _pad(self, until: int) -> None:
        while self._hashed < until:
            zeros = bytes(min(until - self._hashed, _ZEROS))
            self._check.add(zeros)
            self._hashed += len(zeros)


def _cut(piece: int, begin: int, until: int) -> Iterator[Block]:
    """The blocks from ``begin`` to ``until``; all but the first begin at a multiple of 16 KiB."""
    while begin < until:
        end = min(until, begin // BLOCK * BLOCK + BLOCK)
        yield Block(piece, begin, end - begin)
        begin = end
