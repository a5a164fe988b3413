"""Many torrents in one call: what is hashed here, there, and what seeds, beside each other."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.qbittorrent.support import CommandLine, fill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testbed.proxy import RecordingProxy
    from tests.testbed.server import Server

JOBS: dict[str, dict[str, str | bool]] = {
    "here": {"engine": "local"},
    "here and seeding": {"engine": "local", "seed": True},
    "there": {"engine": "qbittorrent"},
    "there and seeding": {"engine": "qbittorrent", "seed": True, "category": "books"},
    "nothing": {"engine": "local"},
}
SEEDING = [name for name in JOBS if "seeding" in name]


async def test_a_mixed_batch_is_made_and_proven_and_the_next_time_skipped(
    server: Server, proxy: RecordingProxy, content_dir: Path, tmp_path: Path
) -> None:
    for name in JOBS:
        fill(content_dir / name, {"a": 70_000, name: 30_000})
    for file in (content_dir / "nothing").iterdir():
        file.unlink()
    seedwright = CommandLine(tmp_path / "out", proxy)
    jobs = [{"path": str(content_dir / name), **options} for name, options in JOBS.items()]
    batch = {"version": 1, "defaults": {"tags": ["mine"]}, "jobs": jobs}
    (seedwright.folder / "jobs.yaml").write_text(json.dumps(batch))  # JSON is YAML

    async def run() -> dict[str, dict[str, Any]]:
        """What is told of each torrent, by the folder it is made of."""
        proxy.requests.clear()
        ended = await asyncio.to_thread(seedwright.run, "create", "--batch", "jobs.yaml", "--json")
        assert ended.code == 5
        return {row["path"].rpartition("/")[2]: row for row in ended.rows}

    def listed() -> list[str]:
        with server.api() as api:
            return sorted(row.name for row in api.torrents_info())

    def statuses(rows: dict[str, dict[str, Any]]) -> list[str]:
        return [rows[name]["status"] for name in JOBS]

    made = await run()
    assert statuses(made) == ["made"] * 4 + ["failed"]
    assert made["nothing"]["error"]["code"] == "content_empty"
    assert [made[name]["engine"] for name in JOBS if name != "nothing"] == [
        "local",
        "local",
        "qbittorrent",
        "qbittorrent",
    ]
    assert listed() == SEEDING
    assert seedwright.files() == sorted(f"{name}.torrent" for name in JOBS if name != "nothing")

    skipped = await run()
    assert statuses(skipped) == ["done"] * 4 + ["failed"]
    assert {skipped[name]["seeding"]["state"] for name in SEEDING} <= {
        "stalledUP",
        "uploading",
        "queuedUP",
    }
    # What was hashed in another run is not believed.
    assert {skipped[name]["seeding"]["proof"] for name in SEEDING} <= {"sampled", "rechecked"}
    assert proxy.count("torrentcreator") == 0
    assert listed() == SEEDING

    with server.api() as api:
        api.torrents_delete(torrent_hashes=made[SEEDING[1]]["infohash"])
    added = await run()
    assert statuses(added) == ["done", "done", "done", "made", "failed"]
    assert added[SEEDING[1]]["engine"] == "none"
    assert proxy.count("torrentcreator/addTask") == 0
    assert listed() == SEEDING
    assert proxy.open_sessions() == []
    server.reset()
