"""Where the log goes on the command line: stderr, and a file; secrets do not pass."""

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
    from collections.abc import Iterable
    from io import TextIOWrapper
    from pathlib import Path

_LARGEST = 5 << 20
_OLDER_FILES = 3
_COLORS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_FIELD = re.compile(
    r"(?i)\b(pass\w*|\w*token|\w*secret|api_?key|sid|authorization|(?:set-)?cookie)([=:]\s*)[^\s&;]+"
)


def handlers(verbosity: int, file: Path | None) -> list[logging.Handler]:
    """Those for stderr and, where one is named, for the file.

    Raises UsageError when the file cannot be opened.
    """
    found: list[logging.Handler] = [_ToStderr(_level(verbosity))]
    if file is not None:
        try:
            found.append(_ToFile(file))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no name that a file can have"
            raise UsageError(
                f"the log file '{printable(str(file))}' cannot be opened: {reason}",
                hint="name another one with --log-file",
            ) from error
    return found


def attach(found: Iterable[logging.Handler]) -> None:
    """Have the handlers hear what Seedwright logs; libraries are not heard."""
    root = logging.getLogger(ROOT)
    for handler in found:
        root.addHandler(handler)
    root.setLevel(min(handler.level for handler in found))


def detach(found: Iterable[logging.Handler]) -> None:
    """Undo :func:`attach`."""
    root = logging.getLogger(ROOT)
    for handler in found:
        root.removeHandler(handler)
        # What could not be written before cannot be written now either.
        with contextlib.suppress(OSError):
            handler.close()
    root.setLevel(logging.NOTSET)


def safe(text: str) -> str:
    """The text without what could be a secret, or upset a terminal."""
    text = _URL.sub(lambda url: mask_url(url[0]), masked(text))
    return printable(_FIELD.sub(r"\1\2***", text))


def _level(verbosity: int) -> int:
    return {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)


class _Safe(logging.Formatter):
    """The last to see a record: what should not be in it has not got in, and would be masked."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = safe(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(map(safe, lines))


class _ToStderr(logging.Handler):
    """A line a record, after its level; the same warning once."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.setFormatter(_Safe("%(message)s"))
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            if record.levelno >= logging.WARNING:
                if text in self._told:
                    return
                self._told.add(text)
            with logs.free_terminal():
                color = _COLORS.get(record.levelname)
                click.secho(f"{record.levelname.lower()}: ", fg=color, err=True, nl=False)
                click.echo(text, err=True)
        except (OSError, ValueError):
            return  # whoever read it has gone


class _ToFile(RotatingFileHandler):
    """A file that only its owner may read, made anew when it has grown large."""

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
        """Say it once: a full disk must not bury what the command itself prints."""
        del record
        if not self._has_failed:
            self._has_failed = True
            name = printable(self.baseFilename)
            click.echo(f"warning: the log file '{name}' cannot be written any more", err=True)
