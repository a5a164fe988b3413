"""Whether some pieces of content, picked by chance, have the hashes that they are said to have."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.looking import unreadable
from seedwright.hashes.merkle import BLOCK, climbed, level_of, root_over, sha256_of
from seedwright.metainfo.pieces import piece_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seedwright._core import Entries
    from seedwright.metainfo.build import Hashes

LEAST_PIECES = 16
LEAST_BYTES = 16 * 1024 * 1024
PART = 100
"""So many pieces are read at least, or of so many bytes, or one in so many: whatever is most."""

MOST_BYTES = 256 * 1024 * 1024
"""What the pieces that are read come to at most, but for the first and the last, always read."""

_V1_HASH, _V2_HASH = 20, 32
_AT_ONCE = 64
_CHUNK = _AT_ONCE * BLOCK


class Amount(NamedTuple):
    """How much a sample takes: so many pieces or bytes at least, or one piece in ``part``.

    It comes to ``most`` bytes at most, but for a number of pieces that are taken ``surely``. Where
    there are no more than ``files`` files, and one piece of each comes to no more than the sample
    does anyway, or than ``most_of_each`` bytes, it has one of each; else half of it is of the largest.
    """

    pieces: int = LEAST_PIECES
    size: int = LEAST_BYTES
    part: int = PART
    most: int = MOST_BYTES
    surely: int = 2
    files: int = 0
    most_of_each: int = 0

    def of(self, pieces: int, files: int, piece_length: int) -> tuple[int, int]:
        """How many pieces to take, and of how many files."""
        least = max(self.pieces, self.size // piece_length)
        if self.part:
            least = max(least, piece_count(pieces, self.part))
        wanted = min(least, max(self.most // piece_length, self.surely))
        with_each = files + 2
        if files <= self.files and with_each <= max(wanted, self.most_of_each // piece_length):
            return max(wanted, with_each), files
        return wanted, wanted // 2


USUAL = Amount()


class Segment(NamedTuple):
    """Bytes of the stream that pieces are cut from: those of a file, or zeros without a ``path``.

    ``root`` and ``layer`` are the file's in BEP 52, b"" where there is none; ``name`` is what the
    file is called in messages. ``length`` is in bytes.
    """

    path: str
    name: str
    length: int
    root: bytes = b""
    layer: bytes = b""


class Extent(NamedTuple):
    """Bytes of one file, from ``start`` and up to but not including ``end``."""

    name: str
    start: int
    end: int


class Difference(NamedTuple):
    """A piece that is not as it should be, and what of which files it is made of."""

    piece: int
    extents: tuple[Extent, ...]


class Claim:
    """What the hashes of some content are said to be."""

    def __init__(self, segments: Iterable[Segment], piece_length: int, pieces: bytes) -> None:
        """Take the stream in its order; without ``pieces`` (v2 alone) every file begins a piece."""
        if not pieces:
            segments = _aligned(segments, piece_length)
        self._segments = tuple(segment for segment in segments if segment.length)
        self._starts = (0, *accumulate(segment.length for segment in self._segments))
        self._piece_length = piece_length
        self._pieces = pieces
        self.pieces = piece_count(self._starts[-1], piece_length)

    @classmethod
    def of(cls, rows: Entries, piece_length: int, hashes: Hashes) -> Claim:
        """The claim that ``hashes`` are those of a layout."""

        def segments() -> Iterator[Segment]:
            for number, row in enumerate(rows):
                of_v2 = (hashes.roots[number], hashes.layers[number]) if hashes.roots else ()
                path = os.fsdecode(row.path)
                yield Segment(path, path, row.length, *of_v2)
                yield Segment("", "", row.pad)

        return cls(segments(), piece_length, hashes.pieces)

    def sample(self, amount: Amount = USUAL) -> list[int]:
        """Numbers of pieces to read, in order: the first, the last, of the largest files, any."""
        files = [number for number, segment in enumerate(self._segments) if segment.path]
        wanted, of_files = amount.of(self.pieces, len(files), self._piece_length)
        if self.pieces <= wanted:
            return list(range(self.pieces))
        picked = {0, self.pieces - 1}
        files.sort(key=lambda number: -self._segments[number].length)
        for number in files[:of_files]:
            start, last = self._starts[number], self._starts[number + 1] - 1
            first = start // self._piece_length
            if len(picked) < wanted:
                picked.add(first + _below(last // self._piece_length - first + 1))
        while len(picked) < wanted:
            picked.add(_below(self.pieces))
        return sorted(picked)

    def first_difference(
        self, numbers: Iterable[int], stop: Callable[[], object] = lambda: None
    ) -> Difference | None:
        """The first of these pieces that is not as it is said to be; None when all are.

        ``stop`` is called before each piece, and may raise. Raises ContentError for what cannot be
        read.
        """
        for number in numbers:
            stop()
            if not self._is_right(number):
                slices = self.slices(number)
                return Difference(number, tuple(extent for one, extent in slices if one.path))
        return None

    def check(self, number: int) -> PieceCheck:
        """What tells of the bytes of a piece whether they are right."""
        at = number * _V1_HASH
        v1 = self._pieces[at : at + _V1_HASH]
        segment, extent = next(self.slices(number))
        if not segment.root:
            return PieceCheck(v1)
        if segment.length <= self._piece_length:
            return PieceCheck(v1, segment.root, extent.end - extent.start)
        at = extent.start // self._piece_length * _V2_HASH
        level = level_of(self._piece_length)
        node = segment.layer[at : at + _V2_HASH]
        return PieceCheck(v1, node, extent.end - extent.start, level)

    def slices(self, number: int) -> Iterator[tuple[Segment, Extent]]:
        """What a piece is made of."""
        start, end = number * self._piece_length, (number + 1) * self._piece_length
        at = bisect_right(self._starts, start) - 1
        while at < len(self._segments) and self._starts[at] < end:
            segment, begin = self._segments[at], self._starts[at]
            extent = max(start - begin, 0), min(end - begin, segment.length)
            yield segment, Extent(segment.name, *extent)
            at += 1

    def _is_right(self, number: int) -> bool:
        check = self.check(number)
        for segment, extent in self.slices(number):
            for chunk in _chunks(segment, extent):
                if not chunk:
                    return False
                check.add(chunk)
        return check.is_right()


class PieceCheck:
    """Whether the bytes of a piece, which come in order, have the hashes that they are said to have.

    Of the first ``in_tree`` bytes ``node`` is the root of the tree (BEP 52), which has ``level``
    levels, or as few as it needs where that is None. The bytes come in whole blocks up to there.
    """

    def __init__(
        self, v1: bytes, node: bytes = b"", in_tree: int = 0, level: int | None = None
    ) -> None:
        self._v1, self._node, self._level = v1, node, level
        self._whole = hashlib.sha1(usedforsecurity=False)
        self._in_tree = in_tree
        self._blocks: list[bytes] = []
        self._row = b""

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._v1:
            self._whole.update(chunk)
        if self._in_tree:
            blocks = range(0, min(len(chunk), self._in_tree), BLOCK)
            self._blocks += [chunk[at : min(at + BLOCK, self._in_tree)] for at in blocks]
            self._in_tree -= min(len(chunk), self._in_tree)
            if len(self._blocks) >= _AT_ONCE:
                self._hash_blocks()

    def is_right(self) -> bool:
        """Whether the bytes so far are those of the piece."""
        if self._v1 and self._whole.digest() != self._v1:
            return False
        if not self._node:
            return True
        self._hash_blocks()
        if self._level is None:
            return root_over(self._row, 0) == self._node
        return climbed(self._row, 0, self._level) == self._node

    def _hash_blocks(self) -> None:
        self._row += b"".join(sha256_of(self._blocks))
        self._blocks.clear()


def _aligned(segments: Iterable[Segment], piece_length: int) -> Iterator[Segment]:
    for segment in segments:
        yield segment
        yield Segment("", "", -segment.length % piece_length)


def _chunks(segment: Segment, extent: Extent) -> Iterator[bytes]:
    """The bytes of an extent, in whole blocks; b"" when there are no more before its end."""
    left = extent.end - extent.start
    if not segment.path:
        yield bytes(left)
        return
    try:
        with open(segment.path, "rb", buffering=0) as file:  # noqa: PTH123 - as quick as can be
            file.seek(extent.start)
            while left:
                chunk = _filled(file.read, min(left, _CHUNK))
                yield chunk
                left = left - len(chunk) if chunk else 0
    except OSError as error:
        raise unreadable(segment.path, error) from error


def _filled(read: Callable[[int], bytes | None], wanted: int) -> bytes:
    """So many bytes, or none when there are fewer."""
    data = b""
    while len(data) < wanted:
        more = read(wanted - len(data))
        if not more:
            return b""
        data += more
    return data


def _below(end: int) -> int:
    """Any number from 0 on that is smaller than ``end``."""
    return int.from_bytes(os.urandom(8), "little") % end
