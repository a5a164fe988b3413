"""From a `.torrent` and content to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.engines.hashing import hash_rows, never
from seedwright.errors import ContentError
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

    A file that cannot be read is left out, and the others are hashed from the start.

    Raises :class:`~seedwright.errors.MetainfoError`,
    :class:`~seedwright.errors.ContentError` and ``_core.Cancelled``.
    """
    found = examine(Metainfo.parse(read_torrent(torrent)), content)
    while True:
        try:
            hashes = hash_rows(
                found.layout(),
                found.metainfo.piece_length,
                found.metainfo.format,
                on_progress=on_progress,
                cancelled=cancelled,
                may_be_longer=True,
            )
        except ContentError as error:
            found = found.without_unreadable(error)
        else:
            return judge(found, hashes)
