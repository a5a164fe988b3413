"""Rules and specs, of which a test bends what it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.trackers.tracker_rules import TrackerRule

EXAMPLE = "https://tracker.example/announce"


def rule(**fields: Any) -> TrackerRule:
    """The rule of a tracker called Example, which asks for nothing else than ``fields``."""
    return TrackerRule(**{"name": "Example", "hosts": ("tracker.example",), **fields})


def spec(**fields: Any) -> TorrentSpec:
    """The spec of a torrent for which nothing else was asked than ``fields``."""
    return TorrentSpec(**{"content": Path("/data/book"), "format": Format.V1, **fields})
