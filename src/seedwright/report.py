"""What came of one torrent."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.metainfo.magnet import magnet
from seedwright.metainfo.urls import mask_echo, mask_url

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.seeding import Seeding
    from seedwright.engines.base import MadeTorrent, Reused
    from seedwright.metainfo.parse import Metainfo
    from seedwright.plan import Plan


class Timings(NamedTuple):
    """Seconds spent: looking and checking, hashing, adding and proving, and altogether."""

    planning: float = 0.0
    hashing: float = 0.0
    seeding: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Report:
    """The torrent, where it is, and the proof that it seeds.

    ``infohash_v1`` and ``infohash_v2`` are hex (BEP 3, BEP 52), None where the format has none;
    ``size`` and ``piece_length`` are bytes, without padding. ``hashing_rate`` is bytes a second,
    None where qBittorrent hashed and where hashes were ``reused``. ``magnet`` names no tracker whose
    URL holds a secret.
    ``seeding`` is None when seeding was not asked for. ``rules`` tells what the rules of its
    trackers did. ``label`` tells it apart from others of the same content. ``status`` is ``made``, or
    ``done`` where there was nothing left to do.
    """

    path: Path
    torrent_path: Path
    name: str
    infohash_v1: str | None
    infohash_v2: str | None
    format: str
    private: bool
    size: int
    files: int
    pieces: int
    piece_length: int
    engine: str
    engine_reason: str
    hashing_rate: int | None
    client: str | None
    client_path: str | None
    seeding: Seeding | None
    warnings: tuple[str, ...]
    timings: Timings
    magnet: str = field(repr=False)
    rules: tuple[str, ...] = ()
    label: str | None = None
    reused: Reused | None = None
    status: str = "made"

    @property
    def infohash(self) -> str:
        """The infohash people ask for first: v1 where there is one, else v2."""
        return self.infohash_v1 or self.infohash_v2 or ""

    @classmethod
    def of(
        cls,
        plan: Plan,
        made: MadeTorrent,
        *,
        timings: Timings,
        seeding: Seeding | None = None,
        warnings: tuple[str, ...] = (),
        status: str = "made",
    ) -> Report:
        """Put together what is known of a torrent that was made, or was there."""
        metainfo = made.metainfo
        return cls(
            path=plan.spec.content,
            torrent_path=plan.output,
            name=metainfo.name,
            infohash_v1=metainfo.infohash_v1,
            infohash_v2=metainfo.infohash_v2,
            format=metainfo.format.value,
            private=metainfo.private,
            size=metainfo.size,
            files=metainfo.files,
            pieces=metainfo.pieces,
            piece_length=metainfo.piece_length,
            engine=plan.engine,
            engine_reason=plan.engine_reason,
            hashing_rate=round(metainfo.size / made.hashing) if made.hashing else None,
            client=plan.client,
            client_path=plan.client_path,
            seeding=seeding,
            warnings=tuple(
                dict.fromkeys((*plan.warnings, *made.warnings, *_broken(plan, metainfo), *warnings))
            ),
            timings=timings,
            magnet=magnet(metainfo),
            rules=plan.rules,
            label=plan.label or None,
            reused=made.reused,
            status=status,
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON, tracker URLs without their secrets."""
        row = dataclasses.asdict(self)
        row["infohash"] = self.infohash
        row["path"], row["torrent_path"] = str(self.path), str(self.torrent_path)
        if self.reused is not None and self.reused.torrent is not None:
            row["reused"]["torrent"] = str(self.reused.torrent)
        row["timings"] = {name: round(spent, 4) for name, spent in self.timings._asdict().items()}
        if self.seeding is not None:
            for tracker in row["seeding"]["trackers"]:
                tracker["message"] = mask_echo(tracker["message"], tracker["url"])
                tracker["url"] = mask_url(tracker["url"])
        return row


def _broken(plan: Plan, metainfo: Metainfo) -> tuple[str, ...]:
    """What the torrent breaks of the rules, now that all of it is known."""
    if not plan.tracker_rules:
        return ()
    from seedwright.trackers.applying import breaches

    return breaches(
        plan.tracker_rules,
        source=metainfo.source or "",
        piece_length=metainfo.piece_length,
        torrent_size=len(metainfo.data),
    )
