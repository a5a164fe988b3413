"""Nothing is left behind: a cancelled call is undone, and what cannot be undone is told."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import signal
import threading
from typing import TYPE_CHECKING, TypeVar

import pytest

from seedwright import TorrentManager
from seedwright.clients.qbittorrent import creator as creator_module
from seedwright.errors import OutputExistsError, SeedwrightError, TaskCancelledError
from seedwright.metainfo.writing import StagedFile
from seedwright.request import Request
from tests.qbittorrent.support import CommandLine, connection_to, fill, large, settings_for, until
from tests.testbed import faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.testbed.faults import Exchange
    from tests.testbed.proxy import RecordingProxy
    from tests.testbed.server import Server
    from tests.testbed.web import Answer

Ended = TypeVar("Ended")

OLDER = b"an older file"
# Each request of a create_torrent that seeds, in its order, once there is a session.
STEPS = [
    "app/getDirectoryContent",
    "torrentcreator/addTask",
    "torrentcreator/status",
    "torrentcreator/torrentFile",
    "torrentcreator/deleteTask",
    "torrents/info",
    "torrents/add",
    "torrents/trackers",
]


def unreliable(seed: int, one_in: int = 10) -> faults.Action:
    """Fails one request in so many: a 502, or a connection that is dropped before or after it.

    The answer to a sign-in is never lost: a session is known by its cookie alone.
    """
    chance, lock = random.Random(seed), threading.Lock()

    def act(exchange: Exchange) -> Answer | None:
        with lock:
            fails = chance.randrange(one_in) == 0
            fault = chance.choice([faults.status(502), faults.drop, faults.lose_answer])
        if fails and not (fault is faults.lose_answer and "login" in exchange.request.path):
            return fault(exchange)
        return exchange.forward()

    return act


async def ended(call: asyncio.Task[Ended]) -> Ended | None:
    """What the call gives, or None where it was cancelled."""
    await asyncio.wait([call])
    return None if call.cancelled() else call.result()


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def test_behind_a_proxy_that_fails_one_request_in_ten_no_task_and_no_session_is_left(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    contents = [fill(content_dir / str(n), {"x": 1000 + n}) for n in range(60)]
    proxy.on("/", unreliable(seed=5))
    async with TorrentManager(settings_for(proxy)) as manager:
        made = await asyncio.gather(
            *(
                manager.create_torrent(each, output=f"{tmp_path}/", several=True)
                for each in contents
            )
        )
    proxy.calm()
    assert len(made) == 60
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])


async def test_cancelled_behind_such_a_proxy_nothing_is_left_either(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    contents = [fill(content_dir / str(n), {"x": 1000 + n}) for n in range(12)]
    chance = random.Random(7)
    proxy.on("/", unreliable(seed=8))
    for _ in range(4):
        async with TorrentManager(settings_for(proxy)) as manager:
            calls = [
                asyncio.create_task(
                    manager.create_torrent(each, output=f"{tmp_path}/", several=True)
                )
                for each in contents
            ]
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            for call in calls:
                call.cancel()
            made = [await ended(call) for call in calls]
        assert set(files_in(tmp_path)) == {report.torrent_path.name for report in made if report}
        for name in files_in(tmp_path):
            (tmp_path / name).unlink()
    proxy.calm()
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])


@pytest.mark.parametrize("moment", [faults.before, faults.after])
@pytest.mark.parametrize("step", STEPS)
async def test_a_call_cancelled_at_any_request_is_undone(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    step: str,
    moment: Callable[..., faults.Action],
) -> None:
    content = fill(content_dir / "book")
    (tmp_path / "book.torrent").write_bytes(OLDER)
    loop = asyncio.get_running_loop()
    async with TorrentManager(settings_for(proxy)) as manager:
        call = asyncio.create_task(
            manager.create_torrent(
                content,
                output=f"{tmp_path}/",
                force=True,
                seed=True,
                trackers=["http://t.example/announce"],
            )
        )
        cancel = moment(lambda: loop.call_soon_threadsafe(call.cancel))
        rule = proxy.on(step, cancel, times=1)
        report = await ended(call)
    assert rule.hits == 1
    if report is not None:
        assert report.seeding is not None
        server.reset()
        return
    assert files_in(tmp_path) == {"book.torrent": OLDER}
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])


async def test_a_call_cancelled_at_any_moment_has_a_report_or_is_undone(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    """Most of the moments are close to the one at which the file gets its name."""
    content = fill(content_dir / "book")
    chance = random.Random(3)
    publish, published = StagedFile.publish, asyncio.Event()

    def publish_and_tell(self: StagedFile, *, revocable: bool = False) -> None:
        publish(self, revocable=revocable)
        published.set()

    undone = reported = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StagedFile, "publish", publish_and_tell)
        for number in range(60):
            published.clear()
            older = {"book.torrent": OLDER} if number % 2 else {}
            for name, data in older.items():
                (tmp_path / name).write_bytes(data)
            async with TorrentManager(settings_for(proxy)) as manager:
                call = asyncio.create_task(
                    manager.create_torrent(content, output=f"{tmp_path}/", force=True, seed=True)
                )
                if number % 3:
                    await published.wait()
                    for _ in range(chance.randrange(6)):
                        await asyncio.sleep(0)
                else:
                    await asyncio.sleep(chance.uniform(0.0, 0.15))
                call.cancel()
                report = await ended(call)
            if report is None:
                undone += 1
                assert files_in(tmp_path) == older
                assert server.left_behind() == []
            else:
                reported += 1
                assert set(files_in(tmp_path)) == {"book.torrent"}
                assert len(server.left_behind()) == 1
                server.reset()
            (tmp_path / "book.torrent").unlink(missing_ok=True)
    assert undone
    assert reported
    assert proxy.open_sessions() == []


@pytest.mark.parametrize("engine", ["qbittorrent", "local"])
async def test_of_several_variants_those_that_were_done_are_undone_with_the_rest(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path, engine: str
) -> None:
    content = fill(content_dir / "book")
    for name in ("book.a.torrent", "book.c.torrent"):
        (tmp_path / name).write_bytes(OLDER)
    requests = [
        Request(
            content,
            output=f"{tmp_path}/",
            label=label,
            several=True,
            source=label,
            seed=True,
            force=True,
            engine=engine,
        )
        for label in ("a", "b", "c")
    ]
    loop = asyncio.get_running_loop()
    async with TorrentManager(settings_for(proxy)) as manager:
        call = asyncio.create_task(manager.create_torrents(requests))

        turns = itertools.count(1)

        def cancel_at_the_third() -> None:
            if next(turns) != 3:
                return
            until(lambda: sum(data != OLDER for data in files_in(tmp_path).values()) >= 2)
            loop.call_soon_threadsafe(call.cancel)
            until(call.cancelling)

        proxy.on("torrents/add", faults.before(cancel_at_the_third))
        assert await ended(call) is None
    assert files_in(tmp_path) == {"book.a.torrent": OLDER, "book.c.torrent": OLDER}
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])


async def test_a_cancelled_call_leaves_what_was_there_before_it(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(proxy)) as manager:
        await manager.create_torrent(content, output=tmp_path / "first.torrent", seed=True)
        call = asyncio.create_task(
            manager.create_torrent(content, output=tmp_path / "again.torrent", seed=True)
        )
        loop = asyncio.get_running_loop()
        proxy.on("torrents/trackers", faults.after(lambda: loop.call_soon_threadsafe(call.cancel)))
        assert await ended(call) is None
    assert set(files_in(tmp_path)) == {"first.torrent"}
    assert len(server.left_behind()) == 1
    server.reset()


async def test_a_manager_that_is_closed_meanwhile_undoes_what_it_has_begun(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    loop, reached = asyncio.get_running_loop(), asyncio.Event()
    proxy.on("torrents/trackers", faults.before(lambda: loop.call_soon_threadsafe(reached.set)))
    async with TorrentManager(settings_for(proxy)) as manager:
        call = asyncio.create_task(
            manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
        )
        await reached.wait()
    with pytest.raises(TaskCancelledError):
        await call
    assert files_in(tmp_path) == {}
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])


@pytest.mark.parametrize("fault", [faults.status(502), faults.drop, faults.lose_answer])
async def test_a_deletion_and_a_log_out_that_fail_are_tried_again(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    fault: faults.Action,
    caplog: pytest.LogCaptureFixture,
) -> None:
    content = fill(content_dir / "book")
    proxy.on("deleteTask", fault, times=2)
    proxy.on("auth/logout", fault, times=2)
    async with TorrentManager(settings_for(proxy)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/")
    assert report.warnings == ()
    assert (server.left_behind(), proxy.open_sessions()) == ([], [])
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def test_a_task_that_stays_is_named_in_the_report_and_a_session_in_the_log(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(creator_module, "_CLEAN_UP", 0.5)
    content = fill(content_dir / "book")
    proxy.on("deleteTask", faults.status(502))
    async with TorrentManager(settings_for(proxy)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/")
        (task,) = await manager.list_tasks()
    assert [task.id in warning for warning in report.warnings] == [True]
    server.reset()


@pytest.mark.parametrize("quiet", [(), ("-q",), ("--json",)])
def test_what_stays_is_printed_once_to_stderr(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    quiet: tuple[str, ...],
) -> None:
    content = fill(content_dir / "book")
    proxy.on("deleteTask", faults.status(502))
    proxy.on("auth/logout", faults.status(502))
    ended = CommandLine(tmp_path / "out", proxy).run("create", content, *quiet)
    task, session = (line for line in ended.err.splitlines() if line.startswith("warning: "))
    assert "Torrent Creator task" in task
    assert "a session on qBittorrent may still be open" in session
    assert (ended.code, len(ended.err.splitlines()) - 2 <= 4) == (0, True)
    if quiet == ("--json",):
        assert [task.removeprefix("warning: ")] == ended.rows[0]["warnings"]
    proxy.calm()
    server.reset()


def test_ctrl_c_tells_what_stays(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    file = large(content_dir / "hole")
    seedwright = CommandLine(tmp_path / "out", proxy)
    proxy.on("deleteTask", faults.status(502))
    process = seedwright.start("create", file, "-q")
    with server.api() as api:
        until(lambda: any(task.get("progress") for task in api.torrentcreator_status()))
        process.send_signal(signal.SIGINT)
        ended = seedwright.end_of(process)
        (task,) = api.torrentcreator_status()
    warning, *_, last = ended.err.splitlines()
    assert (ended.code, last) == (130, "interrupted")
    assert str(task["taskID"]) in warning
    server.reset()


async def test_a_task_whose_answer_got_lost_while_the_call_was_cancelled_is_deleted(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    file = large(content_dir / "hole")
    loop = asyncio.get_running_loop()
    async with TorrentManager(settings_for(proxy)) as manager:
        call = asyncio.create_task(manager.create_torrent(file, output=f"{tmp_path}/"))

        def lose(exchange: Exchange) -> None:
            exchange.forward()
            loop.call_soon_threadsafe(call.cancel)
            until(call.cancelling)

        proxy.on("addTask", lose)
        assert await ended(call) is None
        assert await manager.list_tasks() == []


async def test_a_task_that_appears_after_it_was_given_up_is_deleted(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    late: list[Exchange] = []

    def arrive_late(_: Exchange) -> Answer | None:
        return late.pop().forward()

    def hold_back(exchange: Exchange) -> None:
        late.append(exchange)

    proxy.on("addTask", hold_back, times=1)

    def forward_both(exchange: Exchange) -> Answer | None:
        arrive_late(exchange)
        return exchange.forward()

    proxy.on("torrentFile", forward_both, times=1)
    async with TorrentManager(settings_for(proxy)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/")
    assert report.warnings == ()
    assert (late, server.left_behind()) == ([], [])


async def test_a_new_sign_in_does_not_leave_the_session_before_it(
    server: Server, proxy: RecordingProxy
) -> None:
    """A reverse proxy, too, says 403."""
    async with TorrentManager(settings_for(proxy)) as manager:
        await manager.test_connection()
        proxy.on("torrentcreator/status", faults.status(403, "Forbidden"), times=1)
        assert await manager.list_tasks() == []
        assert (proxy.logins, len(proxy.open_sessions())) == (2, 1)
    assert proxy.open_sessions() == []


async def test_a_call_on_its_way_while_the_connection_closes_does_not_sign_in_again(
    server: Server, proxy: RecordingProxy
) -> None:
    connection = connection_to(proxy)
    await connection.open()
    loop, reached, closed = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def wait_for_the_end() -> None:
        loop.call_soon_threadsafe(reached.set)
        closed.wait(20)

    proxy.on("torrents/info", faults.before(wait_for_the_end))
    call = asyncio.create_task(connection.call(lambda client: client.torrents_info()))
    await reached.wait()
    await connection.close()
    closed.set()
    with pytest.raises(SeedwrightError):
        await call
    assert (proxy.logins, proxy.open_sessions()) == (1, [])


async def test_a_connection_that_is_closed_in_the_middle_of_a_sign_in_leaves_no_session(
    server: Server, proxy: RecordingProxy
) -> None:
    connection = connection_to(proxy)
    loop, reached = asyncio.get_running_loop(), asyncio.Event()
    proxy.on("auth/login", faults.before(lambda: loop.call_soon_threadsafe(reached.set)))
    opening = asyncio.create_task(connection.open())
    await reached.wait()
    await connection.close()
    await asyncio.wait([opening])
    assert opening.exception() is None or isinstance(opening.exception(), SeedwrightError)
    assert (proxy.logins, proxy.open_sessions()) == (1, [])


async def test_a_file_that_cannot_be_published_takes_back_the_torrent(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    target = tmp_path / "book.torrent"
    proxy.on("torrents/trackers", faults.before(lambda: target.write_bytes(OLDER)))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(OutputExistsError):
            await manager.create_torrent(content, output=target, seed=True)
    assert files_in(tmp_path) == {"book.torrent": OLDER}
    assert server.left_behind() == []
