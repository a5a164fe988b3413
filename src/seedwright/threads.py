"""Blocking calls off the event loop, in threads that never keep the process alive.

A worker of ``asyncio.to_thread`` is joined when the loop ends, so a host that hangs would hold up
Ctrl-C for as long as its read timeout. These are daemon threads: one that hangs is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
P = TypeVar("P")

_STOPS_WITHIN = 1.0


class _Workers:
    """Daemon threads that wait for work; a new one only when none is idle."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a forked process must: it has none of the threads."""
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = 0
        self._lock = threading.Lock()

    def submit(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._serve, name="seedwright-call", daemon=True).start()
        self._work.put(work)

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._idle += 1


_workers = _Workers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.forget)


async def in_thread(call: Callable[[], T]) -> T:
    """What ``call()`` gives, or its exception; when cancelled, the call goes on, and nobody hears its result."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = call()
        except BaseException as caught:
            error = caught
        # The loop is closed when nobody waits any longer.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    _workers.submit(work)
    return await answer


async def stoppable(work: Callable[[Callable[[], bool]], T], *, within: float = _STOPS_WITHIN) -> T:
    """What ``work`` gives, called in a thread with a question that it may ask: whether to stop.

    When cancelled, the answer is yes, and ``work`` has ``within`` seconds to heed it.
    """
    stop = threading.Event()
    under_way = asyncio.ensure_future(in_thread(lambda: work(stop.is_set)))
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        stop.set()
        await see_through(under_way, within=within)
        raise


def called_back(listener: Callable[[P], object] | None) -> Callable[[P], None] | None:
    """A listener for threads to call, which is heard on the event loop of now."""
    if listener is None:
        return None
    loop, hear = asyncio.get_running_loop(), listener

    def call(said: P) -> None:
        loop.call_soon_threadsafe(hear, said)

    return call


async def see_through(work: Awaitable[T], *, within: float) -> T | None:
    """Let work finish although we are being cancelled, for ``within`` seconds.

    For use in ``except`` and ``finally``: gives its result, or None when it failed or took longer.
    """
    with contextlib.suppress(Exception):
        return await asyncio.wait_for(asyncio.shield(work), within)
    return None


async def hindrance(work: Awaitable[object], *, within: float) -> Exception | None:
    """What kept work from being done within so many seconds; None where it was done.

    Work that takes longer is given up. For use in ``except`` and ``finally``, as
    :func:`see_through` is.
    """
    under_way = asyncio.ensure_future(work)
    try:
        await asyncio.wait_for(under_way, within)
    except TimeoutError:
        return TimeoutError(f"it took longer than {within:g} s")
    except Exception as error:
        return error
    return None


async def uninterrupted(work: Awaitable[T]) -> T:
    """What work gives; a cancellation is heard only after it.

    For what takes something back, which has to keep its own time.
    """
    under_way = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        await asyncio.wait([under_way])
        raise


async def undoable(
    work: Awaitable[T], undo: Callable[[T], Awaitable[object]] | None = None, *, within: float
) -> T:
    """What ``work`` gives; when cancelled meanwhile, work is seen through and then undone.

    A request that is on its way cannot be called back: only its answer shows what to clean up.
    The wait for it ends after ``within`` seconds.
    """
    under_way = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        result = await see_through(under_way, within=within)
        if result is not None and undo is not None:
            await undo(result)
        raise
