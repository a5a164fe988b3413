"""The bars that Seedwright is held against, and whether it passes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.contenders import DD, LIBTORRENT, MKBRR, MKTORRENT, SEEDWRIGHT, TORF
from benchmarks.figures import Figures, ratio
from benchmarks.scenarios import BIG, COLD, MANY, TINY

if TYPE_CHECKING:
    from collections.abc import Callable

START_UP = "start-up"
IMPORT_TORF = "import torf"
HELP = "seedwright --help"

_V1_PEERS = (MKBRR, MKTORRENT, TORF)


@dataclass(frozen=True)
class Bar:
    """A promise, how it is measured, and where the line is; ``unit`` follows the numbers."""

    promise: str
    measure: Callable[[Figures], float | None]
    bound: float
    unit: str = "×"
    at_most: bool = False


@dataclass(frozen=True)
class Verdict:
    """A bar and what was measured; None where something it needs was not."""

    bar: Bar
    measured: float | None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is passed, or None when that is not known."""
        if self.measured is None:
            return None
        if self.bar.at_most:
            return self.measured <= self.bar.bound
        return self.measured >= self.bar.bound

    @property
    def word(self) -> str:
        """``passed``, ``MISSED`` or ``not measured``."""
        return {True: "passed", False: "MISSED", None: "not measured"}[self.passed]


def judge(figures: Figures) -> list[Verdict]:
    """A verdict on every bar."""
    return [Verdict(bar, bar.measure(figures)) for bar in BARS]


def _rate_to_fastest(contender: str) -> Callable[[Figures], float | None]:
    def measure(figures: Figures) -> float | None:
        rates = [figures.rate(BIG, "v1", peer) for peer in _V1_PEERS]
        fastest = max((rate for rate in rates if rate), default=None)
        return ratio(figures.rate(BIG, "v1", contender), fastest)

    return measure


def _seconds_to_fastest(figures: Figures) -> float | None:
    spent = [figures.seconds(BIG, "v1", peer) for peer in _V1_PEERS]
    fastest = min((seconds for seconds in spent if seconds), default=None)
    return ratio(fastest, figures.seconds(BIG, "v1", SEEDWRIGHT))


def _rate_to_libtorrent(form: str) -> Callable[[Figures], float | None]:
    return lambda figures: ratio(
        figures.rate(BIG, form, SEEDWRIGHT), figures.rate(BIG, form, LIBTORRENT)
    )


BARS = (
    Bar(
        "v1, one big file: hashing rate, to the fastest of mkbrr, mktorrent and torf-cli",
        _rate_to_fastest(SEEDWRIGHT),
        4.0,
    ),
    Bar("v1, one big file: the whole process, to the fastest of them", _seconds_to_fastest, 3.5),
    Bar(
        "v1, one big file, held to AVX2: hashing rate, to the fastest of them",
        _rate_to_fastest(f"{SEEDWRIGHT}, avx2"),
        1.6,
    ),
    Bar(
        "v1, one big file, held to SHA-NI: hashing rate, to the fastest of them",
        _rate_to_fastest(f"{SEEDWRIGHT}, shani"),
        1.0,
    ),
    Bar(
        "v2, one big file: hashing rate, to libtorrent",
        _rate_to_libtorrent("v2"),
        5.0,
    ),
    Bar(
        "hybrid, one big file: hashing rate, to libtorrent",
        _rate_to_libtorrent("hybrid"),
        6.0,
    ),
    Bar(
        "v1, many small files: the whole process, to mkbrr",
        lambda figures: ratio(
            figures.seconds(MANY, "v1", MKBRR), figures.seconds(MANY, "v1", SEEDWRIGHT)
        ),
        1.0,
    ),
    Bar(
        "a tiny file: the whole process",
        lambda figures: figures.seconds(TINY, "v1", SEEDWRIGHT),
        0.2,
        "s",
        at_most=True,
    ),
    Bar(
        "a tiny file: the whole process, to `import torf` in a Python of its own",
        lambda figures: ratio(
            figures.seconds(TINY, "v1", SEEDWRIGHT), figures.seconds(START_UP, "", IMPORT_TORF)
        ),
        1.0,
        at_most=True,
    ),
    Bar(
        "v1, a file on disk: hashing rate, to what dd reads",
        lambda figures: ratio(figures.rate(COLD, "v1", SEEDWRIGHT), figures.rate(COLD, "v1", DD)),
        0.95,
    ),
)
