"""Seconds and peak memory of one command, its start-up included.

The command is started by a small interpreter that does nothing else (this file, run as a script):
the kernel counts what the starter of a program holds in memory as the program's own, and the
benchmark itself holds more than most peers do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TAIL = 800
_OURS = ("PYTHON", "SEEDWRIGHT_")


@dataclass(frozen=True)
class Run:
    """One run: its seconds, its peak of resident memory in bytes, and what it printed.

    ``rate`` is the hashing rate that the tool told of itself, in bytes/s; None if it told none.
    """

    seconds: float
    peak: int
    printed: bytes = b""
    rate: float | None = None


class CommandFailedError(Exception):
    """The command ended with an error; the message has the end of what it printed."""


def _surroundings() -> dict[str, str]:
    """This process's environment, but for what bends Python, such as not keeping its bytecode."""
    return {name: text for name, text in os.environ.items() if not name.startswith(_OURS)}


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """COMMAND, run to its end with ENVIRONMENT over this process's own.

    Raises CommandFailedError.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading) as result:
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, str(writing), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writing,),
                env={**_surroundings(), **(environment or {})},
                start_new_session=True,
            )
        finally:
            os.close(writing)
        printed = _output(process)
        told = result.read().split()
    if process.returncode != 0:
        tail = printed.decode(errors="replace")[-_TAIL:].strip()
        raise CommandFailedError(f"{Path(command[0]).name} ended with {process.returncode}: {tail}")
    # ru_maxrss is in KiB.
    return Run(float(told[0]), int(told[1]) * 1024, printed)


def _output(process: subprocess.Popen[bytes]) -> bytes:
    """What the process prints until it ends; it and what it started are killed on any other way."""
    try:
        printed, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return printed


def _main(writing: int, command: list[str]) -> int:
    """Start COMMAND, wait for it, write what it took; its exit code."""
    os.set_inheritable(writing, False)
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    spent = time.perf_counter() - started
    os.write(writing, f"{spent} {usage.ru_maxrss}".encode())
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(_main(int(sys.argv[1]), sys.argv[2:]))
