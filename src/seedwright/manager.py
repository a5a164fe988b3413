"""The front door: plan, hash, write, add, prove.

The command line, and whatever else comes later, enters at :class:`TorrentManager` and leaves with
a :class:`~seedwright.report.Report`.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from seedwright.clients.destination import Origin
from seedwright.config.load import load_settings
from seedwright.config.model import Settings
from seedwright.config.paths import user_tickets_path
from seedwright.drafting import draft, drafts
from seedwright.engines.base import MadeTorrent, Progress
from seedwright.engines.local import NAME as LOCAL
from seedwright.engines.local import LocalEngine
from seedwright.engines.unchanged import check_unchanged
from seedwright.errors import ContentError, OutputError, SeedwrightError, TaskCancelledError
from seedwright.fleet import Fleet
from seedwright.making import hash_all_here, report_done
from seedwright.metainfo.writing import staged
from seedwright.pending import Pending
from seedwright.plan import Plan
from seedwright.planning import check_with_client
from seedwright.report import Report, Timings
from seedwright.resuming import claim_of, made_there, take_up
from seedwright.sameness import UnderWay, one_plan_each
from seedwright.threads import (
    called_back,
    in_thread,
    stoppable,
    undoable,
    uninterrupted,
)
from seedwright.tickets import TicketBook
from seedwright.verifying import verify

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
    from types import TracebackType
    from typing import Unpack

    from seedwright.clients.seeding import Seeding
    from seedwright.clients.ticket import Ticket
    from seedwright.engines.base import OnProgress
    from seedwright.fleet import Capabilities, CreatorTask
    from seedwright.hashes.verify import Verification
    from seedwright.metainfo.writing import StagedFile
    from seedwright.options import CreateOptions
    from seedwright.sameness import Distinct
    from seedwright.tickets import Claim

A = TypeVar("A")
T = TypeVar("T")

_DISK_PATIENCE = 10.0
_CLOSING_PATIENCE = 15.0
_DRAFTING_PATIENCE = 1.0


class TorrentManager:
    """Makes torrents and proves that they seed; an async context manager.

    Leaving it, on whatever way, stops what is under way, deletes its tasks and logs out::

        async with TorrentManager() as manager:
            report = await manager.create_torrent("/data/book", seed=True)

    Several calls at once on one manager share one session a client.
    """

    def __init__(
        self, config: Settings | Path | str | None = None, *, fleet: Fleet | None = None
    ) -> None:
        """Take settings, the path of a settings file, or None to look in the usual places.

        ``fleet`` has the clients, those of the settings unless others are given.

        Raises :class:`~seedwright.errors.SettingsError`.
        """
        if not isinstance(config, Settings):
            config = load_settings(Path(config) if config is not None else None).settings
        self.settings = config
        self._fleet = fleet or Fleet(config)
        self._embedded = LocalEngine()
        self._tickets = TicketBook(user_tickets_path())
        self._under_way = UnderWay()
        # The torrents under way of each call, until the call has ended.
        self._calls: dict[asyncio.Event, list[asyncio.Task[Report | SeedwrightError]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.cleanup()

    async def cleanup(self) -> None:
        """Nothing of ours is left on any client: no task under way, no session.

        What cannot be taken out is logged as a warning; this raises nothing.
        """
        await self._fleet.stop()
        ends = [asyncio.ensure_future(ended.wait()) for ended in self._calls]
        for under_way in self._calls.values():
            _cancel(under_way)
        if ends:
            await asyncio.wait(ends, timeout=_CLOSING_PATIENCE)
        await self._fleet.close()

    async def detach(self) -> tuple[Ticket, ...]:
        """The tickets of Torrent Creator tasks under way, which are left to run on.

        For the end of a process: all else is as in :meth:`cleanup`. The same call again, in another
        process, goes on with the tasks.
        """
        tickets = await self._fleet.detach()
        await self.cleanup()
        return tickets

    async def test_connection(self, client: str | None = None) -> Capabilities:
        """What the client is, once reached and signed in.

        Raises :class:`~seedwright.errors.ClientConnectionError` or
        :class:`~seedwright.errors.SignInError`.
        """
        return await self._fleet.qbittorrent(client).capabilities()

    async def get_qbittorrent_info(self, client: str | None = None) -> dict[str, Any]:
        """What a client is and how it is set up, from 4.x on.

        Keys: ``version``, ``web_api_version``, ``libtorrent_version``, ``default_save_path``,
        ``categories`` (name → save path as set, "" where none is), ``build_info`` (as
        ``app/buildInfo`` gives it), ``preferences`` (``web_ui_port``, ``web_ui_https_enabled``,
        ``dht``, ``pex``, ``lsd``; None for one that the client does not have) and
        ``torrent_creator_supported``.
        """
        return await self._fleet.qbittorrent(client).info()

    async def get_torrent_creation_status(
        self, task_id: str, client: str | None = None
    ) -> CreatorTask:
        """One Torrent Creator task, whether it is Queued, Running, Finished or Failed.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it, and
        :class:`~seedwright.errors.UsageError` for what cannot be the id of a task.
        """
        return await self._fleet.qbittorrent(client).task(task_id)

    async def get_torrent_file_bytes(self, task_id: str, client: str | None = None) -> bytes:
        """The ``.torrent`` of a finished Torrent Creator task.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know the task,
        :class:`~seedwright.errors.TaskUnfinishedError` while it is queued or running,
        :class:`~seedwright.errors.TaskFailedError` with the task's own error when it failed, and
        :class:`~seedwright.errors.UsageError` for what cannot be the id of a task.
        """
        return await self._fleet.qbittorrent(client).torrent_file(task_id)

    async def list_tasks(self, client: str | None = None) -> list[CreatorTask]:
        """Every Torrent Creator task of a client, other people's included."""
        return await self._fleet.qbittorrent(client).tasks()

    async def cancel_task(self, task_id: str, client: str | None = None) -> None:
        """Stop and delete a Torrent Creator task, whoever submitted it.

        Raises :class:`~seedwright.errors.TaskLostError` when the client does not know it, and
        :class:`~seedwright.errors.UsageError` for what cannot be the id of a task.
        """
        await self._fleet.qbittorrent(client).cancel(task_id)

    async def plan_torrent(
        self, path: str | os.PathLike[str], **options: Unpack[CreateOptions]
    ) -> Plan:
        """What :meth:`create_torrent` would do, with everything checked that can be beforehand.

        Changes nothing, here or on the client. Raises
        :class:`~seedwright.errors.SeedwrightError`.
        """
        return await self._checked(await _seen_through(lambda: draft(path, self.settings, options)))

    async def plan_torrents(
        self, path: str | os.PathLike[str], variants: Sequence[CreateOptions]
    ) -> list[Plan | SeedwrightError]:
        """What :meth:`create_torrents` would do: for each variant its plan, or why there is none."""
        plans, places = await _seen_through(lambda: self._drafts(path, variants))
        checked = await asyncio.gather(*(_outcome(self._checked, plan) for plan in plans))
        return [checked[place] for place in places]

    async def verify_torrent(
        self,
        torrent: str | os.PathLike[str],
        content: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
    ) -> Verification:
        """Whether ``content`` (itself, or the folder it lies in) is what a ``.torrent`` says.

        Raises :class:`~seedwright.errors.MetainfoError` for a file that is no torrent, and
        :class:`~seedwright.errors.ContentError` for what cannot be read.
        """
        tell = called_back(on_progress)
        return await stoppable(
            lambda cancelled: verify(Path(torrent), Path(content), tell, cancelled)
        )

    async def create_torrent(
        self,
        path: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
        **options: Unpack[CreateOptions],
    ) -> Report:
        """Make the torrent of ``path``, write it, and (with ``seed``) prove that it seeds.

        See :class:`~seedwright.options.CreateOptions` for the options. The ``.torrent`` appears
        once everything that was asked for has been done; after a failure there is none, no task,
        and nothing was added. With ``skip_done`` a ``.torrent`` that is there and as asked is left
        as it is, and only made to seed where that is asked for and not so yet. What is cancelled
        takes back all that it has done.

        Of several calls at once, one hashes here at a time: it has use for every core.

        Raises :class:`~seedwright.errors.SeedwrightError`.
        """
        [report] = await self.create_torrents(path, [options], on_progress)
        if isinstance(report, SeedwrightError):
            raise report
        return report

    async def create_torrents(
        self,
        path: str | os.PathLike[str],
        variants: Sequence[CreateOptions],
        on_progress: OnProgress | None = None,
    ) -> list[Report | SeedwrightError]:
        """Several torrents of ``path``, all that are hashed here from one read of it.

        ``variants`` are the options of each; :func:`~seedwright.options.one_each` makes them of
        presets. Gives for each its report, or why there is none; variants that ``merge_same`` makes
        one have the same report. All else is as in :meth:`create_torrent`.
        """
        started = time.monotonic()
        drafted, standing = await _seen_through(lambda: self._drafts(path, variants))
        with self._under_way.claim(drafted) as claimed:
            outcomes = await self._created(claimed, started, on_progress)
        return [outcomes[place] for place in standing]

    async def _created(
        self,
        drafted: Sequence[Plan | SeedwrightError],
        started: float,
        on_progress: OnProgress | None,
    ) -> list[Report | SeedwrightError]:
        """What comes of the plans."""

        async def make_ready(plan: Plan) -> Plan | Report:
            return await self._done(plan, started) or await self._checked(plan)

        ready = await asyncio.gather(*(_outcome(make_ready, plan) for plan in drafted))
        planned = time.monotonic()
        here = [plan for plan in ready if isinstance(plan, Plan) and plan.engine == LOCAL]
        places = {id(plan): place for place, plan in enumerate(here)}
        hashed_here = asyncio.ensure_future(self._hashed_here(here, on_progress))

        async def carry_out(plan: Plan) -> Report:
            with claim_of(plan, self._tickets) as claim:
                await take_up(plan, claim, self._tickets, self._fleet)
                if plan.done is not None:
                    made: MadeTorrent | SeedwrightError = MadeTorrent(plan.done)
                elif plan.engine == LOCAL:
                    made = (await asyncio.shield(hashed_here))[places[id(plan)]]
                else:
                    made = await made_there(plan, claim, self._fleet, on_progress)
                if isinstance(made, SeedwrightError):
                    raise made
                return await self._handed_over(
                    plan, made, started, planned, on_progress, pending=pending, claim=claim
                )

        pending = Pending()
        under_way = [
            asyncio.create_task(
                _outcome(carry_out, each) if isinstance(each, Plan) else _same(each)
            )
            for each in ready
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
                    "making the torrent was stopped: the manager was closed",
                    client=self.settings.client(None)[0],
                    hint="keep the manager open until create_torrent has returned",
                ) from None
            raise
        else:
            pending.settle()
        finally:
            del self._calls[ended]
            ended.set()

    def _drafts(self, path: str | os.PathLike[str], variants: Sequence[CreateOptions]) -> Distinct:
        return one_plan_each(drafts(path, self.settings, variants), variants)

    async def _done(self, plan: Plan, started: float) -> Report | None:
        """The report of a plan with nothing left to do, or None."""
        if plan.done is None:
            return None
        if plan.seed is None:
            return report_done(plan, plan.done, started)
        proof = await self._fleet.client(plan.client).proof(plan.seed, plan.done)
        return None if proof is None else report_done(plan, plan.done, started, proof)

    async def _checked(self, plan: Plan) -> Plan:
        if not plan.needs_client:
            return plan
        client, engine = self._fleet.client(plan.client), self._fleet.engine(plan.client)
        return await check_with_client(plan, client, engine)

    async def _hashed_here(
        self, plans: Sequence[Plan], on_progress: OnProgress | None
    ) -> list[MadeTorrent | SeedwrightError]:
        """What the embedded engine makes of the plans, in its turn: it has use for every core."""
        if not plans:
            return []
        return await self._embedded.in_turn(partial(hash_all_here, plans), on_progress)

    async def _handed_over(
        self,
        plan: Plan,
        made: MadeTorrent,
        started: float,
        planned: float,
        on_progress: OnProgress | None,
        *,
        pending: Pending,
        claim: Claim,
    ) -> Report:
        """Write the torrent, and add it to the client and prove that it seeds, where that is asked."""
        hashed = time.monotonic()
        proof = None
        async with _staged(plan, made.metainfo.data) as file:
            if plan.seed is not None:
                claim.note(before=(), staged=str(file.waits_at))
                if on_progress is not None:
                    on_progress(Progress("seeding", 1.0))
                client = self._fleet.client(plan.client)
                proof = await client.add(
                    plan.seed,
                    made.metainfo,
                    _origin_of(plan, made),
                    on_add=lambda: claim.note(
                        added=made.metainfo.client_hash, since=int(time.time())
                    ),
                    on_check=_told(on_progress),
                )
                pending.added(client, proof)
            try:
                if proof is not None and made.content is not None:
                    await in_thread(partial(check_unchanged, made.content, "before it was proven"))
                pending.publish(file)
            except (OutputError, ContentError):
                if proof is not None and not proof.already_there:
                    await self._fleet.client(plan.client).remove(proof.infohash)
                raise
        proven = time.monotonic()
        return Report.of(
            plan,
            made,
            seeding=proof,
            warnings=_about(proof),
            timings=Timings(
                planning=planned - started,
                hashing=hashed - planned,
                seeding=proven - hashed,
                total=proven - started,
            ),
        )


async def _seen_through(call: Callable[[], T]) -> T:
    """What ``call()`` gives; when cancelled, it has a moment to put away what it tries folders with."""
    return await undoable(in_thread(call), within=_DRAFTING_PATIENCE)


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


def _about(proof: Seeding | None) -> tuple[str, ...]:
    if proof is None:
        return ()
    if not proof.already_there:
        return proof.notes
    return (*proof.notes, "it was there already: its category, tags and trackers are as they were")


def _origin_of(plan: Plan, made: MadeTorrent) -> Origin:
    """Whose hashing of what bytes the torrent rests on."""
    # Content that nobody has looked at here may have changed since a task of before has read it.
    unseen = made.adopted and made.content is None
    if plan.done is not None or made.reused is not None or unseen:
        return Origin.BEFORE
    return Origin.HERE if plan.engine == LOCAL else Origin.CLIENT


def _told(on_progress: OnProgress | None) -> Callable[[float], None] | None:
    """A listener for how far a client's check is."""
    if on_progress is None:
        return None
    hear = on_progress
    return lambda fraction: hear(Progress("checking", fraction))


@asynccontextmanager
async def _staged(plan: Plan, data: bytes) -> AsyncIterator[StagedFile]:
    """The written file that waits for its name, with the disk's slow part off the event loop."""
    # What is there already as asked may be put in its own place.
    stage = staged(plan.output, data, force=plan.force or plan.done is not None)

    def discard() -> None:
        stage.__exit__(None, None, None)

    file = await undoable(
        in_thread(stage.__enter__), undo=lambda _: in_thread(discard), within=_DISK_PATIENCE
    )
    try:
        yield file
    finally:
        discard()
