"""From a torrent to its report: written, added, proven."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from seedwright.engines.base import MadeTorrent, Progress
from seedwright.engines.local import NAME as LOCAL
from seedwright.errors import ContentError, OutputError
from seedwright.metainfo.writing import staged, write_atomically
from seedwright.report import Report, Timings
from seedwright.stages.steps import Added, Written, unheard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from seedwright.clients.base import Client
    from seedwright.clients.destination import Origin
    from seedwright.clients.seeding import Seeding
    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.writing import StagedFile
    from seedwright.plan import Plan
    from seedwright.stages.pending import Pending
    from seedwright.stages.steps import OnStep
    from seedwright.stages.tickets import Claim

_DISK_PATIENCE = 10.0


class Begun(NamedTuple):
    """When the steps of a torrent began or ended, in seconds of the monotonic clock."""

    started: float
    planned: float
    hashed: float


class Delivery(NamedTuple):
    """Where a torrent goes besides its file, and what is noted on the way there.

    ``client`` is the one to seed on, None for none. ``claim`` outlives this process, and
    ``pending`` is undone if the call fails.
    """

    client: Client | None
    claim: Claim
    pending: Pending
    on_step: OnStep = unheard


def write(plan: Plan, made: MadeTorrent, begun: Begun, on_step: OnStep = unheard) -> Report:
    """The report of a torrent that needs no client, once it is written.

    An existing one that matches is left alone. The ``.torrent`` is whole in the end, or absent.
    Raises :class:`~seedwright.errors.OutputError`.
    """
    if plan.done is not None:
        return report_done(plan, plan.done, begun.started)
    makes_folder = bool(plan.request.create_output_dir)
    write_atomically(plan.output, made.metainfo.data, force=plan.force, makes_folder=makes_folder)
    on_step(Written(plan.output))
    return Report.of(plan, made, timings=_timings(begun))


def report_done(
    plan: Plan, there: Metainfo, started: float, seeding: Seeding | None = None
) -> Report:
    """The report on a torrent that is ``there`` already, so that nothing is left to do."""
    spent = time.monotonic() - started
    timings = Timings(planning=spent, total=spent)
    return Report.of(plan, MadeTorrent(there), timings=timings, seeding=seeding, status="done")


async def deliver(plan: Plan, made: MadeTorrent, begun: Begun, to: Delivery) -> Report:
    """The report of a torrent once it is written and, if requested, added and proven to seed.

    If this fails, all that was done is undone. Raises
    :class:`~seedwright.errors.SeedwrightError`.
    """
    proof = None
    async with _staged(plan, made.metainfo.data) as file:
        if to.client is not None:
            to.claim.note(before=(), staged=str(file.waits_at))
            proof = await _proven(plan, made, to.client, to)
            to.pending.added(to.client, proof)
            to.on_step(proof)
        try:
            if proof is not None:
                await _unchanged(made)
            to.pending.publish(file)
            to.on_step(Written(plan.output))
        except (OutputError, ContentError):
            if to.client is not None and proof is not None and not proof.already_there:
                await to.client.remove(proof.infohash)
            raise
    return Report.of(
        plan, made, seeding=proof, warnings=_about(proof), timings=_timings(begun, seeds=True)
    )


async def _proven(plan: Plan, made: MadeTorrent, client: Client, to: Delivery) -> Seeding:
    assert plan.seed is not None  # noqa: S101 - there is a connection for what is to seed
    to.on_step(Progress("seeding", 1.0))
    infohash = made.metainfo.client_hash
    return await client.add(
        plan.seed,
        made.metainfo,
        _origin_of(plan, made),
        on_add=lambda: to.claim.note(added=infohash, since=int(time.time())),
        on_added=lambda: to.on_step(Added(client.name, infohash)),
        on_check=lambda fraction: to.on_step(Progress("checking", fraction)),
    )


async def _unchanged(made: MadeTorrent) -> None:
    """The content is as it was before it was hashed."""
    if made.content is None:
        return
    from functools import partial

    from seedwright.engines.unchanged import check_unchanged
    from seedwright.threads import in_thread

    await in_thread(partial(check_unchanged, made.content, "before it was proven"))


def _timings(begun: Begun, *, seeds: bool = False) -> Timings:
    ended = time.monotonic()
    return Timings(
        planning=begun.planned - begun.started,
        hashing=begun.hashed - begun.planned,
        seeding=ended - begun.hashed if seeds else 0.0,
        total=ended - begun.started,
    )


def _about(proof: Seeding | None) -> tuple[str, ...]:
    if proof is None:
        return ()
    if not proof.already_there:
        return proof.notes
    return (*proof.notes, "it was already added: its category, tags and trackers are unchanged")


def _origin_of(plan: Plan, made: MadeTorrent) -> Origin:
    """Who hashed the bytes, and when."""
    from seedwright.clients.destination import Origin

    # Content that nobody has looked at here may have changed since a task of before has read it.
    unseen = made.adopted and made.content is None
    if plan.done is not None or made.reused is not None or unseen:
        return Origin.BEFORE
    return Origin.HERE if plan.engine == LOCAL else Origin.CLIENT


@asynccontextmanager
async def _staged(plan: Plan, data: bytes) -> AsyncIterator[StagedFile]:
    """The written file that waits for its name, with the disk's slow part off the event loop."""
    from seedwright.threads import in_thread, undoable

    # What is there already as asked may be put in its own place.
    stage = staged(
        plan.output,
        data,
        force=plan.force or plan.done is not None,
        makes_folder=bool(plan.request.create_output_dir),
    )

    def discard() -> None:
        stage.__exit__(None, None, None)

    file = await undoable(
        in_thread(stage.__enter__), undo=lambda _: in_thread(discard), within=_DISK_PATIENCE
    )
    try:
        yield file
    finally:
        discard()
