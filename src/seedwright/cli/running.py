"""Running a command so that Ctrl-C and SIGTERM clean up first."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from types import FrameType

T = TypeVar("T")

_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def raise_on_interrupt() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt; until then it ends the process."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """A context in which SIGTERM and SIGHUP raise ``KeyboardInterrupt``, as SIGINT does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = [(number, signal.signal(number, interrupt)) for number in _ENDINGS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """The result of ``main``.

    SIGINT, SIGTERM and SIGHUP cancel it, so that it can delete its tasks and log out, and then raise
    ``KeyboardInterrupt``; a second SIGINT does not wait for that.
    """
    try:
        import asyncio
        import gc
        import logging

        # Work with a client may go on for days.
        gc.enable()
        # Without a handler, logging would print the warnings of libraries to stderr.
        logging.getLogger().addHandler(logging.NullHandler())
        with asyncio.Runner() as runner:
            return runner.run(_terminable(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        # If it was interrupted before it began, Python would warn that it was never awaited.
        main.close()


async def _terminable(main: Coroutine[Any, Any, T]) -> T:
    import asyncio

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    # Windows has no signal handlers on its loop; SIGTERM ends the process there.
    with contextlib.suppress(NotImplementedError, AttributeError):
        for number in _ENDINGS:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await main
