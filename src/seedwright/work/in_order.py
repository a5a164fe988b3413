"""What is finished in threads, and told in the order that it was begun in."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")

THREADS = 8


class InOrder(Generic[T]):
    """A context for the last steps of many jobs, such as the writing of a file.

    A disk flushes several files in the time of one. On the way out all steps have been finished and
    told; ``tell`` is called with a job's number and what gives its outcome, or raises its failure.
    With ``is_alone`` there is one job only, and no thread is needed.
    """

    def __init__(
        self, tell: Callable[[int, Callable[[], T]], None], *, is_alone: bool = False
    ) -> None:
        self._tell = tell
        self._is_alone = is_alone
        self._waiting: deque[tuple[int, Future[T]]] = deque()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.settle()
        if self._threads is not None:
            self._threads.shutdown()

    def take(self, number: int, step: Callable[[], T]) -> None:
        """Have the step of the job with that number finished, and told before long."""
        if self._is_alone:
            self._tell(number, step)
            return
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(THREADS)
        self._waiting.append((number, self._threads.submit(step)))
        self.settle(THREADS)

    def settle(self, most: int = 0) -> None:
        """Tell what is finished, and wait until at most so many are not."""
        while self._waiting:
            number, outcome = self._waiting[0]
            if len(self._waiting) <= most and not outcome.done():
                return
            outcome.exception()  # waits; what is interrupted here is told on the way out
            self._waiting.popleft()
            self._tell(number, outcome.result)
