"""``-v`` and ``--log-file``, for every command: how much of the log is shown, and where."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seedwright import log
from seedwright.cli.parameters import PATH
from seedwright.cli.running import raise_on_interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


T = TypeVar("T")


class _Log:
    """How much of the log one run of the command line shows and keeps."""

    def __init__(self) -> None:
        self.verbosity = 0
        self.file: Path | None = None
        self._handling = ExitStack()

    @property
    def is_wanted(self) -> bool:
        """Whether more than warnings is wanted."""
        return self.verbosity > 0 or self.file is not None

    def listen(self) -> None:
        """Handle the log as the options say. Raises UsageError for a file that cannot be opened."""
        from seedwright.cli.log_handlers import handling

        self.leave()
        self._handling.enter_context(handling(self.verbosity, self.file))

    def leave(self) -> None:
        """Handle the log no longer."""
        self._handling.close()


_run = _Log()
_aside: Callable[[], AbstractContextManager[None]] = nullcontext


@contextmanager
def listening() -> Iterator[None]:
    """A context in which warnings of the log go to stderr, and more if an option requests it.

    Logging itself is imported only when it is needed.
    """
    global _run  # noqa: PLW0603 - one command line at a time
    _run = _Log()
    log.when_first_used(_run.listen)
    try:
        yield
    finally:
        log.when_first_used(None)
        _run.leave()


@contextmanager
def beside(aside: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """A context in which ``aside()`` frees the terminal for log lines."""
    global _aside  # noqa: PLW0603 - there is one terminal
    before, _aside = _aside, aside
    try:
        yield
    finally:
        _aside = before


def free_terminal() -> AbstractContextManager[None]:
    """A context in which nothing else is drawn on the terminal."""
    return _aside()


def options(*, hidden: bool) -> list[click.Option]:
    """``-v`` and ``--log-file``, for any command; their position does not matter."""
    return [
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            hidden=hidden,
            callback=_on_verbose,
            help="Log to stderr; -vv also logs each request to qBittorrent.",
        ),
        click.Option(
            ["--log-file"],
            metavar="FILE",
            type=PATH,
            expose_value=False,
            hidden=hidden,
            callback=_on_file,
            help="Append the full log to FILE, which is rotated at 5 MiB.",
        ),
    ]


def add_to(command: click.Command) -> None:
    """Make the command accept the options after its name, too, unless it does already."""
    if any(param.name == "log_file" for param in command.params):
        return
    command.params += options(hidden=True)
    if command.callback is not None and not isinstance(command, click.Group):
        command.callback = _heeding(command.callback)


def _heeding(callback: Callable[..., T]) -> Callable[..., T]:
    """``callback`` with the log set up first, since all options are read by then, and Ctrl-C raising."""

    @wraps(callback)
    def heed(*given: Any, **named: Any) -> T:
        if _run.is_wanted:
            _run.listen()
        raise_on_interrupt()
        return callback(*given, **named)

    return heed


def _on_verbose(context: click.Context, _: click.Parameter, count: int) -> None:
    if not context.resilient_parsing:
        _run.verbosity += count


def _on_file(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    if file is not None and not context.resilient_parsing:
        _run.file = file
