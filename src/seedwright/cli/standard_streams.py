"""Standard streams as a cron job, a daemon or a full disk leaves them: closed, or failing."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from seedwright.errors import SeedwrightError

if TYPE_CHECKING:
    from typing import TextIO

_AT_ONCE = 1 << 16


def prepare() -> None:
    """Have all three streams there, and errors that nobody can read bother nobody.

    For a process of its own, before anything is opened: else the next file would be standard output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            _open_null(number)
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
    sys.stdout = _over(_Remembering(1, "w", closefd=False), sys.stdout)
    sys.stderr = _over(_Forgiving(2, "w", closefd=False), sys.stderr)


def what_fails(error: Exception) -> SeedwrightError | None:
    """The failure to report where the streams or the current folder explain ``error``; else None."""
    if not isinstance(error, OSError):
        return None
    if error is _Remembering.failure:
        drop_output()
        return SeedwrightError(
            f"cannot write to standard output: {error.strerror}",
            hint="free some space, or send the output elsewhere",
        )
    try:
        os.getcwd()  # noqa: PTH109 - nothing else of pathlib is needed here
    except OSError:
        return SeedwrightError(
            "the current folder does not exist any more", hint="change to another folder"
        )
    return None


def drop_output() -> None:
    """Send what is still to be printed nowhere; Python would complain once more while closing it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Remembering(io.FileIO):
    """A stream that knows its failure again."""

    failure: OSError | None = None

    def write(self, data: bytes) -> int:  # type: ignore[override]
        try:
            return super().write(data) or 0
        except OSError as error:
            _Remembering.failure = error
            raise


class _Forgiving(io.FileIO):
    """A stream that takes everything, also what cannot be written."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


def _over(raw: io.RawIOBase, before: TextIO) -> TextIO:
    """A stream of text over ``raw``, as the one before is."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw, _AT_ONCE),
        before.encoding,
        before.errors,
        line_buffering=bool(before.line_buffering),
    )


def _open_null(number: int) -> None:
    """Open nothing at a number that is closed."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
