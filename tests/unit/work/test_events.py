from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.engines.base import Progress
from seedwright.errors import EmptyContentError, NotSeedingError
from seedwright.manager import TorrentManager
from seedwright.request import Request
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.work.events import Ended, Happened, TorrentId
from seedwright.work.expand import Job
from seedwright.work.run import Run
from tests.unit.clients.memory import MemoryClient, MemoryFleet, NullEngine

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.work.events import Event

SETTINGS = Settings(
    qbittorrent=QBittorrentSettings(category="books"),
    torrent_creation=TorrentCreationSettings(engine="local", reuse_hashes=False),
)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def book(folder: Path) -> Path:
    (folder / "a.bin").write_bytes(b"a" * 70_000)
    return folder


@pytest.fixture
def client() -> MemoryClient:
    return MemoryClient()


async def events_of(
    jobs: list[Job], client: MemoryClient, *, dry_run: bool = False, is_silent: bool = False
) -> list[Event]:
    """All that is heard of the jobs, without progress that says the same stage again."""
    heard: list[Event] = []
    manager = TorrentManager(SETTINGS, fleet=MemoryFleet(SETTINGS, client, NullEngine()))
    run = Run(jobs, manager, heard.append, dry_run=dry_run, is_silent=is_silent)
    if run.without_clients():
        await run.with_clients()
    return heard


def story(events: list[Event], torrent: TorrentId) -> list[str]:
    """What happened to one torrent, a word each; a stage once."""
    words = [
        each.what.stage if isinstance(each.what, Progress) else type(each.what).__name__
        for each in events
        if isinstance(each, Happened) and each.torrent == torrent
    ]
    return [word for at, word in enumerate(words) if at == 0 or words[at - 1] != word]


def job(path: Path, *outputs: Path, **options: object) -> Job:
    """A job with a torrent for each output, told apart by their sources."""
    return Job(
        str(path),
        tuple(
            Request(path, output=output, source=output.stem, label=output.stem, **options)
            for output in outputs
        ),
    )


async def test_every_step_of_a_torrent_that_seeds_is_heard(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    events = await events_of([job(book, tmp_path / "x.torrent", seed=True)], client)
    assert story(events, TorrentId(0, 0)) == [
        *("Plan", "hashing", "seeding", "Added", "checking", "Seeding", "Written", "Report")
    ]
    assert events[-1] == Ended(0)


async def test_what_needs_no_client_is_heard_step_by_step_as_well(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    events = await events_of([job(book, tmp_path / "x.torrent")], client)
    assert story(events, TorrentId(0, 0)) == ["Plan", "hashing", "Written", "Report"]


async def test_torrents_of_one_read_are_heard_each_by_itself(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    outputs = [tmp_path / "x.torrent", tmp_path / "y.torrent"]
    events = await events_of([job(book, *outputs, seed=True)], client)
    for place in (0, 1):
        told = story(events, TorrentId(0, place))
        assert (told[:2], told[-2:]) == (["Plan", "hashing"], ["Written", "Report"])


async def test_a_failure_is_the_last_that_is_heard_of_its_torrent_alone(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    jobs = [job(empty, tmp_path / "e.torrent"), job(book, tmp_path / "x.torrent")]
    events = await events_of(jobs, client)
    assert story(events, TorrentId(0, 0)) == [EmptyContentError.__name__]
    assert story(events, TorrentId(1, 0))[-1] == "Report"


async def test_a_torrent_that_the_client_does_not_want_is_never_added_proven_or_written(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    client.refuses = True
    events = await events_of([job(book, tmp_path / "x.torrent", seed=True)], client)
    told = story(events, TorrentId(0, 0))
    assert told == ["Plan", "hashing", "seeding", NotSeedingError.__name__]


async def test_a_plan_is_the_last_that_is_heard_in_a_dry_run(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    events = await events_of([job(book, tmp_path / "x.torrent", seed=True)], client, dry_run=True)
    assert story(events, TorrentId(0, 0)) == ["Plan"]


async def test_in_silence_only_what_came_of_it_is_heard(
    book: Path, client: MemoryClient, tmp_path: Path
) -> None:
    jobs = [job(book, tmp_path / "x.torrent", seed=True)]
    events = await events_of(jobs, client, is_silent=True)
    assert story(events, TorrentId(0, 0)) == ["Report"]
