"""A sample finds what differs in the pieces it reads, and reads no more than it may."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.content.walk import walk
from seedwright.errors import ContentError
from seedwright.hashes.merkle import BLOCK
from seedwright.hashes.sample import (
    LEAST_BYTES,
    LEAST_PIECES,
    MOST_BYTES,
    PART,
    Amount,
    Claim,
    Difference,
    Extent,
    Segment,
)
from seedwright.metainfo.build import layout
from seedwright.metainfo.torrent_spec import Format
from tests.unit.reference import ReferenceHashes, reference_hashes

if TYPE_CHECKING:
    from seedwright._core import Entries

PIECE = 2 * BLOCK
FILES = {"a": 3 * PIECE + 5, "b": 10, "c": 0, "d": 2 * PIECE, "e": PIECE}


def put(folder: Path) -> None:
    for number, (name, size) in enumerate(FILES.items()):
        (folder / name).write_bytes(bytes((number + 7 * at) % 251 for at in range(size)))


def rows_of(folder: Path, format_: Format) -> Entries:
    return layout(walk(folder).files, PIECE, format_)


def hashes_of(rows: Entries, format_: Format) -> ReferenceHashes:
    files = [(Path(os.fsdecode(row.path)).read_bytes(), row.pad) for row in rows]
    return reference_hashes(files, PIECE, v1=format_ is not Format.V2, v2=format_ is not Format.V1)


def claim_of(folder: Path, format_: Format) -> Claim:
    rows = rows_of(folder, format_)
    return Claim.of(rows, PIECE, hashes_of(rows, format_))


@pytest.mark.parametrize("format_", list(Format))
def test_untouched_content_is_as_it_is_said_to_be(folder: Path, format_: Format) -> None:
    put(folder)
    claim = claim_of(folder, format_)
    assert claim.first_difference(range(claim.pieces)) is None


@pytest.mark.parametrize("format_", list(Format))
@pytest.mark.parametrize(("name", "at"), [("a", 0), ("a", 3 * PIECE + 4), ("b", 9), ("e", 77)])
def test_one_other_byte_is_told_by_piece_file_and_range(
    folder: Path, format_: Format, name: str, at: int
) -> None:
    put(folder)
    claim = claim_of(folder, format_)
    data = bytearray((folder / name).read_bytes())
    data[at] ^= 1
    (folder / name).write_bytes(data)
    found = claim.first_difference(range(claim.pieces))
    assert found is not None
    (extent,) = [one for one in found.extents if one.name == str(folder / name)]
    assert extent.start <= at < extent.end
    assert [number for number in range(claim.pieces) if claim.first_difference([number])] == [
        found.piece
    ]


def test_a_piece_that_runs_through_files_names_them_all(folder: Path) -> None:
    put(folder)
    claim = claim_of(folder, Format.V1)
    (folder / "b").write_bytes(b"0123456789")
    a, b, d = (str(folder / name) for name in "abd")
    assert claim.first_difference(range(claim.pieces)) == Difference(
        3, (Extent(a, 3 * PIECE, 3 * PIECE + 5), Extent(b, 0, 10), Extent(d, 0, PIECE - 15))
    )


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_zeros_after_a_file_are_in_no_extent(folder: Path, format_: Format) -> None:
    put(folder)
    claim = claim_of(folder, format_)
    (folder / "b").write_bytes(b"0123456789")
    found = claim.first_difference(range(claim.pieces))
    assert found == Difference(4, (Extent(str(folder / "b"), 0, 10),))


@pytest.mark.parametrize("half", ["v1", "v2"])
def test_both_halves_of_a_hybrid_are_compared(folder: Path, half: str) -> None:
    put(folder)
    rows = rows_of(folder, Format.HYBRID)
    hashes = hashes_of(rows, Format.HYBRID)
    if half == "v1":
        hashes = hashes._replace(pieces=hashes.pieces[:-1] + b"x")
    else:
        hashes = hashes._replace(roots=[*hashes.roots[:-1], bytes(32)])
    claim = Claim.of(rows, PIECE, hashes)
    found = claim.first_difference(range(claim.pieces))
    assert found is not None
    assert found.piece == claim.pieces - 1


def test_a_file_that_shrank_differs(folder: Path) -> None:
    put(folder)
    claim = claim_of(folder, Format.V1)
    (folder / "e").write_bytes(b"")
    assert claim.first_difference([claim.pieces - 1]) is not None


def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    put(folder)
    claim = claim_of(folder, Format.V1)
    (folder / "a").unlink()
    with pytest.raises(ContentError, match=r"cannot read '.*/a'"):
        claim.first_difference([0])


def test_it_can_be_stopped_before_each_piece(folder: Path) -> None:
    put(folder)
    claim, calls = claim_of(folder, Format.V1), []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        claim.first_difference([0, 1, 2], stop)
    assert len(calls) == 2


SEGMENTS = st.lists(
    st.builds(
        Segment,
        st.sampled_from(["", "file"]),
        st.just("file"),
        st.integers(0, 1 << 24) | st.integers(0, 1 << 40),
    ),
    min_size=1,
    max_size=20,
)


@given(SEGMENTS, st.integers(14, 27).map(lambda power: 1 << power))
def test_a_sample_has_both_ends_and_keeps_to_its_bounds(
    segments: list[Segment], piece_length: int
) -> None:
    claim = Claim(segments, piece_length, b"said")
    picked = claim.sample()
    assert picked == sorted({*picked})
    assert all(0 <= number < claim.pieces for number in picked)
    if claim.pieces:
        assert {0, claim.pieces - 1} <= {*picked}
    least = max(LEAST_PIECES, LEAST_BYTES // piece_length, claim.pieces / PART)
    if least * piece_length <= MOST_BYTES:
        assert len(picked) >= min(claim.pieces, least)
    assert len(picked) * piece_length <= max(MOST_BYTES, 2 * piece_length)


def test_a_sample_reads_from_each_of_the_largest_files() -> None:
    large = [Segment(f"large {number}", "", 1 << 32) for number in range(4)]
    small = [Segment(f"small {number}", "", 1 << 20) for number in range(3000)]
    claim = Claim([*small, *large, *small], 1 << 24, b"said")
    picked = claim.sample()
    begin = 3000 << 20
    for number in range(4):
        first = (begin + (number << 32)) >> 24
        last = (begin + (number + 1 << 32) - 1) >> 24
        assert any(first <= piece <= last for piece in picked), number


def test_two_samples_of_much_content_are_not_the_same() -> None:
    claim = Claim([Segment("file", "", 1 << 45)], 1 << 24, b"said")
    assert len({tuple(claim.sample()) for _ in range(5)}) > 1


def test_a_sample_has_a_piece_of_every_file_where_these_are_few() -> None:
    amount = Amount(part=0, surely=LEAST_PIECES, files=300, most_of_each=1 << 26)
    files = [Segment(f"file {number}", "", (number + 2) << 18) for number in range(200)]
    claim = Claim(files, 1 << 18, b"said")
    picked = claim.sample(amount)
    assert len(picked) == 202
    begin = 0
    for file in files:
        end = begin + file.length
        assert any(begin <= piece << 18 < end for piece in picked), file.path
        begin = end


def test_a_sample_has_no_piece_of_every_file_where_that_would_be_much() -> None:
    amount = Amount(part=0, surely=LEAST_PIECES, files=300, most_of_each=1 << 26)
    files = [Segment(f"file {number}", "", 1 << 26) for number in range(200)]
    assert len(Claim(files, 1 << 24, b"said").sample(amount)) == LEAST_PIECES


def test_large_pieces_are_taken_in_the_number_that_is_sure() -> None:
    claim = Claim([Segment("file", "", 1 << 40)], 1 << 27, b"said")
    assert len(claim.sample(Amount(part=0, surely=LEAST_PIECES))) == LEAST_PIECES
    assert len(claim.sample()) == 2
