"""What happens to the torrents of a run, one thing at a time: faces show it, a server streams it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from seedwright.errors import SeedwrightError
    from seedwright.report import Report
    from seedwright.stages.steps import Step


class TorrentId(NamedTuple):
    """Which torrent of a run: the job by its place among all, and its request by that in the job."""

    job: int
    request: int


class Happened(NamedTuple):
    """A step of one torrent, or what came of it.

    A :class:`~seedwright.report.Report` and a :class:`~seedwright.errors.SeedwrightError` are the last
    that is heard of it, and in a dry run a :class:`~seedwright.plan.Plan` is.
    """

    torrent: TorrentId
    what: Step | Report | SeedwrightError


class Ended(NamedTuple):
    """Nothing more is done for a job, except writing what is hashed."""

    job: int


Event = Happened | Ended
Hear = Callable[[Event], None]
