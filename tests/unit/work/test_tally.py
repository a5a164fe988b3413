from __future__ import annotations

import pytest

from seedwright.work import tally as tally_module
from seedwright.work.tally import Tally
from tests.unit.cli.builders import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tally_module, "time", clock)
    return clock


def counted(jobs: int, **counts: int) -> Tally:
    """A tally of so many of each status, those that are made of half a MiB each."""
    tally = Tally(jobs)
    for status, count in counts.items():
        for _ in range(count):
            tally.add(status, 0 if status == "failed" else 1 << 19)
    return tally


def test_the_summary_says_what_came_of_all(clock: Clock) -> None:
    tally = counted(23, made=18, done=4, failed=1)
    clock.now = 720.0
    assert tally.summary == "made 18, already there 4, failed 1 of 23, 9 MiB in 12 min"


@pytest.mark.parametrize(
    ("jobs", "counts", "words"),
    [
        (5, {"made": 5}, "made 5 of 5, 2.5 MiB in 0 ms"),
        (5, {"done": 5}, "already there 5 of 5, 0 ms"),
        (5, {"failed": 5}, "failed 5 of 5, 0 ms"),
        (5, {"planned": 3, "done": 2}, "would make 3, already there 2 of 5, 1.5 MiB in 0 ms"),
        (5, {"made": 2}, "made 2, left 3 of 5, 1 MiB in 0 ms"),
        (5, {}, "left 5 of 5, 0 ms"),
    ],
)
def test_the_summary_leaves_out_what_there_is_none_of(
    clock: Clock, jobs: int, counts: dict[str, int], words: str
) -> None:
    assert counted(jobs, **counts).summary == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0414, "41 ms"),
        (1.0, "1 s"),
        (59.4, "59 s"),
        (60.0, "1 min"),
        (3569.0, "59 min"),
        (3600.0, "1 h 0 min"),
        (12_000.0, "3 h 20 min"),
    ],
)
def test_a_time_is_told_as_people_say_it(clock: Clock, seconds: float, words: str) -> None:
    tally = counted(1, done=1)
    clock.now = seconds
    assert tally.summary == f"already there 1 of 1, {words}"


def test_the_numbers_for_programs_add_up(clock: Clock) -> None:
    tally = counted(9, made=2, done=1, failed=3)
    clock.now = 2.0
    assert tally.as_dict() == {
        "counts": {"jobs": 9, "made": 2, "planned": 0, "done": 1, "failed": 3, "left": 3},
        "bytes": 1 << 20,
        "seconds": 2.0,
    }
    assert tally.rate == 1 << 19
