"""Running a command's coroutine so that Ctrl-C and SIGTERM clean up first."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """What ``main`` gives.

    SIGINT, SIGTERM and SIGHUP cancel it, so that it can delete its tasks and log out, and then raise
    ``KeyboardInterrupt``; a second SIGINT does not wait for that.
    """
    import asyncio

    try:
        with asyncio.Runner() as runner:
            return runner.run(_terminable(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _terminable(main: Coroutine[Any, Any, T]) -> T:
    import asyncio

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    # Windows has no signal handlers on its loop; SIGTERM ends the process there.
    with contextlib.suppress(NotImplementedError, AttributeError):
        for sign in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(sign, task.cancel)
    return await main
