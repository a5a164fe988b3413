"""The command line against real servers: the tasks, the settings, and what a terminal shows."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
from typing import TYPE_CHECKING

import pytest

from seedwright.metainfo.parse import Metainfo
from tests.qbittorrent.support import CommandLine, add_task, fill, large, until
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testbed.server import Server


@pytest.fixture
def task_id(server: Server, content_dir: Path) -> str:
    """A finished task of somebody else's, with a passkey in its tracker."""
    fill(content_dir)
    with server.api() as api:
        added = api.torrentcreator_add_task(
            source_path=str(content_dir),
            start_seeding=False,
            trackers=["https://t.example/0123456789abcdef0123456789abcdef/announce"],
        )
        task = str(added["taskID"])
        until(lambda: api.torrentcreator_status(task)[0]["status"] == "Finished")
    return task


async def test_tasks_are_listed_shown_fetched_and_cancelled(
    server: Server, proxy: RecordingProxy, tmp_path: Path, content_dir: Path, task_id: str
) -> None:
    seedwright = CommandLine(tmp_path / "out", proxy)

    listed = await asyncio.to_thread(seedwright.run, "tasks", "list")
    assert (listed.code, listed.out.split()) == (0, [task_id, "Finished", str(content_dir)])
    rows = (await asyncio.to_thread(seedwright.run, "tasks", "list", "--json")).rows
    assert [row["id"] for row in rows] == [task_id]

    shown = await asyncio.to_thread(seedwright.run, "tasks", "show", task_id)
    assert str(content_dir) in shown.out
    as_json = (await asyncio.to_thread(seedwright.run, "tasks", "show", task_id, "--json")).rows[0]
    assert as_json["status"] == "Finished"
    assert "0123456789abcdef" not in shown.out + json.dumps(as_json)

    fetched = await asyncio.to_thread(seedwright.run, "tasks", "fetch", task_id)
    assert (fetched.code, seedwright.files()) == (0, ["content.torrent"])
    assert Metainfo.parse((seedwright.folder / "content.torrent").read_bytes()).files == 2
    again = await asyncio.to_thread(seedwright.run, "tasks", "fetch", task_id)
    assert (again.code, "already exists" in again.err) == (1, True)

    cancelled = await asyncio.to_thread(seedwright.run, "tasks", "cancel", task_id)
    assert (cancelled.code, server.left_behind()) == (0, [])
    assert proxy.open_sessions() == []


@pytest.mark.parametrize("command", ["show", "fetch", "cancel"])
async def test_an_unknown_task_is_told(
    server: Server, proxy: RecordingProxy, tmp_path: Path, command: str
) -> None:
    seedwright = CommandLine(tmp_path / "out", proxy)
    ended = await asyncio.to_thread(seedwright.run, "tasks", command, "no-such-task")
    assert (ended.code, ended.out) == (1, "")
    assert "has no Torrent Creator task no-such-task" in ended.err
    assert (seedwright.files(), proxy.open_sessions()) == ([], [])


async def test_no_tasks_is_said_aside(server: Server, tmp_path: Path) -> None:
    ended = await asyncio.to_thread(CommandLine(tmp_path / "out", server).run, "tasks", "list")
    assert (ended.code, ended.out, ended.err) == (0, "", "no tasks\n")


async def test_a_named_client_and_a_config_file_are_used(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", server)
    good = json.loads((seedwright.folder / "seedwright.yaml").read_text())["qbittorrent"]
    other = tmp_path / "other.yaml"
    other.write_text(json.dumps({"qbittorrent": {**good, "port": 1}, "clients": {"nas": good}}))
    ended = await asyncio.to_thread(
        seedwright.run, "--config", other, "create", content, "--client", "nas", "--seed"
    )
    assert ended.code == 0
    assert "on qBittorrent 'nas'" in ended.out
    assert "category" not in ended.out
    server.reset()


async def test_plain_lines_tell_the_stages_where_stderr_is_no_terminal(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    ended = await asyncio.to_thread(
        CommandLine(tmp_path / "out", server).run, "create", content, "--seed"
    )
    assert ended.code == 0
    assert f"{content}: seeding\n" in ended.err
    assert re.search(r"infohash +[0-9a-f]{40}\n", ended.out)
    server.reset()


async def test_quiet_says_nothing_when_all_is_well(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", server)
    ended = await asyncio.to_thread(seedwright.run, "create", content, "-q")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert seedwright.files() == ["book.torrent"]


def test_bars_show_on_a_terminal_and_are_gone_at_the_end(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book", {"a": 400_000_000})
    seedwright = CommandLine(tmp_path / "out", server)
    ours, theirs = pty.openpty()
    process = seedwright.start("create", content, stderr=theirs)
    os.close(theirs)
    drawn = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            # How a terminal whose other side is closed ends on Linux.
            break
        if not part:
            break
        drawn += part
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "infohash" in out
    assert "hashing" in drawn.decode()
    # The cursor, hidden while bars are drawn, is back.
    assert drawn.rindex(b"\x1b[?25h") > drawn.rindex(b"\x1b[?25l")


async def test_many_paths_go_to_a_folder_and_not_to_a_file(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    contents = [fill(content_dir / name) for name in ("a", "b")]
    seedwright = CommandLine(tmp_path / "out", server)
    refused = await asyncio.to_thread(seedwright.run, "create", *contents, "-o", "x.torrent")
    assert (refused.code, seedwright.files()) == (2, [])
    (seedwright.folder / "made").mkdir()
    ended = await asyncio.to_thread(seedwright.run, "create", *contents, "-o", "made")
    assert ended.code == 0
    assert sorted(os.listdir(seedwright.folder / "made")) == ["a.torrent", "b.torrent"]


async def test_one_failure_does_not_stop_the_others(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    good = [fill(content_dir / name) for name in ("a", "b")]
    seedwright = CommandLine(tmp_path / "out", server)
    ended = await asyncio.to_thread(
        seedwright.run, "create", good[0], content_dir / "absent", good[1], "--json"
    )
    assert ended.code == 5
    assert sorted(row["ok"] for row in ended.rows) == [False, True, True]
    assert seedwright.files() == ["a.torrent", "b.torrent"]


async def test_a_task_that_is_not_finished_cannot_be_fetched_and_says_how_far_it_is(
    server: Server, tmp_path: Path, content_dir: Path
) -> None:
    file = large(content_dir / "hole")
    seedwright = CommandLine(tmp_path / "out", server)
    with server.api() as api:
        task = add_task(api, file)
        until(lambda: api.torrentcreator_status(task)[0].get("progress"))
        ended = await asyncio.to_thread(seedwright.run, "tasks", "fetch", task)
        api.torrentcreator_delete_task(task_id=task)
    assert (ended.code, ended.out, seedwright.files()) == (1, "", [])
    assert re.search(r"is not finished: it is running, \d+ % done", ended.err)


@pytest.mark.parametrize("command", ["show", "fetch", "cancel"])
async def test_an_empty_task_id_is_wrong_usage(
    server: Server, proxy: RecordingProxy, tmp_path: Path, command: str
) -> None:
    ended = await asyncio.to_thread(CommandLine(tmp_path / "out", proxy).run, "tasks", command, "")
    assert (ended.code, ended.out) == (2, "")
    assert "is not the id of a Torrent Creator task" in ended.err
    assert proxy.requests == []


async def test_the_doctor_tells_programs_what_the_client_is(server: Server, tmp_path: Path) -> None:
    ended = await asyncio.to_thread(CommandLine(tmp_path / "out", server).run, "doctor", "--json")
    (row,) = ended.rows
    assert (ended.code, row["ok"]) == (0, True)
    assert row["info"]["version"] == server.version
    assert row["info"]["torrent_creator_supported"] is True
    assert row["info"]["preferences"]["web_ui_port"] == server.port
    assert "password" not in ended.out.replace("password are", "")


async def test_the_doctor_tells_what_an_old_client_is(
    old_server: Server, tmp_path: Path, version: str
) -> None:
    ended = await asyncio.to_thread(
        CommandLine(tmp_path / "out", old_server).run, "doctor", "--json"
    )
    (row,) = ended.rows
    assert (row["ok"], row["info"]["torrent_creator_supported"]) == (False, False)


async def test_the_doctor_asks_nothing_of_a_client_that_does_not_let_it_in(
    own_server: Server, tmp_path: Path
) -> None:
    with RecordingProxy(own_server) as proxy:
        seedwright = CommandLine(tmp_path / "out", proxy, password="wrong")
        ended = await asyncio.to_thread(seedwright.run, "doctor", "--json")
        assert proxy.logins == 1
    (row,) = ended.rows
    assert (ended.code, "info" in row) == (3, False)
