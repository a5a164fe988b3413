"""Starting a program that never outlives the tests."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# A fixture's teardown does not run when pytest itself is killed. The kernel's parent death signal
# does, but its "parent" is the thread that started the program, and tests start servers from
# threads which end before the test does. So one thread, which lives as long as the interpreter,
# starts them all. setpriv sets the signal because a preexec_fn is not safe beside other threads.
_LAUNCHER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="launcher")


def unmeasured() -> dict[str, str]:
    """The environment of a process that gets signals: without coverage.

    coverage holds a lock in Python code that runs between any two lines. A KeyboardInterrupt raised
    there leaves it locked, and the process waits for ever (seen in 13 of 289).
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def launch(
    command: Sequence[str], *, environment: Mapping[str, str], output: Path
) -> subprocess.Popen[bytes]:
    """COMMAND, running, with what it prints appended to OUTPUT; killed when this process ends."""

    def start() -> subprocess.Popen[bytes]:
        with output.open("ab") as sink:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is for the tests; they stop it in their own order.
                start_new_session=True,
            )

    return _LAUNCHER.submit(start).result()
