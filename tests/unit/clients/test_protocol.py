"""From content to a proof through the manager, with a client and an engine that need no server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright import Report, Settings, TorrentManager
from seedwright.clients.destination import Origin
from seedwright.clients.ticket import Ticket
from seedwright.engines.local import LocalEngine
from seedwright.errors import (
    ContentNotFoundError,
    NotSeedingError,
    OutputExistsError,
    PathNotVisibleError,
)
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.pieces import MIN_PIECE_LENGTH
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.request import Request
from seedwright.resuming import SAME_TIME
from seedwright.settings.model import QBittorrentSettings, TorrentCreationSettings
from seedwright.settings.places import user_tickets_path
from seedwright.stages.tickets import TicketBook
from tests.unit.clients.memory import MemoryClient, MemoryFleet, NullEngine

if TYPE_CHECKING:
    from seedwright.engines.base import Engine, Progress

SETTINGS = Settings(
    qbittorrent=QBittorrentSettings(category="books", tags=["one"]),
    torrent_creation=TorrentCreationSettings(engine="qbittorrent", reuse_hashes=False),
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


@pytest.fixture
def engine() -> NullEngine:
    return NullEngine()


def manager_of(client: MemoryClient, engine: Engine) -> TorrentManager:
    return TorrentManager(SETTINGS, fleet=MemoryFleet(SETTINGS, client, engine))


async def test_a_torrent_is_planned_made_and_seeded_by_whatever_keeps_the_protocols(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    heard: list[Progress] = []
    async with manager_of(client, engine) as manager:
        report = await manager.create_torrent(
            book, heard.append, output=tmp_path / "x.torrent", seed=True
        )
    made = Metainfo.parse((tmp_path / "x.torrent").read_bytes())
    assert report.seeding == client.listed[made.client_hash]
    assert (report.seeding.category, report.seeding.tags) == ("books", ("one",))
    assert client.origins == [Origin.CLIENT]
    assert [each.stage for each in heard] == ["waiting", "hashing", "seeding", "checking"]
    assert "nothing will be read" in report.warnings
    assert f"memory would seed from {book.parent}" in report.warnings
    assert client.closed


async def test_what_is_hashed_here_goes_to_the_same_client(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    async with manager_of(client, engine) as manager:
        await manager.create_torrent(book, output=f"{tmp_path}/", seed=True, engine="local")
    assert client.origins == [Origin.HERE]
    assert engine.made == 0


async def test_a_plan_asks_the_client_and_changes_nothing(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    async with manager_of(client, engine) as manager:
        plan = await manager.plan_torrent(book, output=f"{tmp_path}/", seed=True)
    assert (plan.client_path, plan.engine) == (str(book), "qbittorrent")
    assert "nothing will be read" in plan.warnings
    assert (client.listed, engine.made) == ({}, 0)


async def test_paths_are_mapped_as_the_client_has_them(
    engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    client = MemoryClient({str(tmp_path): "/data"})
    async with manager_of(client, engine) as manager:
        plan = await manager.plan_torrent(book, output=f"{tmp_path}/")
    assert plan.client_path == "/data/content"


async def test_what_the_client_does_not_see_is_an_error_before_anything_is_made(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    client.blind = True
    async with manager_of(client, engine) as manager:
        with pytest.raises(PathNotVisibleError):
            await manager.plan_torrent(book, output=f"{tmp_path}/", seed=True, engine="local")


async def test_what_is_nowhere_is_told_as_such(client: MemoryClient, tmp_path: Path) -> None:
    class Blind(NullEngine):
        async def check(self, spec: TorrentSpec, survey: object) -> tuple[str, ...]:
            await client.sees(spec.content, None)
            return ()

    client.blind = True
    async with manager_of(client, Blind()) as manager:
        with pytest.raises(ContentNotFoundError, match="does not exist here, and"):
            await manager.plan_torrent(tmp_path / "gone", output=f"{tmp_path}/")


async def test_a_client_that_refuses_leaves_no_torrent(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    client.refuses = True
    async with manager_of(client, engine) as manager:
        with pytest.raises(NotSeedingError):
            await manager.create_torrent(book, output=tmp_path / "x.torrent", seed=True)
    assert not (tmp_path / "x.torrent").exists()


async def test_what_was_added_is_removed_again_when_the_torrent_cannot_be_published(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    output = tmp_path / "x.torrent"

    def be_quicker(progress: Progress) -> None:
        if progress.stage == "seeding":
            output.write_bytes(b"somebody else's")

    async with manager_of(client, engine) as manager:
        with pytest.raises(OutputExistsError):
            await manager.create_torrent(book, be_quicker, output=output, seed=True)
    assert client.listed == {}
    assert len(client.removed) == 1
    assert output.read_bytes() == b"somebody else's"


async def test_a_torrent_that_seeds_already_is_not_added_again(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    async with manager_of(client, engine) as manager:
        first = await manager.create_torrent(book, output=f"{tmp_path}/", seed=True)
        again = await manager.create_torrent(book, output=f"{tmp_path}/", seed=True, skip_done=True)
    assert isinstance(first, Report)
    assert (again.status, again.seeding) == ("done", first.seeding)
    assert engine.made == 1


async def test_a_client_is_examined_step_by_step(client: MemoryClient) -> None:
    assert [finding.step async for finding in client.examine()] == ["memory"]


async def test_the_embedded_engine_keeps_the_protocol(book: Path) -> None:
    engine: Engine = LocalEngine()
    spec = TorrentSpec(book, Format.HYBRID, MIN_PIECE_LENGTH, entropy="x")
    assert engine.cannot(Request(book, entropy="x", format="hybrid")) == ()
    assert await engine.check(spec, None) == ()
    made = await engine.make(spec, None)
    assert (made.metainfo.name, made.metainfo.size) == ("content", 70_000)
    await engine.close()


def test_an_engine_names_the_options_that_it_does_not_have(book: Path) -> None:
    engine: Engine = NullEngine()
    assert engine.cannot(Request(book)) == ()
    assert engine.cannot(Request(book, format="v2")) == ("format",)


def leave(book: Path, output: Path, ticket: Ticket) -> None:
    """What a process that was killed leaves of this torrent."""
    claim = TicketBook(user_tickets_path()).claim("default", str(book), str(output))
    claim.keep(ticket)
    assert claim._lock is not None
    os.close(claim._lock)


async def test_what_a_killed_process_has_left_is_gone_on_with(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    ticket = Ticket("default", "asked", "an-id")
    leave(book, tmp_path / "x.torrent", ticket)
    async with manager_of(client, engine) as manager:
        await manager.create_torrent(book, output=tmp_path / "x.torrent")
        await manager.create_torrent(book, output=tmp_path / "y.torrent")
    assert engine.adopted == [ticket]


async def test_what_a_killed_process_has_added_and_nobody_reported_is_removed_first(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    leave(book, tmp_path / "x.torrent", Ticket("default", added="its hash", since=1000))
    client.times = {"its hash": 1000 + SAME_TIME}
    async with manager_of(client, engine) as manager:
        report = await manager.create_torrent(book, output=tmp_path / "x.torrent", seed=True)
    assert client.removed == ["its hash"]
    assert report.seeding is not None
    assert not report.seeding.already_there


@pytest.mark.parametrize("times", [{}, {"its hash": 1001 + SAME_TIME}])
async def test_what_somebody_else_has_added_since_stays(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path, times: dict[str, int]
) -> None:
    leave(book, tmp_path / "x.torrent", Ticket("default", added="its hash", since=1000))
    client.times = times
    async with manager_of(client, engine) as manager:
        await manager.create_torrent(book, output=tmp_path / "x.torrent", seed=True)
    assert client.removed == []


async def test_a_ticket_that_nobody_came_back_for_is_discarded(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path
) -> None:
    ticket = Ticket("default", "asked", "an-id")
    leave(book, tmp_path / "old.torrent", ticket)
    folder = user_tickets_path()
    assert folder is not None
    for file in folder.iterdir():
        os.utime(file, (1, 1))
    async with manager_of(client, engine) as manager:
        await manager.create_torrent(book, output=tmp_path / "x.torrent")
    assert engine.discarded == [ticket]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("engine_name", ["local", "qbittorrent"])
async def test_a_ticket_tells_what_has_been_done_by_then(
    client: MemoryClient, engine: NullEngine, book: Path, tmp_path: Path, engine_name: str
) -> None:
    seen: list[Ticket] = []
    tickets = user_tickets_path()
    assert tickets is not None

    def look(progress: Progress) -> None:
        if progress.stage == "checking":
            (file,) = tickets.glob("*.json")
            seen.append(Ticket.from_json(file.read_bytes()))

    async with manager_of(client, engine) as manager:
        await manager.create_torrent(
            book, look, output=tmp_path / "x.torrent", seed=True, engine=engine_name
        )
    (ticket,) = seen
    assert (ticket.task, ticket.added) == ("", next(iter(client.listed)))
    assert Path(ticket.staged).parent == tmp_path
    assert list(tickets.iterdir()) == []
