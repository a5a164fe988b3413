"""A client with nothing behind it, and an engine that reads no byte: the protocols' other ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.clients.examination import passed
from seedwright.clients.path_map import PathMap
from seedwright.clients.seeding import Seeding
from seedwright.clients.ticket import Ticket
from seedwright.engines.base import MadeTorrent, Progress, nobody
from seedwright.engines.local import blueprint_of, walk_of
from seedwright.errors import NotSeedingError, PathNotVisibleError
from seedwright.fleet import Fleet
from seedwright.metainfo.build import build
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.pieces import MIN_PIECE_LENGTH

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from seedwright import Settings
    from seedwright.clients.base import Client
    from seedwright.clients.destination import Destination, Kind, Origin
    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import MappedPath
    from seedwright.content.survey import ContentSurvey
    from seedwright.engines.base import Engine, Keep, OnProgress
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.names import Version
    from seedwright.request import Request


class MemoryClient:
    """A client that seeds whatever it is given, unless it ``refuses`` to or is ``blind``."""

    name = "memory"
    title = "a client in memory"

    def __init__(self, mappings: dict[str, str] | None = None) -> None:
        self.path_map = PathMap(mappings or {})
        self.listed: dict[str, Seeding] = {}
        self.times: dict[str, int] = {}
        self.removed: list[str] = []
        self.origins: list[Origin] = []
        self.blind = self.refuses = self.closed = False

    async def libtorrent(self) -> Version | None:
        return None

    async def sees(self, path: Path, kind: Kind | None) -> MappedPath:
        if self.blind:
            raise PathNotVisibleError(
                f"{self.title} does not see {path}", client=self.name, hint="open its eyes"
            )
        return self.path_map.to_client(str(path))

    async def check(self, destination: Destination, origin: Origin) -> tuple[str, ...]:
        return (f"memory would seed from {destination.folder}",)

    async def add(
        self,
        destination: Destination,
        torrent: Metainfo,
        origin: Origin,
        *,
        on_add: Callable[[], None] | None = None,
        on_added: Callable[[], None] | None = None,
        on_check: Callable[[float], None] | None = None,
    ) -> Seeding:
        if on_add is not None and torrent.client_hash not in self.listed:
            on_add()
        if self.refuses:
            raise NotSeedingError(f"{self.title} does not want to", client=self.name, hint="ask")
        if on_added is not None and torrent.client_hash not in self.listed:
            on_added()
        self.origins.append(origin)
        if on_check is not None:
            on_check(1.0)
        proof = Seeding(
            infohash=torrent.client_hash,
            state="seeding",
            save_path=str(destination.folder),
            category=destination.category,
            tags=destination.tags,
            trackers=(),
            already_there=torrent.client_hash in self.listed,
        )
        self.listed[torrent.client_hash] = proof
        return proof

    async def proof(self, destination: Destination, torrent: Metainfo) -> Seeding | None:
        return self.listed.get(torrent.client_hash)

    async def added_at(self, infohash: str) -> int | None:
        return self.times.get(infohash)

    async def remove(self, infohash: str) -> None:
        self.removed.append(infohash)
        self.listed.pop(infohash, None)

    async def examine(self) -> AsyncGenerator[Finding, None]:
        yield passed("memory", "nothing is in the way")

    async def close(self) -> None:
        self.closed = True


class _Zeros:
    """Hashes of nothing, for a v1 torrent of so many bytes."""

    roots: tuple[bytes, ...] = ()
    layers: tuple[bytes, ...] = ()

    def __init__(self, pieces: int) -> None:
        self.pieces = bytes(20 * pieces)


class NullEngine:
    """An engine that has v1 only, and takes every piece for one whose hash is zeros."""

    name = "null"
    made = 0

    def __init__(self) -> None:
        self.adopted: list[Ticket] = []
        self.discarded: list[Ticket] = []

    def cannot(self, request: Request) -> tuple[str, ...]:
        return () if request.format in (None, "v1") else ("format",)

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        return ("nothing will be read",)

    async def make(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        *,
        ticket: Ticket | None = None,
        time_limit: float | None = None,
        on_progress: OnProgress | None = None,
        keep: Keep = nobody,
    ) -> MadeTorrent:
        self.adopted += [ticket] if ticket else []
        self.made += 1
        keep(Ticket("memory", "asked", f"task {self.made}"))
        if on_progress is not None:
            on_progress(Progress("waiting"))
        keep(Ticket("memory", "asked"))
        if on_progress is not None:
            on_progress(Progress("hashing", 1.0))
        content = walk_of(spec)
        length = spec.piece_length or MIN_PIECE_LENGTH
        data = build(blueprint_of(spec, content), length, _Zeros(-(-content.size // length)))
        return MadeTorrent(Metainfo.parse(data))

    async def discard(self, ticket: Ticket) -> None:
        self.discarded.append(ticket)

    async def detach(self) -> tuple[Ticket, ...]:
        return ()

    async def close(self) -> None:
        return


class MemoryFleet(Fleet):
    """A fleet of one."""

    def __init__(self, settings: Settings, client: MemoryClient, engine: Engine) -> None:
        super().__init__(settings)
        self._one, self._engine = client, engine

    def client(self, name: str | None) -> Client:
        return self._one

    def engine(self, name: str | None) -> Engine:
        return self._engine

    async def stop(self) -> None:
        await self._engine.close()

    async def close(self) -> None:
        await self._one.close()
