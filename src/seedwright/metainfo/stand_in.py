"""A torrent of the same bytes that nobody else can know: for asking a client what it has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seedwright.metainfo.edit import Edit, apply
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.raw import joined, raw_fields

if TYPE_CHECKING:
    from typing import Final

_KEPT: Final = (b"info", b"piece layers")


def probe_of(torrent: Metainfo) -> Metainfo:
    """The same files, pieces and hashes under an infohash of its own.

    It is private (BEP 27) and has no tracker, no web seed and no node, so a client that has it
    neither announces it nor takes part in the DHT for it: it can get no bytes from anybody, and
    so cannot write any, whatever lies on its disk.
    """
    entropy = os.urandom(20).hex()
    edited = apply(torrent.data, Edit(private=True, entropy=entropy)).after
    root = raw_fields(edited.data)
    return Metainfo.parse(joined({key: root[key] for key in _KEPT if key in root}))
