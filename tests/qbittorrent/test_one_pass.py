"""Several presets at once, each with its own client, category and tags."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from seedwright import Report, TorrentManager
from seedwright.engines.base import Progress
from seedwright.errors import ClientConnectionError
from seedwright.request import Request, one_each
from tests.qbittorrent.support import fill, settings_for
from tests.testbed.fakes import closed_port

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.stages.steps import Step
    from tests.qbittorrent.conftest import StartServer
    from tests.testbed.server import Server


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    there = {"seed": True, "engine": "local"}
    file = tmp_path / "presets.yaml"
    file.write_text(
        json.dumps(
            {
                "films": {**there, "category": "films", "tags": ["a", "b"], "source": "F"},
                "other": {**there, "client": "nas", "category": "more", "source": "O"},
                "gone": {**there, "client": "gone"},
                "hashed there": {"engine": "qbittorrent", "seed": True, "source": "H"},
                "kept": {"seed": False, "piece_size": "1MiB"},
            }
        )
    )
    return file


async def test_each_torrent_seeds_where_and_as_its_preset_says(
    server: Server, start_server: StartServer, content_dir: Path, tmp_path: Path, presets: Path
) -> None:
    content = fill(content_dir / "book")
    nas = start_server()
    settings = settings_for(server)
    other = settings_for(nas).qbittorrent
    names = ["films", "other", "gone", "hashed there", "kept"]
    with closed_port() as port:
        gone = dataclasses.replace(other, port=port)
        settings = dataclasses.replace(settings, clients={"nas": other, "gone": gone})
        async with TorrentManager(settings) as manager:
            films, there, failed, hashed, kept = await manager.create_torrents(
                one_each(names, Request(content, presets=presets, output=tmp_path))
            )
    assert isinstance(failed, ClientConnectionError)
    assert isinstance(films, Report)
    assert isinstance(there, Report)
    assert isinstance(hashed, Report)
    assert isinstance(kept, Report)
    assert [path.name for path in sorted(tmp_path.glob("*.torrent"))] == [
        "book.films.torrent",
        "book.hashed there.torrent",
        "book.kept.torrent",
        "book.other.torrent",
    ]
    with server.api() as api:
        here = {row.hash: row for row in api.torrents_info()}
    with nas.api() as api:
        [elsewhere] = api.torrents_info()
    assert here.keys() == {films.infohash, hashed.infohash}
    film = here[films.infohash]
    assert (film.category, film.tags, film.progress) == ("films", "a, b", 1)
    assert (elsewhere.hash, elsewhere.category) == (there.infohash, "more")
    assert (hashed.engine, films.engine) == ("qbittorrent", "local")
    assert kept.seeding is None
    server.reset()


async def test_every_step_of_the_way_is_heard_by_its_torrent(
    server: Server, content_dir: Path, tmp_path: Path
) -> None:
    content = fill(content_dir / "book")
    here, there = (
        Request(
            content, output=tmp_path / f"{engine}.torrent", engine=engine, source=engine, seed=True
        )
        for engine in ("local", "qbittorrent")
    )
    heard: list[tuple[int, str]] = []

    def hear(place: int, step: Step) -> None:
        word = step.stage if isinstance(step, Progress) else type(step).__name__
        if (place, word) not in heard:
            heard.append((place, word))

    async with TorrentManager(settings_for(server)) as manager:
        reports = await manager.create_torrents([here, there], hear)
    assert all(isinstance(report, Report) for report in reports)
    for place in (0, 1):
        # qBittorrent is not asked how far it is where it has hashed all at the first look.
        passing = ("waiting", "hashing")
        words = [word for number, word in heard if number == place and word not in passing]
        assert words == ["Plan", "seeding", "Added", "Seeding", "Written"]
    assert (0, "hashing") in heard
    server.reset()
