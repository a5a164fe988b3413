"""How long to wait before the next try or the next look."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def growing_pauses(first: float = 0.1, most: float = 5.0) -> Iterator[float]:
    """Seconds without end: doubling from ``first`` up to ``most``, each with a quarter's jitter."""
    pause = first
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
        pause = min(pause * 2, most)


class Looks:
    """Looks at something that changes, with growing pauses between them, for some seconds."""

    def __init__(self, within: float, *, first: float, most: float) -> None:
        self._within = within
        self._pauses = growing_pauses(first, most)
        self.start_over()

    def start_over(self) -> None:
        """Have all the time again."""
        self._until = time.monotonic() + self._within

    @property
    def are_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._until

    async def pause(self) -> None:
        """Wait for the next look."""
        await asyncio.sleep(next(self._pauses))

    async def another(self) -> bool:
        """Whether there is time for another look, which is due now, after a pause."""
        if self.are_over:
            return False
        await self.pause()
        return True
