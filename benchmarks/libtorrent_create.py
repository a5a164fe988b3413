"""A torrent by libtorrent's Python binding: ``libtorrent_create.py FORMAT PIECE CONTENT OUTPUT``.

Run with the peers' own interpreter. The binding hashes as libtorrent does by default: it has no
say about the number of threads.
"""

from __future__ import annotations

import sys
from pathlib import Path

import libtorrent


def create(form: str, piece_length: int, content: Path, output: Path) -> None:
    flags = {
        "v1": libtorrent.create_torrent.v1_only,
        "v2": libtorrent.create_torrent.v2_only,
        "hybrid": 0,
    }[form]
    storage = libtorrent.file_storage()
    libtorrent.add_files(storage, str(content))
    torrent = libtorrent.create_torrent(storage, piece_length, flags)
    libtorrent.set_piece_hashes(torrent, str(content.parent))
    output.write_bytes(libtorrent.bencode(torrent.generate()))


if __name__ == "__main__":
    create(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
