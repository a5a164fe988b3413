from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import UsageError
from seedwright.metainfo.piece_length import (
    LARGEST_DEFAULT,
    choose_piece_length,
    default_piece_length,
    length_for_count,
    smallest_that_fits,
)
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH, MIN_PIECE_LENGTH, piece_count

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# Up to how many MiB of content (the last row: any) each piece length, a power of two, is for.
PUBLISHED = [(64, 15), (128, 16), (256, 17), (512, 18), (1024, 19), (2048, 20), (4096, 21)]
PUBLISHED += [(8192, 22), (16384, 23), (32768, 24), (65536, 25), (131072, 26), (1 << 30, 27)]

lengths = st.sampled_from([MIN_PIECE_LENGTH << power for power in range(14)])


def no_limit(_piece_length: int) -> int:
    raise AssertionError("the size of the torrent does not count here")


@pytest.mark.parametrize(("mebibytes", "power"), PUBLISHED[:9])
def test_the_default_doubles_with_the_content(mebibytes: int, power: int) -> None:
    assert default_piece_length(mebibytes * MIB) == 1 << power
    assert default_piece_length(mebibytes * MIB + 1) == 2 << power


@pytest.mark.parametrize("size", [0, 1, 32 * KIB, 64 * MIB])
def test_small_content_gets_the_smallest_default(size: int) -> None:
    assert default_piece_length(size) == 32 * KIB


@pytest.mark.parametrize("size", [32 * GIB, 32 * GIB + 1, 1 << 50])
def test_the_default_ends_at_16_mib(size: int) -> None:
    assert default_piece_length(size) == LARGEST_DEFAULT == 16 * MIB


@pytest.mark.parametrize(("mebibytes", "power"), PUBLISHED)
def test_a_tracker_that_allows_more_gets_the_rest_of_the_table(mebibytes: int, power: int) -> None:
    assert default_piece_length(mebibytes * MIB, at_most=MAX_PIECE_LENGTH) == 1 << power


def test_a_tracker_that_allows_less_gets_less() -> None:
    assert default_piece_length(32 * GIB, at_most=8 * MIB) == 8 * MIB
    assert default_piece_length(1, at_most=16 * KIB) == 16 * KIB


@pytest.mark.parametrize(
    ("size", "count", "length"),
    [
        (GIB, 1024, MIB),
        (GIB, 1000, MIB),
        (GIB, 725, MIB),
        (GIB, 724, 2 * MIB),
        (GIB, 1, MAX_PIECE_LENGTH),
        (GIB, 1 << 40, MIN_PIECE_LENGTH),
        (0, 1, MIN_PIECE_LENGTH),
        (1 << 62, 1000, MAX_PIECE_LENGTH),
    ],
)
def test_a_number_of_pieces_is_met_as_nearly_as_can_be(size: int, count: int, length: int) -> None:
    assert length_for_count(size, count) == length


@given(st.integers(1, 1 << 50), st.integers(1, 1 << 20))
def test_no_other_piece_length_comes_nearer_to_the_count(size: int, count: int) -> None:
    def distance(length: int) -> float:
        ratio = size / length / count
        return max(ratio, 1 / ratio)

    chosen = length_for_count(size, count)
    nearest = min(distance(MIN_PIECE_LENGTH << power) for power in range(14))
    assert distance(chosen) == pytest.approx(nearest)


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_pieces_than_one_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match=f"cannot have {count} pieces"):
        length_for_count(GIB, count)


@given(st.integers(1, 1 << 44), st.integers(1, 1 << 24), lengths, lengths)
def test_the_smallest_length_that_fits_is_found(
    size: int, limit: int, at_least: int, at_most: int
) -> None:
    def torrent_size(piece_length: int) -> int:
        return 100 + 20 * piece_count(size, piece_length)

    fitting = [
        length
        for length in (MIN_PIECE_LENGTH << power for power in range(14))
        if at_least <= length <= max(at_least, at_most) and torrent_size(length) <= limit
    ]
    if fitting:
        chosen = smallest_that_fits(limit, torrent_size, at_least=at_least, at_most=at_most)
        assert chosen == fitting[0]
    else:
        with pytest.raises(UsageError, match="more than"):
            smallest_that_fits(limit, torrent_size, at_least=at_least, at_most=at_most)


def test_a_torrent_of_exactly_the_limit_fits() -> None:
    sizes = {MIN_PIECE_LENGTH: 101, 2 * MIN_PIECE_LENGTH: 100}
    assert smallest_that_fits(101, sizes.__getitem__) == MIN_PIECE_LENGTH
    assert smallest_that_fits(100, sizes.__getitem__) == 2 * MIN_PIECE_LENGTH


def test_a_limit_that_cannot_be_kept_tells_what_is_needed() -> None:
    with pytest.raises(UsageError) as caught:
        smallest_that_fits(99, lambda _: 100)
    assert caught.value.message == (
        "with pieces of 128 MiB the .torrent has 100 bytes, more than the limit of 99"
    )
    assert "cannot be longer" in caught.value.hint


def test_nothing_asked_for_gives_the_default() -> None:
    assert choose_piece_length(GIB, no_limit) == 512 * KIB


def test_what_is_asked_for_is_taken() -> None:
    assert choose_piece_length(GIB, no_limit, asked=16 * KIB) == 16 * KIB


def test_a_count_is_aimed_at() -> None:
    assert choose_piece_length(GIB, no_limit, count=128) == 8 * MIB


def test_what_cannot_be_a_piece_length_is_refused() -> None:
    with pytest.raises(UsageError, match="12345"):
        choose_piece_length(GIB, no_limit, asked=12345)


def test_a_length_and_a_count_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot be combined"):
        choose_piece_length(GIB, no_limit, asked=MIB, count=100)


@pytest.mark.parametrize("count", [None, 2048])
def test_a_limit_raises_the_length_and_never_lowers_it(count: int | None) -> None:
    def torrent_size(piece_length: int) -> int:
        return 20 * piece_count(GIB, piece_length)

    for limit, length in [(1 << 30, 512 * KIB), (40960, 512 * KIB), (40959, MIB)]:
        chosen = choose_piece_length(GIB, torrent_size, count=count, max_torrent_size=limit)
        assert chosen == length


@pytest.mark.parametrize("bound", [16 * KIB, 256 * KIB, 512 * KIB, 64 * MIB])
def test_a_bound_holds_for_every_length_that_is_chosen(bound: int) -> None:
    assert choose_piece_length(GIB, no_limit, at_most=bound) == min(bound, 512 * KIB)
    assert choose_piece_length(GIB, no_limit, count=2048, at_most=bound) == min(bound, 512 * KIB)
    assert choose_piece_length(GIB, no_limit, asked=MIB, at_most=bound) == MIB
    with pytest.raises(UsageError, match="more than the limit of 9"):
        choose_piece_length(GIB, lambda _: 10, at_most=bound, max_torrent_size=9)


def test_a_bound_takes_the_place_of_the_one_of_16_mib() -> None:
    assert choose_piece_length(100 * GIB, no_limit, at_most=128 * MIB) == 64 * MIB


def test_a_length_that_was_asked_for_is_not_raised() -> None:
    assert choose_piece_length(GIB, lambda _: 9, asked=MIB, max_torrent_size=9) == MIB
    with pytest.raises(UsageError, match="with pieces of 1 MiB") as caught:
        choose_piece_length(GIB, lambda _: 10, asked=MIB, max_torrent_size=9)
    assert "longer pieces" in caught.value.hint
