"""Progress while torrents are made: bars on a terminal, plain lines elsewhere, or nothing.

All of it goes to stderr: stdout is for results.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self

from seedwright.torrent.names import printable
from seedwright.torrent.pieces import format_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from seedwright.engines.base import OnProgress, Progress

_PLAIN_INTERVAL = 10.0


class Display(Protocol):
    """Shows how far each torrent is, by the path it is made from."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def show(self, path: str, progress: Progress) -> None:
        """Tell how far the torrent of ``path`` is."""

    def of(self, path: str) -> OnProgress:
        """What tells how far the torrent of ``path`` is, whenever it is called."""

    def finish(self, path: str) -> None:
        """The torrent of ``path`` is done, or failed."""

    def aside(self) -> AbstractContextManager[None]:
        """The terminal is free for other output meanwhile."""


def display(*, quiet: bool) -> Display:
    """Bars where stderr is a terminal, lines where it is not, nothing when quiet."""
    if quiet:
        return Silent()
    return RichBars() if sys.stderr.isatty() else PlainLines()


def in_words(progress: Progress) -> str:
    """The progress as people read it: hashing 42 %, 1.1 GiB/s, 12 s left."""
    if progress.stage != "hashing":
        return progress.stage
    words = f"hashing {progress.fraction * 100:.0f} %"
    if progress.rate:
        words += f", {format_size(int(progress.rate))}/s"
    if progress.seconds_left is not None:
        words += f", {progress.seconds_left:.0f} s left"
    return words


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, path: str, progress: Progress) -> None:
        """Show nothing."""

    def of(self, path: str) -> OnProgress:
        """What tells how far the torrent of ``path`` is."""
        return lambda progress: self.show(path, progress)

    def finish(self, path: str) -> None:
        """Show nothing."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is in the way."""
        yield


class PlainLines(Silent):
    """A line when a torrent enters a new stage, and one every ten seconds of hashing."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, float]] = {}

    def show(self, path: str, progress: Progress) -> None:
        """Print a line when there is something new to say."""
        stage, told = self._last.get(path, ("", 0.0))
        now = time.monotonic()
        if stage == progress.stage and now - told < _PLAIN_INTERVAL:
            return
        self._last[path] = (progress.stage, now)
        print(f"{printable(path)}: {in_words(progress)}", file=sys.stderr, flush=True)  # noqa: T201

    def finish(self, path: str) -> None:
        """Forget the torrent."""
        self._last.pop(path, None)


class RichBars(Silent):
    """A bar a torrent under way, gone when it is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._bars: Bars = Progress(
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, path: str, progress: Progress) -> None:
        """Move the torrent's bar."""
        if path not in self._tasks:
            self._tasks[path] = self._bars.add_task("", total=1.0, name=printable(path))
        self._bars.update(
            self._tasks[path], completed=progress.fraction, description=in_words(progress)
        )

    def finish(self, path: str) -> None:
        """Take the torrent's bar away."""
        if path in self._tasks:
            self._bars.remove_task(self._tasks.pop(path))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bars away, and bring them back afterwards."""
        self._bars.stop()
        try:
            yield
        finally:
            self._bars.start()
