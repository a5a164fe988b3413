"""What the trackers of a torrent have said to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qbittorrentapi

from seedwright.clients.qbittorrent.pauses import Looks
from seedwright.clients.seeding import TrackerAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seedwright.clients.qbittorrent.connection import Connection

TRACKER_PATIENCE = 5.0

_TRACKER_STATES = {
    0: "disabled",
    1: "not contacted",
    2: "working",
    3: "updating",
    4: "not working",
    5: "tracker error",
    6: "unreachable",
}
_UNDECIDED = frozenset({"not contacted", "updating"})


async def tracker_answers(
    connection: Connection, infohash: str
) -> tuple[TrackerAnswer, ...] | None:
    """What the trackers say, waiting a little for those that have not answered.

    None when the client does not have the torrent any more.
    """
    looks = Looks(TRACKER_PATIENCE, first=0.05, most=0.5)
    while True:
        answers = await tracker_rows(connection, infohash)
        if answers is None:
            return None
        said = {answer.status for answer in answers}
        # Once one works the client does not ask the others, so those never decide.
        is_decided = "working" in said or not said & _UNDECIDED
        if is_decided or not await looks.another():
            return answers


async def tracker_rows(connection: Connection, infohash: str) -> tuple[TrackerAnswer, ...] | None:
    """What the trackers have said by now; None when the client does not have the torrent."""
    rows = await connection.call(lambda client: _trackers_of(client, infohash))
    return None if rows is None else answers_in(rows)


def answers_in(rows: Iterable[Mapping[str, Any]]) -> tuple[TrackerAnswer, ...]:
    """The answers in rows of ``torrents/trackers``."""
    return tuple(
        TrackerAnswer(
            url=row["url"],
            tier=row["tier"],
            status=_TRACKER_STATES.get(row["status"], str(row["status"])),
            message=row.get("msg", ""),
        )
        for row in rows
        # DHT, PeX and LSD stand in the list as "** [DHT] **" and have no tier.
        if not str(row["url"]).startswith("** [")
    )


def _trackers_of(client: qbittorrentapi.Client, infohash: str) -> Any:
    try:
        return client.torrents_trackers(infohash)
    except qbittorrentapi.NotFound404Error:
        return None
