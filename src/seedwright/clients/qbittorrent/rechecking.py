"""Having a client read and hash all of a torrent that it has been given stopped."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from seedwright.clients.qbittorrent.pauses import growing_pauses
from seedwright.clients.qbittorrent.states import CHECKING_STATES, STOPPED_STATES
from seedwright.errors import ContentDiffersError, NotSeedingError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.clients.qbittorrent.adding import Addition
    from seedwright.clients.qbittorrent.connection import Connection

_SEEN_WITHIN = 5.0
_MOVES_WITHIN = 300.0


async def check_all(
    connection: Connection,
    addition: Addition,
    folder: str,
    on_check: Callable[[float], None] | None = None,
) -> None:
    """Add it stopped, have it checked, and return when all of it is right; it is stopped still.

    ``on_check`` hears how far the check is, from 0 to 1. A server that is restarted meanwhile
    begins anew. Raises ContentDiffersError, which names the first file that differs where it can be
    known, and NotSeedingError.
    """
    check = _Check(connection, addition)
    for pause in growing_pauses(first=0.02, most=1.0):
        row = await addition.row()
        if row is None:
            check = _Check(connection, addition)
            await addition.add_or_give_up()
        elif not addition.ours:
            raise connection.failure(
                NotSeedingError,
                f"{connection.title} got '{addition.parcel.name}' from another program meanwhile",
                "run this again to prove that torrent",
            )
        elif row["state"] in CHECKING_STATES:
            await check.goes_on(float(row["progress"]), on_check)
        elif not check.is_asked_for:
            await check.ask()
        elif row["state"] in STOPPED_STATES and row["progress"] == 1:
            return
        elif row["state"] in STOPPED_STATES and check.is_over(float(row["progress"])):
            raise await _differs(connection, addition, folder, float(row["progress"]))
        await check.give_up_where_it_stands_still(row)
        await asyncio.sleep(pause)


class _Check:
    """A full check that the client is asked for, once: a second request could stall the first."""

    def __init__(self, connection: Connection, addition: Addition) -> None:
        self._connection = connection
        self._addition = addition
        self._asked_in: int | None = None
        self._asked_at = self._moved_at = time.monotonic()
        self._progress = -1.0
        self._has_begun = False

    @property
    def is_asked_for(self) -> bool:
        """Whether the client was asked, and has not been restarted since."""
        return self._asked_in == self._connection.conversation

    async def ask(self) -> None:
        """Ask for it."""
        await self._connection.call(
            lambda client: client.torrents_recheck(torrent_hashes=self._addition.parcel.infohash)
        )
        self._asked_in = self._connection.conversation
        self._asked_at = self._moved_at = time.monotonic()
        self._has_begun = False

    async def goes_on(self, progress: float, on_check: Callable[[float], None] | None) -> None:
        """Note how far it is."""
        if not self.is_asked_for:
            return
        self._has_begun = True
        if progress != self._progress:
            self._progress, self._moved_at = progress, time.monotonic()
            if on_check is not None:
                on_check(progress)

    def is_over(self, progress: float) -> bool:
        """Whether a torrent that is stopped has been checked.

        What the client lists is some time old (its preference refresh_interval, 1.5 s by default),
        and a short check may never be seen.
        """
        return self._has_begun or progress > 0 or time.monotonic() - self._asked_at > _SEEN_WITHIN

    async def give_up_where_it_stands_still(self, row: dict[str, Any] | None) -> None:
        """Raise NotSeedingError when nothing has moved for long, and no other check is waited for."""
        if time.monotonic() - self._moved_at < _MOVES_WITHIN:
            return
        rows: Any = await self._connection.call(lambda client: client.torrents_info())
        others = (each for each in rows if each["hash"] != self._addition.parcel.infohash)
        if any(each["state"] in CHECKING_STATES for each in others):
            self._moved_at = time.monotonic()
            return
        raise self._addition.failure(
            NotSeedingError,
            f"{self._connection.title} is stuck checking '{self._addition.parcel.name}' in state"
            f" {row and row['state']!r}",
            "look at the torrent, or at the log, in qBittorrent",
        )


def other_bytes(connection: Connection, what: str) -> ContentDiffersError:
    """The client has other bytes than were hashed, and ``what`` differs."""
    return connection.failure(
        ContentDiffersError,
        f"{connection.title} has other bytes than the torrent: {what}",
        "compare the two copies; the save path or a row of docker_path_mapping may lead to an older"
        " one",
    )


async def _differs(
    connection: Connection, addition: Addition, folder: str, progress: float
) -> ContentDiffersError:
    rows: Any = await connection.call(
        lambda client: client.torrents_files(torrent_hash=addition.parcel.infohash)
    )
    name = printable(_first_that_differs(rows)) or addition.parcel.name
    what = f"'{name}' in {printable(folder)} differs, and {progress:.1%} of the content matches"
    return other_bytes(connection, f"{what}{addition.aftermath}")


def _first_that_differs(rows: Iterable[Any]) -> str:
    """The first file with nothing right in it, or else the first that is not all right.

    A file that shares a piece with one that differs is not all right either.
    """
    wrong = [row for row in rows if row["progress"] < 1 and row["size"]]
    first = next((row for row in wrong if row["progress"] == 0), wrong[0] if wrong else None)
    return "" if first is None else str(first["name"])
