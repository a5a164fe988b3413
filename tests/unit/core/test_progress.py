from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType

import pytest

from seedwright import _core
from tests.unit.core.reference import LONG


@pytest.mark.parametrize("workers", [1, 3])
def test_progress_only_grows_and_ends_at_the_total(tmp_path: Path, workers: int) -> None:
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, 300 << 20)
    told: list[int] = []
    _core.hash_files(
        [_core.FileEntry(path, 300 << 20)],
        1 << 20,
        v1=True,
        v2=True,
        workers=workers,
        on_progress=told.append,
    )
    assert told == sorted(told)
    assert told[-1] == 300 << 20


def test_progress_of_nothing_is_told_once() -> None:
    told: list[int] = []
    _core.hash_files([], 1 << 20, v1=True, v2=False, on_progress=told.append)
    assert told == [0]


def test_progress_is_not_told_of_a_failure(tmp_path: Path) -> None:
    told: list[int] = []
    with pytest.raises(_core.ReadError):
        _core.hash_files(
            [_core.FileEntry(tmp_path / "gone", 1)],
            1 << 20,
            v1=True,
            v2=False,
            on_progress=told.append,
        )
    assert told == []


def test_a_cancelled_call_ends(long_file: Path) -> None:
    told: list[int] = []
    with pytest.raises(_core.Cancelled):
        _core.hash_files(
            [_core.FileEntry(long_file, LONG)],
            1 << 20,
            v1=True,
            v2=True,
            workers=1,
            on_progress=told.append,
            cancelled=lambda: True,
        )
    assert LONG not in told


def test_an_error_in_the_callers_progress_ends_the_call(long_file: Path) -> None:
    def fail(done: int) -> None:
        raise LookupError(done)

    with pytest.raises(LookupError):
        _core.hash_files(
            [_core.FileEntry(long_file, LONG)],
            1 << 20,
            v1=True,
            v2=True,
            workers=1,
            on_progress=fail,
        )


def test_an_error_in_the_callers_wish_to_cancel_ends_the_call(long_file: Path) -> None:
    def fail() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        _core.hash_files(
            [_core.FileEntry(long_file, LONG)], 1 << 20, v1=True, v2=True, workers=1, cancelled=fail
        )


def test_a_signal_ends_the_call(long_file: Path) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            _core.hash_files(
                [_core.FileEntry(long_file, LONG)], 1 << 20, v1=True, v2=True, workers=1
            )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
