from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.threads import (
    hindrance,
    in_thread,
    see_through,
    undoable,
    uninterrupted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 60.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a call can wait at without outliving the test."""
    gate = threading.Event()
    yield gate
    gate.set()


async def ready(result: str = "result") -> str:
    return result


@pytest.mark.parametrize("result", ["result", "", None])
async def test_a_call_gives_its_result(result: str | None) -> None:
    assert await in_thread(lambda: result) is result


async def test_a_call_gives_its_exception() -> None:
    error = OSError("broken")

    def fail() -> None:
        raise error

    with pytest.raises(OSError, match="broken") as caught:
        await in_thread(fail)
    assert caught.value is error


async def test_a_call_runs_in_a_thread_that_does_not_keep_the_process() -> None:
    thread = await in_thread(threading.current_thread)
    assert thread is not threading.current_thread()
    assert thread.daemon


async def test_calls_run_at_the_same_time() -> None:
    barrier = threading.Barrier(3)
    numbers = await asyncio.gather(*(in_thread(lambda: barrier.wait(LONG)) for _ in range(3)))
    assert sorted(numbers) == [0, 1, 2]


async def test_a_cancelled_call_is_not_waited_for(gate: threading.Event) -> None:
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> None:
        loop.call_soon_threadsafe(started.set)
        gate.wait(LONG)

    call = asyncio.create_task(in_thread(hang))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not gate.is_set()


@pytest.mark.parametrize("fails", [False, True])
async def test_an_answer_that_nobody_waits_for_does_no_harm(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    loop, answered, wrong = asyncio.get_running_loop(), asyncio.Event(), []
    from_thread = loop.call_soon_threadsafe

    def hear(*answer: Any) -> None:
        from_thread(*answer)
        from_thread(answered.set)

    def answer_late() -> str:
        gate.wait(LONG)
        if fails:
            raise OSError("late")
        return "late"

    monkeypatch.setattr(loop, "call_soon_threadsafe", hear)
    loop.set_exception_handler(lambda _, context: wrong.append(context))
    call = asyncio.create_task(in_thread(answer_late))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    gate.set()
    await answered.wait()
    assert call.cancelled()
    assert wrong == []


def test_an_answer_after_the_end_of_the_loop_does_no_harm(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    async def leave() -> asyncio.AbstractEventLoop:
        call = asyncio.create_task(in_thread(lambda: gate.wait(LONG)))
        await asyncio.sleep(0)
        call.cancel()
        return asyncio.get_running_loop()

    loop = asyncio.run(leave())
    from_thread = loop.call_soon_threadsafe

    def hear(*answer: Any) -> None:
        try:
            from_thread(*answer)
        finally:
            answered.set()

    monkeypatch.setattr(loop, "call_soon_threadsafe", hear)
    gate.set()
    assert answered.wait(LONG)
    assert asyncio.run(in_thread(lambda: "next")) == "next"


def run_apart(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    done = run_apart("""
import asyncio, os, signal
from seedwright.threads import in_thread

for _ in range(50):
    asyncio.run(in_thread(lambda: None))
child = os.fork()
if child == 0:
    signal.alarm(3)
    os._exit(asyncio.run(in_thread(lambda: 7)))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""")
    assert (done.returncode, done.stdout) == (0, "7\n")


def test_a_process_ends_although_a_call_hangs() -> None:
    done = run_apart("""
import asyncio, threading
from seedwright.threads import in_thread

async def main():
    started = threading.Event()
    def hang():
        started.set()
        threading.Event().wait()
    call = asyncio.create_task(in_thread(hang))
    while not started.is_set():
        await asyncio.sleep(0.001)
    call.cancel()

asyncio.run(main())
print("left")
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")


async def test_work_that_ends_in_time_is_seen_through() -> None:
    assert await see_through(ready(), within=LONG) == "result"


async def test_work_that_fails_gives_nothing() -> None:
    async def fail() -> str:
        raise OSError("broken")

    assert await see_through(fail(), within=LONG) is None


async def test_work_that_takes_longer_is_left_to_itself() -> None:
    release = asyncio.Event()
    work = asyncio.create_task(release.wait())
    assert await see_through(work, within=0.001) is None
    assert not work.done()
    release.set()
    assert await work


async def test_seeing_through_does_not_mind_a_cancellation_that_has_happened() -> None:
    release = asyncio.Event()
    seen: list[bool | None] = []

    async def clean_up() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            seen.append(await see_through(release.wait(), within=LONG))

    task = asyncio.create_task(clean_up())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [True]


class Deed:
    """Something that takes until it is told to end, and how often it was undone."""

    def __init__(self, result: str | None = "done", error: Exception | None = None) -> None:
        self.release = asyncio.Event()
        self.undone: list[str | None] = []
        self._result = result
        self._error = error

    async def do(self) -> str | None:
        await self.release.wait()
        if self._error is not None:
            raise self._error
        return self._result

    async def undo(self, result: str | None) -> None:
        await asyncio.sleep(0)
        self.undone.append(result)

    async def cancelled(self, *, within: float = LONG, undo: bool = True) -> None:
        """Do it, be cancelled on the way, and let it end only then."""
        work = undoable(self.do(), self.undo if undo else None, within=within)
        task = asyncio.create_task(work)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        if within == LONG:
            self.release.set()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_what_nobody_cancels_is_not_undone() -> None:
    deed = Deed()
    deed.release.set()
    assert await undoable(deed.do(), deed.undo, within=LONG) == "done"
    assert deed.undone == []


async def test_what_fails_by_itself_is_not_undone() -> None:
    deed = Deed(error=OSError("broken"))
    deed.release.set()
    with pytest.raises(OSError, match="broken"):
        await undoable(deed.do(), deed.undo, within=LONG)
    assert deed.undone == []


@pytest.mark.parametrize("result", ["done", ""])
async def test_what_is_cancelled_is_seen_through_and_undone_exactly_once(result: str) -> None:
    deed = Deed(result)
    await deed.cancelled()
    assert deed.undone == [result]


async def test_what_ends_in_the_moment_of_the_cancellation_is_undone() -> None:
    deed = Deed()
    task = asyncio.create_task(undoable(deed.do(), deed.undo, within=LONG))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    deed.release.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert deed.undone == ["done"]


async def test_what_is_cancelled_and_gave_nothing_is_not_undone() -> None:
    deed = Deed(None)
    await deed.cancelled()
    assert deed.undone == []


async def test_what_is_cancelled_and_then_fails_is_not_undone() -> None:
    deed = Deed(error=OSError("broken"))
    await deed.cancelled()
    assert deed.undone == []


async def test_what_is_cancelled_and_takes_too_long_is_left_to_itself() -> None:
    deed = Deed()
    await deed.cancelled(within=0.001)
    assert deed.undone == []
    deed.release.set()
    await asyncio.sleep(0)


async def test_what_cannot_be_undone_is_seen_through_all_the_same() -> None:
    deed = Deed()
    await deed.cancelled(undo=False)
    assert deed.release.is_set()


async def test_nothing_hinders_work_that_is_done_in_time() -> None:
    assert await hindrance(ready(), within=LONG) is None


async def test_what_hinders_work_is_told() -> None:
    async def fail() -> None:
        raise OSError("broken")

    assert str(await hindrance(fail(), within=LONG)) == "broken"


async def test_work_that_takes_longer_is_given_up() -> None:
    work = asyncio.create_task(asyncio.Event().wait())
    assert str(await hindrance(work, within=0.001)) == "it took longer than 0.001 s"
    assert work.cancelled()


async def test_what_is_not_to_be_interrupted_is_done_before_the_cancellation_is_heard() -> None:
    deed = Deed()
    task = asyncio.create_task(uninterrupted(deed.do()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    deed.release.set()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_what_is_not_to_be_interrupted_gives_its_result_and_its_failure() -> None:
    deed, failing = Deed(), Deed(error=OSError("broken"))
    deed.release.set()
    failing.release.set()
    assert await uninterrupted(deed.do()) == "done"
    with pytest.raises(OSError, match="broken"):
        await uninterrupted(failing.do())
