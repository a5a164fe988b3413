"""The clients of the settings, each with the engine that it brings, while a manager is open."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from seedwright.clients.base import Habits
from seedwright.clients.qbittorrent.capabilities import Capabilities
from seedwright.clients.qbittorrent.client import QBittorrent
from seedwright.clients.qbittorrent.single_request import Endpoint
from seedwright.clients.qbittorrent.tasks import CreatorTask
from seedwright.engines.torrent_creator import QBittorrentEngine

if TYPE_CHECKING:
    from seedwright.clients.base import Client
    from seedwright.clients.ticket import Ticket
    from seedwright.engines.base import Engine
    from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings

__all__ = ["Capabilities", "CreatorTask", "Fleet", "endpoint_of", "qbittorrent_of"]


class _Member(NamedTuple):
    client: QBittorrent
    engine: QBittorrentEngine


class Fleet:
    """Every client that was used, by its name; one session each, opened when it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._members: dict[str, _Member] = {}

    @property
    def usual(self) -> str:
        """The name of the client that is used unless another is named."""
        return self._settings.client(None)[0]

    def client(self, name: str | None) -> Client:
        """The client of that name, or the usual one. Raises SettingsError."""
        return self._member(name).client

    def engine(self, name: str | None) -> Engine:
        """What hashes where that client is."""
        return self._member(name).engine

    def qbittorrent(self, name: str | None) -> QBittorrent:
        """The client with what only qBittorrent has."""
        return self._member(name).client

    async def detach(self) -> tuple[Ticket, ...]:
        """Leave what the engines have in progress to run on; the tickets to go on with."""
        detached = [member.engine.detach() for member in self._members.values()]
        return tuple(chain.from_iterable(await asyncio.gather(*detached)))

    async def stop(self) -> None:
        """Stop what the engines have in progress, and take it back."""
        await asyncio.gather(*(member.engine.close() for member in self._members.values()))

    async def close(self) -> None:
        """Sign out of every client."""
        members, self._members = self._members, {}
        await asyncio.gather(*(member.client.close() for member in members.values()))

    def _member(self, name: str | None) -> _Member:
        name, settings = self._settings.client(name)
        if name not in self._members:
            client = qbittorrent_of(name, settings, self._settings.torrent_creation)
            self._members[name] = _Member(client, QBittorrentEngine(client))
        return self._members[name]


def qbittorrent_of(
    name: str, settings: QBittorrentSettings, creation: TorrentCreationSettings
) -> QBittorrent:
    """The client that the settings describe."""
    return QBittorrent(
        endpoint_of(name, settings),
        mappings=settings.docker_path_mapping,
        habits=Habits(
            category=settings.category or "",
            create_category=settings.create_category,
            save_path=settings.save_path or "",
            auto_management=settings.auto_torrent_management,
        ),
        longest_pause=creation.poll_interval,
    )


def endpoint_of(name: str, settings: QBittorrentSettings) -> Endpoint:
    """The plain values that the qBittorrent room needs."""
    verify = settings.verify_tls
    return Endpoint(
        name=name,
        host=settings.host,
        port=settings.port,
        use_https=settings.use_https,
        base_path=settings.base_path,
        verify_tls=verify if isinstance(verify, bool) else str(verify),
        username=settings.username or "",
        password=settings.password.get_secret_value() if settings.password else "",
        api_key=settings.api_key.get_secret_value() if settings.api_key else "",
        connection_timeout=settings.connection_timeout,
        read_timeout=settings.read_timeout,
        pool_connections=settings.pool_connections,
        pool_maxsize=settings.pool_maxsize,
    )
