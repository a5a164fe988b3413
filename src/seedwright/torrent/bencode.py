"""Where ``info`` lies in a ``.torrent``: the infohash covers its bytes just as they stand there.

Decoding is bencode2's business. Encoding what it decoded gives other bytes wherever the file is
unusual, so the span is found in the file itself, by BEP 3's grammar.
"""

from __future__ import annotations

import seedwright._core as core
from seedwright.errors import MetainfoError

MAX_DEPTH = 100
"""How deep lists and dictionaries may nest: the limit qBittorrent and libtorrent load with."""


def info_span(data: bytes) -> tuple[int, int]:
    """Start and end of the value of ``info`` in ``data``, so that ``data[start:end]`` is hashed.

    All of ``data`` is checked to be one bencoded dictionary, save for the order of its keys.
    Raises MetainfoError, with the offset, when it is not or when it has no ``info``, or two.
    """
    try:
        return core.info_span(data, MAX_DEPTH)
    except ValueError as error:
        what, offset = error.args
        raise MetainfoError(
            f"not a torrent: {what} at byte {offset}",
            hint="the file may be cut short, damaged, or something else altogether",
        ) from None
