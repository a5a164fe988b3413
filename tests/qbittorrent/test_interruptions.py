"""Pulled plugs: the server killed or the command interrupted, at every step of the way."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from seedwright import TorrentManager
from seedwright.clients.qbittorrent import connection as connection_module
from seedwright.clients.qbittorrent import proving
from seedwright.clients.qbittorrent.adding import MAX_ADDITIONS
from seedwright.clients.qbittorrent.connection import Patience
from seedwright.clients.qbittorrent.states import SEEDING_STATES
from seedwright.errors import (
    ClientConnectionError,
    MissingFilesError,
    NotSeedingError,
    SeedwrightError,
    TorrentRejectedError,
)
from tests.qbittorrent.support import CommandLine, fill, large, settings_for, until
from tests.testbed import faults
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.testbed.server import Server

# Each request of a `create --seed`, in its order.
STEPS = [
    "app/webapiVersion",
    "auth/login",
    "app/buildInfo",
    "app/getDirectoryContent",
    "torrents/categories",
    "torrentcreator/addTask",
    "torrentcreator/status",
    "torrentcreator/torrentFile",
    "torrentcreator/deleteTask",
    "torrents/info",
    "torrents/add",
    "torrents/trackers",
    "auth/logout",
]


class Restart:
    """Kills a server without warning, once, and starts it again a moment later."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._started = threading.Event()

    def __call__(self) -> None:
        self._server.kill()
        threading.Timer(0.3, self._start).start()

    def _start(self) -> None:
        self._server.start()
        self._started.set()

    def wait(self) -> None:
        """Until the server runs again, so that the test can stop it."""
        assert self._started.wait(30)


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("torrentcreator/addTask", faults.before),
        ("torrentcreator/addTask", faults.after),
        ("torrentcreator/status", faults.before),
        ("torrentFile", faults.before),
        ("deleteTask", faults.before),
        ("torrents/add", faults.before),
        ("torrents/add", faults.after),
        ("torrents/trackers", faults.before),
    ],
)
async def test_a_server_killed_and_restarted_at_any_step_ends_well(
    own_server: Server, content_dir: Path, tmp_path: Path, when: str, moment: faults.Moment
) -> None:
    content = fill(content_dir / "book")
    restart = Restart(own_server)
    with RecordingProxy(own_server) as proxy:
        proxy.on(when, moment(restart), times=1)
        async with TorrentManager(settings_for(proxy)) as manager:
            report = await manager.create_torrent(
                content, output=f"{tmp_path}/", seed=True, trackers=["http://t.example/announce"]
            )
        restart.wait()
        assert proxy.open_sessions() == []
    assert report.seeding is not None
    (left,) = own_server.left_behind()
    assert left.startswith("torrent book")


async def test_kill_9_in_the_middle_of_a_task_and_a_restart_end_well_on_the_command_line(
    own_server: Server, content_dir: Path, tmp_path: Path
) -> None:
    file = large(content_dir / "hole", gigabytes=4)
    seedwright = CommandLine(tmp_path / "out", own_server)
    process = seedwright.start("create", file, "--seed", "--json")
    with own_server.api() as api:
        await asyncio.to_thread(
            until, lambda: any(task.get("progress") for task in api.torrentcreator_status())
        )
    own_server.kill()
    await asyncio.sleep(0.5)
    own_server.start()
    ended = await asyncio.to_thread(seedwright.end_of, process)
    assert (ended.code, ended.err) == (0, "")
    (report,) = ended.rows
    assert any("submitted again" in warning for warning in report["warnings"])
    with own_server.api() as api:
        (listed,) = api.torrents_info()
        assert (listed.hash, listed.progress) == (report["infohash"], 1)
        assert list(api.torrentcreator_status()) == []


@pytest.mark.parametrize("when", ["torrentcreator/status", "torrentFile", "torrents/info"])
async def test_a_server_that_stays_dead_is_a_connection_error_and_leaves_no_file(
    own_server: Server,
    content_dir: Path,
    tmp_path: Path,
    when: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        connection_module.Connection.__init__, "__kwdefaults__", {"patience": Patience(0.1, 0.5)}
    )
    content = fill(content_dir / "book")
    with RecordingProxy(own_server) as proxy:
        proxy.on(when, faults.before(own_server.kill), times=1)
        async with TorrentManager(settings_for(proxy)) as manager:
            with pytest.raises(ClientConnectionError):
                await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert os.listdir(tmp_path) == ["content"]


@pytest.mark.parametrize("moment", [faults.before, faults.after])
@pytest.mark.parametrize("step", STEPS)
async def test_ctrl_c_at_any_moment_leaves_nothing(
    server: Server, content_dir: Path, tmp_path: Path, step: str, moment: faults.Moment
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", server)
    running: list[subprocess.Popen[str]] = []
    with RecordingProxy(server) as proxy:
        seedwright = CommandLine(tmp_path / "out", proxy)
        proxy.on(step, moment(lambda: running[0].send_signal(signal.SIGINT)), times=1)
        running.append(
            seedwright.start(
                "create", content, "--seed", "--category", "c", "-t", "http://t.example/announce"
            )
        )
        ended = await asyncio.to_thread(seedwright.end_of, running[0])
        assert proxy.open_sessions() == []
    assert "Traceback" not in ended.err
    if step == "auth/logout":
        # All was done by then, and is said to be.
        assert ended.code in (0, 130)
        server.reset()
        return
    assert (ended.code, ended.err.splitlines()[-1]) == (130, "interrupted")
    assert seedwright.files() == []
    assert server.left_behind() == []


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_while_hashing_deletes_the_task_and_logs_out(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    file = large(content_dir / "hole")
    seedwright = CommandLine(tmp_path / "out", proxy)
    process = seedwright.start("create", file)
    with server.api() as api:
        await asyncio.to_thread(
            until, lambda: any(task.get("progress") for task in api.torrentcreator_status())
        )
        process.send_signal(sign)
        ended = await asyncio.to_thread(seedwright.end_of, process)
        assert list(api.torrentcreator_status()) == []
    assert (ended.code, "Traceback" in ended.err) == (130, False)
    assert (seedwright.files(), proxy.open_sessions()) == ([], [])


async def test_files_that_go_missing_before_the_proof_are_told_and_the_torrent_removed(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    proxy.on("torrents/add", faults.before(lambda: content.rename(content_dir / "moved")))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(MissingFilesError, match="what was added has been removed"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert server.left_behind() == []
    assert (content_dir / "moved" / "a.bin").is_file()
    assert not (tmp_path / "book.torrent").exists()


async def test_a_torrent_that_does_not_come_to_seed_is_removed_with_its_state_named(
    server: Server,
    proxy: RecordingProxy,
    content_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proving, "PROOF_PATIENCE", 1.0)
    content = fill(content_dir / "book")

    def stop() -> None:
        with server.api() as api:
            until(lambda: [t for t in api.torrents_info() if t.state in SEEDING_STATES])
            api.torrents_stop(torrent_hashes="all")
            until(lambda: api.torrents_info()[0].state == "stoppedUP")

    proxy.on("torrents/add", faults.after(stop))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(NotSeedingError, match=r"its state is 'stoppedUP', 100\.0%"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert server.left_behind() == []


async def test_a_torrent_that_keeps_vanishing_is_not_added_for_ever(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    proxy.on("torrents/info", faults.status(200, "[]"))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises((NotSeedingError, TorrentRejectedError)):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert proxy.count("torrents/add") <= MAX_ADDITIONS
    proxy.calm()
    assert server.left_behind() == []


async def test_a_torrent_that_somebody_else_adds_meanwhile_is_theirs(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(content, output=tmp_path / "theirs.torrent")
    theirs = (tmp_path / "theirs.torrent").read_bytes()

    def be_quicker() -> None:
        with server.api() as api:
            api.torrents_add(torrent_files=theirs, save_path=str(content_dir), is_stopped=True)
            until(api.torrents_info)

    proxy.on("torrents/add", faults.before(be_quicker), times=1)
    proxy.on("torrents/trackers", faults.status(418, "no"))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(SeedwrightError):
            await manager.create_torrent(content, output=tmp_path / "x.torrent", seed=True)
    with server.api() as api:
        assert len(api.torrents_info()) == 1
    server.reset()


async def test_a_refused_torrent_is_told(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    proxy.on("torrents/add", faults.status(200, "Fails."))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(TorrentRejectedError, match="refused the torrent of 'book'"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)


async def test_an_addition_whose_answer_got_lost_is_proven_all_the_same(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    proxy.on("torrents/add", faults.lose_answer, times=1)
    async with TorrentManager(settings_for(proxy)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert report.seeding is not None
    server.reset()
