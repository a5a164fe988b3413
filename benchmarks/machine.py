"""What the benchmark ran on, fit to be published: no names and no paths."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """Processor, cores that may be used, memory in bytes, system, kernel, Python, day."""

    processor: str
    cores: int
    memory: int
    system: str
    kernel: str
    python: str
    hashing_paths: str
    date: str


def machine() -> Machine:
    """This one, now."""
    from seedwright import _core

    lanes = _core.lanes()
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory=_memory("MemTotal"),
        system=platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        # What follows the number is the builder's own.
        kernel=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=platform.python_version(),
        hashing_paths=f"{', '.join(lanes.available)}"
        f" (chosen: SHA-1 {lanes.sha1}, SHA-256 {lanes.sha256})",
        date=datetime.now(UTC).date().isoformat(),
    )


def free_memory() -> int:
    """Bytes that can be had without swapping, the page cache's included."""
    return _memory("MemAvailable")


def _memory(name: str) -> int:
    told = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in told if line.startswith(f"{name}:"))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
