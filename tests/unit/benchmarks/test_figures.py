"""Medians, rates and ratios are what the pages say they are."""

from __future__ import annotations

import pytest
from benchmarks.figures import Figure, Figures, ratio
from benchmarks.timed import Run


def figure(scenario: str, contender: str, *seconds: float, rate: float | None = None) -> Figure:
    runs = [Run(spent, 10, rate=rate) for spent in seconds]
    return Figure.of(scenario, "v1", contender, 1000, runs)


def test_the_median_of_the_rounds_counts() -> None:
    assert figure("big", "mkbrr", 9.0, 1.0, 2.0).spent == 2.0


def test_the_highest_peak_counts() -> None:
    runs = [Run(1.0, 10), Run(1.0, 30), Run(1.0, 20)]
    assert Figure.of("big", "v1", "mkbrr", 1000, runs).peak == 30


def test_a_rate_leaves_out_the_tools_own_start_up() -> None:
    figures = Figures((figure("tiny", "mkbrr", 0.5), figure("big", "mkbrr", 2.5)))
    assert figures.rate("big", "v1", "mkbrr") == 500


def test_another_tools_start_up_is_not_taken_off() -> None:
    figures = Figures((figure("tiny", "torf-cli", 0.5), figure("big", "mkbrr", 2.0)))
    assert figures.rate("big", "v1", "mkbrr") == 500


def test_a_tool_held_to_a_path_starts_as_it_does_without() -> None:
    figures = Figures((figure("tiny", "ours", 0.5), figure("big", "ours, avx2", 2.5)))
    assert figures.rate("big", "v1", "ours, avx2") == 500


def test_a_rate_that_was_told_goes_before_the_difference() -> None:
    figures = Figures((figure("tiny", "ours", 0.5), figure("big", "ours", 2.5, rate=700)))
    assert figures.rate("big", "v1", "ours") == 700


def test_no_rate_comes_of_less_than_the_start_up() -> None:
    figures = Figures((figure("tiny", "mkbrr", 0.5), figure("big", "mkbrr", 0.4)))
    assert figures.rate("big", "v1", "mkbrr") is None


def test_the_tiny_file_has_no_rate_by_difference() -> None:
    tiny = figure("tiny", "mkbrr", 0.5)
    assert Figures((tiny,)).rate_by_difference(tiny) is None


@pytest.mark.parametrize(("upper", "lower"), [(None, 1.0), (1.0, None), (1.0, 0.0)])
def test_there_is_no_ratio_to_what_is_not_known(upper: float | None, lower: float | None) -> None:
    assert ratio(upper, lower) is None
