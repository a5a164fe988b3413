"""Whether torrents on a client still seed, and what stands in the way of those that do not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from seedwright.clients.qbittorrent.states import (
    BROKEN_STATES,
    CHECKING_STATES,
    SEEDING_STATES,
    STOPPED_STATES,
)
from seedwright.clients.qbittorrent.tracker_answers import answers_in, tracker_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seedwright.clients.qbittorrent.connection import Connection
    from seedwright.clients.seeding import TrackerAnswer

AT_ONCE = 8
"""Torrents whose trackers are asked for at the same time."""


class Standing(StrEnum):
    """What a torrent on a client does."""

    SEEDING = "seeding"
    CHECKING = "checking"
    UNANNOUNCED = "unannounced"
    """It seeds, and none of its trackers works."""
    STOPPED = "stopped"
    INCOMPLETE = "incomplete"
    """Some of its content is missing, or is not what it was."""
    BROKEN = "broken"
    """The client does not find its files, or cannot read them."""
    MISSING = "missing"
    """The client does not have it."""

    @property
    def is_well(self) -> bool:
        """Whether peers can have all of it, now or once a check is over."""
        return self in (Standing.SEEDING, Standing.CHECKING)


@dataclass(frozen=True)
class TorrentStanding:
    """One torrent on a client; ``state`` is the client's word, and ``added`` seconds since 1970.

    ``trackers`` are what its trackers said.
    """

    infohash: str
    standing: Standing
    name: str = ""
    state: str = ""
    progress: float = 0.0
    category: str = ""
    tags: tuple[str, ...] = ()
    save_path: str = ""
    added: int | None = None
    trackers: tuple[TrackerAnswer, ...] = ()


async def standings(
    connection: Connection, infohashes: Collection[str] = (), *, since: int = 0
) -> list[TorrentStanding]:
    """How the torrents stand: those with an infohash given, v1 or v2, else all, by their names.

    Of all, unfinished downloads are left out, and what was added before ``since``, in seconds since
    1970. Raises :class:`~seedwright.errors.ClientConnectionError` and
    :class:`~seedwright.errors.SignInError`.
    """
    rows: Any = await connection.call(lambda client: client.torrents_info(include_trackers=True))
    if infohashes:
        by_hash = {infohash: row for row in rows for infohash in _infohashes(row)}
        wanted = [(infohash, by_hash.get(infohash.lower())) for infohash in infohashes]
    else:
        wanted = [
            (row["hash"], row)
            for row in sorted(rows, key=lambda row: str(row["name"]))
            if row["added_on"] >= since and _was_finished(row)
        ]
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(infohash: str, row: Mapping[str, Any] | None) -> TorrentStanding:
        if row is None:
            return TorrentStanding(infohash, Standing.MISSING)
        if "trackers" in row:
            return _standing(row, answers_in(row["trackers"]))
        async with turns:  # 5.0 lists them for one torrent only
            trackers = await tracker_rows(connection, row["hash"])
        if trackers is None:
            return TorrentStanding(infohash, Standing.MISSING)
        return _standing(row, trackers)

    return list(await asyncio.gather(*(one(infohash, row) for infohash, row in wanted)))


def _was_finished(row: Mapping[str, Any]) -> bool:
    """Whether the client has, or once had, all of it."""
    return bool(row["progress"] == 1 or row["completion_on"] > 0 or row["state"] in BROKEN_STATES)


def _infohashes(row: Mapping[str, Any]) -> set[str]:
    """All that the torrent of a row may be called: a v2 infohash in full, and as clients cut it."""
    return {str(row[key]) for key in ("hash", "infohash_v1", "infohash_v2") if row.get(key)}


def _standing(row: Mapping[str, Any], trackers: tuple[TrackerAnswer, ...]) -> TorrentStanding:
    return TorrentStanding(
        infohash=row["hash"],
        standing=_verdict(row, trackers),
        name=row["name"],
        state=row["state"],
        progress=row["progress"],
        category=row["category"],
        tags=tuple(filter(None, (tag.strip() for tag in row["tags"].split(",")))),
        save_path=row["save_path"],
        added=row["added_on"],
        trackers=trackers,
    )


def _verdict(row: Mapping[str, Any], trackers: tuple[TrackerAnswer, ...]) -> Standing:
    state = row["state"]
    if state in BROKEN_STATES:
        return Standing.BROKEN
    if state in STOPPED_STATES:
        return Standing.STOPPED
    if state in CHECKING_STATES:
        return Standing.CHECKING
    if state not in SEEDING_STATES or row["progress"] != 1:
        return Standing.INCOMPLETE
    refused = trackers and all(answer.is_failure for answer in trackers)
    return Standing.UNANNOUNCED if refused else Standing.SEEDING
