"""What a client said a moment ago: folder listings, which many torrents share, and preferences."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent.browse import list_folder
from seedwright.clients.qbittorrent.capabilities import Feature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.clients.destination import Kind
    from seedwright.clients.qbittorrent.connection import Connection

SECONDS = 2.0


class RecentFolders:
    """The folders of one client, each listed once in ``SECONDS``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._listings: dict[tuple[str, Kind], tuple[float, asyncio.Task[frozenset[str]]]] = {}

    async def hold(self, path: str, kind: Kind | None) -> bool:
        """Whether a recent listing names the path as a file or folder.

        False says nothing: the path may be new, hidden, or of unknown kind, and has to be asked
        for by itself.
        """
        if kind is None or not (await self._connection.open()).can(Feature.FOLDER_LISTING):
            return False
        location = pure(path)
        return location.name in await self._names(str(location.parent), kind)

    async def _names(self, folder: str, kind: Kind) -> frozenset[str]:
        asked, listing = self._listings.get((folder, kind), (0.0, None))
        if listing is None or time.monotonic() - asked > SECONDS:
            listing = asyncio.ensure_future(self._list(folder, kind))
            self._listings[folder, kind] = (time.monotonic(), listing)
        # Shared by all who ask meanwhile: one of them giving up must not end it for the others.
        return await asyncio.shield(listing)

    async def _list(self, folder: str, kind: Kind) -> frozenset[str]:
        entries = await list_folder(
            self._connection, folder, mode="dirs" if kind == "folder" else "files"
        )
        return frozenset(entry.name for entry in entries or ())


_Asked = tuple[float, "asyncio.Task[Mapping[str, Any]]"]
_preferences: WeakKeyDictionary[Connection, _Asked] = WeakKeyDictionary()


async def recent_preferences(connection: Connection) -> Mapping[str, Any]:
    """The client's preferences (``app/preferences``), asked once in ``SECONDS``."""
    asked, answer = _preferences.get(connection, (0.0, None))
    if answer is None or time.monotonic() - asked > SECONDS or _has_failed(answer):
        answer = asyncio.ensure_future(_ask_for_preferences(connection))
        _preferences[connection] = (time.monotonic(), answer)
    return await asyncio.shield(answer)


def _has_failed(answer: asyncio.Task[Mapping[str, Any]]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)


async def _ask_for_preferences(connection: Connection) -> Mapping[str, Any]:
    found: Any = await connection.call(lambda client: client.app_preferences())
    return dict(found)
