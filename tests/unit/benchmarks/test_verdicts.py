"""A bar is passed, missed, or not measured, and never taken for passed by default."""

from __future__ import annotations

import pytest
from benchmarks.figures import Figure, Figures
from benchmarks.timed import Run
from benchmarks.verdicts import BARS, Bar, Verdict, judge


def figures(**rates: float) -> Figures:
    """One big file, v1, hashed at these rates."""
    return Figures(
        tuple(
            Figure.of("big", "v1", name.replace("_", "-"), 1000, [Run(1000 / rate, 1, rate=rate)])
            for name, rate in rates.items()
        )
    )


@pytest.mark.parametrize(
    ("measured", "at_most", "passed"),
    [
        (2.0, False, True),
        (1.9, False, False),
        (2.0, True, True),
        (2.1, True, False),
        (None, False, None),
        (None, True, None),
    ],
)
def test_the_line_itself_is_passed(
    measured: float | None, at_most: bool, passed: bool | None
) -> None:
    bar = Bar("promise", lambda _: measured, 2.0, at_most=at_most)
    assert Verdict(bar, measured).passed is passed


def test_nothing_measured_passes_nothing() -> None:
    assert {verdict.word for verdict in judge(Figures(()))} == {"not measured"}


def test_the_fastest_peer_is_the_one_compared_with() -> None:
    verdicts = judge(figures(seedwright=800, mkbrr=100, mktorrent=200, torf_cli=150))
    assert verdicts[0].measured == pytest.approx(4.0)
    assert verdicts[0].passed


def test_libtorrent_is_no_bar_for_v1() -> None:
    verdicts = judge(figures(seedwright=800, mkbrr=100, libtorrent=400))
    assert verdicts[0].measured == pytest.approx(8.0)


def test_every_bar_has_a_promise_of_its_own() -> None:
    assert len({bar.promise for bar in BARS}) == len(BARS)
