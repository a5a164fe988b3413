"""What a client said a moment ago: folder listings, which many torrents share, and preferences."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent.browse import list_folder
from seedwright.clients.qbittorrent.capabilities import Feature

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable, Mapping

    from seedwright.clients.destination import Kind
    from seedwright.clients.qbittorrent.connection import Connection

T = TypeVar("T")

SECONDS = 2.0

_Answers = dict["Hashable", tuple[float, "asyncio.Task[Any]"]]
_answers: WeakKeyDictionary[Connection, _Answers] = WeakKeyDictionary()


async def has_listed(connection: Connection, path: str, kind: Kind | None) -> bool:
    """Whether a recent listing names the path as a file or folder.

    False says nothing: the path may be new, hidden, or of unknown kind.
    """
    if kind is None or not (await connection.open()).can(Feature.FOLDER_LISTING):
        return False
    location = pure(path)

    async def list_names() -> frozenset[str]:
        folder = str(location.parent)
        entries = await list_folder(
            connection, folder, mode="dirs" if kind == "folder" else "files"
        )
        return frozenset(entry.name for entry in entries or ())

    return location.name in await _recent(connection, (location.parent, kind), list_names)


async def recent_preferences(connection: Connection) -> Mapping[str, Any]:
    """The client's preferences (``app/preferences``), requested once in ``SECONDS``."""

    async def ask() -> Mapping[str, Any]:
        return dict(await connection.call(lambda client: client.app_preferences()))

    return await _recent(connection, "preferences", ask)


async def _recent(
    connection: Connection, key: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]
) -> T:
    answers = _answers.setdefault(connection, {})
    asked, answer = answers.get(key, (0.0, None))
    if answer is None or time.monotonic() - asked > SECONDS or _has_failed(answer):
        answer = asyncio.ensure_future(ask())
        answers[key] = (time.monotonic(), answer)
    # Shared by all who ask meanwhile: one of them giving up must not end it for the others.
    return await asyncio.shield(answer)


def _has_failed(answer: asyncio.Task[Any]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
