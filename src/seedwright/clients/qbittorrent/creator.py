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
from seedwright.clients.qbittorrent.refusals import SEE_LOG
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

    ``submission`` has what the finished torrent should say, and what the server ignores;
    ``submissions`` counts how often the task had to be submitted; ``left`` has a sentence for each
    task that could not be deleted. ``adopted`` says that an earlier process began it.
    """

    data: bytes
    submission: Submission
    submissions: int
    left: tuple[str, ...] = ()
    adopted: bool = False


@dataclass(eq=False)
class _Errand:
    """One torrent to make: what is submitted, and who hears of it.

    ``ticket`` is what another process must know to go on with it, except which task it is.
    ``is_unanswered`` says that the client may make a task of it that nobody knows of.
    """

    submission: Submission
    ticket: Ticket
    on_change: Callable[[CreatorTask], None] | None
    keep: Callable[[Ticket], None]
    is_unanswered: bool = False

    def note(self, task_id: str = "", before: Iterable[str] = ()) -> None:
        """Keep its ticket, for whoever may have to go on with it."""
        self.keep(replace(self.ticket, task=task_id, before=tuple(sorted(before))))


def _nobody(_: Ticket) -> None:
    """Keep a ticket nowhere."""


class _NotArrivedError(Exception):
    """A submission without an answer, of which the client has no task: ``cause`` says why."""

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
        """Take the connection, the longest pause between two looks, and the wait for a full queue.

        Times are seconds.
        """
        self._connection = connection
        self._busy_patience = busy_patience
        # qBittorrent hashes one task after another: more in flight only lengthen others' queue.
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._watch = TaskWatch(lambda: list_tasks(connection), longest_pause=longest_pause)
        self._others: set[str] | None = None
        self._ours: dict[str, _Errand] = {}
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

        ``content`` is what is visible of it here. The work of ``ticket`` continues if it is of the
        same torrent of the same content; else its task is deleted. ``keep`` gets what another
        process would have to know to go on.

        Raises CreatorError and its kin, CapabilityError for what this server cannot honour, and
        ClientConnectionError. No task is left behind; one that cannot be deleted is logged as a
        warning.
        """
        submission = submission_for(request, await self._connection.open())
        url = self._connection.endpoint.url
        asked = await in_thread(partial(submission.fingerprint, url, content))
        if ticket is not None and ticket.asked == asked and ticket.staged:
            data = await in_thread(partial(_read, Path(ticket.staged)))
            if data is not None:
                if ticket.task and not await self.discard(ticket.task):
                    keep(replace(ticket, task=""))
                return CreatedTorrent(data, submission, 0, adopted=True)
        errand = _Errand(submission, Ticket(self._connection.name, asked), on_change, keep)
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
            raise self._connection.failure(
                TaskCancelledError,
                f"the manager was closed while making the torrent of {request.source_path}",
                "keep the manager open until create_torrent has returned",
            ) from None

    async def detach(self) -> tuple[Ticket, ...]:
        """Leave every task in progress to run on; the tickets to go on with."""
        self._leaves = True
        tickets = tuple(replace(errand.ticket, task=id_) for id_, errand in self._ours.items())
        await self.close()
        return tickets

    async def close(self) -> None:
        """Stop every task in progress and delete it."""
        stories = list(self._stories)
        for story in stories:
            story.cancel()
        if stories:
            await asyncio.wait(stories)
        await self._watch.close()

    async def discard(self, task_id: str) -> tuple[str, ...]:
        """Delete the task, trying again for a few seconds; a sentence where it stays."""
        deletion = delete_task(self._connection, task_id, within=_CLEAN_UP)
        why = await hindrance(deletion, within=_CLEAN_UP)
        errand = self._ours.pop(task_id, None)
        if why is None:
            if errand is not None:
                errand.note()
            log.info("%s: deleted task %s", self._connection.title, task_id)
            return ()
        left = (
            f"the Torrent Creator task {task_id} stays on {self._connection.title}: {why};"
            f" `seedwright tasks cancel {task_id}` deletes it"
        )
        log.warning("%s", left)
        return (left,)

    async def _within(
        self, time_limit: float | None, errand: _Errand, ticket: Ticket | None
    ) -> CreatedTorrent:
        try:
            async with asyncio.timeout(time_limit), self._places:
                return await self._submit_until_done(errand, ticket)
        except TimeoutError as error:
            raise self._connection.failure(
                TaskTimedOutError,
                f"{self._connection.title} did not finish the torrent of"
                f" {errand.submission.source_path} within {time_limit:g} s",
                Hint(
                    "raise {timeout.setting}, or check with `seedwright tasks list` what else it is"
                    " hashing"
                ),
            ) from error
        finally:
            if errand.is_unanswered:
                await uninterrupted(self._discard_late(errand.submission))

    async def _submit_until_done(self, errand: _Errand, ticket: Ticket | None) -> CreatedTorrent:
        submission = errand.submission
        left: tuple[str, ...] = ()
        adopted = ticket and await self._adopted(errand, ticket)
        for count in range(1, MAX_SUBMISSIONS + 1):
            task_id, data = adopted or await self._submit(errand), None
            try:
                data = await self._fetch(task_id, errand)
            except (LostTask, TaskLostError):
                log.info("%s lost task %s", self._connection.title, task_id)
            finally:
                if data is not None or not self._leaves:
                    left += await uninterrupted(self.discard(task_id))
            if data is not None:
                return CreatedTorrent(data, submission, count, left, adopted=bool(adopted))
            adopted = None
        raise self._connection.failure(
            TaskLostError,
            f"{self._connection.title} lost the task for {submission.source_path}"
            f" {MAX_SUBMISSIONS} times",
            "check whether qBittorrent keeps restarting, or whether another program deletes or floods"
            " its Torrent Creator tasks",
        )

    async def _adopted(self, errand: _Errand, ticket: Ticket) -> str | None:
        """The task of an earlier process if it makes the same torrent; else None, and it is deleted."""
        tasks = {task.id: task for task in await list_tasks(self._connection)}
        is_same, task = ticket.asked == errand.ticket.asked, tasks.get(ticket.task)
        if is_same and not ticket.task:
            # It was killed before it heard of the id, so only what was submitted shows which it is.
            new = tasks.keys() - {*ticket.before, *self._ours}
            task = next((tasks[id_] for id_ in new if errand.submission.matches(tasks[id_])), None)
        if task is None:
            return None
        if is_same and task.status != "Failed":
            log.info("%s: going on with task %s", self._connection.title, task.id)
            self._ours[task.id] = errand
            errand.note(task.id)
            return task.id
        await uninterrupted(self.discard(task.id))
        return None

    async def _fetch(self, task_id: str, errand: _Errand) -> bytes:
        """What the task made, once it is finished."""
        task = await self._watch.outcome(task_id, errand.on_change)
        if task.status == "Failed":
            raise self._connection.failure(
                TaskFailedError,
                f"{self._connection.title} could not make the torrent of"
                f" {errand.submission.source_path}: {task.error_message.rstrip('.')}",
                SEE_LOG,
            )
        return await torrent_file(self._connection, task_id)

    async def _submit(self, errand: _Errand) -> str:
        """The id of a task that is ours, waiting while the client's queue is full."""
        if self._others is None:
            self._others = {task.id for task in await list_tasks(self._connection)}
        errand.note(before={*self._others, *self._ours})
        started, unanswered, pauses = time.monotonic(), 0, growing_pauses()
        while True:
            try:
                task_id = await self._submit_once(errand.submission)
            except qbittorrentapi.Conflict409Error as error:
                if time.monotonic() - started > self._busy_patience:
                    raise self._connection.failure(
                        CreatorBusyError,
                        f"{self._connection.title}'s Torrent Creator has had a full queue for"
                        f" {self._busy_patience:g} s",
                        "`seedwright tasks list` lists its tasks; try again when some are finished",
                    ) from error
            except _NotArrivedError as error:
                unanswered += 1
                errand.is_unanswered = True
                if unanswered == MAX_SUBMISSIONS:
                    raise error.cause from error
            else:
                self._ours[task_id] = errand
                errand.note(task_id)
                return task_id
            await asyncio.sleep(next(pauses))

    async def _submit_once(self, submission: Submission) -> str:
        """The id of the new task; when cancelled meanwhile, the task is deleted again."""
        adding = asyncio.ensure_future(self._add(submission))
        try:
            return await asyncio.shield(adding)
        except asyncio.CancelledError:
            await self._take_back(adding, submission)
            raise

    async def _add(self, submission: Submission) -> str:
        """The id of the new task, which is looked for when the answer to its submission got lost.

        Raises ``qbittorrentapi.Conflict409Error`` when the queue is full, and _NotArrivedError.
        """
        path = submission.source_path
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
        log.info("%s: submitted task %s for %s", self._connection.title, task_id, path)
        return task_id

    async def _take_back(self, adding: asyncio.Future[str], submission: Submission) -> None:
        """Delete the task that is being added, whose request is on its way."""
        try:
            task_id = await asyncio.wait_for(adding, _CLEAN_UP)
        except TimeoutError:
            self._log_unknown(submission)
        except (SeedwrightError, qbittorrentapi.APIError, _NotArrivedError):
            return  # there is none, or it is logged
        else:
            await uninterrupted(self.discard(task_id))

    async def _find_unanswered(self, submission: Submission) -> str | None:
        """The task of a submission whose answer got lost, if it arrived."""
        for task in await list_tasks(self._connection):
            new = task.id not in (self._others or ()) and task.id not in self._ours
            if new and submission.matches(task):
                return task.id
        return None

    async def _discard_late(self, submission: Submission) -> None:
        """Delete what a busy client has made of a submission after it was given up."""

        async def discard_all() -> None:
            while (task_id := await self._find_unanswered(submission)) is not None:
                await self.discard(task_id)

        if await hindrance(discard_all(), within=_CLEAN_UP) is not None:
            self._log_unknown(submission)

    def _log_unknown(self, submission: Submission) -> None:
        log.warning(
            "a Torrent Creator task for %s may stay on %s, which did not respond;"
            " `seedwright tasks list` lists it",
            submission.source_path,
            self._connection.title,
        )


def _read(file: Path) -> bytes | None:
    """What is in the file, None where there is none."""
    try:
        return file.read_bytes()
    except OSError:
        return None
