"""From a `.torrent` and content to a verdict."""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from seedwright.engines.local import hash_rows, never
from seedwright.errors import MetainfoError
from seedwright.torrent.metainfo import Metainfo
from seedwright.torrent.names import printable
from seedwright.torrent.verify import Examination, Verification, examine, judge

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
    found = _look(torrent, content)
    with NamedTemporaryFile() as nothing:
        hashes = hash_rows(
            found.layout(nothing.name),
            found.metainfo.piece_length,
            found.metainfo.format,
            on_progress=on_progress,
            cancelled=cancelled,
            may_be_longer=True,
        )
    return judge(found, hashes)


def _look(torrent: Path, content: Path) -> Examination:
    try:
        data = torrent.read_bytes()
    except OSError as error:
        raise MetainfoError(
            f"'{printable(str(torrent))}' cannot be read: {error.strerror or error}",
            hint="name a .torrent file first, and the content after it",
        ) from error
    return examine(Metainfo.parse(data), content)
