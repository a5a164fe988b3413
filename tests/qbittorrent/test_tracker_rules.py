"""Rules of trackers, kept by the Torrent Creator as well as by the embedded engine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from seedwright import TorrentManager
from seedwright.metainfo.build import SIGNATURE
from tests.qbittorrent.support import fill, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testbed.server import Server

RULES = """
[[tracker]]
hosts = ["tracker.example"]
source = "EX"
piece_lengths = [["any", "16 KiB"]]
max_torrent_size = 2000
"""


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_both_engines_make_the_torrent_that_the_rules_ask_for(
    server: Server, content_dir: Path, tmp_path: Path, format_: str
) -> None:
    file = fill(content_dir, {"film.mkv": 1_500_000}) / "film.mkv"
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    settings = dataclasses.replace(settings_for(server), tracker_rules=rules)
    made = set()
    sizes = []
    async with TorrentManager(settings) as manager:
        for engine in ("local", "qbittorrent"):
            report = await manager.create_torrent(
                file,
                output=tmp_path / f"{engine}.torrent",
                engine=engine,
                format=format_,
                trackers=["https://tracker.example/announce"],
            )
            made.add((report.infohash, report.piece_length, report.rules, report.warnings))
            sizes.append(report.torrent_path.stat().st_size)
    ((_, piece_length, told, warnings),) = made
    assert piece_length > 16 * 1024
    assert (len(told), warnings) == (2, ())
    assert max(sizes) <= 2000
    assert sizes[1] - sizes[0] <= SIGNATURE
