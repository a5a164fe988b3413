"""What every engine gives: progress, and a torrent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.content.walk import Content
    from seedwright.metainfo.parse import Metainfo

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
    visible here.
    """

    metainfo: Metainfo
    warnings: tuple[str, ...] = ()
    hashing: float | None = None
    reused: Reused | None = None
    content: Content | None = None
