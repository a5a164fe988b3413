"""What a manager does on an event loop: clients kept open, calls side by side, and their way back."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from seedwright.engines.base import MadeTorrent
from seedwright.engines.local import NAME as LOCAL
from seedwright.engines.local import LocalEngine
from seedwright.errors import SeedwrightError, TaskCancelledError
from seedwright.plan import Plan
from seedwright.resuming import claim_of, made_there, take_up
from seedwright.stages.ask import ask
from seedwright.stages.deliver import Begun, Delivery, deliver, report_done
from seedwright.stages.make import make_here
from seedwright.stages.pending import Pending
from seedwright.stages.sameness import UnderWay, one_plan_each, one_writer_each
from seedwright.stages.steps import all_of, each_of
from seedwright.threads import in_thread, undoable, uninterrupted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from seedwright.engines.base import OnProgress
    from seedwright.engines.turn import Turn
    from seedwright.fleet import Fleet
    from seedwright.report import Report
    from seedwright.request import Request
    from seedwright.stages.sameness import Distinct
    from seedwright.stages.steps import OnStep, OnSteps
    from seedwright.stages.tickets import TicketBook

    Plans = Callable[[Sequence[Request]], list[Plan | SeedwrightError]]

A = TypeVar("A")
T = TypeVar("T")

_CLOSING_PATIENCE = 15.0
_PLANNING_PATIENCE = 1.0


class Shell:
    """The torrents that a manager is making, over the clients of its ``fleet``."""

    def __init__(self, fleet: Fleet, plans: Plans, tickets: TicketBook, turn: Turn) -> None:
        self._fleet = fleet
        self._plans = plans
        self._tickets = tickets
        self._turn = turn
        self._embedded = LocalEngine()
        self._under_way = UnderWay()
        # The torrents in progress of each call, until the call has ended.
        self._calls: dict[asyncio.Event, list[asyncio.Task[Report | SeedwrightError]]] = {}

    async def stop(self) -> None:
        """Stop what is in progress, and take it back; raises nothing."""
        await self._fleet.stop()
        ends = [asyncio.ensure_future(ended.wait()) for ended in self._calls]
        for under_way in self._calls.values():
            _cancel(under_way)
        if ends:
            await asyncio.wait(ends, timeout=_CLOSING_PATIENCE)

    async def plans(self, requests: Sequence[Request]) -> list[Plan | SeedwrightError]:
        """For each request its plan, which the client can carry out, or why there is none."""
        distinct = await self._distinct(requests)
        checked = await asyncio.gather(*(_outcome(self._asked, plan) for plan in distinct.plans))
        return [checked[place] for place in distinct.places]

    async def create(
        self, requests: Sequence[Request], on_steps: OnSteps | None
    ) -> list[Report | SeedwrightError]:
        """For each request its report, or why there is none; ``on_steps`` hears what happens to it."""
        started = time.monotonic()
        distinct = await self._distinct(requests)
        listeners = each_of(on_steps, distinct.requests)
        with self._under_way.claim(distinct.plans) as claimed:
            outcomes = await self._created(claimed, started, listeners)
        return [outcomes[place] for place in distinct.places]

    async def _distinct(self, requests: Sequence[Request]) -> Distinct:
        """The plans; when cancelled, there is a moment to put away what folders are tried with."""
        return await undoable(
            in_thread(lambda: one_writer_each(one_plan_each(self._plans(requests)))),
            within=_PLANNING_PATIENCE,
        )

    async def _created(
        self,
        plans: Sequence[Plan | SeedwrightError],
        started: float,
        listeners: Sequence[OnStep],
    ) -> list[Report | SeedwrightError]:
        """What comes of the plans, each of which has a listener."""

        async def make_ready(plan: Plan) -> Plan | Report:
            return await self._done(plan, started) or await self._asked(plan)

        ready = await asyncio.gather(*(_outcome(make_ready, plan) for plan in plans))
        planned = time.monotonic()
        told = [(each, hear) for each, hear in zip(ready, listeners, strict=True)]
        for each, hear in told:
            if isinstance(each, Plan):
                hear(each)
        here = {
            plan: hear for plan, hear in told if isinstance(plan, Plan) and plan.engine == LOCAL
        }
        hashed_here = asyncio.ensure_future(self._hashed_here(list(here), all_of(here.values())))

        async def carry_out(plan: Plan, hear: OnStep) -> Report:
            with claim_of(plan, self._tickets) as claim:
                await take_up(plan, claim, self._tickets, self._fleet)
                if plan.done is not None:
                    made: MadeTorrent | SeedwrightError = MadeTorrent(plan.done)
                elif plan.engine == LOCAL:
                    made = dict(zip(here, await asyncio.shield(hashed_here), strict=True))[plan]
                else:
                    made = await made_there(plan, claim, self._fleet, hear)
                if isinstance(made, SeedwrightError):
                    raise made
                client = None if plan.seed is None else self._fleet.client(plan.client)
                delivery = Delivery(client, claim, pending, hear)
                begun = Begun(started, planned, time.monotonic())
                return await deliver(plan, made, begun, delivery)

        pending = Pending()
        under_way = [
            asyncio.create_task(
                _outcome(partial(carry_out, hear=hear), each)
                if isinstance(each, Plan)
                else _same(each)
            )
            for each, hear in told
        ]
        async with self._answering_for(under_way, pending):
            try:
                return await asyncio.gather(*under_way)
            finally:
                if not hashed_here.done():
                    hashed_here.cancel()
                    await asyncio.wait([hashed_here])

    @asynccontextmanager
    async def _answering_for(
        self, under_way: list[asyncio.Task[Report | SeedwrightError]], pending: Pending
    ) -> AsyncIterator[None]:
        """A context that either ends well, or in which all is taken back that was done."""

        async def take_back() -> None:
            _cancel(under_way)
            if under_way:
                await asyncio.wait(under_way)
            await pending.take_back()

        ended = asyncio.Event()
        self._calls[ended] = under_way
        try:
            yield
        except BaseException as error:
            await uninterrupted(take_back())
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and not task.cancelling():
                # Not we were cancelled but the torrents were: the manager is being closed.
                raise TaskCancelledError(
                    "the manager was closed while making the torrent",
                    client=self._fleet.usual,
                    hint="keep the manager open until create_torrent has returned",
                ) from None
            raise
        else:
            pending.settle()
        finally:
            del self._calls[ended]
            ended.set()

    async def _done(self, plan: Plan, started: float) -> Report | None:
        """The report of a plan with nothing left to do, or None."""
        if plan.done is None:
            return None
        if plan.seed is None:
            return report_done(plan, plan.done, started)
        proof = await self._fleet.client(plan.client).proof(plan.seed, plan.done)
        return None if proof is None else report_done(plan, plan.done, started, proof)

    async def _asked(self, plan: Plan) -> Plan:
        if not plan.needs_client:
            return plan
        return await ask(plan, self._fleet.client(plan.client), self._fleet.engine(plan.client))

    async def _hashed_here(
        self, plans: Sequence[Plan], on_progress: OnProgress
    ) -> list[MadeTorrent | SeedwrightError]:
        """What the embedded engine makes of the plans, in its turn: it has use for every core."""
        if not plans:
            return []
        return await self._embedded.in_turn(partial(make_here, plans, turn=self._turn), on_progress)


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel them once: a second time would break off what they take back."""
    for task in tasks:
        if not task.cancelling():
            task.cancel()


async def _same(value: T) -> T:
    return value


async def _outcome(
    act: Callable[[A], Awaitable[T]], given: A | SeedwrightError
) -> T | SeedwrightError:
    """What ``act`` makes of what is given, or its failure, or the one that is given."""
    if isinstance(given, SeedwrightError):
        return given
    try:
        return await act(given)
    except SeedwrightError as error:
        return error
