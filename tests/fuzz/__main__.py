"""Damaged torrents against the parser and libtorrent: ``python -m tests.fuzz SECONDS [SEED]``.

Ends with 0 when every one was read or refused in a MetainfoError, with libtorrent's infohashes
where both read it. What fails is printed as it is, to be put into a test.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from tests.unit.libtorrent.agreement import ours, theirs
from tests.unit.libtorrent.corpus import kinds
from tests.unit.libtorrent.damage import damaged

LARGEST = 10_000
"""Bytes of the torrents that are damaged; larger ones are slow and have nothing new."""


def fuzz(seconds: float, seed: int) -> int:
    """How many torrents failed within so many seconds; what they were is printed."""
    chance = random.Random(seed)
    corpus = [data for _, data in kinds() if len(data) < LARGEST]
    seen: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = damaged(chance.choice(corpus), chance)
        seen[verdict(data)] += 1
    tried = ", ".join(f"{number} {what}" for what, number in sorted(seen.items()))
    print(f"{seen.total()} torrents from seed {seed}: {tried}")
    return seen["failed"]


def verdict(data: bytes) -> str:
    """What came of one torrent, in a word."""
    try:
        got = ours(data)
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n  {data!r}")
        return "failed"
    wanted = theirs(data)
    if got and wanted and got != wanted:
        print(f"{got} here, {wanted} in libtorrent\n  {data!r}")
        return "failed"
    return {
        (True, True): "read by both",
        (True, False): "read here alone",
        (False, True): "read by libtorrent alone",
        (False, False): "refused by both",
    }[got is not None, wanted is not None]


if __name__ == "__main__":
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    start = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    sys.exit(1 if fuzz(limit, start) else 0)
