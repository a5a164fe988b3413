"""One qBittorrent and everything that is kept for it while a manager is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.client import Endpoint
from seedwright.clients.qbittorrent.connection import Connection
from seedwright.clients.qbittorrent.creator import TorrentCreator
from seedwright.clients.qbittorrent.path_map import PathMap
from seedwright.engines.torrent_creator import QBittorrentEngine

if TYPE_CHECKING:
    from seedwright.settings.model import QBittorrentSettings, TorrentCreationSettings


@dataclass(frozen=True)
class Client:
    """A client by its name in the settings; nothing is sent before it is first used."""

    name: str
    settings: QBittorrentSettings
    connection: Connection
    creator: TorrentCreator
    path_map: PathMap
    engine: QBittorrentEngine

    @classmethod
    def of(
        cls, name: str, settings: QBittorrentSettings, creation: TorrentCreationSettings
    ) -> Client:
        """Set up the client that the settings describe."""
        connection = Connection(endpoint_of(name, settings))
        creator = TorrentCreator(connection, longest_pause=creation.poll_interval)
        path_map = PathMap(settings.docker_path_mapping)
        engine = QBittorrentEngine(connection, creator, path_map)
        return cls(name, settings, connection, creator, path_map, engine)

    async def close(self) -> None:
        """Stop and delete what is under way, and log out."""
        try:
            await self.creator.close()
        finally:
            await self.connection.close()


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
