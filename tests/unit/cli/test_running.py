from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest

from seedwright.cli.running import run_async
from seedwright.errors import UnreachableError

from .conftest import start

LONG = 60.0

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="signals are sent in another way on Windows"
)

CLEANS_UP = """
import asyncio
from seedwright.cli.running import run_async

async def main():
    print("started", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaning up", flush=True)
        await asyncio.sleep(CLEANING)
        print("cleaned up", flush=True)

try:
    run_async(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cleans_up_and_interrupts(number: signal.Signals) -> None:
    with start(code=CLEANS_UP.replace("CLEANING", "0")) as process:
        assert next_line(process) == "started"
        process.send_signal(number)
        out, err = process.communicate(timeout=LONG)
    assert out.splitlines() == ["cleaning up", "cleaned up", "interrupted"]
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_does_not_wait_for_the_cleaning(number: signal.Signals) -> None:
    with start(code=CLEANS_UP.replace("CLEANING", "60")) as process:
        assert next_line(process) == "started"
        process.send_signal(number)
        assert next_line(process) == "cleaning up"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONG)
    assert out.splitlines() == ["interrupted"]
    assert (process.returncode, err) == (0, "")


def test_a_result_is_given() -> None:
    async def main() -> str:
        await asyncio.sleep(0)
        return "result"

    assert run_async(main()) == "result"


def test_a_failure_is_given_as_it_is() -> None:
    async def main() -> None:
        raise UnreachableError("gone", client="nas")

    with pytest.raises(UnreachableError, match="gone"):
        run_async(main())


def test_being_cancelled_is_being_interrupted() -> None:
    async def main() -> None:
        raise asyncio.CancelledError

    with pytest.raises(KeyboardInterrupt):
        run_async(main())


def test_the_handlers_are_put_back() -> None:
    async def main() -> None:
        assert signal.getsignal(signal.SIGTERM) is not before[1]

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    run_async(main())
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
