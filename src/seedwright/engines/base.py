"""The one protocol every engine keeps: from a spec to a torrent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from seedwright.torrent.content import ContentSurvey
    from seedwright.torrent.metainfo import Metainfo
    from seedwright.torrent.spec import TorrentSpec

Stage = Literal["waiting", "hashing", "seeding"]


class Progress(NamedTuple):
    """How far one torrent is.

    ``fraction`` is 0 to 1; ``rate`` (bytes a second) and ``seconds_left`` are known once something
    has been hashed and the content's size is known here.
    """

    stage: Stage
    fraction: float = 0.0
    rate: float | None = None
    seconds_left: float | None = None


OnProgress = Callable[[Progress], None]


class MadeTorrent(NamedTuple):
    """The torrent an engine made, checked against its spec.

    ``hashing`` is the seconds that hashing alone took, None where that is not known.
    """

    metainfo: Metainfo
    warnings: tuple[str, ...] = ()
    hashing: float | None = None


class Engine(Protocol):
    """Something that hashes."""

    @property
    def name(self) -> str:
        """The engine's name in reports: ``local`` or ``qbittorrent``."""

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """Nothing is known to stand in the way of :meth:`make`; gives warnings. Changes nothing."""

    async def make(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        *,
        time_limit: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> MadeTorrent:
        """The torrent of ``spec``; ``survey`` is None where only the client sees the content."""
