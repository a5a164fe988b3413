"""Where the command line writes the log: to stderr and to a file, without secrets."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import click

from seedwright.cli import logs
from seedwright.errors import UsageError
from seedwright.log import ROOT, masked
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from pathlib import Path

_LARGEST = 5 << 20
_OLDER_FILES = 3
_COLORS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_FIELD = re.compile(
    r"(?i)\b(pass\w*|\w*token|\w*secret|api_?key|sid|authorization|(?:set-)?cookie)([=:]\s*)[^\s&;]+"
)


@contextlib.contextmanager
def handling(verbosity: int, file: Path | None) -> Iterator[None]:
    """A context in which what Seedwright logs, but not what libraries log, goes to stderr and a file.

    Raises UsageError if the file cannot be opened.
    """
    handlers: list[logging.Handler] = [_ToStderr(_level(verbosity))]
    if file is not None:
        try:
            handlers.append(_ToFile(file))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "the name is not valid"
            raise UsageError(
                f"cannot open the log file '{printable(str(file))}': {reason}",
                hint="name another file with --log-file",
            ) from error
    root = logging.getLogger(ROOT)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(min(handler.level for handler in handlers))
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            # A record that could not be written before cannot be written now.
            with contextlib.suppress(OSError):
                handler.close()
        root.setLevel(logging.NOTSET)


def safe(text: str) -> str:
    """The text without anything that may be a secret or could upset a terminal."""
    text = _URL.sub(lambda url: mask_url(url[0]), masked(text))
    return printable(_FIELD.sub(r"\1\2***", text))


def _level(verbosity: int) -> int:
    return {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)


class _Safe(logging.Formatter):
    """Masks secrets as a last resort: no record should contain any."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = safe(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(map(safe, lines))


class _ToStderr(logging.Handler):
    """A line for each record, after its level; each warning only once."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.setFormatter(_Safe("%(message)s"))
        self._printed: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            if record.levelno >= logging.WARNING:
                if text in self._printed:
                    return
                self._printed.add(text)
            with logs.free_terminal():
                color = _COLORS.get(record.levelname)
                click.secho(f"{record.levelname.lower()}: ", fg=color, err=True, nl=False)
                click.echo(text, err=True)
        except (OSError, ValueError):
            return  # the reader has gone


class _ToFile(RotatingFileHandler):
    """A file that only its owner may read, rotated when it has grown large."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            file,
            maxBytes=_LARGEST,
            backupCount=_OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
        self.setLevel(logging.DEBUG)
        self.setFormatter(_Safe("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._has_failed = False

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(  # type: ignore[return-value]
            self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=private
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Warn once: a full disk must not bury what the command itself prints."""
        del record
        if not self._has_failed:
            self._has_failed = True
            name = printable(self.baseFilename)
            click.echo(f"warning: cannot write to the log file '{name}' any more", err=True)
