"""Torrent Creator tasks: few, watched together, found again when lost, and never left behind."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import TorrentManager
from seedwright.clients.qbittorrent import creator as creator_module
from seedwright.clients.qbittorrent.creator import TorrentCreator
from seedwright.clients.qbittorrent.submission import CreationRequest
from seedwright.clients.qbittorrent.tasks import list_tasks
from seedwright.errors import (
    CapabilityError,
    CreatorBusyError,
    EmptyContentError,
    TaskCancelledError,
    TaskFailedError,
    TaskLostError,
    TaskTimedOutError,
    TaskUnfinishedError,
    UnreachableError,
)
from seedwright.metainfo.parse import Metainfo
from tests.qbittorrent.support import add_task, connection_to, fill, large, settings_for, until
from tests.testbed import faults
from tests.testbed.proxy import RecordingProxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from tests.testbed.server import Server


@asynccontextmanager
async def creating(
    address: Server | RecordingProxy, **options: Any
) -> AsyncIterator[TorrentCreator]:
    connection = connection_to(address)
    creator = TorrentCreator(connection, **options)
    try:
        yield creator
    finally:
        await creator.close()
        await connection.close()


def tasks_of(server: Server) -> list[str]:
    with server.api() as api:
        return [str(task["taskID"]) for task in api.torrentcreator_status()]


async def test_a_task_is_deleted_once_its_torrent_is_fetched(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    async with creating(proxy) as creator:
        created = await creator.create(CreationRequest(str(content_dir)))
        assert tasks_of(server) == []
    assert Metainfo.parse(created.data).name == "content"
    (submitted,) = (r for r in proxy.requests if r.path.endswith("addTask"))
    assert submitted.form["startSeeding"].lower() == "false"


async def test_no_more_than_a_few_tasks_are_in_flight_and_one_poller_watches_them_all(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    most = 0

    def count() -> None:
        nonlocal most
        most = max(most, len(tasks_of(server)))

    proxy.on("torrentcreator/addTask", faults.after(count))
    contents = [fill(content_dir / str(n), {"x": 3_000_000}) for n in range(10)]
    async with creating(proxy) as creator:
        await asyncio.gather(*(creator.create(CreationRequest(str(c))) for c in contents))
    assert 1 <= most <= creator_module.IN_FLIGHT
    asked = [r for r in proxy.requests if r.path.endswith("torrentcreator/status")]
    assert all("taskID" not in request.form for request in asked)


async def test_a_task_that_vanished_is_submitted_again(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)

    def steal() -> None:
        with server.api() as api:
            for task in tasks_of(server):
                api.torrentcreator_delete_task(task_id=task)

    proxy.on("torrentcreator/addTask", faults.after(steal), times=2)
    async with creating(proxy) as creator:
        created = await creator.create(CreationRequest(str(content_dir)))
    assert created.submissions == 3


async def test_a_task_that_vanished_before_it_was_fetched_is_submitted_again(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("torrentFile", faults.status(404), times=1)
    async with creating(proxy) as creator:
        created = await creator.create(CreationRequest(str(content_dir)))
    assert created.submissions == 2


async def test_submitting_again_has_an_end(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("torrentFile", faults.status(404))
    async with creating(proxy) as creator:
        with pytest.raises(TaskLostError, match=r"lost the task .* 4 times"):
            await creator.create(CreationRequest(str(content_dir)))
    assert proxy.count("addTask") == creator_module.MAX_SUBMISSIONS


async def test_a_submission_whose_answer_got_lost_is_found_and_not_made_twice(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("addTask", faults.lose_answer, times=1)
    tiers = (("http://one.example/%2F",), ("http://two.example/", "udp://three.example:1"))
    async with creating(proxy) as creator:
        created = await creator.create(
            CreationRequest(str(content_dir), tiers=tiers, comment="c", source="s", private=True)
        )
    assert proxy.count("addTask") == 1
    assert Metainfo.parse(created.data).tiers == tiers


async def test_a_submission_that_never_arrived_is_made(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("addTask", faults.drop, times=1)
    async with creating(proxy) as creator:
        await creator.create(CreationRequest(str(content_dir)))
    assert proxy.count("addTask") == 2


async def test_a_submission_that_never_arrives_has_an_end(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("addTask", faults.drop)
    async with creating(proxy) as creator:
        with pytest.raises(UnreachableError):
            await creator.create(CreationRequest(str(content_dir)))
    assert proxy.count("addTask") == creator_module.MAX_SUBMISSIONS


async def test_other_peoples_tasks_are_neither_taken_nor_deleted(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    with server.api() as api:
        theirs = api.torrentcreator_add_task(
            source_path=str(content_dir), start_seeding=False, format="v1"
        )["taskID"]
    proxy.on("addTask", faults.lose_answer, times=1)
    async with creating(proxy) as creator:
        await creator.create(CreationRequest(str(content_dir)))
    assert tasks_of(server) == [theirs]
    server.reset()


async def test_a_full_queue_is_waited_for(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("addTask", faults.status(409, "Too many active tasks"), times=3)
    async with creating(proxy) as creator:
        await creator.create(CreationRequest(str(content_dir)))
    assert proxy.count("addTask") == 4


async def test_a_queue_that_stays_full_is_busy(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    proxy.on("addTask", faults.status(409, "Too many active tasks"))
    async with creating(proxy, busy_patience=0.5) as creator:
        with pytest.raises(CreatorBusyError, match="full queue"):
            await creator.create(CreationRequest(str(content_dir)))


async def test_a_really_full_server_is_waited_for(own_server: Server, content_dir: Path) -> None:
    file = large(content_dir / "hole")
    small = fill(content_dir / "small")
    with own_server.api() as api:
        others = [add_task(api, file) for _ in range(256)]

        def make_room() -> None:
            time.sleep(0.5)
            for task in others:
                api.torrentcreator_delete_task(task_id=task)

        async with creating(own_server) as creator:
            await asyncio.gather(
                creator.create(CreationRequest(str(small))), asyncio.to_thread(make_room)
            )
    assert tasks_of(own_server) == []


async def test_the_time_limit_deletes_the_task(server: Server, content_dir: Path) -> None:
    file = large(content_dir / "hole")
    async with creating(server) as creator:
        with pytest.raises(TaskTimedOutError, match=r"within 0\.5 s"):
            await creator.create(CreationRequest(str(file)), time_limit=0.5)
        assert tasks_of(server) == []


async def test_cancelling_deletes_the_task(server: Server, content_dir: Path) -> None:
    file = large(content_dir / "hole")
    async with creating(server) as creator:
        creation = asyncio.create_task(creator.create(CreationRequest(str(file))))
        await asyncio.to_thread(until, lambda: tasks_of(server))
        creation.cancel()
        with pytest.raises(asyncio.CancelledError):
            await creation
        assert tasks_of(server) == []


async def test_cancelling_while_the_task_is_submitted_deletes_it(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    file = large(content_dir / "hole")
    loop = asyncio.get_running_loop()
    async with creating(proxy) as creator:
        creation = asyncio.create_task(creator.create(CreationRequest(str(file))))
        proxy.on("addTask", faults.after(lambda: loop.call_soon_threadsafe(creation.cancel)))
        with pytest.raises(asyncio.CancelledError):
            await creation
        assert proxy.count("addTask") == 1
        assert tasks_of(server) == []


async def test_closing_the_manager_ends_what_is_under_way(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    file = large(content_dir / "hole")
    async with TorrentManager(settings_for(server)) as manager:
        creation = asyncio.create_task(manager.create_torrent(file, output=f"{tmp_path}/"))
        await asyncio.to_thread(until, lambda: tasks_of(server))
    with pytest.raises(TaskCancelledError):
        await creation
    assert tasks_of(server) == []


async def test_progress_is_told_while_the_task_runs(server: Server, content_dir: Path) -> None:
    file = large(content_dir / "hole", gigabytes=2)
    heard: list[CreatorTask] = []
    async with creating(server, longest_pause=0.05) as creator:
        await creator.create(CreationRequest(str(file)), on_change=heard.append)
    told = [task.progress for task in heard if task.progress is not None]
    assert told == sorted(told)
    assert any(0 < progress < 100 for progress in told)


async def test_a_folder_without_files_is_empty_content(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    """Empty on the client's side only: the host cannot know beforehand."""
    settings = settings_for(server, docker_path_mapping={"/only/there": str(content_dir)})
    (content_dir / "book").mkdir()
    async with TorrentManager(settings) as manager:
        with pytest.raises(EmptyContentError, match="finds no file to hash"):
            await manager.create_torrent("/only/there/book", output=f"{tmp_path}/")


async def test_an_old_server_is_refused_before_anything_is_sent(
    old_server: Server, content_dir: Path, tmp_path: Path, version: str
) -> None:
    fill(content_dir)
    with RecordingProxy(old_server) as proxy:
        async with TorrentManager(settings_for(proxy)) as manager:
            with pytest.raises(CapabilityError, match="does not support the Torrent Creator"):
                await manager.create_torrent(content_dir, output=f"{tmp_path}/")
        assert proxy.count("torrentcreator") == 0
        assert proxy.open_sessions() == []


async def test_the_managers_own_calls_tell_show_and_fetch_a_task(
    server: Server, content_dir: Path
) -> None:
    fill(content_dir)
    async with TorrentManager(settings_for(server)) as manager:
        with server.api() as api:
            task_id = add_task(api, content_dir)
            await asyncio.to_thread(
                until, lambda: api.torrentcreator_status(task_id)[0]["status"] == "Finished"
            )
        assert [task.id for task in await manager.list_tasks()] == [task_id]
        assert (await manager.get_torrent_creation_status(task_id)).status == "Finished"
        assert Metainfo.parse(await manager.get_torrent_file_bytes(task_id)).files == 2
        await manager.cancel_task(task_id)
        for lost in (
            manager.get_torrent_creation_status(task_id),
            manager.get_torrent_file_bytes(task_id),
            manager.cancel_task(task_id),
        ):
            with pytest.raises(TaskLostError):
                await lost


async def test_a_task_that_is_not_finished_is_told_from_one_that_is_not_there(
    server: Server, content_dir: Path
) -> None:
    """The one that runs says how far it is, the one behind it that it waits."""
    file = large(content_dir / "hole")
    async with TorrentManager(settings_for(server)) as manager:
        with server.api() as api:
            running, queued = (add_task(api, file) for _ in range(2))
            await asyncio.to_thread(
                until, lambda: api.torrentcreator_status(running)[0].get("progress")
            )
        assert (await manager.get_torrent_creation_status(queued)).status == "Queued"
        with pytest.raises(TaskUnfinishedError, match=r"it is running, \d+ % done"):
            await manager.get_torrent_file_bytes(running)
        with pytest.raises(TaskUnfinishedError, match="it is queued") as caught:
            await manager.get_torrent_file_bytes(queued)
        assert caught.value.as_dict()["code"] == "task_unfinished"
        for task_id in (queued, running):
            await manager.cancel_task(task_id)
        with pytest.raises(TaskLostError):
            await manager.get_torrent_file_bytes(queued)


async def test_a_task_that_failed_is_told_with_its_own_error(
    server: Server, content_dir: Path
) -> None:
    async with TorrentManager(settings_for(server)) as manager:
        with server.api() as api:
            task_id = add_task(api, content_dir / "none")
            await asyncio.to_thread(
                until, lambda: api.torrentcreator_status(task_id)[0]["status"] == "Failed"
            )
        task = await manager.get_torrent_creation_status(task_id)
        with pytest.raises(TaskFailedError) as caught:
            await manager.get_torrent_file_bytes(task_id)
        assert task.error_message.rstrip(".") in caught.value.message
        await manager.cancel_task(task_id)


async def test_a_task_whose_file_is_gone_is_told(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    async with TorrentManager(settings_for(proxy)) as manager:
        with server.api() as api:
            task_id = add_task(api, content_dir)
            await asyncio.to_thread(
                until, lambda: api.torrentcreator_status(task_id)[0]["status"] == "Finished"
            )
        proxy.on("torrentFile", faults.status(409, "File open error."), times=2)
        with pytest.raises(TaskFailedError, match=r"does not hand out .* File open error"):
            await manager.get_torrent_file_bytes(task_id)
        # One that was finished between the two questions.
        proxy.on("torrentFile", faults.status(409, "still unfinished"), times=1)
        assert await manager.get_torrent_file_bytes(task_id)
        await manager.cancel_task(task_id)


async def test_a_cancelled_task_whose_answer_got_lost_was_there(
    server: Server, proxy: RecordingProxy, content_dir: Path
) -> None:
    fill(content_dir)
    async with TorrentManager(settings_for(proxy)) as manager:
        with server.api() as api:
            task_id = add_task(api, content_dir)
        proxy.on("deleteTask", faults.lose_answer, times=1)
        await manager.cancel_task(task_id)
        with pytest.raises(TaskLostError):
            await manager.cancel_task(task_id)


PREFERENCES = ["web_ui_port", "web_ui_https_enabled", "dht", "pex", "lsd"]


async def test_a_client_tells_what_it_is_and_how_it_is_set_up(server: Server) -> None:
    async with TorrentManager(settings_for(server)) as manager:
        info = await manager.get_qbittorrent_info()
    assert info["version"] == server.version
    assert info["torrent_creator_supported"] is True
    assert info["build_info"]["libtorrent"] == info["libtorrent_version"]
    assert list(info["preferences"]) == PREFERENCES
    assert info["preferences"]["web_ui_port"] == server.port
    assert info["preferences"]["web_ui_https_enabled"] is False
    assert {type(info["preferences"][name]) for name in PREFERENCES[2:]} == {bool}


async def test_an_old_client_tells_that_it_has_no_creator(old_server: Server, version: str) -> None:
    async with TorrentManager(settings_for(old_server)) as manager:
        info = await manager.get_qbittorrent_info()
        with pytest.raises(CapabilityError):
            await manager.get_torrent_creation_status("an-id")
    assert info["version"].startswith("4.")
    assert info["torrent_creator_supported"] is False
    assert list(info["preferences"]) == PREFERENCES
    assert info["preferences"]["web_ui_port"] == old_server.port


async def test_a_preference_that_a_client_does_not_have_is_none(
    server: Server, proxy: RecordingProxy
) -> None:
    proxy.on("app/preferences", faults.status(200, '{"dht": true, "web_ui_password": "x"}'))
    async with TorrentManager(settings_for(proxy)) as manager:
        info = await manager.get_qbittorrent_info()
    assert info["preferences"] == {**dict.fromkeys(PREFERENCES), "dht": True}


async def test_listing_reads_every_field(server: Server, content_dir: Path) -> None:
    fill(content_dir)
    connection = connection_to(server)
    with server.api() as api:
        api.torrentcreator_add_task(
            source_path=str(content_dir), start_seeding=False, comment="é", is_private=True
        )
    (task,) = await list_tasks(connection)
    assert (task.source_path, task.comment, task.private) == (str(content_dir), "é", True)
    await connection.close()
    server.reset()
