"""From a ``.torrent`` and content to a verdict."""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from seedwright.engines.local import hash_rows
from seedwright.errors import MetainfoError
from seedwright.qbittorrent.threads import in_thread
from seedwright.torrent.metainfo import Metainfo
from seedwright.torrent.names import printable
from seedwright.torrent.verify import Examination, Verification, examine, judge

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.engines.base import OnProgress


async def verify(torrent: Path, content: Path, on_progress: OnProgress | None) -> Verification:
    """The verdict on ``content``, hashed by the embedded engine.

    Raises :class:`~seedwright.errors.MetainfoError` and
    :class:`~seedwright.errors.ContentError`.
    """
    found = await in_thread(lambda: _look(torrent, content))
    with NamedTemporaryFile() as nothing:
        rows = found.layout(nothing.name)
        hashes = await hash_rows(
            rows,
            found.metainfo.piece_length,
            found.metainfo.format,
            sum(length for _, length, _ in rows),
            on_progress,
            may_be_longer=True,
        )
    return await in_thread(lambda: judge(found, hashes))


def _look(torrent: Path, content: Path) -> Examination:
    try:
        data = torrent.read_bytes()
    except OSError as error:
        raise MetainfoError(
            f"'{printable(str(torrent))}' cannot be read: {error.strerror or error}",
            hint="name a .torrent file first, and the content after it",
        ) from error
    return examine(Metainfo.parse(data), content)
