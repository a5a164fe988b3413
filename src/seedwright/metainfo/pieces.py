"""Piece lengths and sizes: reading them, checking them, showing them."""

from __future__ import annotations

import re

from seedwright.errors import UsageError

MIN_PIECE_LENGTH = 16 * 1024
"""16 KiB, the smallest piece BEP 52 allows."""

MAX_PIECE_LENGTH = 128 * 1024 * 1024
"""128 MiB, the largest piece libtorrent makes and loads."""

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_NEXT_UNIT = 1023.95  # rounds to 1024.0
_SIZE = r"(?i)([0-9]{1,18})\s*(?:([KMGTP])(?:I?B)?|B)?"


def parse_size(text: str) -> int:
    """The bytes that ``text`` means: ``"4MiB"``, ``"4 M"``, ``"16k"``, ``"4194304"``.

    Every unit is a power of 1024, ``MB`` as much as ``MiB``: that is what is meant where torrents
    are made. Raises UsageError for anything else, fractions and signs included.
    """
    match = re.fullmatch(_SIZE, text.strip())
    if match is None:
        raise UsageError(
            f"{text!r} is not a valid size",
            hint="write a whole number and a unit, such as 512KiB or 4MiB",
        )
    number, prefix = match.groups()
    power = " KMGTP".index(prefix.upper()) if prefix else 0
    return int(number) << (10 * power)


def format_size(n: int) -> str:
    """``n`` bytes for people: ``"512 B"``, ``"4 MiB"``, ``"1.5 GiB"``, one decimal at most."""
    value, unit = float(n), 0
    while value >= _NEXT_UNIT and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f}".removesuffix(".0") + f" {_UNITS[unit]}"


def check_piece_length(n: int) -> int:
    """``n`` itself, when a torrent can have pieces of ``n`` bytes.

    Raises UsageError unless ``n`` is a power of two from MIN_PIECE_LENGTH to MAX_PIECE_LENGTH;
    the hint names the two nearest lengths that are.
    """
    if MIN_PIECE_LENGTH <= n <= MAX_PIECE_LENGTH and n.bit_count() == 1:
        return n
    below = 1 << max(n.bit_length() - 1, 0)
    below = min(max(below, MIN_PIECE_LENGTH), MAX_PIECE_LENGTH // 2)
    raise UsageError(
        f"a piece length of {n} bytes is not a power of two from "
        f"{format_size(MIN_PIECE_LENGTH)} to {format_size(MAX_PIECE_LENGTH)}",
        hint=f"use {format_size(below)} or {format_size(2 * below)}",
    )


def piece_count(total: int, piece_length: int) -> int:
    """How many pieces of ``piece_length`` bytes hold ``total`` bytes; the last may be short."""
    return -(-total // piece_length)
