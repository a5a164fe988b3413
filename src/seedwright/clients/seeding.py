"""What a client says of a torrent that seeds, and how far its word was put to the test."""

from __future__ import annotations

from dataclasses import dataclass, field

from seedwright.clients.destination import Proof

_FAILURES = frozenset({"not working", "tracker error", "unreachable"})


@dataclass(frozen=True)
class TrackerAnswer:
    """What one tracker said to the client: ``status`` in words, ``message`` as it came."""

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
    """The proof: the client's own words for the torrent, and how far they were put to the test.

    ``state`` is qBittorrent's (stalledUP, uploading, forcedUP, queuedUP); ``already_there`` says
    that it was not we who added it. ``proof`` is the grade (see
    :class:`~seedwright.clients.destination.Proof`) and ``evidence`` says in words what it rests on.
    ``notes`` are warnings.
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
