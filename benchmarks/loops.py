"""Bare loops over the Web API, as a careful script would be: ``python -m benchmarks.loops NAME``.

Arguments after the name: the server's address, user and password, a folder for the torrents, and
the content of each. For every torrent: is the folder there, add a task, ask until it is done,
fetch, write, delete.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

PAUSE = 0.001
LIMIT = 60.0


def with_the_library(url: str, user: str, password: str, target: Path, contents: list[str]) -> None:
    """The loop with ``qbittorrent-api``."""
    import qbittorrentapi

    client = qbittorrentapi.Client(host=url, username=user, password=password)
    client.auth_log_in()
    for content in contents:
        client.app_get_directory_content(content)
        added = client.torrentcreator_add_task(
            source_path=content, format="v1", start_seeding=False
        )
        task = str(added["taskID"])
        while client.torrentcreator_status(task_id=task)[0]["status"] != "Finished":
            time.sleep(PAUSE)
        data = client.torrentcreator_torrent_file(task_id=task)
        (target / f"{Path(content).name}.torrent").write_bytes(data)
        client.torrentcreator_delete_task(task_id=task)
    client.auth_log_out()


def with_requests(url: str, user: str, password: str, target: Path, contents: list[str]) -> None:
    """The loop with nothing but ``requests`` between it and the Web API."""
    import requests

    session = requests.Session()

    def post(call: str, **form: str) -> requests.Response:
        answer = session.post(f"{url}/api/v2/{call}", data=form, timeout=LIMIT)
        answer.raise_for_status()
        return answer

    post("auth/login", username=user, password=password)
    for content in contents:
        post("app/getDirectoryContent", dirPath=content)
        task = post(
            "torrentcreator/addTask", sourcePath=content, format="v1", startSeeding="false"
        ).json()["taskID"]
        while post("torrentcreator/status", taskID=task).json()[0]["status"] != "Finished":
            time.sleep(PAUSE)
        data = post("torrentcreator/torrentFile", taskID=task).content
        (target / f"{Path(content).name}.torrent").write_bytes(data)
        post("torrentcreator/deleteTask", taskID=task)
    post("auth/logout")


def seeding_with_the_library(
    url: str, user: str, password: str, target: Path, contents: list[str]
) -> None:
    """The loop with ``qbittorrent-api``, and each torrent added and waited for until it seeds."""
    import qbittorrentapi

    with_the_library(url, user, password, target, contents)
    client = qbittorrentapi.Client(host=url, username=user, password=password)
    client.auth_log_in()
    for content in contents:
        name = Path(content).name
        client.torrents_add(
            torrent_files=(target / f"{name}.torrent").read_bytes(),
            save_path=str(Path(content).parent),
            is_skip_checking=True,
            tags=[name],
        )
        while not any(row.state.endswith("UP") for row in client.torrents_info(tag=name)):
            time.sleep(PAUSE)
    client.auth_log_out()


LOOPS = {
    "qbittorrent-api": with_the_library,
    "requests": with_requests,
    "seeding": seeding_with_the_library,
}

if __name__ == "__main__":
    name, url, user, password, target, *contents = sys.argv[1:]
    LOOPS[name](url, user, password, Path(target), contents)
