"""What a client reports about a torrent that seeds, and how far that was tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seedwright.clients.destination import Proof
from seedwright.metainfo.urls import mask_echo, mask_url

_FAILURES = frozenset({"not working", "tracker error", "unreachable"})


@dataclass(frozen=True)
class TrackerAnswer:
    """What one tracker answered to the client: ``status`` in words, ``message`` as it came."""

    url: str = field(repr=False)
    tier: int
    status: str
    message: str = field(default="", repr=False)

    @property
    def is_failure(self) -> bool:
        """Whether the tracker was asked, and did not take the torrent."""
        return self.status in _FAILURES

    @property
    def in_words(self) -> str:
        """The answer in one line, without secrets."""
        answer = self.as_dict()
        said = f" ({answer['message']})" if answer["message"] else ""
        return f"{answer['url']}: {self.status}{said}"

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON, without secrets."""
        return {
            "url": mask_url(self.url),
            "tier": self.tier,
            "status": self.status,
            "message": mask_echo(self.message, self.url),
        }


@dataclass(frozen=True)
class Seeding:
    """The proof: what the client reports about the torrent, and how far that was tested.

    ``state`` is qBittorrent's (stalledUP, uploading, forcedUP, queuedUP); ``already_there`` says
    that it was not we who added it. ``proof`` is the grade (see Proof) and ``evidence`` says in
    words what it rests on. ``notes`` are warnings.
    """

    infohash: str
    state: str
    save_path: str
    category: str
    tags: tuple[str, ...]
    trackers: tuple[TrackerAnswer, ...]
    already_there: bool = False
    proof: str = Proof.LISTED.value
    evidence: str = ""
    notes: tuple[str, ...] = ()
