"""How long to wait before the next try or the next look."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def growing_pauses(first: float = 0.1, most: float = 5.0) -> Iterator[float]:
    """Seconds without end: doubling from ``first`` up to ``most``, each with a quarter's jitter."""
    pause = first
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
        pause = min(pause * 2, most)
