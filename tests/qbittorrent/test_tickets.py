"""A process that is killed, and the same command again: one task, and one torrent that seeds."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import TorrentManager
from seedwright.errors import TaskCancelledError
from seedwright.settings.places import user_tickets_path
from tests.qbittorrent.support import CommandLine, large, settings_for, until
from tests.testbed import faults
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.qbittorrent.support import Outcome
    from tests.testbed.server import Server

ADDED = "torrentcreator/addTask"


class Bench:
    """A command on a file that takes its server some seconds to hash, and a server to look into."""

    def __init__(self, server: Server, proxy: RecordingProxy, folder: Path) -> None:
        self.server = server
        self.proxy = proxy
        self.file = large(folder / "content" / "hole", gigabytes=2)
        self.seedwright = CommandLine(folder / "out", proxy)
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *more: str | Path) -> subprocess.Popen[str]:
        process = self.seedwright.start("create", self.file, "--seed", "--json", *more)
        self._started.append(process)
        return process

    def end(self) -> None:
        """Nothing that was started runs on."""
        for process in self._started:
            if process.poll() is None:
                kill(process)

    def again(self, *more: str | Path) -> Outcome:
        return self.seedwright.end_of(self.start(*more))

    def tasks(self) -> list[dict[str, Any]]:
        with self.server.api() as api:
            return [dict(task) for task in api.torrentcreator_status()]

    def is_hashing(self) -> bool:
        return any(task.get("progress") for task in self.tasks())

    @property
    def looks(self) -> int:
        """How often was asked how far the task is."""
        return self.proxy.count("torrentcreator/status")

    def until_looks(self, count: int) -> None:
        until(lambda: self.looks >= count)

    def killed_while_hashing(self) -> str:
        """The id of the task that a process which was killed leaves."""
        process = self.start()
        until(self.is_hashing)
        kill(process)
        (task,) = self.tasks()
        return str(task["taskID"])

    def seeds_once(self, ended: Outcome) -> dict[str, Any]:
        """The report of a run that ended well; one torrent seeds, and nothing else is left."""
        assert (ended.code, ended.err) == (0, "")
        (report,) = ended.rows
        with self.server.api() as api:
            (listed,) = api.torrents_info()
        assert (listed.hash, listed.progress) == (report["infohash"], 1)
        assert self.tasks() == []
        assert tickets() == []
        assert (self.seedwright.folder / "hole.torrent").is_file()
        return dict(report)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def tickets() -> list[str]:
    folder = user_tickets_path()
    return sorted(os.listdir(folder)) if folder is not None and folder.exists() else []


@pytest.fixture
def bench(
    own_server: Server, content_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with RecordingProxy(own_server) as proxy:
        bench = Bench(own_server, proxy, content_dir.parent)
        yield bench
        bench.end()


def test_the_same_command_goes_on_with_the_task_that_runs(bench: Bench) -> None:
    bench.killed_while_hashing()
    assert len(tickets()) == 2
    bench.seeds_once(bench.again())
    assert bench.proxy.count(ADDED) == 1


def test_it_goes_on_even_when_it_is_killed_again_and_again(bench: Bench) -> None:
    large(bench.file, gigabytes=6)
    task = bench.killed_while_hashing()
    for _ in range(2):
        looks = bench.looks
        process = bench.start()
        bench.until_looks(looks + 2)
        kill(process)
        assert [row["taskID"] for row in bench.tasks()] == [task]
    bench.seeds_once(bench.again())
    assert bench.proxy.count(ADDED) == 1


def test_a_task_that_is_finished_by_then_is_taken_as_it_is(bench: Bench) -> None:
    bench.killed_while_hashing()
    until(lambda: bench.tasks()[0]["status"] == "Finished", limit=60)
    bench.seeds_once(bench.again())
    assert bench.proxy.count(ADDED) == 1


def test_a_task_whose_submission_nobody_heard_of_is_found(bench: Bench) -> None:
    running: list[subprocess.Popen[str]] = []
    bench.proxy.on(ADDED, faults.after(lambda: kill(running[0])), times=1)
    running.append(bench.start())
    until(lambda: running[0].poll() is not None)
    until(bench.tasks)
    bench.seeds_once(bench.again())
    assert bench.proxy.count(ADDED) == 1


def grow(file: Path) -> None:
    with file.open("ab") as content:
        content.truncate(file.stat().st_size + 1)


def touch(file: Path) -> None:
    os.utime(file, (1, 1))


def write_and_hide_it(file: Path) -> None:
    before = file.stat()
    with file.open("r+b") as content:
        content.write(b"x")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [grow, touch, write_and_hide_it])
def test_content_that_has_changed_is_hashed_anew(
    bench: Bench, change: Callable[[Path], object]
) -> None:
    abandoned = bench.killed_while_hashing()
    change(bench.file)
    process = bench.start()
    until(lambda: bench.proxy.count(ADDED) == 2)
    until(bench.tasks)
    assert abandoned not in {row["taskID"] for row in bench.tasks()}
    bench.seeds_once(bench.seedwright.end_of(process))
    assert bench.proxy.count(ADDED) == 2


def test_another_torrent_of_the_same_content_is_made_anew(bench: Bench) -> None:
    bench.killed_while_hashing()
    report = bench.seeds_once(bench.again("--private"))
    assert report["private"]
    assert bench.proxy.count(ADDED) == 2


def test_tasks_that_a_restart_has_lost_are_submitted_again(bench: Bench) -> None:
    bench.killed_while_hashing()
    bench.server.kill()
    bench.server.start()
    report = bench.seeds_once(bench.again())
    assert report["warnings"] == []
    assert bench.proxy.count(ADDED) == 2


def test_a_second_process_leaves_the_task_of_a_living_one_alone(bench: Bench) -> None:
    large(bench.file, gigabytes=8)
    first = bench.start("--force")
    until(bench.is_hashing)
    (task,) = bench.tasks()
    second = bench.start("--force")
    until(lambda: len(bench.tasks()) == 2)
    assert task["taskID"] in {row["taskID"] for row in bench.tasks()}
    ended = bench.seedwright.end_of(first)
    assert (ended.code, ended.err) == (0, "")
    bench.seeds_once(bench.seedwright.end_of(second))
    assert bench.proxy.count(ADDED) == 2


@pytest.mark.parametrize("when", ["torrents/add", "torrents/trackers"])
@pytest.mark.parametrize("moment", [faults.before, faults.after])
def test_what_was_added_and_not_reported_is_ours_the_next_time(
    bench: Bench, when: str, moment: faults.Moment
) -> None:
    running: list[subprocess.Popen[str]] = []
    bench.proxy.on(when, moment(lambda: kill(running[0])), times=1)
    running.append(bench.start("--tag", "one"))
    until(lambda: running[0].poll() is not None, limit=60)
    assert bench.tasks() == []
    report = bench.seeds_once(bench.again("--tag", "two"))
    assert report["warnings"] == []
    assert not report["seeding"]["already_there"]
    assert report["seeding"]["tags"] == ["two"]
    assert bench.proxy.count(ADDED) == 1


def test_ctrl_c_leaves_no_ticket(bench: Bench) -> None:
    process = bench.start()
    until(bench.is_hashing)
    process.send_signal(signal.SIGINT)
    bench.seedwright.end_of(process)
    assert (bench.tasks(), tickets()) == ([], [])


async def test_a_manager_that_detaches_leaves_its_task_to_the_next_one(
    bench: Bench, tmp_path: Path
) -> None:
    async with TorrentManager(settings_for(bench.proxy)) as manager:
        making = asyncio.create_task(manager.create_torrent(bench.file, output=f"{tmp_path}/"))
        await asyncio.to_thread(until, bench.is_hashing)
        (ticket,) = await manager.detach()
        with pytest.raises(TaskCancelledError):
            await making
    assert [row["taskID"] for row in bench.tasks()] == [ticket.task]
    async with TorrentManager(settings_for(bench.proxy)) as manager:
        report = await manager.create_torrent(bench.file, output=f"{tmp_path}/")
    assert report.warnings == ()
    assert (bench.proxy.count(ADDED), bench.tasks(), tickets()) == (1, [], [])


async def test_a_batch_that_was_killed_goes_on_with_each_of_its_tasks(bench: Bench) -> None:
    other = large(bench.file.parent / "other", gigabytes=2)
    process = bench.start(other)
    until(lambda: bench.is_hashing() and len(bench.tasks()) == 2)
    kill(process)
    ended = bench.again(other)
    assert (ended.code, len(ended.rows)) == (0, 2)
    assert (bench.proxy.count(ADDED), bench.tasks(), tickets()) == (2, [], [])
