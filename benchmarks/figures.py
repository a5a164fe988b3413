"""What was measured: medians, hashing rates and ratios."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.scenarios import TINY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.timed import Run


@dataclass(frozen=True)
class Figure:
    """The rounds of one contender at one format of one scenario.

    ``size`` is in bytes; ``seconds`` of whole processes, ``peaks`` of memory in bytes and ``told``
    rates in bytes/s stand in the order of the rounds, and ``told`` is empty for most tools.
    """

    scenario: str
    form: str
    contender: str
    size: int
    seconds: tuple[float, ...]
    peaks: tuple[int, ...]
    told: tuple[float, ...] = ()

    @classmethod
    def of(cls, scenario: str, form: str, contender: str, size: int, runs: Iterable[Run]) -> Figure:
        """The runs of the rounds, put together."""
        runs = tuple(runs)
        return cls(
            scenario,
            form,
            contender,
            size,
            tuple(round(run.seconds, 4) for run in runs),
            tuple(run.peak for run in runs),
            tuple(run.rate for run in runs if run.rate is not None),
        )

    @property
    def spent(self) -> float:
        """The median of the seconds."""
        return median(self.seconds)

    @property
    def peak(self) -> int:
        """The highest peak of memory, in bytes."""
        return max(self.peaks)

    def as_dict(self) -> dict[str, Any]:
        """The figure as ``hashing.json`` has it."""
        return asdict(self) | {"median_seconds": self.spent}


@dataclass(frozen=True)
class Figures:
    """All that was measured."""

    rows: tuple[Figure, ...]

    def find(self, scenario: str, form: str, contender: str) -> Figure | None:
        """The figure, or None where it was not measured."""
        wanted = (scenario, form, contender)
        rows = (row for row in self.rows if (row.scenario, row.form, row.contender) == wanted)
        return next(rows, None)

    def of(self, scenario: str, form: str) -> list[Figure]:
        """The figures of all contenders there, in the order they were measured in."""
        return [row for row in self.rows if (row.scenario, row.form) == (scenario, form)]

    def seconds(self, scenario: str, form: str, contender: str) -> float | None:
        """The median of the whole process."""
        found = self.find(scenario, form, contender)
        return found.spent if found else None

    def rate(self, scenario: str, form: str, contender: str) -> float | None:
        """The hashing rate in bytes/s: as the tool told it, or else by the difference."""
        found = self.find(scenario, form, contender)
        if found is None:
            return None
        return median(found.told) if found.told else self.rate_by_difference(found)

    def rate_by_difference(self, figure: Figure) -> float | None:
        """Size over the seconds without the same tool's for the tiny file, in bytes/s.

        A tool held to one of its paths (``NAME, PATH``) starts as it does without. None for the
        tiny file itself, and where that leaves no time.
        """
        start_up = self.seconds(TINY, "v1", figure.contender.partition(",")[0]) or 0.0
        hashing = figure.spent - start_up
        return figure.size / hashing if figure.scenario != TINY and hashing > 0 else None


def ratio(upper: float | None, lower: float | None) -> float | None:
    """Their quotient, or None where either is not known."""
    return upper / lower if upper is not None and lower else None
