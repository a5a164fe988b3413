"""One poller for all tasks we wait for: a single ``status`` call reports every one of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from seedwright.clients.qbittorrent.tasks import CreatorTask

_SHORTEST_PAUSE = 0.01


class LostTask(Exception):  # noqa: N818 - an outcome between two modules, not an error of ours
    """The task is not in the client's list any more."""


@dataclass(eq=False)
class _Watched:
    task_id: str
    on_change: Callable[[CreatorTask], None] | None
    outcome: asyncio.Future[CreatorTask]
    since: float = field(default_factory=time.monotonic)

    def hear(self, task: CreatorTask | None) -> None:
        if self.outcome.done():
            return
        if task is None:
            self.fail(LostTask(self.task_id))
        elif task.is_over:
            self.outcome.set_result(task)
        elif self.on_change is not None:
            try:
                self.on_change(task)
            except Exception as error:
                self.fail(error)

    def fail(self, error: Exception) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


class TaskWatch:
    """Looks at the tasks while any is waited for: at once at first, calmly at long ones."""

    def __init__(
        self, list_tasks: Callable[[], Awaitable[list[CreatorTask]]], *, longest_pause: float = 1.0
    ) -> None:
        """Take what lists a client's tasks, and the longest pause between two looks in seconds."""
        self._list_tasks = list_tasks
        self._longest_pause = longest_pause
        self._watched: set[_Watched] = set()
        self._newcomer = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None

    async def outcome(
        self, task_id: str, on_change: Callable[[CreatorTask], None] | None = None
    ) -> CreatorTask:
        """The task once it is Finished or Failed; ``on_change`` hears of it until then.

        Raises LostTask, or the error that ended the looking.
        """
        watched = _Watched(task_id, on_change, asyncio.get_running_loop().create_future())
        self._watched.add(watched)
        self._newcomer.set()
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), name="seedwright-poller")
        try:
            return await watched.outcome
        finally:
            self._watched.discard(watched)

    async def close(self) -> None:
        """Stop looking."""
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.wait([self._poller])

    async def _poll(self) -> None:
        while self._watched:
            asked_about = list(self._watched)
            self._newcomer.clear()
            try:
                tasks = {task.id: task for task in await self._list_tasks()}
            except Exception as error:
                for watched in asked_about:
                    watched.fail(error)
            else:
                for watched in asked_about:
                    watched.hear(tasks.get(watched.task_id))
            # Newcomers cut the pause short, and share a look instead of causing one each.
            await asyncio.sleep(_SHORTEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._newcomer.wait(), self._pause() - _SHORTEST_PAUSE)

    def _pause(self) -> float:
        now = time.monotonic()
        youngest = min((now - watched.since for watched in self._watched), default=0.0)
        return max(min(youngest / 2, self._longest_pause), _SHORTEST_PAUSE)
