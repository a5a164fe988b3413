"""What a client reports about a torrent that seeds, and how far that was tested."""

from __future__ import annotations

from dataclasses import dataclass, field

from seedwright.clients.destination import Proof

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
