"""Small torrents, built field by field so that a test can bend each of them."""

from __future__ import annotations

from typing import Any

from bencode2 import bencode

PIECE = 16 * 1024

Fields = dict[bytes, Any]


def v1_info(*lengths: int, piece_length: int = PIECE, **fields: Any) -> Fields:
    """``info`` of a v1 torrent: one file when one length is given, else a folder of files."""
    total = sum(lengths)
    info: Fields = {
        b"name": b"content",
        b"piece length": piece_length,
        b"pieces": bytes(20 * -(-total // piece_length)),
    }
    if len(lengths) == 1:
        info[b"length"] = total
    else:
        info[b"files"] = [
            {b"length": length, b"path": [b"sub", b"%d" % index]}
            for index, length in enumerate(lengths)
        ]
    return info | _named(fields)


def v2_info(*lengths: int, piece_length: int = PIECE, **fields: Any) -> Fields:
    """``info`` of a v2 torrent, its files in a folder called ``sub``."""
    tree: Fields = {
        b"%03d" % index: {
            b"": {b"length": length, b"pieces root": bytes(32)} if length else {b"length": 0}
        }
        for index, length in enumerate(lengths)
    }
    info: Fields = {
        b"file tree": {b"sub": tree},
        b"meta version": 2,
        b"name": b"content",
        b"piece length": piece_length,
    }
    return info | _named(fields)


def hybrid_info(*lengths: int, piece_length: int = PIECE) -> Fields:
    """``info`` of a hybrid torrent: both halves, with pad files between the v1 files (BEP 47)."""
    files: list[Fields] = []
    for index, length in enumerate(lengths):
        files.append({b"length": length, b"path": [b"sub", b"%03d" % index]})
        if pad := -length % piece_length:
            files.append({b"attr": b"p", b"length": pad, b"path": [b".pad", b"%d" % pad]})
    padded = sum(file[b"length"] for file in files)
    return v2_info(*lengths, piece_length=piece_length) | {
        b"files": files,
        b"pieces": bytes(20 * (padded // piece_length)),
    }


def torrent(info: Any, **fields: Any) -> bytes:
    """The bytes of a torrent; ``announce_list=`` makes ``announce-list`` and so on."""
    return bencode({b"info": info} | _named(fields))


def _named(fields: dict[str, Any]) -> Fields:
    dashed = {"announce_list": "announce-list", "url_list": "url-list"}
    return {
        dashed.get(name, name.replace("_", " ")).encode(): value for name, value in fields.items()
    }
