"""The torrents that a command line names."""

from __future__ import annotations

import sys
from pathlib import Path

from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.reading import read_stream, read_torrent

STDIN = "-"


def metainfo_of(name: str) -> Metainfo:
    """The metainfo in the file of that name, or in standard input for ``-``. Raises MetainfoError."""
    if name == STDIN:
        return Metainfo.parse(read_stream(sys.stdin.buffer, "standard input"))
    return Metainfo.parse(read_torrent(Path(name)))
