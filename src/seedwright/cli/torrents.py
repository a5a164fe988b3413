"""The torrents that a command is given by name."""

from __future__ import annotations

import sys
from pathlib import Path

from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.reading import read_stream, read_torrent

STDIN = "-"


def metainfo_of(name: str) -> Metainfo:
    """What the file of that name says, or what standard input says for ``-``; MetainfoError."""
    if name == STDIN:
        return Metainfo.parse(read_stream(sys.stdin.buffer, "standard input"))
    return Metainfo.parse(read_torrent(Path(name)))
