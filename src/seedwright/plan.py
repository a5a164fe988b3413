"""The plan of one torrent: what is asked, what is there, and where everything goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seedwright.torrent.urls import mask_url

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.qbittorrent.seeding import Destination
    from seedwright.torrent.content import ContentSurvey
    from seedwright.torrent.donor import Donor
    from seedwright.torrent.hash_cache import HashCache
    from seedwright.torrent.spec import TorrentSpec
    from seedwright.trackers.rules import TrackerRule


@dataclass(frozen=True)
class Plan:
    """What will be done, in full, before any of it is done.

    ``survey`` is None where the content is not visible here; ``client`` and ``client_path`` (the
    content as that sees it) are None where no client is needed; ``seed`` is None when the torrent
    is not to be added; ``time_limit`` is in seconds. ``tracker_rules`` are the rules
    that it was put under, and ``rules`` tells what they did; ``preset`` is the one that it is for,
    "" without. Hashes may be in ``cache``, and are to be taken from ``donor``; either is None where
    it does not count.
    """

    spec: TorrentSpec
    survey: ContentSurvey | None
    output: Path
    force: bool
    client: str | None
    client_path: str | None
    engine: str
    engine_reason: str
    seed: Destination | None
    time_limit: float | None
    warnings: tuple[str, ...] = ()
    tracker_rules: tuple[TrackerRule, ...] = ()
    rules: tuple[str, ...] = ()
    preset: str = ""
    cache: HashCache | None = None
    donor: Donor | None = None

    @property
    def needs_client(self) -> bool:
        """Whether a client hashes or seeds it."""
        return self.engine == "qbittorrent" or self.seed is not None

    @property
    def reuses(self) -> bool:
        """Whether hashes are looked for in the cache, and go there."""
        return self.cache is not None and self.donor is None and self.engine == "local"

    def as_dict(self) -> dict[str, Any]:
        """The plan as ``--dry-run --json`` prints it, tracker URLs without their secrets."""
        return {
            "path": str(self.spec.content),
            "preset": self.preset or None,
            "name": self.spec.name,
            "size": self.survey.size if self.survey else None,
            "files": self.survey.files if self.survey else None,
            "skipped": self.survey.skipped if self.survey else None,
            "format": self.spec.format.value,
            "piece_length": self.spec.piece_length,
            "private": self.spec.private,
            "source": self.spec.source,
            "comment": self.spec.comment,
            "trackers": [[mask_url(url) for url in tier] for tier in self.spec.tiers],
            "web_seeds": [mask_url(url) for url in self.spec.web_seeds],
            "http_seeds": [mask_url(url) for url in self.spec.http_seeds],
            "dht_nodes": [f"{host}:{port}" for host, port in self.spec.dht_nodes],
            "torrent_path": str(self.output),
            "engine": self.engine,
            "engine_reason": self.engine_reason,
            "reuse": self.reuses,
            "from": str(self.donor.path) if self.donor else None,
            "client": self.client,
            "client_path": self.client_path,
            "seed": None
            if self.seed is None
            else {
                "save_path": self.seed.save_path.path,
                "category": self.seed.category,
                "tags": list(self.seed.tags),
                "auto_management": self.seed.auto_management,
            },
            "rules": list(self.rules),
            "warnings": list(self.warnings),
        }
