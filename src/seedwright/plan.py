"""The plan of one torrent: what is asked, what is there, and where everything goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seedwright.metainfo.urls import mask_url

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.destination import Destination
    from seedwright.content.survey import ContentSurvey
    from seedwright.hashes.cache import HashCache
    from seedwright.hashes.donor import Donor
    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.request import Request
    from seedwright.trackers.tracker_rules import TrackerRule


@dataclass(frozen=True, repr=False, eq=False)
class Plan:
    """What will be done, in full, before any of it is done.

    ``survey`` is None where the content is not visible here; ``client`` and ``client_path`` (the
    content as that sees it) are None where no client is needed; ``seed`` is None when the torrent
    is not to be added; ``time_limit`` is in seconds. ``tracker_rules`` are the rules
    that it was put under, and ``rules`` tells what they did; ``label`` tells it apart from others of
    the same content. Hashes may be in ``cache``, and are to be taken from ``donor``; either is None
    where it does not count. ``done`` is the torrent where it is there already, and as asked; then
    the engine is ``none``.
    """

    request: Request
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
    label: str = ""
    cache: HashCache | None = None
    donor: Donor | None = None
    done: Metainfo | None = None

    @property
    def needs_client(self) -> bool:
        """Whether a client hashes or seeds it."""
        return self.engine == "qbittorrent" or self.seed is not None

    @property
    def reuses(self) -> bool:
        """Whether hashes are looked for in the cache, and go there."""
        return self.cache is not None and self.donor is None and self.engine == "local"

    @property
    def status(self) -> str:
        """``planned``, or ``done`` where the torrent is there."""
        return "planned" if self.done is None else "done"

    @property
    def size(self) -> int | None:
        """The content's size in bytes, None where it is not visible here."""
        return self.survey.size if self.survey else None

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON, tracker URLs without their secrets."""
        return {
            "status": self.status,
            "path": str(self.spec.content),
            "label": self.label or None,
            "name": self.spec.name,
            "size": self.size,
            "files": self.survey.files if self.survey else None,
            "skipped": self.survey.skipped if self.survey else None,
            "format": self.spec.format.value,
            "piece_length": self.spec.piece_length,
            "private": self.spec.private,
            "source": self.spec.source,
            "publisher": self.spec.publisher,
            "comment": self.spec.comment,
            "entropy": self.spec.entropy,
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
                "proof": self.seed.proof,
            },
            "rules": list(self.rules),
            "warnings": list(self.warnings),
        }
