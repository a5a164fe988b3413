"""Tables, for a terminal and for a page, and the numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = "–"

Rows = list[list[str]]


def in_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table for a terminal: the first column to the left, all others to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    )


def in_markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table for a page, aligned the same way."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def seconds(value: float | None) -> str:
    """Seconds with as many digits as were measured: ``0.083``, ``2.41``."""
    if value is None:
        return NOTHING
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def gigabytes(rate: float | None) -> str:
    """Bytes/s as GB/s, without the unit."""
    return NOTHING if rate is None else f"{rate / 1e9:.2f}"


def megabytes(size: int) -> str:
    """Bytes as MB, without the unit."""
    return f"{size / 1e6:.0f}"


def times(value: float | None) -> str:
    """A ratio: ``4.12 ×``."""
    return NOTHING if value is None else f"{value:.2f} ×"
