"""One qBittorrent: its connection, its Torrent Creator and its path map, as a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.clients.base import Habits
from seedwright.clients.path_map import PathMap
from seedwright.clients.qbittorrent import adding, browse, proving, tasks
from seedwright.clients.qbittorrent.beforehand import check_beforehand
from seedwright.clients.qbittorrent.capabilities import parse_version
from seedwright.clients.qbittorrent.connection import Connection
from seedwright.clients.qbittorrent.creator import TorrentCreator
from seedwright.clients.qbittorrent.info import info_of
from seedwright.clients.qbittorrent.recent import RecentFolders

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from pathlib import Path

    from seedwright.clients.destination import Destination, Kind, Origin
    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import MappedPath
    from seedwright.clients.qbittorrent.capabilities import Capabilities
    from seedwright.clients.qbittorrent.single_request import Endpoint
    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.clients.seeding import Seeding
    from seedwright.metainfo.parse import Metainfo
    from seedwright.names import Version


class QBittorrent:
    """A :class:`~seedwright.clients.base.Client`, and what only qBittorrent has."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        mappings: Mapping[str, str],
        habits: Habits | None = None,
        longest_pause: float = 1.0,
    ) -> None:
        """Take where it is, host → client folders, and the pause between looks at long tasks."""
        self.connection = Connection(endpoint)
        self.creator = TorrentCreator(self.connection, longest_pause=longest_pause)
        self.path_map = PathMap(mappings)
        self._habits = habits or Habits()
        self._recent = RecentFolders(self.connection)

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self.connection.name

    @property
    def title(self) -> str:
        """What messages call it."""
        return self.connection.title

    async def libtorrent(self) -> Version | None:
        """The libtorrent in it; None where it does not say."""
        return parse_version((await self.connection.open()).libtorrent_version) or None

    async def sees(self, path: Path, kind: Kind | None) -> MappedPath:
        """``path`` by the client's own name. Raises PathNotVisibleError."""
        there = self.path_map.to_client(str(path))
        if not await self._recent.hold(there.path, kind):
            here = None if kind is None else str(path)
            await browse.require_visible(self.connection, there, kind, here=here)
        return there

    async def check(self, destination: Destination, origin: Origin) -> tuple[str, ...]:
        """Warnings about a seeding that nothing stands in the way of."""
        return await check_beforehand(self.connection, destination, origin)

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
        """The proof that the torrent seeds, which is added unless it was there."""
        return await proving.add_and_prove(
            self.connection,
            destination,
            torrent,
            origin,
            on_add=on_add,
            on_added=on_added,
            on_check=on_check,
        )

    async def proof(self, destination: Destination, torrent: Metainfo) -> Seeding | None:
        """The proof that a torrent seeds by now; None when it does not, or not yet."""
        return await proving.proof_at_hand(self.connection, destination, torrent)

    async def added_at(self, infohash: str) -> int | None:
        """When a torrent was added, in seconds since 1970; None where it is not there."""
        row = await adding.info(self.connection, infohash)
        return None if row is None else int(row["added_on"])

    async def remove(self, infohash: str) -> None:
        """Remove a torrent, never its data; one that stays is logged."""
        removal = adding.remove(self.connection, infohash)
        await adding.take_back(self.connection, removal, infohash)

    def examine(self) -> AsyncGenerator[Finding, None]:
        """What is found on the way to it, step by step."""
        from seedwright.clients.qbittorrent.doctor import examine

        return examine(
            self.connection,
            self.path_map,
            category=self._habits.category,
            create_category=self._habits.create_category,
            save_path=self._habits.save_path,
            auto_management=self._habits.auto_management,
        )

    async def close(self) -> None:
        """Stop and delete what is under way, and log out."""
        try:
            await self.creator.close()
        finally:
            await self.connection.close()

    async def capabilities(self) -> Capabilities:
        """What the server is and can do, once reached and signed in."""
        return await self.connection.open()

    async def info(self) -> dict[str, Any]:
        """What it is and how it is set up, as plain values."""
        return await info_of(self.connection)

    async def tasks(self) -> list[CreatorTask]:
        """Every Torrent Creator task, other people's included."""
        return await tasks.list_tasks(self.connection)

    async def task(self, task_id: str) -> CreatorTask:
        """One Torrent Creator task. Raises TaskLostError, and UsageError for no id."""
        return await tasks.task_status(self.connection, task_id)

    async def torrent_file(self, task_id: str) -> bytes:
        """What a finished task has made. Raises CreatorError's kin, and UsageError for no id."""
        return await tasks.torrent_file(self.connection, task_id)

    async def cancel(self, task_id: str) -> None:
        """Stop and delete a task. Raises TaskLostError, and UsageError for no id."""
        if not await tasks.delete_task(self.connection, task_id):
            raise tasks.no_such_task(self.connection, task_id)
