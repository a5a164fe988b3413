from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import seedwright._core as core
from seedwright.engines import turn as turns
from seedwright.engines.turn import AT_ONCE, SMALL, Turn
from seedwright.file_lock import hold, let_go
from seedwright.manager import TorrentManager
from seedwright.request import Request
from tests.testbed.process import unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seedwright.engines.base import Progress

LARGE = SMALL + 1
HOLDER = """
import sys, pathlib
from seedwright.file_lock import hold
print(hold(pathlib.Path(sys.argv[1])) is not None, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hashing.lock"


@pytest.fixture
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has its turn until it ends."""
    file.parent.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=unmeasured(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def is_free(file: Path) -> bool:
    held = hold(file)
    if held is not None:
        let_go(file, held)
    return held is not None


def test_while_one_hashes_the_turn_is_taken_and_afterwards_nothing_is_left(file: Path) -> None:
    with Turn(file).taken(LARGE, None, lambda: False):
        assert not is_free(file)
    assert not file.exists()


def test_a_failure_gives_the_turn_back(file: Path) -> None:
    with pytest.raises(ZeroDivisionError), Turn(file).taken(LARGE, None, lambda: False):
        raise ZeroDivisionError
    assert not file.exists()


def test_what_is_small_waits_for_nobody(file: Path, holder: subprocess.Popen[str]) -> None:
    with Turn(file).taken(SMALL, None, lambda: True):
        assert holder.poll() is None


def test_the_turn_comes_when_the_other_process_is_killed(
    file: Path, holder: subprocess.Popen[str]
) -> None:
    heard: list[Progress] = []

    def kill_and_go_on() -> bool:
        holder.kill()
        return False

    with Turn(file).taken(LARGE, heard.append, kill_and_go_on):
        assert holder.poll() is not None or holder.wait() is not None
    assert [each.stage for each in heard] == ["waiting"]


def test_who_waits_can_be_cancelled(file: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(core.Cancelled),
        Turn(file).taken(LARGE, None, lambda: holder.poll() is None),
    ):
        pytest.fail("nobody waited")


@pytest.mark.parametrize("kind", ["none", "beneath a file"])
def test_where_no_file_can_be_made_nobody_waits(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").touch()
    turn = AT_ONCE if kind == "none" else Turn(tmp_path / "file" / "x.lock")
    with turn.taken(LARGE, None, lambda: True):
        pass


def test_content_is_hashed_in_a_turn(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(turns, "SMALL", 10)
    (folder / "a.bin").write_bytes(b"a" * 70_000)
    lock = tmp_path / "state" / "seedwright" / "hashing.lock"
    seen: list[bool] = []
    manager = TorrentManager()
    plans = manager.plans([Request(folder, output=tmp_path / "x.torrent", engine="local")])
    manager.all_but_written(plans, 0.0, lambda *_: seen.append(lock.exists()))  # type: ignore[arg-type]
    assert any(seen)
    assert not lock.exists()
