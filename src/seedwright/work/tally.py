"""How far the torrents of one command are, in numbers: for the table, the summary and the report."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from seedwright.metainfo.pieces import format_size

_WORDS = {
    "made": "made",
    "planned": "would make",
    "done": "already there",
    "failed": "failed",
    "left": "left",
}
"""What is said of the torrents of each status."""


class Tally:
    """Counts torrents by their status, and the bytes of content that were made into some."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.bytes = 0
        self._by_status: Counter[str] = Counter()
        self._began = time.monotonic()

    def add(self, status: str, size: int) -> None:
        """Count one torrent, made of so many bytes."""
        self._by_status[status] += 1
        if status != "done":
            self.bytes += size

    @property
    def counts(self) -> dict[str, int]:
        """How many torrents there are of each status, ``left`` those that have none yet."""
        left = self.jobs - self._by_status.total()
        return {**dict.fromkeys(_WORDS, 0), **self._by_status, "left": left}

    @property
    def seconds(self) -> float:
        """How long it has been."""
        return time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Bytes a second, over all."""
        return self.bytes / (self.seconds or 1.0)

    @property
    def in_words(self) -> str:
        """Such as: made 18, already there 4, failed 1 of 23."""
        counts = self.counts
        said = [f"{words} {counts[status]}" for status, words in _WORDS.items() if counts[status]]
        return f"{', '.join(said) or 'made 0'} of {self.jobs}"

    @property
    def summary(self) -> str:
        """The words in the end: with the bytes, and the time that it took."""
        spent = f"{format_size(self.bytes)} in " if self.bytes else ""
        return f"{self.in_words}, {spent}{_span(self.seconds)}"

    def as_dict(self) -> dict[str, Any]:
        """The numbers for the report."""
        counts = {"jobs": self.jobs, **self.counts}
        return {"counts": counts, "bytes": self.bytes, "seconds": round(self.seconds, 3)}


def _span(seconds: float) -> str:
    """The time as people say it, in one unit or two: 40 ms, 12 s, 12 min, 3 h 20 min."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
