"""A plan and a report, of which a test bends what it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from seedwright.clients.destination import Destination
from seedwright.clients.path_map import MappedPath
from seedwright.clients.seeding import Seeding, TrackerAnswer
from seedwright.content.survey import ContentSurvey
from seedwright.engines.base import MadeTorrent
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.plan import Plan
from seedwright.report import Report, Timings
from seedwright.request import Request
from tests.unit.builders import torrent, v1_info

PASSKEY = "0123456789abcdef0123456789abcdef"
TRACKER = f"https://t.example/{PASSKEY}/announce"
WEB_SEED = f"https://w.example/book?token={PASSKEY}"
MASKED_TRACKER = "https://t.example/***/announce"
MASKED_WEB_SEED = "https://w.example/book?token=***"

CONTENT = Path("/data/book")
SURVEY = ContentSurvey(CONTENT, "book", True, 3, 5 << 20, 1)
SPEC = TorrentSpec(
    CONTENT,
    Format.V1,
    piece_length=1 << 20,
    private=True,
    source="SRC",
    comment="a comment",
    tiers=((TRACKER, "udp://u.example:80"), ("http://b.example/announce",)),
    web_seeds=(WEB_SEED,),
)
DESTINATION = Destination(
    content=MappedPath("/books/book", None),
    save_path=MappedPath("/books", None),
    kind="folder",
    category="books",
    tags=("new", "mine"),
)
PLAN = Plan(
    request=Request("/data/book"),
    spec=SPEC,
    survey=SURVEY,
    output=Path("/out/book.torrent"),
    force=False,
    client="nas",
    client_path="/books/book",
    engine="qbittorrent",
    engine_reason="it was requested",
    seed=DESTINATION,
    time_limit=None,
    warnings=("a warning",),
)
SEEDING = Seeding(
    infohash="ab" * 20,
    state="stalledUP",
    save_path="/books",
    category="books",
    tags=("new", "mine"),
    trackers=(
        TrackerAnswer(TRACKER, 0, "not working", "unregistered torrent"),
        TrackerAnswer("udp://u.example:80", 0, "working"),
    ),
)


def plan(**fields: Any) -> Plan:
    """The plan, with these fields of it or of its spec in place of others."""
    of_spec = {name: fields.pop(name) for name in list(fields) if name in SPEC.__slots__}
    return replace(PLAN, spec=replace(SPEC, **of_spec), **fields)


def report(*, seeding: Seeding | None = SEEDING, **fields: Any) -> Report:
    """The report on a torrent whose metainfo names the plan's tracker and web seed."""
    data = torrent(
        v1_info(5 << 20, piece_length=1 << 20, name=b"book"),
        announce=TRACKER.encode(),
        url_list=[WEB_SEED.encode()],
    )
    made = Report.of(
        PLAN,
        MadeTorrent(Metainfo.parse(data)),
        seeding=seeding,
        timings=Timings(0.1, 2.34567, 0.5, 3.0),
    )
    return replace(made, **fields)


class Clock:
    """A clock that stands still until it is put forward, for a module's ``time``."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now
