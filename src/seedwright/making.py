"""Making a torrent on this machine alone: no client, no event loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seedwright.engines.base import MadeTorrent
from seedwright.engines.hashing import never
from seedwright.engines.local import Order, make_torrents, take_over, walk_of
from seedwright.errors import SeedwrightError, outcome
from seedwright.metainfo.writing import write_atomically
from seedwright.report import Report, Timings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedwright.clients.seeding import Seeding
    from seedwright.content.walk import Content
    from seedwright.engines.base import OnProgress
    from seedwright.metainfo.parse import Metainfo
    from seedwright.plan import Plan


def all_but_written(
    plans: Sequence[Plan],
    started: float,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> Callable[[], list[Report | SeedwrightError]]:
    """What writes the torrents, which are hashed by now, and gives each one's report or why it failed.

    The plans need no client; ``started`` is when they were begun, on the monotonic clock. Plans of
    the same content, as one walk found it, read it once. Where a torrent is there already, nothing is
    done; every other ``.torrent`` is there whole in the end, or not at all. Raises
    ``_core.Cancelled``.
    """
    planned = time.monotonic()
    made = hash_all_here(plans, on_progress, cancelled)
    hashed = time.monotonic()

    def written(plan: Plan, made: MadeTorrent) -> Report:
        if plan.done is not None:
            return report_done(plan, plan.done, started)
        write_atomically(plan.output, made.metainfo.data, force=plan.force)
        timings = Timings(
            planning=planned - started, hashing=hashed - planned, total=time.monotonic() - started
        )
        return Report.of(plan, made, timings=timings)

    return lambda: [
        each if isinstance(each, SeedwrightError) else outcome(written, plan, each)
        for plan, each in zip(plans, made, strict=True)
    ]


def hash_all_here(
    plans: Sequence[Plan],
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[MadeTorrent | SeedwrightError]:
    """For each plan its torrent, hashed here and not written yet, or why there is none."""
    made: dict[int, MadeTorrent | SeedwrightError] = {}
    together: dict[int, tuple[Content, list[int]]] = {}
    for number, plan in enumerate(plans):
        if plan.done is not None:
            made[number] = MadeTorrent(plan.done)
            continue
        content = outcome(_content_of, plan)
        if isinstance(content, SeedwrightError):
            made[number] = content
        elif plan.donor is not None:
            made[number] = outcome(take_over, plan.spec, content, plan.donor, cancelled)
        else:
            together.setdefault(id(content), (content, []))[1].append(number)
    for content, numbers in together.values():
        some = [plans[number] for number in numbers]
        limits = [plan.time_limit for plan in some if plan.time_limit is not None]
        torrents = outcome(
            make_torrents,
            [Order(plan.spec, plan.cache) for plan in some],
            content,
            time_limit=min(limits, default=None),
            on_progress=on_progress,
            cancelled=cancelled,
        )
        for place, number in enumerate(numbers):
            made[number] = torrents if isinstance(torrents, SeedwrightError) else torrents[place]
    return [made[number] for number in range(len(plans))]


def _content_of(plan: Plan) -> Content:
    """The content as it was found when the plan was made."""
    return (plan.survey and plan.survey.walked) or walk_of(plan.spec)


def report_done(
    plan: Plan, there: Metainfo, started: float, seeding: Seeding | None = None
) -> Report:
    """What there is to tell of a torrent that is ``there`` already, with nothing left to do."""
    spent = time.monotonic() - started
    timings = Timings(planning=spent, total=spent)
    return Report.of(plan, MadeTorrent(there), timings=timings, seeding=seeding, status="done")
