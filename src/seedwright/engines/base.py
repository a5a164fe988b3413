"""What every engine gives: what it can make, progress, and a torrent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.ticket import Ticket
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import Content
    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.request import Request

Stage = Literal["waiting", "hashing", "seeding", "checking"]


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
Keep = Callable[["Ticket"], None]


def nobody(_: Ticket) -> None:
    """Keep a ticket nowhere."""


@dataclass(frozen=True)
class Reused:
    """Where hashes come from that were made before: the cache, or the torrent at ``torrent``.

    ``made`` is when, in seconds since 1970, None where that is not known. So many pieces were
    hashed again to be compared as ``sampled`` says.
    """

    origin: Literal["cache", "torrent"]
    made: int | None = None
    torrent: Path | None = None
    sampled: int = 0


class MadeTorrent(NamedTuple):
    """The torrent an engine made, checked against its spec.

    ``hashing`` is the seconds that hashing alone took, None where that is not known, or where the
    hashes are ``reused``. ``content`` is as it was before it was hashed, None where it is not
    visible here. ``adopted`` says that an earlier process had it begun.
    """

    metainfo: Metainfo
    warnings: tuple[str, ...] = ()
    hashing: float | None = None
    reused: Reused | None = None
    content: Content | None = None
    adopted: bool = False


class Engine(Protocol):
    """What hashes content, here or where a client is."""

    @property
    def name(self) -> str:
        """What plans and reports call it."""

    def cannot(self, request: Request) -> tuple[str, ...]:
        """The options in use that it does not have; () where it can make the torrent."""

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """Warnings about a torrent that, as far as is known, can be made; changes nothing.

        ``survey`` is None where the content is not visible here. Raises
        :class:`~seedwright.errors.SeedwrightError`.
        """

    async def make(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        *,
        ticket: Ticket | None = None,
        time_limit: float | None = None,
        on_progress: OnProgress | None = None,
        keep: Keep = nobody,
    ) -> MadeTorrent:
        """The torrent of ``spec``, made within ``time_limit`` seconds (None: no limit).

        A ``ticket`` is adopted: this goes on with what an earlier process has left; what is another
        torrent, or of other content, is discarded, and the torrent made anew. ``keep`` is given the ticket that another process would need to go on, and one without a task
        once none is left. Raises
        :class:`~seedwright.errors.SeedwrightError`; when it ends, by whatever way but
        :meth:`detach`, nothing of it is left under way.
        """

    async def discard(self, ticket: Ticket) -> None:
        """Take back what the ticket tells of, for which nobody came back."""

    async def detach(self) -> tuple[Ticket, ...]:
        """Leave what is under way to run on; the tickets to go on with."""

    async def close(self) -> None:
        """Stop what is under way, and take it back."""
