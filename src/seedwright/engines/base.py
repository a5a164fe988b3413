"""What every engine offers: what it can make, progress, and a torrent."""

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

    ``fraction`` is 0 to 1. ``rate`` is in bytes a second; it and ``seconds_left`` are None until
    something is hashed, and where the size of the content is unknown here.
    """

    stage: Stage
    fraction: float = 0.0
    rate: float | None = None
    seconds_left: float | None = None


OnProgress = Callable[[Progress], None]
Keep = Callable[["Ticket"], None]


def nobody(_: Ticket) -> None:
    """Drop the ticket."""


@dataclass(frozen=True)
class Reused:
    """Where reused hashes come from: the cache, or the torrent at ``torrent``.

    ``made`` is when they were made, in seconds since 1970, None where that is unknown. ``sampled`` is how many
    pieces were hashed again for comparison.
    """

    origin: Literal["cache", "torrent"]
    made: int | None = None
    torrent: Path | None = None
    sampled: int = 0


class MadeTorrent(NamedTuple):
    """The torrent that an engine made, checked against its spec.

    ``hashing`` is how many seconds hashing took, None where that is unknown and where the hashes are
    ``reused``. ``content`` is as it was before hashing, None where it is not visible here.
    ``adopted`` says that an earlier process began it.
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
        """Its name in plans and reports."""

    def cannot(self, request: Request) -> tuple[str, ...]:
        """The options in use that it does not support; () where it can make the torrent."""

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """Warnings about a torrent that can be made as far as is known; changes nothing.

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

        With a ``ticket`` this goes on where an earlier process stopped; if that was another torrent,
        or one of other content, it is discarded and the torrent is made from the start. ``keep``
        gets the ticket that another process would need to go on, and one without a task once none
        is left. Raises :class:`~seedwright.errors.SeedwrightError`. However it ends, except by
        :meth:`detach`, nothing of it goes on.
        """

    async def discard(self, ticket: Ticket) -> None:
        """Take back what the ticket stands for, which nobody will go on with."""

    async def detach(self) -> tuple[Ticket, ...]:
        """The tickets to go on with; what is under way runs on."""

    async def close(self) -> None:
        """Stop what is under way, and take it back."""
