"""What happens to the torrents of a run, one thing at a time: faces show it, a server streams it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from seedwright.engines.base import Progress
    from seedwright.errors import SeedwrightError
    from seedwright.plan import Plan
    from seedwright.report import Report


class TorrentId(NamedTuple):
    """Which torrent of a run: the job by its place among all, and its request by that in the job."""

    job: int
    request: int


class Progressed(NamedTuple):
    """A job is so far; what it reads is read once for all of its torrents."""

    job: int
    progress: Progress


class Planned(NamedTuple):
    """What would be done was planned, and nothing else is to be."""

    torrent: TorrentId
    plan: Plan


class Made(NamedTuple):
    """The torrent is written, and seeds where that was asked; or it was so already."""

    torrent: TorrentId
    report: Report


class Failed(NamedTuple):
    """The torrent was not made, and nothing is left of it."""

    torrent: TorrentId
    error: SeedwrightError


class Ended(NamedTuple):
    """Nothing more is done for a job, but for writing what is hashed."""

    job: int


Event = Progressed | Planned | Made | Failed | Ended
Hear = Callable[[Event], None]
