"""One torrent on a client's list: added, looked at, and taken back, never its data."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import qbittorrentapi

from seedwright.clients.qbittorrent.pauses import Looks, growing_pauses
from seedwright.clients.qbittorrent.refusals import SEE_LOG
from seedwright.errors import (
    ClientConnectionError,
    ClientError,
    MissingFilesError,
    NotSeedingError,
    TorrentRejectedError,
)
from seedwright.log import Log
from seedwright.threads import hindrance, undoable, uninterrupted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from seedwright.clients.qbittorrent.connection import Connection

E = TypeVar("E", bound=ClientError)

log = Log(__name__)

WAS_THERE = "; it was there before and is unchanged"
MAX_ADDITIONS = 3
CLEAN_UP = 5.0
_APPEARS_WITHIN = 2.0
_REFUSALS = (qbittorrentapi.Conflict409Error, qbittorrentapi.UnsupportedMediaType415Error)

# The client's own preferences for new torrents must decide none of these.
_ALWAYS: dict[str, Any] = {
    "use_download_path": False,
    "stop_condition": "None",
    "content_layout": "Original",
}


@dataclass(frozen=True)
class Parcel:
    """A ``.torrent`` to hand over: its bytes, how the client will know it, and how to add it.

    ``name`` is its name in messages; ``options`` are arguments of ``torrents_add``.
    """

    name: str
    infohash: str
    data: bytes = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)


class Addition:
    """A parcel on its way into the client's list.

    ``ours`` says that we add it, and so take it back; ``on_added`` is called once the client has
    accepted it.
    """

    def __init__(
        self,
        connection: Connection,
        parcel: Parcel,
        *,
        ours: bool = True,
        on_added: Callable[[], None] | None = None,
    ) -> None:
        self.ours = ours
        self.parcel = parcel
        self._connection = connection
        self._on_added = on_added
        self._additions = 0
        self._appears_until = 0.0

    @property
    def aftermath(self) -> str:
        """What a failure leaves, for its sentence."""
        return "; what was added has been removed" if self.ours else WAS_THERE

    def failure(self, kind: type[E], message: str, hint: str) -> E:
        """The error of that kind, which says what it leaves, too."""
        return self._connection.failure(kind, f"{message}{self.aftermath}", hint)

    def missing_files(self, state: str, place: str) -> MissingFilesError:
        """The client does not find the files in ``place``, or finds them in other sizes."""
        return self.failure(
            MissingFilesError,
            f"{self._connection.title} reports {state!r} for '{self.parcel.name}': it does not find"
            f" the files in {place}, or not in their sizes",
            "check that the files have not moved and that qBittorrent may read them;"
            " `seedwright doctor` tests every path mapping",
        )

    async def row(self) -> dict[str, Any] | None:
        """What the client lists of it, None when it is not there."""
        return await info(self._connection, self.parcel.infohash)

    async def add_or_give_up(self) -> None:
        """Hand it over; more than once, since a server that is killed may come back without it.

        Raises TorrentRejectedError or NotSeedingError.
        """
        if time.monotonic() < self._appears_until:
            return  # A client says yes to a torrent a little before it lists it.
        if not self.ours or self._additions == MAX_ADDITIONS:
            raise self.failure(
                NotSeedingError,
                f"{self._connection.title} does not seed '{self.parcel.name}': the torrent is not in"
                " its list",
                SEE_LOG,
            )
        self._additions += 1
        try:
            answer = await undoable(self._add(), within=CLEAN_UP)
        except ClientConnectionError:
            # It may have arrived all the same: the next look shows it.
            return
        except _REFUSALS as error:
            answer = str(error)
        if not answer:
            self._appears_until = time.monotonic() + _APPEARS_WITHIN
            if self._additions == 1 and self._on_added is not None:
                self._on_added()
            return
        if not await self._appears():
            raise self._connection.failure(
                TorrentRejectedError,
                f"{self._connection.title} refused the torrent of '{self.parcel.name}':"
                f" {answer.strip().rstrip('.')}",
                SEE_LOG,
            )
        # Somebody else was quicker, and so it is not ours to take back.
        self.ours = False

    async def take_back(self) -> None:
        """Remove what was added, never its data; what stays is logged as a warning."""
        if self.ours and self._additions:
            infohash = self.parcel.infohash
            await uninterrupted(take_back(self._connection, infohash, self._removal()))

    async def _removal(self) -> None:
        # What is not listed yet cannot be removed.
        await self._appears()
        await remove(self._connection, self.parcel.infohash)

    async def _appears(self) -> bool:
        """Whether the client lists it, by now or in a moment."""
        looks = Looks(_APPEARS_WITHIN, first=0.02, most=0.1)
        while await self.row() is None:
            if not await looks.another():
                return False
        return True

    async def _add(self) -> str:
        """Hand over the bytes; "" when they were taken, else what the client said.

        Raises ``qbittorrentapi.Conflict409Error`` (none was added, from 5.2 on) and
        ``UnsupportedMediaType415Error`` (not a torrent).
        """
        options = {**_ALWAYS, **self.parcel.options}
        files = {f"{self.parcel.infohash}.torrent": self.parcel.data}
        answer = await self._connection.call(
            lambda client: client.torrents_add(torrent_files=files, **options),
            passing=_REFUSALS,
            repeatable=False,
        )
        return answer if answer == "Fails." else ""


async def take_back(
    connection: Connection, infohash: str, removal: Awaitable[None] | None = None
) -> None:
    """Have a torrent removed within a few seconds; one that stays is logged as a warning."""
    why = await hindrance(removal or remove(connection, infohash), within=CLEAN_UP)
    if why is None:
        log.info("%s: removed %s again", connection.title, infohash)
    else:
        text = "%s still has the torrent %s, which is in no report: it could not be removed (%s)"
        log.warning(text, connection.title, infohash, why)


async def info(connection: Connection, infohash: str) -> dict[str, Any] | None:
    """What the client lists of a torrent (``torrents/info``), None when it is not there."""
    rows: Any = await connection.call(lambda client: client.torrents_info(torrent_hashes=infohash))
    return dict(rows[0]) if rows else None


async def remove(connection: Connection, infohash: str) -> None:
    """The torrent is not on the client any more; its data stays.

    Tried again for as long as the connection is broken: to remove what is gone does no harm.
    """
    for pause in growing_pauses():
        try:
            await connection.call(
                lambda client: client.torrents_delete(delete_files=False, torrent_hashes=infohash)
            )
        except ClientConnectionError as error:
            log.info("%s; trying again in %.1f s", error.message, pause)
            await asyncio.sleep(pause)
        else:
            return
