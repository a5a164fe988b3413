from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from seedwright.clients.qbittorrent import watch as watch_module
from seedwright.clients.qbittorrent.tasks import CreatorTask
from seedwright.clients.qbittorrent.watch import LostTask, TaskWatch, _Watched
from seedwright.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

AN_HOUR = 3600.0


class Creator:
    """The tasks of a client, as far as listing them goes."""

    def __init__(self) -> None:
        self.tasks: dict[str, CreatorTask] = {}
        self.failure: Exception | None = None
        self.looks = 0
        self.looked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    def put(self, task_id: str, status: str, progress: float | None = None) -> CreatorTask:
        self.tasks[task_id] = CreatorTask(task_id, "/data", status, progress)
        return self.tasks[task_id]

    async def list_tasks(self) -> list[CreatorTask]:
        self.looks += 1
        self.looked.set()
        seen = list(self.tasks.values())
        await self.may_answer.wait()
        if self.failure is not None:
            raise self.failure
        return seen

    async def next_look(self) -> None:
        self.looked.clear()
        await self.looked.wait()


@pytest.fixture
def creator() -> Creator:
    return Creator()


@pytest.fixture
async def watch(creator: Creator) -> AsyncIterator[TaskWatch]:
    watch = TaskWatch(creator.list_tasks, longest_pause=0.01)
    yield watch
    await watch.close()
    assert pollers() == []


def pollers() -> list[asyncio.Task[None]]:
    return [task for task in asyncio.all_tasks() if task.get_name() == "seedwright-poller"]


async def until(true: Callable[[], bool]) -> None:
    """Wait until it is true, within the time limit of the test."""
    while not true():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("status", ["Finished", "Failed"])
async def test_a_task_that_is_over_is_the_outcome(
    creator: Creator, watch: TaskWatch, status: str
) -> None:
    task = creator.put("a", status)
    assert await watch.outcome("a") == task


async def test_a_task_is_waited_for_until_it_is_over(creator: Creator, watch: TaskWatch) -> None:
    creator.put("a", "Queued")
    outcome = asyncio.create_task(watch.outcome("a"))
    await creator.next_look()
    creator.put("a", "Running", 50)
    await creator.next_look()
    finished = creator.put("a", "Finished")
    assert await outcome == finished


async def test_a_task_that_is_not_in_the_list_is_lost(creator: Creator, watch: TaskWatch) -> None:
    creator.put("other", "Running")
    with pytest.raises(LostTask, match="a"):
        await watch.outcome("a")


async def test_a_task_that_vanishes_is_lost(creator: Creator, watch: TaskWatch) -> None:
    creator.put("a", "Running")
    outcome = asyncio.create_task(watch.outcome("a"))
    await creator.next_look()
    del creator.tasks["a"]
    with pytest.raises(LostTask):
        await outcome


async def test_progress_is_told_until_the_task_is_over(creator: Creator, watch: TaskWatch) -> None:
    heard: list[CreatorTask] = []
    creator.put("a", "Queued")
    outcome = asyncio.create_task(watch.outcome("a", heard.append))
    await until(lambda: [task.status for task in heard[-1:]] == ["Queued"])
    creator.put("a", "Running", 40)
    await until(lambda: heard[-1].progress == 40)
    creator.put("a", "Finished")
    await outcome
    assert {task.status for task in heard} == {"Queued", "Running"}


async def test_a_listener_that_raises_ends_only_its_own_task(
    creator: Creator, watch: TaskWatch
) -> None:
    heard: list[CreatorTask] = []

    def raise_(task: CreatorTask) -> None:
        raise ZeroDivisionError(task.id)

    for task_id in ("a", "b"):
        creator.put(task_id, "Running", 1)
    broken = asyncio.create_task(watch.outcome("a", raise_))
    sound = asyncio.create_task(watch.outcome("b", heard.append))
    with pytest.raises(ZeroDivisionError, match="a"):
        await broken
    creator.put("b", "Finished")
    assert (await sound).id == "b"
    assert heard


async def test_a_failure_to_list_is_told_to_everyone(creator: Creator, watch: TaskWatch) -> None:
    creator.failure = UnreachableError("gone", client="nas")
    outcomes = await asyncio.gather(
        *(watch.outcome(task_id) for task_id in "abc"), return_exceptions=True
    )
    assert outcomes == [creator.failure] * 3


async def test_after_a_failure_to_list_the_watch_goes_on(
    creator: Creator, watch: TaskWatch
) -> None:
    creator.failure = UnreachableError("gone", client="nas")
    with pytest.raises(UnreachableError):
        await watch.outcome("a")
    creator.failure = None
    finished = creator.put("a", "Finished")
    assert await watch.outcome("a") == finished


async def test_one_look_tells_about_every_task(creator: Creator, watch: TaskWatch) -> None:
    for task_id in "abc":
        creator.put(task_id, "Finished")
    outcomes = await asyncio.gather(*(watch.outcome(task_id) for task_id in "abc"))
    assert [task.id for task in outcomes] == ["a", "b", "c"]
    assert creator.looks == 1


async def test_two_can_wait_for_one_task(creator: Creator, watch: TaskWatch) -> None:
    finished = creator.put("a", "Finished")
    outcomes = await asyncio.gather(*(watch.outcome("a") for _ in range(2)))
    assert outcomes == [finished, finished]


async def test_a_newcomer_is_looked_at_at_once(
    creator: Creator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All that is waited for seems to be a week old, so that the next look is an hour away.
    a_week_on = SimpleNamespace(monotonic=lambda: time.monotonic() + 7 * 24 * AN_HOUR)
    watch = TaskWatch(creator.list_tasks, longest_pause=AN_HOUR)
    monkeypatch.setattr(watch_module, "time", a_week_on)
    creator.put("old", "Running")
    old = asyncio.create_task(watch.outcome("old"))
    await creator.next_look()
    creator.put("new", "Finished")
    assert (await watch.outcome("new")).id == "new"
    assert creator.looks == 2
    old.cancel()
    await watch.close()


async def test_a_newcomer_is_not_judged_by_a_look_from_before_it_came(
    creator: Creator, watch: TaskWatch
) -> None:
    creator.put("old", "Running")
    creator.may_answer.clear()
    old = asyncio.create_task(watch.outcome("old"))
    await creator.next_look()
    finished = creator.put("new", "Finished")
    new = asyncio.create_task(watch.outcome("new"))
    await asyncio.sleep(0)
    creator.may_answer.set()
    assert await new == finished
    old.cancel()


async def test_nobody_is_looked_for_when_nobody_waits(creator: Creator, watch: TaskWatch) -> None:
    creator.put("a", "Finished")
    await watch.outcome("a")
    await until(lambda: pollers() == [])


async def test_who_is_cancelled_is_not_waited_for(creator: Creator, watch: TaskWatch) -> None:
    creator.put("a", "Running")
    outcome = asyncio.create_task(watch.outcome("a"))
    await creator.next_look()
    outcome.cancel()
    with pytest.raises(asyncio.CancelledError):
        await outcome
    await until(lambda: pollers() == [])


async def test_who_left_during_a_look_is_not_missed(creator: Creator, watch: TaskWatch) -> None:
    creator.put("stays", "Running")
    creator.may_answer.clear()
    leaves = asyncio.create_task(watch.outcome("leaves"))
    stays = asyncio.create_task(watch.outcome("stays"))
    await creator.next_look()
    leaves.cancel()
    await asyncio.sleep(0)
    creator.put("stays", "Finished")
    creator.may_answer.set()
    assert (await stays).id == "stays"


async def test_who_left_during_a_look_that_fails_is_not_missed(
    creator: Creator, watch: TaskWatch
) -> None:
    creator.failure = UnreachableError("gone", client="nas")
    creator.may_answer.clear()
    leaves = asyncio.create_task(watch.outcome("leaves"))
    stays = asyncio.create_task(watch.outcome("stays"))
    await creator.next_look()
    leaves.cancel()
    await asyncio.sleep(0)
    creator.may_answer.set()
    with pytest.raises(UnreachableError):
        await stays


async def test_closing_ends_the_looking(creator: Creator, watch: TaskWatch) -> None:
    creator.put("a", "Running")
    outcome = asyncio.create_task(watch.outcome("a"))
    await creator.next_look()
    await watch.close()
    assert pollers() == []
    outcome.cancel()


async def test_closing_twice_or_before_any_look_does_no_harm(
    creator: Creator, watch: TaskWatch
) -> None:
    await watch.close()
    creator.put("a", "Finished")
    await watch.outcome("a")
    await watch.close()
    await watch.close()


@pytest.mark.parametrize(
    ("ages", "pause"),
    [
        ([0.0], 0.01),
        ([0.019], 0.01),
        ([0.02], 0.01),
        ([0.03], 0.015),
        ([1.0], 0.5),
        ([3.9], 1.95),
        ([4.0], 2.0),
        ([AN_HOUR], 2.0),
        ([AN_HOUR, 1.0, 60.0], 0.5),
        ([], 0.01),
    ],
)
async def test_looks_come_quickly_at_first_and_calmly_later(
    monkeypatch: pytest.MonkeyPatch, creator: Creator, ages: list[float], pause: float
) -> None:
    monkeypatch.setattr(watch_module, "time", SimpleNamespace(monotonic=lambda: 10_000.0))
    watch = TaskWatch(creator.list_tasks, longest_pause=2.0)
    outcome = asyncio.get_running_loop().create_future()
    watch._watched = {_Watched("a", None, outcome, since=10_000.0 - age) for age in ages}
    assert watch._pause() == pytest.approx(pause)
