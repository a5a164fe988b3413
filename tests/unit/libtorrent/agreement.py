"""What libtorrent and we say about the same bytes."""

from __future__ import annotations

import json
from typing import NamedTuple

import libtorrent as lt

from seedwright.errors import MetainfoError
from seedwright.metainfo.describe import describe
from seedwright.metainfo.parse import Metainfo
from tests.unit.files import lines_of


class Identity(NamedTuple):
    """Both infohashes in hex digits, None for one that a torrent does not have."""

    v1: str | None
    v2: str | None


def theirs(data: bytes) -> Identity | None:
    """The infohashes, None where libtorrent does not load it."""
    try:
        hashes = lt.load_torrent_buffer(data).info_hashes
    except RuntimeError:
        return None
    return Identity(
        str(hashes.v1) if hashes.has_v1() else None, str(hashes.v2) if hashes.has_v2() else None
    )


def files_there(data: bytes) -> lt.file_storage:
    """The files of a torrent that libtorrent loads, as it lists them."""
    found = lt.load_torrent_buffer(data).ti
    assert found is not None
    return found.layout()


def ours(data: bytes) -> Identity | None:
    """The infohashes, None for a MetainfoError; all that can be shown has been."""
    try:
        metainfo = Metainfo.parse(data)
        shown = [describe(metainfo), *(line.as_dict() for line in lines_of(metainfo))]
        json.dumps(shown, ensure_ascii=False).encode()
    except MetainfoError:
        return None
    return Identity(metainfo.infohash_v1, metainfo.infohash_v2)
