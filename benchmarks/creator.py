"""200 small torrents in one ``seedwright create``, beside bare loops over the Web API.

All do the same work against the same server, in turns, and write the same files: two scripts that
are nothing but a loop (``benchmarks.loops``: one with ``qbittorrent-api``, one with ``requests``
alone) and ``seedwright``. Each is timed as a whole process, start-up included.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.testbed import fetch
from tests.testbed.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

TORRENTS = 200
SIZE = 64 * 1024
ROUNDS = 5
BOUND = 1.3
# As qBittorrent comes: the test bed's own is quicker.
DEFAULTS = {"BitTorrent/Session\\RefreshInterval": "1500"}


def with_loop(name: str, server: Server, contents: list[Path], target: Path) -> None:
    """A bare loop."""
    command = [sys.executable, "-m", "benchmarks.loops", name, server.url]
    command += [server.username, server.password, str(target), *map(str, contents)]
    subprocess.run(command, check=True)


def with_seedwright(server: Server, contents: list[Path], target: Path) -> None:
    """``seedwright create``."""
    block = {"host": server.host, "port": server.port, "username": server.username}
    settings = target / "seedwright.yaml"
    settings.write_text(json.dumps({"qbittorrent": {**block, "password": server.password}}))
    command = [sys.executable, "-m", "seedwright", "--config", str(settings), "create", "-q"]
    command += ["--engine", "qbittorrent"]
    subprocess.run([*command, "-o", f"{target}{os.sep}", *map(str, contents)], check=True)


CONTENDERS: dict[str, Callable[[Server, list[Path], Path], None]] = {
    "bare loop, qbittorrent-api": partial(with_loop, "qbittorrent-api"),
    "bare loop, requests": partial(with_loop, "requests"),
    "seedwright create": with_seedwright,
}


def seconds_of(
    contender: Callable[[Server, list[Path], Path], None], server: Server, contents: list[Path]
) -> float:
    """How long the contender takes to write all torrents to an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        contender(server, contents, Path(folder))
        spent = time.perf_counter() - started
        written = len(list(Path(folder).glob("*.torrent")))
    if written != len(contents):
        raise SystemExit(f"{written} torrents were written instead of {len(contents)}")
    return spent


def seconds_to_help() -> float:
    """How long ``seedwright --help`` takes, the whole process."""
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("seedwright"), "--help"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def main() -> None:
    """Print a table a version, medians of the rounds and ratios."""
    helps = sorted(seconds_to_help() for _ in range(2 * ROUNDS))
    print(f"seedwright --help: median {statistics.median(helps):.3f} s, worst {helps[-1]:.3f} s")
    for version in fetch.versions():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            contents = [root / "content" / f"set {number:03}" for number in range(TORRENTS)]
            for number, content in enumerate(contents):
                content.mkdir(parents=True)
                (content / "data.bin").write_bytes(number.to_bytes(4, "big") * (SIZE // 4))
            with Server(fetch.qbittorrent(version), root / "profile", settings=DEFAULTS) as server:
                rounds = [
                    {name: seconds_of(each, server, contents) for name, each in CONTENDERS.items()}
                    for _ in range(ROUNDS)
                ]
        medians = {name: statistics.median(row[name] for row in rounds) for name in CONTENDERS}
        ours = medians["seedwright create"]
        print(
            f"\nqBittorrent {version}: {TORRENTS} torrents of {SIZE // 1024} KiB,"
            f" medians of {ROUNDS} rounds in turns"
        )
        for name, spent in medians.items():
            ratio = ours / spent
            verdict = (
                ""
                if name == "seedwright create"
                else (
                    f"   seedwright takes {ratio:.2f} × as long"
                    f" ({'within' if ratio <= BOUND else 'BEYOND'} {BOUND} ×)"
                )
            )
            print(f"  {name:<28}{spent:7.2f} s{verdict}")


if __name__ == "__main__":
    main()
