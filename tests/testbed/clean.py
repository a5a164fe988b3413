"""A qBittorrent as it was: what a test left in it, and how to take that out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbittorrentapi import Client

    from tests.testbed.server import Server

# Torrents are removed in the background.
_REMOVAL_LIMIT = 10.0
_PAUSE = 0.002


def left_behind(api: Client) -> list[str]:
    """The Torrent Creator tasks and torrents in this qBittorrent, each as words for a person."""
    return [
        *(f"task {task['taskID']} of {task['sourcePath']}" for task in _tasks(api)),
        *(f"torrent {torrent.name} ({torrent.state})" for torrent in api.torrents_info()),
    ]


def assert_clean(server: Server) -> None:
    """Fail when SERVER holds a torrent or a task, or does not run any more."""
    if server.pid is None:
        raise AssertionError(f"{server!r} does not run any more.")
    if left := server.left_behind():
        raise AssertionError(f"Left behind in {server!r}: {', '.join(left)}.")


def empty(api: Client, preferences: Mapping[str, Any]) -> None:
    """Remove torrents (never their files), tasks, categories and tags; set PREFERENCES again."""
    for task in _tasks(api):
        api.torrentcreator_delete_task(task_id=task["taskID"])
    _remove_torrents(api)
    if categories := api.torrents_categories():
        api.torrents_remove_categories(list(categories))
    if tags := api.torrents_tags():
        api.torrents_delete_tags([str(tag) for tag in tags])
    now = api.app_preferences()
    changed = {name: value for name, value in preferences.items() if now.get(name) != value}
    if changed.pop("web_ui_api_key", None) is not None:
        api.app_delete_api_key()
    if changed:
        api.app_set_preferences(changed)


def _tasks(api: Client) -> list[Mapping[str, Any]]:
    try:
        return list(api.torrentcreator_status())
    except NotImplementedError:  # before 5.0
        return []


def _remove_torrents(api: Client) -> None:
    deadline = time.monotonic() + _REMOVAL_LIMIT
    while torrents := api.torrents_info():
        api.torrents_delete(delete_files=False, torrent_hashes=[each.hash for each in torrents])
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(torrents)} torrents do not go away.")
        time.sleep(_PAUSE)
