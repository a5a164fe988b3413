"""Making a torrent on this machine alone: no client, no event loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seedwright.engines.local import make_torrent, never
from seedwright.report import Report, Timings
from seedwright.torrent.output import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.engines.base import OnProgress
    from seedwright.plan import Plan


def make_here(
    plan: Plan,
    started: float,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> Report:
    """Carry out a plan that needs no client; ``started`` is when it was begun, on the monotonic clock.

    The ``.torrent`` is there whole in the end, or not at all. Raises
    :class:`~seedwright.errors.SeedwrightError`, and ``_core.Cancelled``.
    """
    planned = time.monotonic()
    made = make_torrent(
        plan.spec,
        plan.survey,
        time_limit=plan.time_limit,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    hashed = time.monotonic()
    write_atomically(plan.output, made.metainfo.data, force=plan.force)
    timings = Timings(
        planning=planned - started, hashing=hashed - planned, total=time.monotonic() - started
    )
    return Report.of(plan, made, timings=timings)
