"""Two engines, one torrent: what is hashed here seeds there, and the infohashes agree."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

import pytest

from seedwright import TorrentManager
from seedwright.errors import ContentNotFoundError, PathNotVisibleError, UsageError
from seedwright.metainfo.parse import Metainfo
from tests.qbittorrent.support import CommandLine, fill, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testbed.proxy import RecordingProxy
    from tests.testbed.server import Server

AUTO = {"engine": "auto"}
LOCAL = {"engine": "local"}

BLOCK = 16 * 1024
PIECE = 64 * 1024
BORDERS = [
    0,
    1,
    *(end + by for end in (BLOCK, PIECE, PIECE + BLOCK, 2 * PIECE) for by in (-1, 0, 1)),
]


def random_files(number: int) -> dict[str, int]:
    """Up to thirteen files, the same ones every time; no file is a folder as well."""
    numbers = random.Random(number)

    def name() -> str:
        return "".join(numbers.choices("aB0 -!~\u00e9\u65e5\U0001f4da", k=numbers.randint(1, 3)))

    folders = ["", f"{name()}/", f"{name()}/{name()}/"]
    files = {
        f"{numbers.choice(folders)}{name()}.{index}": numbers.choice(
            [*BORDERS, numbers.randrange(3 * PIECE)]
        )
        for index in range(numbers.randint(3, 12))
    }
    return {"first": PIECE + 1, **files}


# Sizes around the borders of blocks and pieces, names that sort in odd ways.
TREES: dict[str, dict[str, int]] = {
    "two files": {"a": 70_000, "b": 30_000},
    "borders": {"a": 16384, "b": 16385, "c": 65536, "d": 65537, "e": 131072, "f": 1},
    "empty files": {"a": 0, "b": 100_000, "c": 0},
    "deep": {"d/e/f/g": 200_000, "d/e.x": 5, "d/e-x": 6, "z": 7},
    "odd names": {"é": 20_000, "B": 20_000, "a10": 20_000, "a2": 20_000, "日本": 20_000},
    **{f"random {number}": random_files(number) for number in range(12)},
}


@pytest.mark.parametrize("format_", ["v2", "hybrid"])
@pytest.mark.parametrize("tree", TREES)
async def test_both_engines_make_the_same_folder_torrents(
    server: Server, content_dir: Path, tmp_path: Path, tree: str, format_: str
) -> None:
    content = fill(content_dir / tree, TREES[tree])
    infos = []
    for engine in ("local", "qbittorrent"):
        target = tmp_path / f"{engine}.torrent"
        async with TorrentManager(settings_for(server)) as manager:
            report = await manager.create_torrent(
                content, output=target, engine=engine, format=format_, piece_size="64KiB"
            )
        assert report.engine == engine
        infos.append((report.infohash_v1, report.infohash_v2))
    assert infos[0] == infos[1]


@pytest.mark.parametrize("size", [size for size in BORDERS if size] + [1_000_000])
@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_both_engines_make_the_same_torrent_of_a_single_file(
    server: Server, content_dir: Path, tmp_path: Path, size: int, format_: str
) -> None:
    file = fill(content_dir, {"film.mkv": size}) / "film.mkv"
    infos = set()
    for engine in ("local", "qbittorrent"):
        async with TorrentManager(settings_for(server)) as manager:
            report = await manager.create_torrent(
                file,
                output=tmp_path / f"{engine}.torrent",
                engine=engine,
                format=format_,
                source="S",
                private=True,
            )
        infos.add((report.infohash_v1, report.infohash_v2, report.piece_length))
    assert len(infos) == 1


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_what_was_hashed_here_seeds_there_after_a_full_check(
    server: Server, content_dir: Path, tmp_path: Path, format_: str
) -> None:
    content = fill(content_dir / "book", TREES["deep"])
    settings = settings_for(server, creation=AUTO, seed_mode=False)
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(
            content, output=f"{tmp_path}/", format=format_, seed=True
        )
    assert (report.engine, report.engine_reason) == ("local", "the content can be read here")
    assert report.seeding is not None
    server.reset()


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_what_has_its_hashes_from_another_torrent_seeds_there_after_a_full_check(
    server: Server, content_dir: Path, tmp_path: Path, format_: str
) -> None:
    content = fill(content_dir / "book", TREES["deep"])
    theirs = tmp_path / "theirs.torrent"
    async with TorrentManager(settings_for(server)) as manager:
        await manager.create_torrent(content, output=theirs, format=format_, source="A")
    settings = settings_for(server, creation=LOCAL, seed_mode=False)
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent(
            content, output=f"{tmp_path}/", from_torrent=theirs, source="B", seed=True
        )
    assert (report.engine, report.engine_reason) == ("local", f"hashes from '{theirs}'")
    assert report.seeding is not None
    server.reset()


async def test_no_client_is_asked_where_none_is_needed(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(proxy, creation=AUTO)) as manager:
        report = await manager.create_torrent(content, output=f"{tmp_path}/")
    assert (report.engine, report.client) == ("local", None)
    assert proxy.requests == []


async def test_content_that_is_not_here_is_hashed_there(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    fill(content_dir / "book")
    mapping = {"/only/there": str(content_dir)}
    settings = settings_for(server, creation=AUTO, docker_path_mapping=mapping)
    async with TorrentManager(settings) as manager:
        report = await manager.create_torrent("/only/there/book", output=f"{tmp_path}/")
    assert (report.engine, report.engine_reason) == (
        "qbittorrent",
        "the content cannot be read here",
    )


async def test_content_that_is_nowhere_is_told_as_such_even_when_nobody_can_be_asked(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    settings = settings_for(server, creation=AUTO, port=1)
    async with TorrentManager(settings) as manager:
        with pytest.raises(ContentNotFoundError, match=r"does not exist$"):
            await manager.create_torrent(content_dir / "nowhere", output=f"{tmp_path}/")
    async with TorrentManager(settings_for(server, creation=AUTO)) as manager:
        with pytest.raises(ContentNotFoundError, match="does not exist here, and"):
            await manager.create_torrent(content_dir / "nowhere", output=f"{tmp_path}/")


async def test_what_the_client_does_not_see_is_told_before_hashing_here(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    mapping = {str(content_dir): "/not/mounted"}
    settings = settings_for(server, creation=AUTO, docker_path_mapping=mapping)
    async with TorrentManager(settings) as manager:
        with pytest.raises(PathNotVisibleError, match="/not/mounted"):
            await manager.create_torrent(content, output=f"{tmp_path}/", seed=True)
    assert os.listdir(tmp_path) == ["content"]


async def test_what_the_torrent_creator_does_not_have_is_refused_there(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    async with TorrentManager(settings_for(server)) as manager:
        with pytest.raises(UsageError, match="does not support with_date=False"):
            await manager.create_torrent(content, output=f"{tmp_path}/", with_date=False)


async def test_the_command_line_says_which_engine_ran_and_why(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    seedwright = CommandLine(tmp_path / "out", server)
    ended = await asyncio.to_thread(
        seedwright.run, "create", content, "--engine", "auto", "--seed", "--no-date"
    )
    assert ended.code == 0
    assert "engine    local: only it supports --no-date" in ended.out
    metainfo = Metainfo.parse((seedwright.folder / "book.torrent").read_bytes())
    assert metainfo.creation_date is None
    server.reset()
