"""Making a torrent with qBittorrent's Torrent Creator.

The story of one torrent: wait for a place, submit, watch, fetch the bytes, delete the task. A task
that got lost on the way (qBittorrent restarted, or dropped it from its full list) is submitted
again; whichever way the story ends, the task is deleted. Only a process that is killed leaves one,
and the ticket that the next one goes on with.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import qbittorrentapi

from seedwright.clients.qbittorrent.pauses import growing_pauses
from seedwright.clients.qbittorrent.submission import Submission, submission_for
from seedwright.clients.qbittorrent.tasks import add_task, delete_task, list_tasks, torrent_file
from seedwright.clients.qbittorrent.watch import LostTask, TaskWatch
from seedwright.clients.ticket import Ticket
from seedwright.errors import (
    ClientConnectionError,
    CreatorBusyError,
    SeedwrightError,
    TaskCancelledError,
    TaskFailedError,
    TaskLostError,
    TaskTimedOutError,
)
from seedwright.hints import Hint
from seedwright.log import Log
from seedwright.threads import hindrance, in_thread, uninterrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.clients.qbittorrent.connection import Connection
    from seedwright.clients.qbittorrent.submission import CreationRequest
    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.content.walk import Content

IN_FLIGHT = 4
MAX_SUBMISSIONS = 4
BUSY_PATIENCE = 600.0
_CLEAN_UP = 5.0

log = Log(__name__)


@dataclass(frozen=True)
class CreatedTorrent:
    """The bytes, and how they came about.

    ``submission`` tells what the finished torrent should say and what had to be left out;
    ``submissions`` counts how often the task had to be submitted; ``left`` has a sentence for each
    task that could not be deleted. ``adopted`` says that an earlier process had it begun.
    """

    data: bytes
    submission: Submission
    submissions: int
    left: tuple[str, ...] = ()
    adopted: bool = False


@dataclass(frozen=True, eq=False)
class _Errand:
    """One torrent to be made: what is submitted, under which fingerprint, and who hears of it."""

    submission: Submission
    asked: str
    on_change: Callable[[CreatorTask], None] | None
    keep: Callable[[Ticket], None]


def _nobody(_: Ticket) -> None:
    """Keep a ticket nowhere."""


class _NotArrivedError(Exception):
    """A submission that got no answer, and of which the client has no task: ``cause`` says why."""

    def __init__(self, cause: ClientConnectionError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class TorrentCreator:
    """The Torrent Creator of one client."""

    def __init__(
        self,
        connection: Connection,
        *,
        longest_pause: float = 1.0,
        busy_patience: float = BUSY_PATIENCE,
    ) -> None:
        """Take the connection; times are seconds.

        ``longest_pause`` is the calmest pause between two looks at long tasks, ``busy_patience``
        how long a full queue is waited for.
        """
        self._connection = connection
        self._busy_patience = busy_patience
        # qBittorrent hashes one task after another: more in flight only lengthen others' queue.
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._watch = TaskWatch(lambda: list_tasks(connection), longest_pause=longest_pause)
        self._others: set[str] | None = None
        self._ours: dict[str, _Errand] = {}
        self._unanswered: list[Submission] = []
        self._leaves = False
        self._stories: set[asyncio.Task[CreatedTorrent]] = set()

    async def create(
        self,
        request: CreationRequest,
        *,
        content: Content | None = None,
        ticket: Ticket | None = None,
        time_limit: float | None = None,
        on_change: Callable[[CreatorTask], None] | None = None,
        keep: Callable[[Ticket], None] = _nobody,
    ) -> CreatedTorrent:
        """The torrent of ``request``, made within ``time_limit`` seconds (None: no limit).

        ``content`` is what is visible of it here. ``ticket`` is gone on with where it is of the same
        torrent of the same content, and its task deleted else. ``keep`` is given what another process
        would have to know to go on.

        Raises :class:`~seedwright.errors.CreatorError` and its kin,
        :class:`~seedwright.errors.CapabilityError` for what this server cannot honour, and
        :class:`~seedwright.errors.ClientConnectionError`. No task is left behind; one that cannot
        be deleted is logged as a warning.
        """
        submission = submission_for(request, await self._connection.open())
        url = self._connection.endpoint.url
        asked = await in_thread(partial(submission.fingerprint, url, content))
        if ticket is not None and ticket.asked == asked and ticket.staged:
            data = await in_thread(partial(_read, Path(ticket.staged)))
            if data is not None:
                if ticket.task and not await self._discard(ticket.task):
                    keep(replace(ticket, task=""))
                return CreatedTorrent(data, submission, 0, adopted=True)
        errand = _Errand(submission, asked, on_change, keep)
        story = asyncio.create_task(self._within(time_limit, errand, ticket))
        self._stories.add(story)
        story.add_done_callback(self._stories.discard)
        try:
            return await asyncio.shield(story)
        except asyncio.CancelledError:
            if not story.cancelled():
                story.cancel()
                await asyncio.wait([story])
                raise
            # Not we were cancelled but the story was: the manager is being closed.
            raise TaskCancelledError(
                f"making the torrent of {request.source_path} was stopped: the manager was closed",
                client=self._connection.name,
                hint="keep the manager open until create_torrent has returned",
            ) from None

    async def detach(self) -> tuple[Ticket, ...]:
        """Leave every task under way to run on; the tickets to go on with."""
        self._leaves = True
        tickets = tuple(self._ticket(errand, id_) for id_, errand in self._ours.items())
        await self.close()
        return tickets

    async def discard(self, task_id: str) -> None:
        """Delete a task that nobody came back for; one that stays is logged."""
        await self._discard(task_id)

    async def close(self) -> None:
        """Stop every task under way and delete it."""
        stories = list(self._stories)
        for story in stories:
            story.cancel()
        if stories:
            await asyncio.wait(stories)
        await self._watch.close()

    async def _within(
        self, time_limit: float | None, errand: _Errand, ticket: Ticket | None
    ) -> CreatedTorrent:
        submission = errand.submission
        try:
            async with asyncio.timeout(time_limit), self._places:
                return await self._submit_until_done(errand, ticket)
        except TimeoutError as error:
            raise TaskTimedOutError(
                f"{self._connection.title} did not finish the torrent of {submission.source_path}"
                f" within {time_limit:g} s",
                client=self._connection.name,
                hint=Hint(
                    "raise {timeout.setting}, or look with `seedwright tasks list` at what else it is"
                    " hashing"
                ),
            ) from error
        finally:
            if submission in self._unanswered:
                await uninterrupted(self._discard_late(submission))

    async def _submit_until_done(self, errand: _Errand, ticket: Ticket | None) -> CreatedTorrent:
        submission = errand.submission
        left: tuple[str, ...] = ()
        adopted = ticket and await self._adopted(errand, ticket)
        for count in range(1, MAX_SUBMISSIONS + 1):
            task_id, data = adopted or await self._submit(errand), None
            try:
                data = await self._fetch(task_id, submission, errand.on_change)
            except (LostTask, TaskLostError):
                log.info("%s lost task %s", self._connection.title, task_id)
            finally:
                if data is not None or not self._leaves:
                    left += await uninterrupted(self._discard(task_id))
            if data is not None:
                return CreatedTorrent(data, submission, count, left, adopted=bool(adopted))
            adopted = None
        raise TaskLostError(
            f"{self._connection.title} lost the task for {submission.source_path}"
            f" {MAX_SUBMISSIONS} times",
            client=self._connection.name,
            hint="look whether qBittorrent keeps restarting, or whether something else deletes or"
            " floods its Torrent Creator tasks",
        )

    async def _fetch(
        self,
        task_id: str,
        submission: Submission,
        on_change: Callable[[CreatorTask], None] | None,
    ) -> bytes:
        """What the task made, once it is finished."""
        task = await self._watch.outcome(task_id, on_change)
        if task.status == "Failed":
            raise TaskFailedError(
                f"{self._connection.title} could not make the torrent of"
                f" {submission.source_path}: {task.error_message.rstrip('.')}",
                client=self._connection.name,
                hint="look into qBittorrent's log for more",
            )
        return await torrent_file(self._connection, task_id)

    async def _adopted(self, errand: _Errand, ticket: Ticket) -> str | None:
        """The task of an earlier process where it makes what is asked; else None, and it is deleted."""
        tasks = {task.id: task for task in await list_tasks(self._connection)}
        is_same, task = ticket.asked == errand.asked, tasks.get(ticket.task)
        if is_same and not ticket.task:
            # It was killed before it heard of the id, so only what was submitted tells.
            new = tasks.keys() - {*ticket.before, *self._ours}
            task = next((tasks[id_] for id_ in new if errand.submission.matches(tasks[id_])), None)
        if task is None:
            return None
        if is_same and task.status != "Failed":
            log.info("%s: going on with task %s", self._connection.title, task.id)
            self._note(errand, task.id)
            return task.id
        await uninterrupted(self._discard(task.id))
        return None

    def _note(self, errand: _Errand, task_id: str) -> None:
        """The task is ours, and known to whoever may have to go on with it."""
        self._ours[task_id] = errand
        errand.keep(self._ticket(errand, task_id))

    def _ticket(self, errand: _Errand, task_id: str = "", before: Iterable[str] = ()) -> Ticket:
        return Ticket(self._connection.name, errand.asked, task_id, tuple(sorted(before)))

    async def _submit(self, errand: _Errand) -> str:
        """The id of a task that is ours, waiting while the client's queue is full."""
        submission = errand.submission
        if self._others is None:
            self._others = {task.id for task in await list_tasks(self._connection)}
        errand.keep(self._ticket(errand, before={*self._others, *self._ours}))
        started, unanswered = time.monotonic(), 0
        for pause in growing_pauses():
            try:
                return await self._submit_once(errand)
            except qbittorrentapi.Conflict409Error as error:
                if time.monotonic() - started > self._busy_patience:
                    raise self._busy() from error
            except _NotArrivedError as error:
                unanswered += 1
                self._unanswered.append(submission)
                if unanswered == MAX_SUBMISSIONS:
                    raise error.cause from error
            await asyncio.sleep(pause)
        raise AssertionError("the pauses do not end")

    async def _submit_once(self, errand: _Errand) -> str:
        """The id of the new task; when cancelled meanwhile, the task is deleted again."""
        submission = errand.submission
        adding = asyncio.ensure_future(self._add(submission))
        try:
            task_id = await asyncio.shield(adding)
        except asyncio.CancelledError:
            await self._take_back(adding, submission)
            raise
        self._note(errand, task_id)
        return task_id

    async def _add(self, submission: Submission) -> str:
        """The id of the new task, which is looked for when the answer to its submission got lost.

        Raises ``qbittorrentapi.Conflict409Error`` when the queue is full, and _NotArrivedError.
        """
        try:
            task_id = await add_task(self._connection, submission.arguments)
        except ClientConnectionError as error:
            log.info("%s; looking whether the task has arrived", error.message)
            try:
                found = await self._find_unanswered(submission)
            except SeedwrightError:
                self._log_unknown(submission)
                raise
            if found is None:
                raise _NotArrivedError(error) from error
            task_id = found
        log.info(
            "%s: submitted task %s for %s", self._connection.title, task_id, submission.source_path
        )
        return task_id

    async def _take_back(self, adding: asyncio.Future[str], submission: Submission) -> None:
        """Delete the task that is being added: its request cannot be called back any more."""
        try:
            task_id = await asyncio.wait_for(adding, _CLEAN_UP)
        except TimeoutError:
            self._log_unknown(submission)
        except (SeedwrightError, qbittorrentapi.APIError, _NotArrivedError):
            return  # there is none, or it is logged
        else:
            await uninterrupted(self._discard(task_id))

    async def _find_unanswered(self, submission: Submission) -> str | None:
        """The task of a submission whose answer got lost, if it arrived: no second one then."""
        for task in await list_tasks(self._connection):
            new = task.id not in (self._others or ()) and task.id not in self._ours
            if new and submission.matches(task):
                return task.id
        return None

    async def _discard(self, task_id: str) -> tuple[str, ...]:
        """Delete the task, trying again for a few seconds; a sentence where it stays."""
        deletion = delete_task(self._connection, task_id, within=_CLEAN_UP)
        why = await hindrance(deletion, within=_CLEAN_UP)
        errand = self._ours.pop(task_id, None)
        if why is None:
            if errand is not None:
                errand.keep(self._ticket(errand))
            log.info("%s: deleted task %s", self._connection.title, task_id)
            return ()
        left = (
            f"the Torrent Creator task {task_id} stays on {self._connection.title}: {why};"
            f" `seedwright tasks cancel {task_id}` deletes it"
        )
        log.warning("%s", left)
        return (left,)

    async def _discard_late(self, submission: Submission) -> None:
        """Delete what a busy client has made of a submission after it was given up."""

        async def discard_all() -> None:
            while (task_id := await self._find_unanswered(submission)) is not None:
                await self._discard(task_id)

        self._unanswered = [each for each in self._unanswered if each is not submission]
        if await hindrance(discard_all(), within=_CLEAN_UP) is not None:
            self._log_unknown(submission)

    def _log_unknown(self, submission: Submission) -> None:
        log.warning(
            "a Torrent Creator task for %s may stay on %s, which did not answer:"
            " `seedwright tasks list` shows it",
            submission.source_path,
            self._connection.title,
        )

    def _busy(self) -> CreatorBusyError:
        return CreatorBusyError(
            f"{self._connection.title}'s Torrent Creator has had a full queue for"
            f" {self._busy_patience:g} s",
            client=self._connection.name,
            hint="`seedwright tasks list` shows what is in it; try again when some are done",
        )


def _read(file: Path) -> bytes | None:
    """What is in the file, None where there is none."""
    try:
        return file.read_bytes()
    except OSError:
        return None
