"""The same torrent twice: by the embedded engine and by libtorrent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libtorrent as lt

from seedwright import _core
from seedwright.content.policy import OURS
from seedwright.content.walk import walk
from seedwright.metainfo.build import Blueprint, build, layout
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FLAGS = {
    Format.V1: lt.create_torrent.v1_only,
    Format.V2: lt.create_torrent.v2_only,
    Format.HYBRID: 0,
}


def ours(
    content: Path, format_: Format, piece_length: int, *, include_hidden: bool = True
) -> bytes:
    """The torrent of ``content``, as the embedded engine walks, hashes and writes it."""
    found = walk(content, OURS.as_asked(include_hidden=include_hidden))
    blueprint = Blueprint(found.name, found.is_dir, found.files, format_)
    hashes = _core.hash_files(
        layout(found.files, piece_length, format_),
        piece_length,
        v1=format_ is not Format.V2,
        v2=format_ is not Format.V1,
    )
    return build(blueprint, piece_length, hashes)


def theirs(
    content: Path,
    files: Iterable[tuple[tuple[str, ...], int]],
    format_: Format,
    piece_length: int,
) -> dict[bytes, Any]:
    """The torrent of these files of ``content``, as libtorrent makes it of their sizes and bytes.

    Without attributes and times: libtorrent is told of none.
    """
    entries = [
        lt.create_file_entry("/".join((content.name, *parts)), size) for parts, size in files
    ]
    torrent = lt.create_torrent(entries, piece_length, _FLAGS[format_])
    lt.set_piece_hashes(torrent, str(content.parent))
    made: dict[bytes, Any] = torrent.generate()
    return made
