"""What a client is and how it is set up, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.clients.qbittorrent.capabilities import Feature

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.connection import Connection

# Our name, and qBittorrent's; nothing else of its preferences is handed on, since there are secrets.
_PREFERENCES = {
    "web_ui_port": "web_ui_port",
    "web_ui_https_enabled": "use_https",
    "dht": "dht",
    "pex": "pex",
    "lsd": "lsd",
}


async def info_of(connection: Connection) -> dict[str, Any]:
    """Versions, build, preferences, default save path and categories of a client.

    A preference that the client does not have is None. Raises
    :class:`~seedwright.errors.ClientError`.
    """
    capabilities = await connection.open()
    categories: Any = await connection.call(lambda client: client.torrents_categories())
    preferences: Any = await connection.call(lambda client: client.app_preferences())
    return {
        "version": capabilities.app_version.removeprefix("v"),
        "web_api_version": capabilities.api_version,
        "libtorrent_version": capabilities.libtorrent_version,
        "default_save_path": await connection.call(lambda client: client.app_default_save_path()),
        "categories": {name: row["savePath"] for name, row in categories.items()},
        "build_info": dict(await connection.call(lambda client: client.app_build_info())),
        "preferences": {ours: preferences.get(theirs) for ours, theirs in _PREFERENCES.items()},
        "torrent_creator_supported": capabilities.can(Feature.CREATOR),
    }
