"""One qBittorrent: its connection, its Torrent Creator and its path map, as a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.clients.base import Habits
from seedwright.clients.path_map import PathMap
from seedwright.clients.qbittorrent import adding, browse, proving, standing, tasks
from seedwright.clients.qbittorrent.beforehand import check_beforehand
from seedwright.clients.qbittorrent.capabilities import Feature, parse_version
from seedwright.clients.qbittorrent.connection import Connection
from seedwright.clients.qbittorrent.creator import TorrentCreator
from seedwright.clients.qbittorrent.recent import has_listed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Mapping
    from pathlib import Path

    from seedwright.clients.destination import Destination, Kind, Origin
    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import MappedPath
    from seedwright.clients.qbittorrent.browse import Listing
    from seedwright.clients.qbittorrent.capabilities import Capabilities
    from seedwright.clients.qbittorrent.single_request import Endpoint
    from seedwright.clients.qbittorrent.standing import TorrentStanding
    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.clients.seeding import Seeding
    from seedwright.metainfo.parse import Metainfo
    from seedwright.names import Version

# Our name, and qBittorrent's; no other preference is handed on, because some are secrets.
_PREFERENCES = {
    "web_ui_port": "web_ui_port",
    "web_ui_https_enabled": "use_https",
    "dht": "dht",
    "pex": "pex",
    "lsd": "lsd",
}


class QBittorrent:
    """A Client, and what only qBittorrent has."""

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

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self.connection.name

    @property
    def title(self) -> str:
        """Its name in messages."""
        return self.connection.title

    async def libtorrent(self) -> Version | None:
        """The libtorrent in it; None where it does not say."""
        return parse_version((await self.connection.open()).libtorrent_version) or None

    async def sees(self, path: Path, kind: Kind | None) -> MappedPath:
        """``path`` by the client's own name. Raises PathNotVisibleError."""
        there = self.path_map.to_client(str(path))
        if not await has_listed(self.connection, there.path, kind):
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
        """When a torrent was added, in seconds since 1970; None where it is missing."""
        row = await adding.info(self.connection, infohash)
        return None if row is None else int(row["added_on"])

    async def remove(self, infohash: str) -> None:
        """Remove a torrent, never its data; one that stays is logged."""
        await adding.take_back(self.connection, infohash)

    def examine(self) -> AsyncGenerator[Finding, None]:
        """What an examination finds on the way to it, step by step."""
        from seedwright.clients.qbittorrent.doctor import examine

        return examine(self.connection, self.path_map, self._habits)

    async def close(self) -> None:
        """Stop and delete what is in progress, and log out."""
        try:
            await self.creator.close()
        finally:
            await self.connection.close()

    async def capabilities(self) -> Capabilities:
        """What the server is and can do, once reached and signed in."""
        return await self.connection.open()

    async def info(self) -> dict[str, Any]:
        """Versions, build, preferences, default save path and categories, as plain values.

        A preference that the client does not have is None.
        """
        capabilities, call = await self.connection.open(), self.connection.call
        categories: Any = await call(lambda client: client.torrents_categories())
        preferences: Any = await call(lambda client: client.app_preferences())
        return {
            "version": capabilities.app_version.removeprefix("v"),
            "web_api_version": capabilities.api_version,
            "libtorrent_version": capabilities.libtorrent_version,
            "default_save_path": await call(lambda client: client.app_default_save_path()),
            "categories": {name: row["savePath"] for name, row in categories.items()},
            "build_info": dict(await call(lambda client: client.app_build_info())),
            "preferences": {ours: preferences.get(its) for ours, its in _PREFERENCES.items()},
            "torrent_creator_supported": capabilities.can(Feature.CREATOR),
        }

    async def listing(self, path: str) -> Listing:
        """What it has at a path of its own. Raises PathNotVisibleError and CapabilityError."""
        return await browse.listing_of(self.connection, path)

    async def standings(
        self, infohashes: Collection[str] = (), *, since: int = 0
    ) -> list[TorrentStanding]:
        """Whether torrents still seed; see :func:`~.standing.standings`."""
        return await standing.standings(self.connection, infohashes, since=since)

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
