"""Proof that cannot lie, and content that nothing can harm."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import shutil
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import TorrentManager
from seedwright.clients.base import Habits
from seedwright.clients.path_map import PathMap
from seedwright.clients.qbittorrent.doctor import examine
from seedwright.errors import (
    AddedOtherwiseError,
    AddingError,
    ContentDiffersError,
    ContentError,
    MissingFilesError,
    SameTorrentError,
    SavePathMismatchError,
    UsageError,
)
from seedwright.metainfo import edit
from tests.qbittorrent.placements import Placements, all_is_there, snapshot
from tests.qbittorrent.support import (
    CommandLine,
    connection_to,
    fill,
    peer_port,
    settings_for,
    until,
)
from tests.testbed import faults
from tests.testbed.ports import free_port
from tests.testbed.rival import rival
from tests.testbed.server import Server

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.report import Report
    from tests.qbittorrent.conftest import StartServer
    from tests.testbed.fetch import Installation
    from tests.testbed.proxy import RecordingProxy

LOCAL = {"engine": "local"}
REMOVES_FILES = 3


async def create(
    server: Server | RecordingProxy, path: Path, folder: Path, **options: Any
) -> Report:
    """The report of a torrent of PATH, hashed here, that is to seed."""
    client = options.pop("client_settings", {})
    async with TorrentManager(settings_for(server, creation=LOCAL, **client)) as manager:
        return await manager.create_torrent(path, output=f"{folder}/", seed=True, **options)


@pytest.fixture
def listening(start_server: StartServer) -> Server:
    """A server that says where it listens for peers."""
    return start_server({"BitTorrent/Session\\Port": str(free_port())})


@pytest.fixture
def film(content_dir: Path) -> Path:
    """A file, and beside its folder one of the same name and size with other bytes."""
    for name, data in (("a", os.urandom(3 << 20)), ("b", bytes(3 << 20))):
        (content_dir / name).mkdir()
        (content_dir / name / "film.mkv").write_bytes(data)
    return content_dir / "a" / "film.mkv"


PLACES: dict[str, dict[str, Any]] = {
    "another save path": {},
    "rechecked": {"proof": "rechecked"},
    "without seed mode": {"client_settings": {"seed_mode": False}},
    "hashed by the client": {"engine": "qbittorrent"},
}


@pytest.mark.parametrize("how", PLACES)
async def test_bytes_that_nobody_hashed_are_not_called_seeding(
    server: Server, film: Path, tmp_path: Path, how: str
) -> None:
    before = snapshot(film.parents[1])
    other = film.parents[1] / "b"
    with pytest.raises(ContentDiffersError, match=r"film\.mkv"):
        await create(server, film, tmp_path, save_path=str(other), **PLACES[how])
    assert server.left_behind() == []
    assert not (tmp_path / "film.mkv.torrent").exists()
    assert snapshot(film.parents[1]) == before


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
async def test_a_mapping_that_leads_to_another_copy_is_noticed(
    server: Server, film: Path, tmp_path: Path, engine: str
) -> None:
    before = snapshot(film.parents[1])
    mapping = {str(film.parent): str(film.parents[1] / "b")}
    given = {"engine": engine, "client_settings": {"docker_path_mapping": mapping}}
    if engine == "local":
        with pytest.raises(ContentDiffersError):
            await create(server, film, tmp_path, **given)
        assert server.left_behind() == []
    else:
        # What the client hashed itself is what it seeds, whatever lies here.
        report = await create(server, film, tmp_path, **given)
        assert report.seeding is not None
        assert report.seeding.proof == "listed"
        assert await asyncio.to_thread(all_is_there, server, report.seeding.infohash)
        server.reset()
    assert snapshot(film.parents[1]) == before


async def test_a_longer_file_elsewhere_is_noticed_before_anything_is_hashed(
    server: Server, film: Path, tmp_path: Path
) -> None:
    longer = film.parents[1] / "b" / "film.mkv"
    longer.write_bytes(bytes(4 << 20))
    with pytest.raises(ContentDiffersError) as caught:
        await create(server, film, tmp_path, save_path=str(longer.parent))
    with server.api() as api:
        if tuple(map(int, api.app_web_api_version().split("."))) >= (2, 11, 8):
            assert f"{4 << 20} bytes instead of {3 << 20}" in caught.value.message
    assert longer.read_bytes() == bytes(4 << 20)
    assert server.left_behind() == []


async def test_the_very_files_that_were_hashed_need_no_more_than_the_clients_word(
    server: Server, film: Path, tmp_path: Path
) -> None:
    report = await create(server, film, tmp_path)
    assert report.seeding is not None
    assert (report.seeding.proof, report.warnings) == ("listed", ())
    assert "opens the very files" in report.seeding.evidence
    assert await asyncio.to_thread(all_is_there, server, report.seeding.infohash)
    server.reset()


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
@pytest.mark.parametrize("encryption", [0, 1], ids=["plain", "encrypted only"])
async def test_a_sample_proves_another_copy(
    listening: Server, content_dir: Path, tmp_path: Path, format_: str, encryption: int
) -> None:
    show = fill(content_dir / "a" / "show", {"e1.mkv": 3 << 20, "e2.mkv": 1 << 20, "e.nfo": 99})
    (show / "empty.txt").touch()
    shutil.copytree(content_dir / "a", content_dir / "b")
    before = snapshot(content_dir)
    with listening.api() as api:
        api.app_set_preferences({"encryption": encryption})
    report = await create(
        listening, show, tmp_path, save_path=str(content_dir / "b"), format=format_
    )
    assert report.seeding is not None
    assert (report.seeding.proof, report.warnings) == ("sampled", ())
    assert ("encrypted" in report.seeding.evidence) == bool(encryption)
    assert snapshot(content_dir) == before
    assert await asyncio.to_thread(all_is_there, listening, report.seeding.infohash)
    with listening.api() as api:
        assert [torrent.hash for torrent in api.torrents_info()] == [report.seeding.infohash]


async def test_a_proven_copy_stays_as_it_is_whatever_peers_and_restarts_come(
    listening: Server, film: Path, tmp_path: Path
) -> None:
    copy = film.parents[1] / "b" / "film.mkv"
    shutil.copy(film, copy)
    before = snapshot(film.parents[1])
    report = await create(listening, film, tmp_path, save_path=str(copy.parent))
    assert report.seeding is not None
    liar = tmp_path / "liar"
    liar.mkdir()
    (liar / "film.mkv").write_bytes(bytes(3 << 20))
    with listening.api() as api:
        port = peer_port(api)
    with rival(report.torrent_path, liar, port):
        await asyncio.sleep(2)
        listening.restart()
        with listening.api() as api:
            until(lambda: api.torrents_info() and api.torrents_info()[0].state == "stalledUP")
        await asyncio.sleep(1)
    assert snapshot(film.parents[1]) == before
    assert await asyncio.to_thread(all_is_there, listening, report.seeding.infohash)


async def test_no_peer_gets_between_a_client_and_files_it_was_not_to_seed(
    listening: Server, film: Path, tmp_path: Path
) -> None:
    """A peer with the true bytes waits, while the client is asked about others."""
    async with TorrentManager(settings_for(listening, creation=LOCAL)) as manager:
        alone = await manager.create_torrent(film, output=tmp_path / "alone.torrent")
    before = snapshot(film.parents[1])
    with listening.api() as api:
        port = peer_port(api)
    with rival(alone.torrent_path, film.parent, port) as peer:
        for proof in ("auto", "sampled", "rechecked"):
            peer.connect_peer(("127.0.0.1", port))
            with pytest.raises(ContentDiffersError):
                await create(
                    listening, film, tmp_path, save_path=str(film.parents[1] / "b"), proof=proof
                )
        await asyncio.sleep(1)
    assert listening.left_behind() == []
    assert snapshot(film.parents[1]) == before


@pytest.mark.parametrize("kind", ["silent", "garbage", "keep-alives"])
async def test_a_hostile_peer_port_ends_in_a_full_check(
    server: Server, film: Path, tmp_path: Path, kind: str
) -> None:
    with hostile(kind) as port:
        report = await create(
            server, film, tmp_path, proof="sampled", client_settings={"peer_port": port}
        )
    assert report.seeding is not None
    assert report.seeding.proof == "rechecked"
    assert any("it sent no sample" in warning for warning in report.warnings)
    server.reset()


class hostile:  # noqa: N801 - reads as the context it is
    """A port that takes connections and answers with what no client would send."""

    def __init__(self, kind: str) -> None:
        self._said = {"silent": b"", "garbage": b"\xff", "keep-alives": b"\0"}[kind] * 65536
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            while not self._closed.is_set():
                connection, _ = self._listener.accept()
                held.enter_context(connection)
                with contextlib.suppress(OSError):
                    connection.sendall(self._said)


async def test_a_client_that_deletes_what_has_been_shared_gets_no_limits(
    own_server: Server, film: Path, tmp_path: Path
) -> None:
    with own_server.api() as api:
        api.app_set_preferences(
            {"max_ratio_enabled": True, "max_ratio": 0, "max_ratio_act": REMOVES_FILES}
        )
    report = await create(own_server, film, tmp_path)
    assert any("so the torrent gets none" in warning for warning in report.warnings)
    # qBittorrent looks at its limits about every second.
    await asyncio.sleep(4)
    with own_server.api() as api:
        [torrent] = api.torrents_info()
        assert (torrent.ratio_limit, torrent.seeding_time_limit) == (-1, -1)
    assert film.is_file()
    assert torrent.state in {"stalledUP", "uploading", "queuedUP"}


@pytest.mark.parametrize("action", [0, 1, 2], ids=["stop", "remove", "super seeding"])
async def test_a_limit_that_is_met_at_once_does_not_end_what_was_proven(
    own_server: Server, film: Path, tmp_path: Path, action: int
) -> None:
    with own_server.api() as api:
        api.app_set_preferences(
            {"max_seeding_time_enabled": True, "max_seeding_time": 0, "max_ratio_act": action}
        )
    await create(own_server, film, tmp_path)
    await asyncio.sleep(3)
    with own_server.api() as api:
        [torrent] = api.torrents_info()
    assert torrent.state in {"stalledUP", "uploading", "queuedUP"}
    assert not torrent.super_seeding


async def test_limits_of_a_category_count_as_the_clients_do(
    own_server: Server, film: Path, tmp_path: Path
) -> None:
    with own_server.api() as api:
        if tuple(map(int, api.app_web_api_version().split("."))) < (2, 16):
            pytest.skip("categories have no share limits before Web API 2.16")
        api.torrents_create_category("films", ratioLimit=0, shareLimitAction="RemoveWithContent")
    await create(own_server, film, tmp_path, category="films/short")
    await asyncio.sleep(4)
    assert film.is_file()
    with pytest.raises(AddingError, match=r"would delete 'film\.mkv'.*for category 'films'"):
        await create(
            own_server, film, tmp_path, category="films", share_limits="client", force=True
        )


async def test_the_clients_own_limits_are_refused_where_they_delete_content(
    own_server: Server, film: Path, tmp_path: Path
) -> None:
    with own_server.api() as api:
        api.app_set_preferences({"max_ratio_act": REMOVES_FILES})
    with pytest.raises(AddingError, match="together with their files"):
        await create(own_server, film, tmp_path, share_limits="client")
    assert own_server.left_behind() == []
    assert not (tmp_path / "film.mkv.torrent").exists()


@pytest.mark.parametrize("category", ["films/", "/films", "a//b", "a\\b", "/"])
async def test_a_category_that_qbittorrent_would_leave_out_is_refused(
    server: Server, film: Path, tmp_path: Path, category: str
) -> None:
    with pytest.raises(UsageError, match="is not a valid category"):
        await create(server, film, tmp_path, category=category)
    assert server.left_behind() == []


async def test_what_is_there_under_another_category_is_a_failure_that_names_it(
    server: Server, film: Path, tmp_path: Path
) -> None:
    await create(server, film, tmp_path, category="films", tags=["new"])
    with pytest.raises(AddedOtherwiseError, match="category is 'films' instead of 'other'"):
        await create(server, film, tmp_path, force=True, category="other")
    with pytest.raises(AddedOtherwiseError, match=r"tags are \['new'\] instead of \['old'\]"):
        await create(server, film, tmp_path, force=True, tags=["old"])
    with server.api() as api:
        [torrent] = api.torrents_info()
        assert (torrent.category, torrent.tags) == ("films", "new")
    server.reset()


async def test_what_seeds_elsewhere_already_is_no_proof_for_this_folder(
    server: Server, film: Path, tmp_path: Path
) -> None:
    shutil.copy(film, film.parents[1] / "b")
    await create(server, film, tmp_path)
    with pytest.raises(AddedOtherwiseError, match="save path"):
        await create(server, film, tmp_path, force=True, save_path=str(film.parents[1] / "b"))
    server.reset()


async def test_a_torrent_that_was_made_before_is_sampled_and_not_believed(
    listening: Server, film: Path, tmp_path: Path
) -> None:
    first = await create(listening, film, tmp_path)
    again = await create(listening, film, tmp_path, skip_done=True)
    assert first.seeding is not None
    assert again.seeding is not None
    assert (again.status, again.seeding.proof) == ("done", "sampled")
    before = film.stat()
    with film.open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"another tag")
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(first.torrent_path)
    with pytest.raises(ContentDiffersError):
        await create(listening, film, tmp_path, skip_done=True)
    with listening.api() as api:
        assert [torrent.hash for torrent in api.torrents_info()] == [first.seeding.infohash]


async def test_a_client_that_renames_incomplete_files_is_not_asked_about_others(
    own_server: Server, film: Path, tmp_path: Path
) -> None:
    with own_server.api() as api:
        api.app_set_preferences({"incomplete_files_ext": True})
    before = snapshot(film.parents[1])
    for proof in ("auto", "sampled", "rechecked"):
        with pytest.raises(AddingError, match=r"appends \.!qB"):
            await create(
                own_server, film, tmp_path, save_path=str(film.parents[1] / "b"), proof=proof
            )
    assert own_server.left_behind() == []
    assert snapshot(film.parents[1]) == before
    # Its own files are another matter.
    report = await create(own_server, film, tmp_path)
    assert report.seeding is not None


async def test_a_missing_empty_file_is_reported_and_not_made(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    show = fill(content_dir / "a" / "show")
    (show / "sub").mkdir()
    (show / "sub" / "empty.txt").touch()
    shutil.copytree(content_dir / "a", content_dir / "b")
    (content_dir / "b" / "show" / "sub" / "empty.txt").unlink()
    before = snapshot(content_dir)
    with pytest.raises(ContentDiffersError, match=r"empty\.txt is missing"):
        await create(server, show, tmp_path, save_path=str(content_dir / "b"))
    assert snapshot(content_dir) == before
    assert server.left_behind() == []


async def test_a_file_that_is_missing_elsewhere_is_reported(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    show = fill(content_dir / "a" / "show")
    shutil.copytree(content_dir / "a", content_dir / "b")
    (content_dir / "b" / "show" / "a.bin").unlink()
    before = snapshot(content_dir)
    with pytest.raises((ContentDiffersError, MissingFilesError)):
        await create(server, show, tmp_path, save_path=str(content_dir / "b"))
    assert snapshot(content_dir) == before
    assert server.left_behind() == []


@pytest.mark.parametrize("pattern", ["*.MKV", "film.*", "a*\n*.mkv", "*.nfo\nfilm.mkv"])
async def test_excluded_file_names_are_reported_with_their_pattern(
    own_server: Server, film: Path, tmp_path: Path, pattern: str
) -> None:
    with own_server.api() as api:
        api.app_set_preferences(
            {"excluded_file_names_enabled": True, "excluded_file_names": pattern}
        )
    with pytest.raises(
        AddingError, match=r"would not seed 'film\.mkv', because .*Excluded file names"
    ):
        await create(own_server, film, tmp_path)
    assert own_server.left_behind() == []


async def test_a_file_beside_a_name_that_is_not_utf8_seeds(
    server: Server, film: Path, tmp_path: Path
) -> None:
    for number in range(8):
        (film.parent / os.fsdecode(b"\xff%d" % number)).touch()
    report = await create(server, film, tmp_path)
    assert report.seeding is not None
    server.reset()


async def test_a_folder_whose_name_ends_in_a_space_is_refused(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "with space " / "book")
    with pytest.raises(SavePathMismatchError, match="strips the spaces"):
        await create(server, content, tmp_path)
    assert not (content_dir / "with space").exists()
    assert server.left_behind() == []


def test_two_presets_of_one_infohash_end_as_one_error(
    server: Server, film: Path, tmp_path: Path
) -> None:
    command = two_presets(server, tmp_path)
    for _ in range(3):
        ended = command.run("create", film, "-P", "one", "-P", "two", "--seed", "-o", "out/")
        assert (ended.code, ended.out) == (2, "")
        assert "'one' and 'two' would make one torrent of 'film.mkv' twice" in ended.err
        assert ended.err.count("error:") == 1
        assert "--merge-same" in ended.err
    assert server.left_behind() == []


def test_merged_presets_are_one_torrent_with_the_trackers_of_both(
    server: Server, film: Path, tmp_path: Path
) -> None:
    command = two_presets(server, tmp_path)
    ended = command.run(
        "create", film, "-P", "one", "-P", "two", "--seed", "--merge-same", "-o", "out/"
    )
    assert (ended.code, ended.out.count("seeding")) == (0, 1)
    with server.api() as api:
        [torrent] = api.torrents_info()
        urls = {row.url for row in api.torrents_trackers(torrent.hash)}
        assert torrent.category == "first"
        assert {"http://one.example/announce", "http://two.example/announce"} <= urls
    server.reset()


def two_presets(server: Server, tmp_path: Path) -> CommandLine:
    command = CommandLine(tmp_path / "command", server)
    (command.folder / "out").mkdir()
    (command.folder / "seedwright-presets.yaml").write_text(
        "one:\n  trackers: [http://one.example/announce]\n  category: first\n"
        "two:\n  trackers: [http://two.example/announce]\n  category: second\n"
    )
    return command


async def test_one_torrent_is_not_begun_twice_at_once(
    server: Server, film: Path, tmp_path: Path
) -> None:
    async with TorrentManager(settings_for(server, creation=LOCAL)) as manager:
        outcomes = await asyncio.gather(
            *(
                manager.create_torrent(film, output=tmp_path / f"{n}.torrent", seed=True)
                for n in range(3)
            ),
            return_exceptions=True,
        )
    made = [each for each in outcomes if not isinstance(each, BaseException)]
    refused = [each for each in outcomes if isinstance(each, SameTorrentError)]
    assert (len(made), len(refused)) == (1, 2)
    assert len(list(tmp_path.glob("*.torrent"))) == 1
    server.reset()


@pytest.mark.timeout(300)
async def test_whatever_place_it_is_given_what_is_called_seeding_is_complete(
    listening: Server, content_dir: Path
) -> None:
    """`python -m tests.qbittorrent 200` tries more of them."""
    placements = Placements(listening, content_dir, seed=8)
    outcomes = [await placements.try_one() for _ in range(16)]
    assert {outcome.seeds for outcome in outcomes} == {True, False}


@pytest.mark.skipif(os.geteuid() != 0, reason="to mount anything takes root")
async def test_a_client_that_sees_another_folder_under_the_same_path_is_found_out(
    installation: Installation, film: Path, tmp_path: Path
) -> None:
    """As in a container that has something else mounted there, behind a port of this machine."""
    other = film.parents[1] / "b"
    script = f'mount --bind "{other}" "{film.parent}" && exec "$@"'
    command = ("unshare", "--mount", "sh", "-c", script, "sh", *installation.command)
    elsewhere = dataclasses.replace(installation, command=command)
    before = snapshot(film.parents[1])
    with Server(elsewhere, tmp_path / "profile") as server:
        with pytest.raises(ContentDiffersError):
            await create(server, film, tmp_path)
        # It seeds what it hashes itself.
        report = await create(server, film, tmp_path, engine="qbittorrent")
        assert report.seeding is not None
        assert report.seeding.proof == "listed"
        assert await asyncio.to_thread(all_is_there, server, report.seeding.infohash)
    assert snapshot(film.parents[1]) == before


async def test_content_that_changes_while_a_client_hashes_it_is_noticed(
    server: Server, proxy: RecordingProxy, film: Path, tmp_path: Path
) -> None:
    times = film.stat()

    def overwrite() -> None:
        with film.open("r+b") as file:
            file.write(b"another beginning")
        os.utime(film, ns=(times.st_atime_ns, times.st_mtime_ns))

    proxy.on("torrentcreator/torrentFile", faults.before(overwrite), times=1)
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(ContentError, match="changed during hashing"):
            await manager.create_torrent(film, output=f"{tmp_path}/", seed=True)
    assert server.left_behind() == []
    assert not (tmp_path / "film.mkv.torrent").exists()


async def test_the_doctor_warns_of_what_could_harm_content(own_server: Server) -> None:
    with own_server.api() as api:
        api.app_set_preferences({"max_ratio_act": REMOVES_FILES, "incomplete_files_ext": True})
    connection = connection_to(own_server)
    try:
        found = [each async for each in examine(connection, PathMap(), Habits())]
    finally:
        await connection.close()
    said = [finding.text for finding in found if finding.step == "seeding"]
    assert len(said) == 2
    assert "together with their files" in said[0]
    assert "appends .!qB" in said[1]
    assert {finding.verdict for finding in found if finding.step == "seeding"} == {"warn"}


@pytest.mark.parametrize("proof", ["auto", "rechecked"])
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "other bytes"])
async def test_automatic_management_moves_nothing_to_the_folder_of_incomplete_files(
    start_server: StartServer, film: Path, tmp_path: Path, proof: str, is_right: bool
) -> None:
    server = start_server()
    other = film.parents[1] / "b"
    with server.api() as api:
        api.app_set_preferences({"temp_path_enabled": True, "temp_path": str(tmp_path / "temp")})
        api.torrents_create_category("films", save_path=str(film.parent))
    before = snapshot(film.parents[1])
    mapping = {} if is_right else {str(other): str(film.parent)}
    path = film if is_right else other / "film.mkv"
    given = {
        "client_settings": {"docker_path_mapping": mapping, "seed_mode": proof != "rechecked"},
        "proof": proof,
        "category": "films",
        "auto_management": True,
    }
    if is_right:
        report = await create(server, path, tmp_path, **given)
        assert report.seeding is not None
        with server.api() as api:
            [torrent] = api.torrents_info()
            assert (torrent.auto_tmm, torrent.save_path) == (True, str(film.parent))
    else:
        with pytest.raises(ContentDiffersError):
            await create(server, path, tmp_path, **given)
        await asyncio.sleep(0.5)
    assert snapshot(film.parents[1]) == before
    assert not list((tmp_path / "temp").rglob("*.mkv"))


async def test_no_stand_in_is_added_where_traces_of_it_would_stay(
    start_server: StartServer, film: Path, tmp_path: Path
) -> None:
    server = start_server({"BitTorrent/Session\\Port": str(free_port())})
    kept = tmp_path / "kept"
    kept.mkdir()
    with server.api() as api:
        if "export_dir" in api.app_preferences():
            api.app_set_preferences({"export_dir": str(kept)})
        else:
            api.app_set_preferences(
                {"torrent_files_backup_enabled": True, "torrent_files_backup_dir": str(kept)}
            )
    report = await create(server, film, tmp_path, proof="sampled")
    assert report.seeding is not None
    assert report.seeding.proof == "rechecked"
    assert any("keeps a copy" in warning for warning in report.warnings)
    assert [path.name for path in kept.iterdir()] == ["film.mkv.torrent"]


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
async def test_content_that_changes_before_the_proof_is_noticed(
    server: Server, proxy: RecordingProxy, film: Path, tmp_path: Path, engine: str
) -> None:
    proxy.on("torrents/add", faults.before(lambda: film.write_bytes(bytes(3 << 20))), times=1)
    async with TorrentManager(settings_for(proxy, creation={"engine": engine})) as manager:
        with pytest.raises((ContentError, ContentDiffersError)):
            await manager.create_torrent(film, output=f"{tmp_path}/", seed=True, proof="listed")
    assert server.left_behind() == []
    assert not (tmp_path / "film.mkv.torrent").exists()
    assert film.read_bytes() == bytes(3 << 20)


@pytest.mark.parametrize("name", ["film.mkv.!qB", "x.!QB"])
async def test_content_that_is_called_unfinished_is_refused(
    server: Server, content_dir: Path, tmp_path: Path, name: str
) -> None:
    """qBittorrent would take the ending off, and put it in the place of the file beside it."""
    (content_dir / name).write_bytes(b"N" * 50_000)
    (content_dir / name[:-4]).write_bytes(b"precious")
    before = snapshot(content_dir)
    for proof in ("auto", "listed", "rechecked"):
        with pytest.raises(AddingError, match="marks unfinished files"):
            await create(server, content_dir / name, tmp_path, proof=proof)
    assert server.left_behind() == []
    assert snapshot(content_dir) == before


@pytest.mark.parametrize("proof", ["auto", "listed", "rechecked"])
async def test_an_unfinished_file_in_the_place_of_another_is_not_renamed(
    server: Server, content_dir: Path, tmp_path: Path, proof: str
) -> None:
    show = fill(content_dir / "a" / "show")
    shutil.copytree(content_dir / "a", content_dir / "b")
    there = content_dir / "b" / "show" / "a.bin"
    there.rename(there.with_name("a.bin.!qB"))
    before = snapshot(content_dir)
    with pytest.raises(ContentDiffersError, match=r"a\.bin is missing"):
        await create(server, show, tmp_path, save_path=str(content_dir / "b"), proof=proof)
    assert server.left_behind() == []
    assert snapshot(content_dir) == before


@pytest.mark.parametrize("proof", ["auto", "listed", "rechecked"])
async def test_a_hidden_empty_file_that_nobody_can_see_is_not_made(
    server: Server, content_dir: Path, tmp_path: Path, proof: str
) -> None:
    show = fill(content_dir / "a" / "show")
    (show / ".keep").touch()
    shutil.copytree(content_dir / "a", content_dir / "b")
    (content_dir / "b" / "show" / ".keep").unlink()
    before = snapshot(content_dir)
    with pytest.raises(ContentDiffersError, match="hidden and empty"):
        await create(
            server,
            show,
            tmp_path,
            save_path=str(content_dir / "b"),
            proof=proof,
            ignore_dotfiles=False,
        )
    assert server.left_behind() == []
    assert snapshot(content_dir) == before


async def test_a_word_that_is_asked_for_is_doubted_where_it_may_be_wrong(
    server: Server, film: Path, tmp_path: Path
) -> None:
    shutil.copy(film, film.parents[1] / "b")
    report = await create(
        server, film, tmp_path, save_path=str(film.parents[1] / "b"), proof="listed"
    )
    assert any("only qBittorrent's word" in warning for warning in report.warnings)
    server.reset()


def a_pid_that_has_ended() -> int:
    with subprocess.Popen(["true"]) as ended:
        return ended.pid


async def test_the_stand_in_of_a_process_that_was_killed_is_taken_out_by_the_next(
    listening: Server, film: Path, tmp_path: Path
) -> None:
    async with TorrentManager(settings_for(listening, creation=LOCAL)) as manager:
        made = await manager.create_torrent(film, output=tmp_path / "old.torrent", entropy="old")
    with listening.api() as api:
        for number, owner in enumerate(
            [f"{socket.gethostname()}:{a_pid_that_has_ended()}", "elsewhere:1"]
        ):
            data = edit.apply(made.torrent_path.read_bytes(), edit.Edit(entropy=str(number)))
            api.torrents_add(
                torrent_files=data.after.data,
                rename=f"Seedwright looks at film.mkv [{owner}]",
                save_path=str(film.parent),
                is_skip_checking=True,
            )
        until(lambda: len(api.torrents_info()) == 2)
        await create(listening, film, tmp_path, proof="sampled")
        names = {torrent.name for torrent in api.torrents_info()}
    assert names == {"film.mkv", "Seedwright looks at film.mkv [elsewhere:1]"}
    assert film.is_file()
