"""Making a torrent with qBittorrent's Torrent Creator.

The story of one torrent: wait for a place, submit, watch, fetch the bytes, delete the task. A task
that got lost on the way (qBittorrent restarted, or dropped it from its full list) is submitted
again; whichever way the story ends, the task is deleted.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import qbittorrentapi

from seedwright.errors import (
    ClientConnectionError,
    CreatorBusyError,
    TaskCancelledError,
    TaskFailedError,
    TaskLostError,
    TaskTimedOutError,
)
from seedwright.qbittorrent.pauses import growing_pauses
from seedwright.qbittorrent.submission import Submission, submission_for
from seedwright.qbittorrent.tasks import add_task, delete_task, list_tasks, torrent_file
from seedwright.qbittorrent.threads import see_through, undoable
from seedwright.qbittorrent.watch import LostTask, TaskWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.qbittorrent.connection import Connection
    from seedwright.qbittorrent.submission import CreationRequest
    from seedwright.qbittorrent.tasks import CreatorTask

IN_FLIGHT = 4
MAX_SUBMISSIONS = 4
BUSY_PATIENCE = 600.0
_CLEAN_UP = 5.0


@dataclass(frozen=True)
class CreatedTorrent:
    """The bytes, and how they came about.

    ``submission`` tells what the finished torrent should say and what had to be left out;
    ``submissions`` counts how often the task had to be submitted.
    """

    data: bytes
    submission: Submission
    submissions: int


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
        self._ours: set[str] = set()
        self._stories: set[asyncio.Task[CreatedTorrent]] = set()

    async def create(
        self,
        request: CreationRequest,
        *,
        time_limit: float | None = None,
        on_change: Callable[[CreatorTask], None] | None = None,
    ) -> CreatedTorrent:
        """The torrent of ``request``, made within ``time_limit`` seconds (None: no limit).

        Raises :class:`~seedwright.errors.CreatorError` and its kin,
        :class:`~seedwright.errors.CapabilityError` for what this server cannot honour, and
        :class:`~seedwright.errors.ClientConnectionError`. No task is left behind.
        """
        submission = submission_for(request, await self._connection.open())
        story = asyncio.create_task(self._within(time_limit, submission, on_change))
        self._stories.add(story)
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
        finally:
            self._stories.discard(story)

    async def close(self) -> None:
        """Stop every task under way and delete it."""
        stories = list(self._stories)
        for story in stories:
            story.cancel()
        if stories:
            await asyncio.wait(stories)
        await self._watch.close()

    async def _within(
        self,
        time_limit: float | None,
        submission: Submission,
        on_change: Callable[[CreatorTask], None] | None,
    ) -> CreatedTorrent:
        try:
            async with asyncio.timeout(time_limit), self._places:
                return await self._submit_until_done(submission, on_change)
        except TimeoutError as error:
            raise TaskTimedOutError(
                f"{self._connection.title} did not finish the torrent of {submission.source_path}"
                f" within {time_limit:g} s",
                client=self._connection.name,
                hint="raise --timeout (torrent_creation.timeout), or look with `seedwright tasks"
                " list` at what else it is hashing",
            ) from error

    async def _submit_until_done(
        self, submission: Submission, on_change: Callable[[CreatorTask], None] | None
    ) -> CreatedTorrent:
        for count in range(1, MAX_SUBMISSIONS + 1):
            task_id = await self._submit(submission)
            try:
                task = await self._watch.outcome(task_id, on_change)
                if task.status == "Failed":
                    raise TaskFailedError(
                        f"{self._connection.title} could not make the torrent of"
                        f" {submission.source_path}: {task.error_message.rstrip('.')}",
                        client=self._connection.name,
                        hint="look into qBittorrent's log for more",
                    )
                data = await torrent_file(self._connection, task_id)
                return CreatedTorrent(data, submission, count)
            except (LostTask, TaskLostError):
                continue
            finally:
                await self._discard(task_id)
        raise TaskLostError(
            f"{self._connection.title} lost the task for {submission.source_path}"
            f" {MAX_SUBMISSIONS} times",
            client=self._connection.name,
            hint="look whether qBittorrent keeps restarting, or whether something else deletes or"
            " floods its Torrent Creator tasks",
        )

    async def _submit(self, submission: Submission) -> str:
        """The id of a task that is ours, waiting while the client's queue is full."""
        if self._others is None:
            self._others = {task.id for task in await list_tasks(self._connection)}
        started, unanswered = time.monotonic(), 0
        for pause in growing_pauses():
            try:
                task_id = await undoable(
                    add_task(self._connection, submission.arguments),
                    undo=self._discard,
                    within=_CLEAN_UP,
                )
            except qbittorrentapi.Conflict409Error as error:
                if time.monotonic() - started > self._busy_patience:
                    raise self._busy() from error
                await asyncio.sleep(pause)
                continue
            except ClientConnectionError:
                found = await self._find_unanswered(submission)
                unanswered += 1
                if found is None and unanswered == MAX_SUBMISSIONS:
                    raise
                if found is None:
                    await asyncio.sleep(pause)
                    continue
                task_id = found
            self._ours.add(task_id)
            return task_id
        raise AssertionError("the pauses do not end")

    async def _find_unanswered(self, submission: Submission) -> str | None:
        """The task of a submission whose answer got lost, if it arrived: no second one then."""
        for task in await list_tasks(self._connection):
            new = task.id not in (self._others or ()) and task.id not in self._ours
            if new and submission.matches(task):
                return task.id
        return None

    async def _discard(self, task_id: str) -> None:
        deletion = delete_task(self._connection, task_id, repeatable=False)
        await see_through(asyncio.ensure_future(deletion), within=_CLEAN_UP)
        self._ours.discard(task_id)

    def _busy(self) -> CreatorBusyError:
        return CreatorBusyError(
            f"{self._connection.title}'s Torrent Creator has had a full queue for"
            f" {self._busy_patience:g} s",
            client=self._connection.name,
            hint="`seedwright tasks list` shows what is in it; try again when some are done",
        )
