"""Who takes part: for each tool, its formats and its command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from benchmarks import peers
from benchmarks.scenarios import FORMATS
from benchmarks.timed import Run, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.scenarios import Form

SEEDWRIGHT, MKBRR, MKTORRENT, TORF, LIBTORRENT, QBITTORRENT, DD = (
    "seedwright", "mkbrr", "mktorrent", "torf-cli", "libtorrent", "qBittorrent", "dd",
)  # fmt: skip
PATHS = ("avx2", "shani", "portable")

# One worker a processor, for those that do not see to it themselves.
THREADS = str(len(os.sched_getaffinity(0)))


@dataclass(frozen=True)
class Job:
    """One torrent to be made of CONTENT and written to OUTPUT."""

    content: Path
    output: Path
    form: Form
    piece_length: int

    @property
    def exponent(self) -> str:
        """The piece length as a power of two."""
        return str(self.piece_length.bit_length() - 1)


class Contender(Protocol):
    """A tool in one way of running it; ``forced`` is Seedwright held to one of its paths."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def formats(self) -> tuple[str, ...]: ...
    @property
    def forced(self) -> bool: ...

    def create(self, job: Job) -> Run:
        """Do it, once. Raises CommandFailedError."""


@dataclass(frozen=True)
class Program:
    """A contender that is a process from start to end."""

    name: str
    version: str
    formats: tuple[str, ...]
    command: Callable[[Job], list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    told_rate: Callable[[bytes], float | None] = lambda _: None
    forced: bool = False

    def create(self, job: Job) -> Run:
        done = timed(self.command(job), self.environment)
        return replace(done, rate=self.told_rate(done.printed))


def seedwright(home: Path) -> list[Program]:
    """Seedwright as it chooses by itself, and held to each slower path that this processor has.

    HOME is an empty folder, so that no settings are found.
    """
    from seedwright import _core

    program = [str(Path(sys.executable).with_name("seedwright"))]
    nobody = {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}

    def command(job: Job) -> list[str]:
        options = ["--engine", "local", "--json", "--format", job.form, "--include-dotfiles"]
        piece = ["--piece-size", str(job.piece_length)]
        return [*program, "create", *options, *piece, "-o", str(job.output), str(job.content)]

    ours = Program(
        SEEDWRIGHT,
        _version([program[0], "--version"]),
        FORMATS,
        command,
        nobody,
        _rate_in_report,
    )
    here = [path for path in PATHS if path in _core.lanes().available]
    forced = [
        replace(
            ours, name=f"{SEEDWRIGHT}, {path}", environment={**nobody, "SEEDWRIGHT_LANES": path}
        )
        for path in here
    ]
    return [ours, *(replace(each, forced=True) for each in forced)]


def mkbrr() -> Program:
    """The fastest of the peers, in Go. Raises PeerUnavailable, as the next three do."""
    program = peers.mkbrr()

    def command(job: Job) -> list[str]:
        options = ["--quiet", "-l", job.exponent, "-o", str(job.output)]
        return [*program, "create", *options, str(job.content)]

    return Program(MKBRR, _version([*program, "version"]), ("v1",), command)


def mktorrent() -> Program:
    """The oldest, in C."""
    program = peers.mktorrent()

    def command(job: Job) -> list[str]:
        options = ["-l", job.exponent, "-t", THREADS, "-o", str(job.output)]
        return [*program, *options, str(job.content)]

    return Program(MKTORRENT, _version([*program, "-h"]), ("v1",), command)


def torf() -> Program:
    """The usual library of Python, by its command line."""
    python = peers.interpreter()
    program = [str(python), "-m", "torfcli"]

    def command(job: Job) -> list[str]:
        # In MiB, and no less than 128 KiB; below that it has its own choice.
        largest = f"{max(job.piece_length, 1 << 17) / (1 << 20):g}"
        options = ["--noconfig", "--yes", "--nomagnet", "--threads", THREADS]
        output = ["--max-piece-size", largest, "--out", str(job.output)]
        return [*program, str(job.content), *options, *output]

    return Program(TORF, _version([*program, "--version"]), ("v1",), command)


def libtorrent() -> Program:
    """The library of qBittorrent and others, by its Python binding."""
    python = str(peers.interpreter())
    script = str(Path(__file__).with_name("libtorrent_create.py"))

    def command(job: Job) -> list[str]:
        paths = [str(job.content), str(job.output)]
        return [python, script, job.form, str(job.piece_length), *paths]

    version = _version([python, "-c", "import libtorrent; print(libtorrent.__version__)"])
    return Program(LIBTORRENT, version, FORMATS, command)


def dd() -> Program:
    """Reading alone: what the disk gives when nothing is hashed."""

    def command(job: Job) -> list[str]:
        return ["dd", f"if={job.content}", "of=/dev/null", "bs=1M", "status=none"]

    return Program(DD, _version(["dd", "--version"]), ("v1",), command)


def _version(command: list[str]) -> str:
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+\S*", told)
    return found[0] if found else "unknown"


def _rate_in_report(printed: bytes) -> float | None:
    rate = json.loads(printed)["hashing_rate"]
    return float(rate) if rate else None
