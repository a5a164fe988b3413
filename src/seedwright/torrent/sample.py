"""Whether some pieces of content, picked by chance, have the hashes that they are said to have."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from seedwright.torrent.looking import unreadable
from seedwright.torrent.merkle import BLOCK, climbed, level_of, root_over, sha256_of
from seedwright.torrent.pieces import piece_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seedwright.torrent.build import Hashes

LEAST_PIECES = 16
LEAST_BYTES = 16 * 1024 * 1024
PART = 100
"""So many pieces are read at least, or of so many bytes, or one in so many: whatever is most."""

MOST_BYTES = 256 * 1024 * 1024
"""What the pieces that are read come to at most, but for the first and the last, always read."""

_V1_HASH, _V2_HASH = 20, 32
_CHUNK = 64 * BLOCK


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
    def of(cls, rows: Sequence[tuple[str, int, int]], piece_length: int, hashes: Hashes) -> Claim:
        """The claim that ``hashes`` are those of a layout."""

        def segments() -> Iterator[Segment]:
            for number, (path, size, pad) in enumerate(rows):
                of_v2 = (hashes.roots[number], hashes.layers[number]) if hashes.roots else ()
                yield Segment(path, path, size, *of_v2)
                yield Segment("", "", pad)

        return cls(segments(), piece_length, hashes.pieces)

    def sample(self) -> list[int]:
        """Numbers of pieces to read, in order: the first, the last, of the largest files, any."""
        least = max(LEAST_PIECES, LEAST_BYTES // self._piece_length, piece_count(self.pieces, PART))
        wanted = min(least, max(MOST_BYTES // self._piece_length, 2))
        if self.pieces <= wanted:
            return list(range(self.pieces))
        picked = {0, self.pieces - 1}
        for number in self._largest(wanted // 2):
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
                slices = self._slices(number)
                return Difference(number, tuple(extent for one, extent in slices if one.path))
        return None

    def _largest(self, count: int) -> list[int]:
        files = [number for number, segment in enumerate(self._segments) if segment.path]
        return sorted(files, key=lambda number: -self._segments[number].length)[:count]

    def _slices(self, number: int) -> Iterator[tuple[Segment, Extent]]:
        """What a piece is made of."""
        start, end = number * self._piece_length, (number + 1) * self._piece_length
        at = bisect_right(self._starts, start) - 1
        while at < len(self._segments) and self._starts[at] < end:
            segment, begin = self._segments[at], self._starts[at]
            extent = max(start - begin, 0), min(end - begin, segment.length)
            yield segment, Extent(segment.name, *extent)
            at += 1

    def _is_right(self, number: int) -> bool:
        whole = hashlib.sha1(usedforsecurity=False)
        for segment, extent in self._slices(number):
            row = []
            for chunk in _chunks(segment, extent):
                if not chunk:
                    return False
                whole.update(chunk)
                if segment.root:
                    blocks = range(0, len(chunk), BLOCK)
                    row += sha256_of([chunk[at : at + BLOCK] for at in blocks])
            if segment.root and not self._has_node(segment, extent, b"".join(row)):
                return False
        at = number * _V1_HASH
        return not self._pieces or whole.digest() == self._pieces[at : at + _V1_HASH]

    def _has_node(self, segment: Segment, extent: Extent, row: bytes) -> bool:
        """Whether the tree of a file has this row of blocks where the extent is (BEP 52)."""
        if segment.length <= self._piece_length:
            return root_over(row, 0) == segment.root
        at = extent.start // self._piece_length * _V2_HASH
        return climbed(row, 0, level_of(self._piece_length)) == segment.layer[at : at + _V2_HASH]


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
