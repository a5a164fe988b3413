"""What is hashed: each kind of content, its formats and its piece length."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from benchmarks.content import Layout

Form = Literal["v1", "v2", "hybrid"]
FORMATS: tuple[Form, ...] = ("v1", "v2", "hybrid")
TINY, BIG, SEASON, MANY, COLD = "tiny", "big", "season", "many", "cold"

# As the peers draw the line: mkbrr takes no less than 64 KiB.
_SMALLEST_PIECE = 1 << 16
_LARGEST_PIECE = 1 << 22


@dataclass(frozen=True)
class Scenario:
    """One content; ``forced`` takes in Seedwright held to each of its slower paths."""

    name: str
    title: str
    layout: Layout
    formats: tuple[Form, ...]
    forced: bool = False
    cold: bool = False

    @property
    def piece_length(self) -> int:
        """The piece length in bytes that every tool gets.

        At most a 1024th of the content, because torf-cli can lower its own choice and not raise it.
        """
        length = _LARGEST_PIECE
        while length > _SMALLEST_PIECE and length * 1024 > self.layout.size:
            length //= 2
        return length


def scenarios(size: int, cold_size: int, files: int) -> dict[str, Scenario]:
    """All scenarios by name; SIZE (of the season, a quarter) and COLD_SIZE in bytes, FILES of many."""
    lengths = random.Random(MANY)
    many = tuple(
        (f"{number // 100:03}/{number:05}.bin", lengths.randrange(16_000, 20_001))
        for number in range(files)
    )
    season = tuple((f"Episode {number:02}.mkv", size // 96) for number in range(1, 25))
    all_ = (
        Scenario(TINY, "a tiny file", Layout("tiny.bin", (("", 20_000),)), ("v1",)),
        Scenario(BIG, "one big file", Layout("big.bin", (("", size),)), FORMATS, forced=True),
        Scenario(SEASON, "a season of 24 files", Layout("season", season), FORMATS),
        Scenario(MANY, f"{files:,} small files", Layout("many", many), FORMATS),
        Scenario(
            COLD, "a file on disk", Layout("cold.bin", (("", cold_size),)), ("v1",), cold=True
        ),
    )
    return {scenario.name: scenario for scenario in all_}
