"""The report on one torrent."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.metainfo.magnet import magnet

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.seeding import Seeding
    from seedwright.engines.base import MadeTorrent, Reused
    from seedwright.metainfo.parse import Metainfo
    from seedwright.plan import Plan


class Timings(NamedTuple):
    """Seconds spent on looking and checking, on hashing, on adding and proving, and in total."""

    planning: float = 0.0
    hashing: float = 0.0
    seeding: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Report:
    """The torrent, where it is, and the proof that it seeds.

    ``infohash_v1`` and ``infohash_v2`` are hex (BEP 3, BEP 52), None if the format has none.
    ``size`` and ``piece_length`` are bytes, without padding. ``hashing_rate`` is bytes a second,
    None if qBittorrent hashed or hashes were ``reused``. ``magnet`` names no tracker whose URL holds
    a secret. ``seeding`` is None if the request did not ask to seed. ``rules`` says what the tracker
    rules did. ``label`` distinguishes torrents of the same content. ``status`` is ``made``, or
    ``done`` if there was nothing left to do.
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
        """The infohash that people use first: v1 if there is one, else v2."""
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
        """The report on a torrent that was made or already existed."""
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
        """The report as JSON, without the secrets of tracker URLs."""
        row = dataclasses.asdict(self)
        row["infohash"] = self.infohash
        row["path"], row["torrent_path"] = str(self.path), str(self.torrent_path)
        if self.reused is not None and self.reused.torrent is not None:
            row["reused"]["torrent"] = str(self.reused.torrent)
        row["timings"] = {name: round(spent, 4) for name, spent in self.timings._asdict().items()}
        if self.seeding is not None:
            row["seeding"]["trackers"] = [each.as_dict() for each in self.seeding.trackers]
        return row


def _broken(plan: Plan, metainfo: Metainfo) -> tuple[str, ...]:
    """The tracker rules that the finished torrent breaks, a sentence each."""
    if not plan.tracker_rules:
        return ()
    from seedwright.trackers.applying import breaches

    return breaches(
        plan.tracker_rules,
        source=metainfo.source or "",
        piece_length=metainfo.piece_length,
        torrent_size=len(metainfo.data),
    )
