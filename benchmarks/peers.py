"""The other tools, fetched once into ``.cache/benchmarks``: Debian's packages and PyPI's.

Where both come from is for the machine's own apt sources and pip settings to say.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.testbed import packages

CACHE = Path(__file__).parents[1] / ".cache" / "benchmarks"

_SUITES = {"mktorrent": ("trixie",), "mkbrr": ("sid",)}
_REQUIREMENTS = ("torf>=4.3,<5", "torf-cli>=5.2,<6", "libtorrent>=2.0.11,<3")


class PeerUnavailable(Exception):  # noqa: N818 - a circumstance, not a fault of the benchmark
    """A peer cannot be had on this machine; the message says why."""


def mktorrent() -> tuple[str, ...]:
    """The command line of Debian stable's mktorrent so far. Raises PeerUnavailable."""
    return packages.command(_unpacked("mktorrent"), "mktorrent")


def mkbrr() -> tuple[str, ...]:
    """The command line of Debian unstable's mkbrr so far. Raises PeerUnavailable."""
    # Go's runtime does not start through another loader, and needs nothing but a libc.
    return (str(_unpacked("mkbrr") / "usr/bin/mkbrr"),)


def interpreter() -> Path:
    """The Python of a virtual environment with torf, torf-cli and libtorrent.

    Raises PeerUnavailable.
    """
    folder = CACHE / "venv"
    python = folder / "bin" / "python"
    # Written last, so an environment without it is half made or was made for other versions.
    stamp = folder / "requirements.txt"
    wanted = "\n".join(_REQUIREMENTS)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), *install, *_REQUIREMENTS],
    ):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            raise PeerUnavailable(f"torf and libtorrent cannot be installed: {reason}")
    stamp.write_text(wanted)
    return python


def _unpacked(package: str) -> Path:
    try:
        return packages.unpacked(package, _SUITES[package], CACHE / package)
    except packages.PackagesUnavailable as error:
        raise PeerUnavailable(f"{package} cannot be fetched: {error}") from error
