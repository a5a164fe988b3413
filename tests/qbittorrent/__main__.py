"""``python -m tests.qbittorrent 200``: so many random placements on each qBittorrent."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.qbittorrent.placements import Placements
from tests.testbed import fetch
from tests.testbed.ports import free_port
from tests.testbed.server import Server


async def try_all(version: str, count: int, seed: int) -> None:
    """Try COUNT placements; ends with the first that is not as it should be."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "content").mkdir()
        settings = {"BitTorrent/Session\\Port": str(free_port())}
        with Server(
            fetch.qbittorrent(version), Path(folder) / "profile", settings=settings
        ) as server:
            placements = Placements(server, Path(folder) / "content", seed)
            for _ in range(count):
                outcome = await placements.try_one()
                kind = outcome.kind.split(",")[0]
                told[f"{kind}: {'seeds' if outcome.seeds else 'refused'}"] += 1
    print(f"qBittorrent {version}, seed {seed}: {count} placements, each as it should be")
    for kind, times in sorted(told.items()):
        print(f"  {kind:<24}{times:>4}")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    begun_with = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 31)
    for each in fetch.versions():
        asyncio.run(try_all(each, wanted, begun_with))
