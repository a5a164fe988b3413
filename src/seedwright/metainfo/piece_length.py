"""Which piece length a torrent gets; docs/PIECE_LENGTH.md explains why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.errors import UsageError
from seedwright.metainfo.pieces import (
    MAX_PIECE_LENGTH,
    MIN_PIECE_LENGTH,
    check_piece_length,
    format_size,
    piece_count,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SMALLEST_DEFAULT = 32 * 1024
"""32 KiB: the default for content of up to 64 MiB."""

LARGEST_DEFAULT = 16 * 1024 * 1024
"""16 MiB: the default for content of more than 16 GiB, and as much as most trackers allow."""

MOST_PIECES = 2048
"""How many pieces a default makes at most, until LARGEST_DEFAULT makes more of them."""


def choose_piece_length(
    size: int,
    torrent_size: Callable[[int], int],
    *,
    asked: int | None = None,
    count: int | None = None,
    at_most: int | None = None,
    max_torrent_size: int | None = None,
) -> int:
    """The piece length, in bytes, for content of ``size`` bytes.

    It is ``asked`` where that is given; or else the one that comes nearest to ``count`` pieces; or
    else the default. One that is chosen is at most ``at_most``, which also replaces LARGEST_DEFAULT,
    and grows until the ``.torrent`` has at most ``max_torrent_size`` bytes; ``torrent_size`` gives
    its size for a piece length.

    Raises UsageError for an invalid length, a count below 1, a length with a count, and a limit that
    cannot be kept.
    """
    check_asked(asked, count)
    if asked is not None:
        first = last = check_piece_length(asked)
    else:
        last = at_most or MAX_PIECE_LENGTH
        usual = default_piece_length(size, at_most=at_most or LARGEST_DEFAULT)
        first = usual if count is None else min(length_for_count(size, count), last)
    if max_torrent_size is None:
        return first
    return smallest_that_fits(max_torrent_size, torrent_size, at_least=first, at_most=last)


def default_piece_length(size: int, *, at_most: int = LARGEST_DEFAULT) -> int:
    """The smallest piece length from SMALLEST_DEFAULT on that makes up to MOST_PIECES of ``size``.

    It ends at ``at_most``, for trackers that allow more or less than LARGEST_DEFAULT.
    """
    length = SMALLEST_DEFAULT
    while length < at_most and piece_count(size, length) > MOST_PIECES:
        length *= 2
    return min(length, at_most)


def length_for_count(size: int, count: int) -> int:
    """The piece length whose number of pieces of ``size`` bytes is nearest to ``count``, by ratio.

    Raises UsageError for a count below 1.
    """
    check_asked(None, count)
    length = MIN_PIECE_LENGTH
    # length * sqrt(2) is as far from one power of two as from the next: compared in squares.
    while length < MAX_PIECE_LENGTH and 2 * (length * count) ** 2 <= size**2:
        length *= 2
    return length


def check_asked(asked: int | None, count: int | None) -> None:
    """Nothing when the piece length and the number of pieces are possible; else UsageError."""
    if asked is not None and count is not None:
        raise UsageError(
            "a piece length and a number of pieces cannot be combined", hint="use one of them"
        )
    if count is not None and count < 1:
        raise UsageError(f"a torrent cannot have {count} pieces", hint="use 1 piece or more")


def smallest_that_fits(
    max_torrent_size: int,
    torrent_size: Callable[[int], int],
    *,
    at_least: int = MIN_PIECE_LENGTH,
    at_most: int = MAX_PIECE_LENGTH,
) -> int:
    """The smallest piece length whose ``.torrent`` has at most ``max_torrent_size`` bytes.

    Only powers of two from ``at_least`` to ``at_most`` are tried, with the size that
    ``torrent_size`` gives for each. Raises UsageError when none of them fits.
    """
    length = at_least
    while (needed := torrent_size(length)) > max_torrent_size:
        if length >= at_most:
            raise UsageError(
                f"with pieces of {format_size(length)} the .torrent has {needed} bytes, more than"
                f" the limit of {max_torrent_size}",
                hint="raise the limit, use longer pieces, or make several torrents"
                if at_most < MAX_PIECE_LENGTH
                else "raise the limit, or make several torrents: pieces cannot be longer",
            )
        length *= 2
    return length
