from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from seedwright.work.in_order import THREADS, InOrder

if TYPE_CHECKING:
    from collections.abc import Callable


class Told:
    """What has been told, in its order."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[int, object]] = []

    def __call__(self, number: int, outcome: Callable[[], object]) -> None:
        try:
            self.outcomes.append((number, outcome()))
        except ValueError as error:
            self.outcomes.append((number, str(error)))


def test_what_is_finished_first_is_told_in_its_turn() -> None:
    told, second_is_done = Told(), threading.Event()
    with InOrder(told) as steps:
        steps.take(1, lambda: second_is_done.wait(20))
        steps.take(2, second_is_done.set)
    assert told.outcomes == [(1, True), (2, None)]


def test_a_failure_is_told_in_its_turn_too() -> None:
    told = Told()
    with InOrder(told) as steps:
        steps.take(1, lambda: int("one"))
        steps.take(2, lambda: 2)
    assert told.outcomes == [(1, "invalid literal for int() with base 10: 'one'"), (2, 2)]


def test_only_so_many_wait() -> None:
    told, go_on = Told(), threading.Event()
    with InOrder(told) as steps:
        for number in range(THREADS):
            steps.take(number, go_on.wait)
        assert told.outcomes == []
        go_on.set()
        steps.take(THREADS, lambda: True)
        assert told.outcomes[0] == (0, True)
        steps.settle()
        assert len(told.outcomes) == THREADS + 1


def test_all_is_told_whatever_happens() -> None:
    told = Told()

    def interrupted() -> None:
        with InOrder(told) as steps:
            steps.take(1, lambda: 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert told.outcomes == [(1, 1)]


def test_one_alone_needs_no_thread() -> None:
    told = Told()
    with InOrder(told, is_alone=True) as steps:
        steps.take(0, lambda: threading.current_thread() is threading.main_thread())
        assert told.outcomes == [(0, True)]
