"""200 small torrents in one ``seedwright create``, beside bare loops over the Web API.

All do the same work against the same server, in turns, and write the same files: two scripts that
are nothing but a loop (``benchmarks.loops``: one with ``qbittorrent-api``, one with ``requests``
alone) and ``seedwright``. Each is timed as a whole process, start-up included. Then 16 of them are
made to seed as well, by a script that adds each and waits, and by ``seedwright create --seed`` with
its proof as it comes (``auto``, on one machine).
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


def with_seedwright(server: Server, contents: list[Path], target: Path, *options: str) -> None:
    """``seedwright create``."""
    block = {"host": server.host, "port": server.port, "username": server.username}
    settings = target / "seedwright.yaml"
    settings.write_text(json.dumps({"qbittorrent": {**block, "password": server.password}}))
    command = [sys.executable, "-m", "seedwright", "--config", str(settings), "create", "-q"]
    command += ["--engine", "qbittorrent", *options]
    subprocess.run([*command, "-o", f"{target}{os.sep}", *map(str, contents)], check=True)


def with_seeding(server: Server, contents: list[Path], target: Path) -> None:
    """``seedwright create --seed``."""
    with_seedwright(server, contents, target, "--seed")


CONTENDERS: dict[str, Callable[[Server, list[Path], Path], None]] = {
    "bare loop, qbittorrent-api": partial(with_loop, "qbittorrent-api"),
    "bare loop, requests": partial(with_loop, "requests"),
    "seedwright create": with_seedwright,
}
SEEDING: dict[str, Callable[[Server, list[Path], Path], None]] = {
    "bare loop, added and awaited": partial(with_loop, "seeding"),
    "seedwright create --seed": with_seeding,
}
SEEDING_TORRENTS = 16


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
                some = contents[:SEEDING_TORRENTS]
                made = medians_of(CONTENDERS, server, contents)
                seeding = medians_of(SEEDING, server, some)
        print(f"\nqBittorrent {version}: medians of {ROUNDS} rounds in turns")
        show(f"{TORRENTS} torrents of {SIZE // 1024} KiB", made)
        show(f"{SEEDING_TORRENTS} of them, made to seed", seeding)


def medians_of(
    contenders: dict[str, Callable[[Server, list[Path], Path], None]],
    server: Server,
    contents: list[Path],
) -> dict[str, float]:
    """The seconds of each contender; the server is as new before every round of one."""
    rounds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            rounds[name].append(seconds_of(contender, server, contents))
            server.reset()
    return {name: statistics.median(spent) for name, spent in rounds.items()}


def show(heading: str, medians: dict[str, float]) -> None:
    """Print one table; the last row is Seedwright's, which the others are compared with."""
    *_, (ours, spent) = medians.items()
    print(f" {heading}")
    for name, theirs in medians.items():
        verdict = ""
        if name != ours:
            ratio = spent / theirs
            within = "within" if ratio <= BOUND else "BEYOND"
            verdict = f"   seedwright takes {ratio:.2f} × as long ({within} {BOUND} ×)"
        print(f"  {name:<28}{theirs:7.2f} s{verdict}")


if __name__ == "__main__":
    main()
