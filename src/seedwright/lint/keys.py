"""Checks of a torrent's keys: values that cannot be meant, and keys that stand elsewhere than they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.metainfo.entries import rows
from seedwright.metainfo.halves import UNEVEN, difference_of_halves
from seedwright.metainfo.shapes import text
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.urls import mask_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.metainfo.parse import Metainfo

LONGEST_PIECE = 0x7FFF * 16 * 1024
"""Bytes of the longest piece that libtorrent loads."""

LARGEST_CONTENT = ((1 << 30) - 1) * 16 * 1024 - 1
"""Bytes of the largest content that libtorrent loads, pad files counted."""

LATEST = 99_999_999_999
"""Seconds since 1970: a later date, in the year 5138, was written in milliseconds."""

_ONLY_IN_INFO = (b"private", b"source")
_ONLY_IN_V1 = (b"files", b"length", b"pieces")


def faults_of_keys(metainfo: Metainfo) -> Iterator[tuple[str, str]]:
    """The names of the lints that its keys and numbers fail, each with a place."""
    root, info = metainfo.root, metainfo.info
    yield from (("misplaced-key", text(key)) for key in _ONLY_IN_INFO if key in root)
    listed = root.get(b"announce-list")
    for url in listed if isinstance(listed, list) else ():
        if isinstance(url, bytes):
            yield "flat-announce-list", mask_url(text(url))
    if metainfo.creation_date is not None and metainfo.creation_date > LATEST:
        yield "date-in-milliseconds", str(metainfo.creation_date)
    if metainfo.piece_length > LONGEST_PIECE:
        yield "piece-length-refused", f"{metainfo.piece_length:,} bytes"
    if metainfo.format is Format.V2:
        yield from (("wrong-format-key", text(key)) for key in _ONLY_IN_V1 if key in info)
    difference = difference_of_halves(metainfo)
    if difference not in ("", UNEVEN):  # uneven-hybrid names the files
        yield "halves-differ", difference
    total = _total(metainfo)
    if not 0 < total <= LARGEST_CONTENT:
        yield "total-length", f"{total:,} bytes"


def _total(metainfo: Metainfo) -> int:
    """Bytes of the content, pad files counted."""
    if metainfo.format is Format.V2 or metainfo.listed == metainfo.files:
        return metainfo.size
    return sum(row[1] for row in rows(metainfo.data, metainfo.info, v2=False))
