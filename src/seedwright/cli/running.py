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

    SIGINT and SIGTERM cancel it, so that it can delete its tasks and log out, and then raise
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
    # Windows has no signal handlers on its loop; SIGTERM ends the process there as ever.
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await main
