"""From a `.torrent` and content to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.engines.hashing import hash_rows, never
from seedwright.hashes.present import examine
from seedwright.hashes.verify import Verification, judge
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.reading import read_torrent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seedwright.engines.base import OnProgress


def verify(
    torrent: Path,
    content: Path,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> Verification:
    """The verdict on ``content``, hashed by the embedded engine.

    Raises :class:`~seedwright.errors.MetainfoError`,
    :class:`~seedwright.errors.ContentError` and ``_core.Cancelled``.
    """
    found = examine(Metainfo.parse(read_torrent(torrent)), content)
    hashes = hash_rows(
        found.layout(),
        found.metainfo.piece_length,
        found.metainfo.format,
        on_progress=on_progress,
        cancelled=cancelled,
        may_be_longer=True,
    )
    return judge(found, hashes)
