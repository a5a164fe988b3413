"""The main job: from content to proven seeding, through the front door and the command line."""

from __future__ import annotations

import asyncio
import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from seedwright import TorrentManager
from seedwright.errors import (
    AddingError,
    CapabilityError,
    ContentError,
    ContentNameError,
    ExitCode,
    MetainfoError,
    OutputExistsError,
    SavePathMismatchError,
)
from seedwright.metainfo.parse import Metainfo
from tests.qbittorrent.support import CommandLine, fill, settings_for, until
from tests.testbed import faults
from tests.testbed.fakes import Tracker

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.engines.base import Progress
    from tests.testbed.proxy import RecordingProxy
    from tests.testbed.server import Server

TIERS = (
    ("https://one.example/a%2Fb/announce",),
    ("http://two.example/announce?k=1+2", "udp://three.example:6969/é"),
    ("https://four.example/%7C%25",),
)
UNICODE = {"Ünï cødé/日本.bin": 90_000, "emoji 😀.bin": 20_000, 'quote\'s "x".bin': 5_000}


async def test_a_unicode_folder_is_made_added_and_proven_through_the_command_line(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "Ünï cødé 😀", UNICODE)
    seedwright = CommandLine(tmp_path / "out", server)
    asked = ["--category", "bücher", "--tag", "neu", "--json"]
    for tier in TIERS:
        asked += ["--tier", ",".join(tier)]

    ended = await asyncio.to_thread(seedwright.run, "create", content, "--seed", *asked)

    assert (ended.code, ended.err) == (0, "")
    (report,) = ended.rows
    assert report["seeding"]["state"] in {"stalledUP", "uploading", "queuedUP"}
    with server.api() as api:
        (listed,) = api.torrents_info()
    assert (listed.hash, listed.progress) == (report["infohash"], 1)
    assert (listed.category, listed.tags) == ("bücher", "neu")
    metainfo = Metainfo.parse((tmp_path / "out" / "Ünï cødé 😀.torrent").read_bytes())
    assert metainfo.tiers == TIERS
    assert metainfo.infohash_v1 == report["infohash"]
    server.reset()


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_every_format_is_proven_under_the_infohash_the_client_lists(
    server: Server, content_dir: Path, tmp_path: Path, format_: str
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(
            content, output=tmp_path / "x.torrent", format=format_, seed=True
        )
    with server.api() as api:
        (listed,) = api.torrents_info()
    assert report.seeding is not None
    assert report.seeding.infohash == listed.hash
    assert (report.infohash_v1 or "", report.infohash_v2 or "") == (
        listed.infohash_v1,
        listed.infohash_v2,
    )
    server.reset()


async def test_everything_asked_for_stands_in_the_torrent(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    file = fill(content_dir, {"film.mkv": 300_000}) / "film.mkv"
    target = tmp_path / "film.torrent"
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(
            file,
            output=target,
            private=True,
            source="SRC é",
            comment="two\nlines & more",
            piece_size="64KiB",
            trackers=TIERS,
            web_seeds=["http://web.example/a%20b/film.mkv"],
        )
    metainfo = Metainfo.parse(target.read_bytes())
    assert (metainfo.private, metainfo.source, metainfo.comment) == (
        True,
        "SRC é",
        "two\nlines & more",
    )
    assert (metainfo.piece_length, metainfo.pieces, metainfo.size) == (65536, 5, 300_000)
    assert metainfo.web_seeds == ("http://web.example/a%20b/film.mkv",)
    info = target.read_bytes()
    start = info.index(b"4:info") + len(b"4:info")
    end = info.index(b"8:url-list")
    assert report.infohash == hashlib.sha1(info[start:end]).hexdigest()
    assert report.seeding is None


@pytest.mark.parametrize(
    "name",
    [
        "with spaces",
        "quote ' and \"",
        "emoji 😀",
        "per%20cent",
        "a|b;c,d",
        "é" * 120,
        "x" * 240 + ".mkv",
        "-o",
        "'; rm x",
    ],
)
async def test_odd_names_are_made_and_proven(
    server: Server, content_dir: Path, tmp_path: Path, name: str
) -> None:
    content = fill(content_dir / name, {f"{name}": 40_000})
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert report.name == name
    assert report.seeding is not None
    assert report.torrent_path.is_file()
    server.reset()


UNSEEDABLE = ["new\nline", "bell\x07", "é" * 121, "x" * 241, "x" * 255]


@pytest.mark.parametrize("name", [*UNSEEDABLE, "back\\slash"])
async def test_names_that_libtorrent_changes_are_refused_before_seeding(
    server: Server, content_dir: Path, tmp_path: Path, name: str
) -> None:
    content = fill(content_dir / "book", {name: 40_000})
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(ContentNameError, match="under another name and cannot seed it"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert not (tmp_path / "book.torrent").exists()


@pytest.mark.parametrize("name", UNSEEDABLE)
async def test_names_that_libtorrent_changes_are_made_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path, name: str
) -> None:
    file = fill(content_dir, {name: 40_000}) / name
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(file, output=f"{tmp_path}/")
    assert report.name == name
    assert any("cannot seed it" in warning for warning in report.warnings)


TWINS = [("ReadMe.txt", "readme.txt"), ("a", "A/b"), ("Sub/x", "sub/x")]


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
@pytest.mark.parametrize("twins", TWINS, ids=str)
async def test_names_that_differ_in_case_alone_are_refused_before_seeding(
    server: Server, content_dir: Path, tmp_path: Path, twins: tuple[str, str], engine: str
) -> None:
    content = fill(content_dir / "book", dict.fromkeys(twins, 40_000))
    seedwright = CommandLine(tmp_path / "out", server)
    ended = await asyncio.to_thread(seedwright.run, "create", content, "--seed", "--engine", engine)
    assert ended.code == ExitCode.CONTENT
    assert "differ only in case, so qBittorrent cannot seed them" in ended.err
    with server.api() as api:
        assert not [torrent for torrent in api.torrents_info() if torrent.name == "book"]
        assert not api.torrentcreator_status()
    assert not (tmp_path / "out" / "book.torrent").exists()


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
async def test_names_that_differ_in_case_alone_are_made_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path, engine: str
) -> None:
    content = fill(content_dir / "book", dict.fromkeys(TWINS[0], 40_000))
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/", engine=engine)
    (warning,) = report.warnings
    assert warning.startswith("'ReadMe.txt' and 'readme.txt' differ only in case, so qBittorrent")


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
async def test_names_that_only_a_later_libtorrent_changes_seed_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path, engine: str
) -> None:
    content = fill(content_dir / "zero\u200bwidth", {"\ufeffmark \x7f 👩\u200d🚀.bin": 40_000})
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(
            content, output=f"{tmp_path}/", seed=True, engine=engine
        )
    assert report.seeding is not None
    assert any("a client with libtorrent 2.1 or later" in warning for warning in report.warnings)
    with server.api() as api:
        api.torrents_recheck(torrent_hashes=report.infohash)
        until(lambda: api.torrents_info(torrent_hashes=report.infohash)[0].state == "stalledUP")
        assert api.torrents_info(torrent_hashes=report.infohash)[0].progress == 1
    server.reset()


@pytest.mark.parametrize("kind", ["hidden", "symlinked"])
async def test_folders_that_the_creator_sees_in_its_own_way_are_refused(
    server: Server, content_dir: Path, tmp_path: Path, kind: str
) -> None:
    content = fill(content_dir / "book", {"a": 20_000, ".git/objects/x": 20_000})
    if kind == "symlinked":
        fill(tmp_path / "elsewhere", {"sub/x": 20_000})
        content = fill(content_dir / "linked")
        (content / "link").symlink_to(tmp_path / "elsewhere")
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(ContentError, match=f"inside {kind} folders"):
            await manager.create_torrent(content, output=f"{tmp_path}/")


async def test_another_folder_of_the_same_name_is_told_by_its_size(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    fill(tmp_path / "elsewhere" / "book", {"a.bin": 70_000, "b/c.bin": 30_001})
    wrong = {str(content_dir): str(tmp_path / "elsewhere")}
    async with TorrentManager(settings_for(server, docker_path_mapping=wrong)) as manager:
        with pytest.raises(MetainfoError, match="it contains 2 files of 100001 bytes"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert not (tmp_path / "book.torrent").exists()


async def test_several_at_once_share_one_session(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    contents = [fill(content_dir / f"set {number}") for number in range(12)]
    async with TorrentManager(settings_for(proxy)) as manager:
        reports = await asyncio.gather(
            *(manager.create_torrent(c, output=f"{tmp_path}/", seed=True) for c in contents)
        )
    assert len({report.infohash for report in reports}) == 12
    assert proxy.logins == 1
    assert proxy.open_sessions() == []
    server.reset()


async def test_what_is_there_already_is_reported_as_such(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        first = await manager.create_torrent(content, output=tmp_path / "1.torrent", seed=True)
        again = await manager.create_torrent(content, output=tmp_path / "2.torrent", seed=True)
    assert first.seeding is not None
    assert again.seeding is not None
    assert (first.seeding.already_there, again.seeding.already_there) == (False, True)
    assert any("was already added" in warning for warning in again.warnings)
    server.reset()


async def test_a_name_taken_at_the_last_moment_takes_the_torrent_back(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    target = tmp_path / "x.torrent"
    proxy.on("torrents/trackers", faults.before(lambda: target.write_text("theirs")), times=1)
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(OutputExistsError):
            await manager.create_torrent(content, output=target, seed=True)
    assert target.read_text() == "theirs"
    assert server.left_behind() == []


async def test_one_that_was_there_and_does_not_seed_is_told_and_left_alone(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(content, output=tmp_path / "1.torrent", seed=True)
        with server.api() as api:
            api.torrents_stop(torrent_hashes="all")
            await asyncio.to_thread(until, lambda: api.torrents_info()[0].state == "stoppedUP")
        with pytest.raises(AddingError, match="was there before"):
            await manager.create_torrent(content, output=tmp_path / "2.torrent", seed=True)
    with server.api() as api:
        assert len(api.torrents_info()) == 1
    assert not (tmp_path / "2.torrent").exists()
    server.reset()


async def test_each_trackers_answer_is_reported(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    with Tracker() as good, Tracker("unregistered torrent") as bad:
        content = fill(content_dir / "book")
        async with TorrentManager(settings_for(server)) as manager:
            report = await manager.create_torrent(
                content,
                output=tmp_path / "x.torrent",
                seed=True,
                trackers=[good.announce_url, bad.announce_url],
            )
        assert report.seeding is not None
        answers = {answer.url: answer for answer in report.seeding.trackers}
        assert answers[good.announce_url].status == "working"
        assert bytes.fromhex(report.infohash) in good.infohashes
        refused = answers[bad.announce_url]
        # libtorrent asks the next tier only after the first one failed.
        assert refused.status in {"not contacted", "tracker error", "not working"}
        server.reset()


async def test_long_tags_are_cut_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    settings = settings_for(server, max_tag_length=5)
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(
            content, output=tmp_path / "x.torrent", seed=True, tags=["short", "longer"]
        )
    assert report.seeding is not None
    assert set(report.seeding.tags) == {"short", "longe"}
    assert any("'longer' was cut to 'longe'" in warning for warning in report.warnings)
    server.reset()


async def test_an_absent_category_is_created_and_told(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        report = await manager.create_torrent(
            content, output=tmp_path / "x.torrent", seed=True, category="new/deep"
        )
    assert "category 'new/deep' is new to qBittorrent" in report.warnings
    with server.api() as api:
        assert "new/deep" in api.torrents_categories()
    server.reset()


async def test_an_absent_category_is_refused_where_it_may_not_be_created(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    settings = settings_for(server, create_category=False, category="nope")
    async with TorrentManager(settings) as manager:
        with pytest.raises(AddingError, match="no category 'nope'"):
            await manager.create_torrent(content, output=tmp_path / "x.torrent", seed=True)
    with server.api() as api:
        assert "nope" not in api.torrents_categories()


async def test_automatic_management_takes_the_folder_of_the_category(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    with server.api() as api:
        api.torrents_create_category("here", save_path=str(content_dir))
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(
            content,
            output=tmp_path / "x.torrent",
            seed=True,
            category="here",
            auto_management=True,
        )
    with server.api() as api:
        (listed,) = api.torrents_info()
    assert (listed.auto_tmm, listed.save_path) == (True, str(content_dir))
    server.reset()


@pytest.mark.parametrize("there", ["elsewhere", "", "not there yet"])
async def test_automatic_management_is_refused_where_the_category_lies_elsewhere(
    server: Server, content_dir: Path, tmp_path: Path, there: str
) -> None:
    content = fill(content_dir / "book")
    if there != "not there yet":
        with server.api() as api:
            save_path = str(tmp_path / there) if there else None
            api.torrents_create_category("films", save_path=save_path)
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(SavePathMismatchError, match="automatic management"):
            await manager.create_torrent(
                content,
                output=tmp_path / "x.torrent",
                seed=True,
                category="films",
                auto_management=True,
            )
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "x.torrent").exists()


async def test_a_save_path_without_the_content_is_refused_before_qbittorrent_makes_a_folder(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    wrong = tmp_path / "wrong"
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(SavePathMismatchError, match="save path"):
            await manager.create_torrent(
                content, output=tmp_path / "x.torrent", seed=True, save_path=str(wrong)
            )
    assert not wrong.exists()


async def test_a_mapped_path_is_hashed_and_seeded_under_the_clients_name(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    inside = tmp_path / "as the client sees it"
    inside.symlink_to(content_dir)
    settings = settings_for(server, docker_path_mapping={str(content_dir): str(inside)})
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(content, output=tmp_path / "x.torrent", seed=True)
    assert report.client_path == str(inside / "book")
    assert report.seeding is not None
    assert report.seeding.save_path == str(inside)
    server.reset()


async def test_the_file_of_a_mapped_folder_of_another_name_is_made_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    (content_dir / "livre").symlink_to(content)
    settings = settings_for(server, docker_path_mapping={str(content): str(content_dir / "livre")})
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(content, output=tmp_path / "x.torrent", seed=True)
    assert report.name == "livre"
    assert any("named 'livre'" in warning for warning in report.warnings)
    server.reset()


async def test_content_that_only_the_client_sees_is_made_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    fill(content_dir / "book")
    settings = settings_for(server, docker_path_mapping={"/only/there": str(content_dir)})
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(
            "/only/there/book", output=tmp_path / "x.torrent", seed=True
        )
    assert any("not visible here" in warning for warning in report.warnings)
    server.reset()


async def test_an_existing_torrent_is_kept_without_force_and_replaced_with_it(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    target = tmp_path / "x.torrent"
    target.write_text("mine")
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(OutputExistsError):
            await manager.create_torrent(content, output=target)
        assert target.read_text() == "mine"
        await manager.create_torrent(content, output=target, force=True)
    assert Metainfo.parse(target.read_bytes()).name == "book"


async def test_a_dry_run_changes_nothing_and_says_everything(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", server)
    ended = await asyncio.to_thread(
        seedwright.run, "create", content, "--seed", "--category", "new", "--dry-run", "--json"
    )
    assert (ended.code, ended.err) == (0, "")
    (plan,) = ended.rows
    assert plan["seed"]["category"] == "new"
    assert (plan["size"], plan["files"]) == (100_000, 2)
    assert seedwright.files() == []
    with server.api() as api:
        assert "new" not in api.torrents_categories()


async def test_dotfiles_are_taken_in_where_the_server_can(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book", {"a": 20_000, ".b": 20_000, ".c/d": 20_000})
    async with TorrentManager(settings_for(server)) as manager:
        capable = (await manager.test_connection()).api_version >= "2.16"
        without = await manager.create_torrent(content, output=tmp_path / "1.torrent")
        assert (without.files, without.warnings) == (1, ("2 hidden files were left out",))
        if capable:
            report = await manager.create_torrent(
                content, output=tmp_path / "2.torrent", ignore_dotfiles=False
            )
            assert report.files == 3
        else:
            with pytest.raises(CapabilityError, match="dotfiles"):
                await manager.create_torrent(
                    content, output=tmp_path / "2.torrent", ignore_dotfiles=False
                )


async def test_another_torrent_than_asked_for_is_refused_and_not_written(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    other = fill(content_dir / "other")
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(other, output=tmp_path / "other.torrent")
    served = (tmp_path / "other.torrent").read_bytes()
    from tests.testbed.web import Answer

    proxy.on("torrentFile", lambda _: Answer(200, served))
    async with TorrentManager(settings_for(proxy)) as manager:
        with pytest.raises(MetainfoError, match="name is 'other' instead of 'book'"):
            await manager.create_torrent(content, output=tmp_path / "x.torrent", seed=True)
    assert not (tmp_path / "x.torrent").exists()


async def test_alignment_options_that_do_not_count_are_left_out_with_a_warning(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    settings = settings_for(server, creation={"optimize_alignment": True})
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(content, output=tmp_path / "x.torrent")
    assert any("optimize_alignment is ignored" in warning for warning in report.warnings)


async def test_progress_ends_with_seeding(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    # Long enough to be looked at more than once, by a server with all of the machine to itself.
    content = content_dir / "big"
    content.mkdir()
    (content / "a").touch()
    os.truncate(content / "a", 3 << 30)
    stages: list[Progress] = []
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(content, stages.append, output=f"{tmp_path}/", seed=True)
    assert stages[-1].stage == "seeding"
    hashing = [each for each in stages if each.stage == "hashing"]
    assert any(each.rate and each.seconds_left is not None for each in hashing)
    server.reset()
