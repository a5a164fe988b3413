"""The torrents of many jobs, made beside each other as far as that helps."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from seedwright.errors import ClientConnectionError, SeedwrightError, SignInError, outcome
from seedwright.work.events import Ended, Happened, TorrentId
from seedwright.work.in_order import InOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedwright.manager import TorrentManager
    from seedwright.plan import Plan
    from seedwright.report import Report
    from seedwright.request import Request
    from seedwright.stages.steps import OnSteps
    from seedwright.work.events import Hear
    from seedwright.work.expand import Job

    Outcomes = Sequence[Plan | Report | SeedwrightError]

AT_ONCE = 8
"""Jobs that clients have a part in; beside them one at a time is hashed here, on every core."""

_SMALL = 64 << 20
"""Bytes that are hashed in no time, so that the writing of others may be reported after it."""


class Run:
    """Some jobs on their way, and ``hear``, which is called with every event.

    ``dry_run`` plans and makes nothing; with ``is_silent`` only what came of each torrent is heard.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        manager: TorrentManager,
        hear: Hear,
        *,
        dry_run: bool = False,
        is_silent: bool = False,
    ) -> None:
        self._jobs = jobs
        self._manager = manager
        self._hear = hear
        self._dry_run = dry_run
        self._is_silent = is_silent
        # What ails a client ails every torrent that it has a part in.
        self._ailing: dict[str, SeedwrightError] = {}
        self._here: Sequence[int] = ()
        self._there: list[int] = []

    def without_clients(self) -> bool:
        """Make the torrents where no client has a part in any; gives whether jobs are left.

        Without a client there is no need of an event loop, and to import one takes longer than
        making a small torrent.
        """
        asks = [self._asks_client(number) for number in range(len(self._jobs))]
        self._there = [number for number, has_part in enumerate(asks) if has_part]
        if self._there:
            self._here = [number for number, has_part in enumerate(asks) if not has_part]
            return True
        with InOrder(self._report_all, is_alone=len(self._jobs) == 1) as outcomes:
            for number in range(len(self._jobs)):
                with self._ending(number):
                    step = self._but_for_writing(number, outcomes)
                if step is None:
                    self._there.append(number)
                else:
                    outcomes.take(number, step)
        return bool(self._there)

    async def with_clients(self) -> None:
        """Make the torrents of the jobs that are left."""
        import asyncio

        async with self._manager:
            waiting = iter(self._there)
            lanes = [self._lane(waiting) for _ in self._there[:AT_ONCE]]
            await asyncio.gather(self._lane(iter(self._here), alone=True), *lanes)

    def _asks_client(self, number: int) -> bool:
        if len(self._jobs) == 1:
            return False  # which its plan will tell
        asks = (outcome(self._manager.asks_client, each) for each in self._jobs[number].requests)
        return any(each is True for each in asks)  # a failure is reported in its turn

    def _but_for_writing(
        self, number: int, others: InOrder[Outcomes]
    ) -> Callable[[], Outcomes] | None:
        """The last step of a job, what goes before it being done; None where a client has a part.

        The last steps of ``others`` are not kept waiting by large content.
        """
        started = time.monotonic()
        planned = self._manager.plans(self._jobs[number].requests)
        places, plans = _but_for_failures(planned)
        if any(plan.needs_client for plan in plans):
            return None
        if self._dry_run:
            return lambda: planned
        if any((plan.size or 0) > _SMALL for plan in plans):
            others.settle()
        on_steps = self._steps_of(number, places)
        for place, plan in enumerate(plans):
            if on_steps is not None:
                on_steps(place, plan)
        write = self._manager.all_but_written(plans, started, on_steps)

        def written() -> Outcomes:
            made = iter(write())
            return [each if isinstance(each, SeedwrightError) else next(made) for each in planned]

        return written

    def _report_all(self, number: int, outcomes: Callable[[], Outcomes]) -> None:
        for place, each in enumerate(outcomes()):
            self._report(TorrentId(number, place), each)

    async def _lane(self, numbers: Iterator[int], *, alone: bool = False) -> None:
        """Take one job after the other from ``numbers``, which other lanes may take from too.

        ``alone`` says that no client has a part in them.
        """
        for number in numbers:
            well: list[int] = []
            with self._ending(number):
                for place, request in enumerate(self._jobs[number].requests):
                    error = None if alone else self._ailment(request)
                    if error is None:
                        well.append(place)
                    else:
                        self._report(TorrentId(number, place), error)
                for place, each in zip(well, await self._made(number, well), strict=True):
                    self._report(TorrentId(number, place), each)

    def _ailment(self, request: Request) -> SeedwrightError | None:
        """Why the client that the request is for cannot be asked, as was found before."""
        client = outcome(self._manager.settings.client, request.client)
        return client if isinstance(client, SeedwrightError) else self._ailing.get(client[0])

    async def _made(self, number: int, places: Sequence[int]) -> Outcomes:
        requests = [self._jobs[number].requests[place] for place in places]
        if self._dry_run:
            return await self._manager.plan_torrents(requests)
        return await self._manager.create_torrents(requests, self._steps_of(number, places))

    def _report(self, torrent: TorrentId, what: Plan | Report | SeedwrightError) -> None:
        if isinstance(what, ClientConnectionError | SignInError):
            self._ailing[what.client] = what
        self._hear(Happened(torrent, what))

    def _steps_of(self, number: int, places: Sequence[int]) -> OnSteps | None:
        """What hears of the requests of a job that are at ``places`` there."""
        if self._is_silent:
            return None
        return lambda at, step: self._hear(Happened(TorrentId(number, places[at]), step))

    @contextlib.contextmanager
    def _ending(self, number: int) -> Iterator[None]:
        """A context after which nothing more is done for the job."""
        try:
            yield
        finally:
            self._hear(Ended(number))


def _but_for_failures(
    planned: Sequence[Plan | SeedwrightError],
) -> tuple[list[int], list[Plan]]:
    """The plans, and their places among what was planned."""
    kept = [(at, each) for at, each in enumerate(planned) if not isinstance(each, SeedwrightError)]
    return [at for at, _ in kept], [plan for _, plan in kept]
