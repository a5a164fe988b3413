"""200 small torrents in one ``seedwright create``, beside a bare loop over the Web API.

Both do the same calls for every torrent (is the folder there, add a task, ask until it is done,
fetch, delete) against the same server, in turns, and write the same files. The bare loops are what
a careful script would be: one with ``qbittorrent-api``, one with nothing but ``requests``. What is
compared is the loop alone with the whole process of ``seedwright``, start-up included.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import qbittorrentapi
import requests
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
_LIMIT = 60.0


def with_the_library(server: Server, contents: list[Path], target: Path) -> None:
    """The loop a script with ``qbittorrent-api`` would be."""
    client = qbittorrentapi.Client(
        host=server.url, username=server.username, password=server.password
    )
    client.auth_log_in()
    for content in contents:
        client.app_get_directory_content(str(content))
        task = client.torrentcreator_add_task(
            source_path=str(content), format="v1", start_seeding=False
        )["taskID"]
        while client.torrentcreator_status(task_id=task)[0]["status"] != "Finished":
            time.sleep(0.001)
        data = client.torrentcreator_torrent_file(task_id=task)
        (target / f"{content.name}.torrent").write_bytes(data)
        client.torrentcreator_delete_task(task_id=task)
    client.auth_log_out()


def with_requests(server: Server, contents: list[Path], target: Path) -> None:
    """The same loop with no library between it and the Web API."""
    session = requests.Session()

    def post(call: str, **form: str) -> requests.Response:
        answer = session.post(f"{server.url}/api/v2/{call}", data=form, timeout=_LIMIT)
        answer.raise_for_status()
        return answer

    post("auth/login", username=server.username, password=server.password)
    for content in contents:
        post("app/getDirectoryContent", dirPath=str(content))
        task = post(
            "torrentcreator/addTask", sourcePath=str(content), format="v1", startSeeding="false"
        ).json()["taskID"]
        while post("torrentcreator/status", taskID=task).json()[0]["status"] != "Finished":
            time.sleep(0.001)
        data = post("torrentcreator/torrentFile", taskID=task).content
        (target / f"{content.name}.torrent").write_bytes(data)
        post("torrentcreator/deleteTask", taskID=task)
    post("auth/logout")


def with_seedwright(server: Server, contents: list[Path], target: Path) -> None:
    """``seedwright create``, the whole process."""
    block = {"host": server.host, "port": server.port, "username": server.username}
    settings = target / "seedwright.yaml"
    settings.write_text(json.dumps({"qbittorrent": {**block, "password": server.password}}))
    command = [sys.executable, "-m", "seedwright", "--config", str(settings), "create", "-q"]
    subprocess.run([*command, "-o", f"{target}{os.sep}", *map(str, contents)], check=True)


CONTENDERS: dict[str, Callable[[Server, list[Path], Path], None]] = {
    "bare loop, qbittorrent-api": with_the_library,
    "bare loop, requests": with_requests,
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
