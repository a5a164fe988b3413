"""Progress while torrents are made: a live table on a terminal, plain lines elsewhere, or nothing.

All of it goes to stderr: stdout is for results.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Protocol, Self

from seedwright.cli import logs
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

    from rich.console import RenderableType
    from rich.live import Live

    from seedwright.engines.base import OnProgress, Progress
    from seedwright.work.tally import Tally

_PLAIN_INTERVAL = 10.0
_REDRAWN_AFTER = 0.1
_BAR = 30


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
        """Show how far the torrent of ``path`` is."""

    def of(self, path: str) -> OnProgress:
        """A function that shows how far the torrent of ``path`` is."""

    def finish(self, path: str) -> None:
        """The torrent of ``path`` is done, or failed."""

    def aside(self) -> AbstractContextManager[None]:
        """The terminal is free for other output meanwhile."""


def display(*, quiet: bool, tally: Tally | None = None) -> Display:
    """Bars where stderr is a terminal, lines where it is not, nothing when quiet.

    ``tally`` is for the numbers below the bars.
    """
    if quiet:
        return Silent()
    return RichBars(tally) if sys.stderr.isatty() else PlainLines()


def in_words(progress: Progress) -> str:
    """The progress as people read it: hashing 42 %, 1.1 GiB/s, 12 s left."""
    if progress.stage not in _MEASURED:
        return progress.stage
    words = f"{progress.stage} {progress.fraction * 100:.0f} %"
    if progress.rate:
        words += f", {format_size(int(progress.rate))}/s"
    if progress.seconds_left is not None:
        words += f", {progress.seconds_left:.0f} s left"
    return words


_MEASURED = ("hashing", "checking")
"""The stages that report how far they are."""


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, path: str, progress: Progress) -> None:
        """Show nothing."""

    def of(self, path: str) -> OnProgress:
        """A function that shows how far the torrent of ``path`` is."""
        return lambda progress: self.show(path, progress)

    def finish(self, path: str) -> None:
        """Show nothing."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is in the way."""
        yield


class PlainLines(Silent):
    """A line when a torrent enters a new stage, and one every ten seconds of hashing or checking."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, float]] = {}

    def show(self, path: str, progress: Progress) -> None:
        """Print a line when there is something new to say."""
        stage, told = self._last.get(path, ("", 0.0))
        now = time.monotonic()
        if stage == progress.stage and now - told < _PLAIN_INTERVAL:
            return
        # A torrent that is hashed at the first look is reported when it is done, which is now.
        if stage != progress.stage == "hashing" and progress.fraction == 1:
            return
        self._last[path] = (progress.stage, now)
        print(f"{printable(path)}: {in_words(progress)}", file=sys.stderr, flush=True)  # noqa: T201

    def finish(self, path: str) -> None:
        """Forget the torrent."""
        self._last.pop(path, None)


class RichBars(Silent):
    """A line with a bar for each torrent under way, and below them the totals.

    A thread draws at most ten times a second; small torrents report faster than that.
    """

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally
        self._under_way: dict[str, Progress] = {}
        self._live: Live | None = None
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._drawing = threading.Thread(target=self._keep_drawing, daemon=True)
        self._shown = ExitStack()

    def __enter__(self) -> Self:
        self._shown.enter_context(logs.beside(self.aside))
        self._drawing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.close()
        self._over.set()
        self._drawing.join()
        self._wipe()

    def show(self, path: str, progress: Progress) -> None:
        """Move the torrent's bar."""
        self._under_way[path] = progress

    def of(self, path: str) -> OnProgress:
        """A function that moves the torrent's bar, which is shown from now on."""
        from seedwright.engines.base import Progress

        self.show(path, Progress("waiting"))
        return super().of(path)

    def finish(self, path: str) -> None:
        """Take the torrent's bar away."""
        self._under_way.pop(path, None)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bars away; they come back on their own."""
        with self._lock:
            self._wipe()
            yield

    def draw(self) -> None:
        """Bring the terminal up to date."""
        with self._lock:
            if self._live is None:
                # Loaded when there is time to, which a small torrent does not take.
                from rich.console import Console
                from rich.live import Live

                self._live = Live(
                    get_renderable=self.table,
                    console=Console(stderr=True),
                    auto_refresh=False,
                    transient=True,
                    redirect_stdout=False,
                    redirect_stderr=False,
                )
            if not self._live.is_started:
                self._live.start()
            self._live.refresh()

    def table(self) -> RenderableType:
        """What is drawn."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        rows = list(self._under_way.items())
        table = Table.grid(padding=(0, 1))
        # The names give way first where all of it is too wide, and then the bars.
        table.add_column()
        table.add_column(max_width=_BAR)
        table.add_column(no_wrap=True)
        for path, progress in rows:
            name = Text(printable(path), no_wrap=True, overflow="ellipsis")
            bar = ProgressBar(total=1.0, completed=progress.fraction)
            table.add_row(name, bar, Text(in_words(progress)))
        if self._tally is None:
            return table
        rate = sum(progress.rate or 0.0 for _, progress in rows) or self._tally.rate
        words = f", {format_size(int(rate))}/s" if rate else ""
        return Group(table, Text(f"{self._tally.in_words}{words}"))

    def _keep_drawing(self) -> None:
        while not self._over.wait(_REDRAWN_AFTER):
            self.draw()

    def _wipe(self) -> None:
        if self._live is not None and self._live.is_started:
            self._live.stop()
