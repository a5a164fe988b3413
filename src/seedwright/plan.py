"""The plan of one torrent: the request, the content found, and where everything goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.metainfo.fields import ASKED
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

OPTION_OF = {row.name: row.name for row in ASKED} | {"tiers": "trackers"}
"""The option of a request, and the key of a plan's JSON, behind each row of the metainfo."""


class Outlook(NamedTuple):
    """How many pieces a torrent will have, and how many bytes its ``.torrent`` at most."""

    pieces: int
    torrent_size: int


@dataclass(frozen=True, repr=False, eq=False)
class Plan:
    """All that will be done, before any of it is done.

    ``survey`` is None if the content is not visible here. ``client`` and ``client_path`` (the content
    as the client sees it) are None if no client is needed, ``seed`` if the torrent is not to be
    added. ``time_limit`` is in seconds. ``tracker_rules`` are the rules of its trackers, and ``rules``
    says what they did. ``label`` distinguishes torrents of the same content. Hashes are looked up in
    ``cache`` and taken from ``donor``, if these are not None. ``done`` is the existing torrent if it
    matches the request; then the engine is ``none``.
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
        """Whether hashes are looked up in the cache, and stored there."""
        return self.cache is not None and self.donor is None and self.engine == "local"

    @property
    def status(self) -> str:
        """``planned``, or ``done`` if the torrent already exists."""
        return "planned" if self.done is None else "done"

    @property
    def size(self) -> int | None:
        """The content's size in bytes, None if it is not visible here."""
        return self.survey.size if self.survey else None

    def outlook(self) -> Outlook | None:
        """What the torrent will be like, None if its content or its piece length is unknown here."""
        content = self.survey and self.survey.content
        if not content or self.spec.piece_length is None:
            return None
        from seedwright.engines.local import blueprint_of
        from seedwright.metainfo.build import SIGNATURE, pieces_of, torrent_size

        blueprint, length = blueprint_of(self.spec, content), self.spec.piece_length
        if self.done is not None:
            size = len(self.done.data)
        elif self.donor is not None:
            size = len(self.donor.torrent(blueprint))
        else:
            signature = SIGNATURE if self.engine == "qbittorrent" else 0
            size = torrent_size(blueprint, length) + signature
        return Outlook(pieces_of(blueprint, length), size)

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON, without the secrets of tracker URLs."""
        outlook = self.outlook()
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
            "pieces": outlook and outlook.pieces,
            "torrent_size": outlook and outlook.torrent_size,
            **{
                OPTION_OF[row.name]: row.shape.plain(getattr(self.spec, row.name), mask_url)
                for row in ASKED
            },
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
