from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import UsageError
from seedwright.metainfo.pieces import (
    MAX_PIECE_LENGTH,
    MIN_PIECE_LENGTH,
    check_piece_length,
    format_size,
    parse_size,
    piece_count,
)

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4MiB", 4 * MIB),
        ("4 MiB", 4 * MIB),
        ("  4  mib ", 4 * MIB),
        ("4M", 4 * MIB),
        ("4MB", 4 * MIB),
        ("16k", 16 * KIB),
        ("16KB", 16 * KIB),
        ("1g", GIB),
        ("1GiB", GIB),
        ("2T", 2 * 1024 * GIB),
        ("4194304", 4 * MIB),
        ("512 B", 512),
        ("0", 0),
    ],
)
def test_a_size_is_read_with_binary_units(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "MiB", "-4M", "+4M", "1.5M", "4 X", "4iB", "4 Mi", "4M B", "0x10", "٤M", "9" * 19]
)
def test_what_is_not_a_size_is_named(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert repr(text) in caught.value.message
    assert "512KiB" in caught.value.hint


@given(st.text())
def test_any_text_is_a_size_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert parse_size(text) >= 0


@given(st.integers(0, 999), st.sampled_from(["", "K", "M", "G"]), st.sampled_from(["", "B", "iB"]))
def test_case_never_matters(number: int, prefix: str, suffix: str) -> None:
    unit = prefix + (suffix if prefix else suffix.removeprefix("i"))
    assert parse_size(f"{number}{unit.lower()}") == parse_size(f"{number} {unit.upper()}")


@given(st.integers(0, 1023), st.integers(0, 5))
def test_a_whole_number_of_units_reads_back(number: int, power: int) -> None:
    size = number << (10 * power)
    assert parse_size(format_size(size)) == size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (4 * MIB, "4 MiB"),
        (GIB + GIB // 2, "1.5 GiB"),
        (MIB - 1, "1 MiB"),
        (1024**5, "1 PiB"),
        (1024**6, "1024 PiB"),
    ],
)
def test_a_size_is_shown_in_the_largest_unit_with_one_decimal(size: int, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize("power", range(14, 28))
def test_every_power_of_two_within_bounds_is_a_piece_length(power: int) -> None:
    assert check_piece_length(1 << power) == 1 << power


@pytest.mark.parametrize(
    ("length", "nearest"),
    [
        (12345, "16 KiB or 32 KiB"),
        (MIN_PIECE_LENGTH - 1, "16 KiB or 32 KiB"),
        (MIN_PIECE_LENGTH // 2, "16 KiB or 32 KiB"),
        (MIN_PIECE_LENGTH + 1, "16 KiB or 32 KiB"),
        (3 * MIB, "2 MiB or 4 MiB"),
        (MAX_PIECE_LENGTH - 1, "64 MiB or 128 MiB"),
        (MAX_PIECE_LENGTH + 1, "64 MiB or 128 MiB"),
        (2 * MAX_PIECE_LENGTH, "64 MiB or 128 MiB"),
        (0, "16 KiB or 32 KiB"),
        (-MIN_PIECE_LENGTH, "16 KiB or 32 KiB"),
    ],
)
def test_a_wrong_piece_length_comes_with_the_nearest_right_ones(length: int, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_piece_length(length)
    assert str(length) in caught.value.message
    assert nearest in caught.value.hint


@pytest.mark.parametrize(
    ("total", "count"), [(0, 0), (1, 1), (KIB - 1, 1), (KIB, 1), (KIB + 1, 2), (10 * KIB, 10)]
)
def test_the_last_piece_may_be_short(total: int, count: int) -> None:
    assert piece_count(total, KIB) == count
