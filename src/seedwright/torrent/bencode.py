"""Where ``info`` lies in a ``.torrent``: the infohash covers its bytes just as they stand there.

Decoding is bencode2's business. Encoding what it decoded gives other bytes wherever the file is
unusual, so the span is found in the file itself, by BEP 3's grammar and without recursion.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from seedwright.errors import MetainfoError

MAX_DEPTH = 100
"""How deep lists and dictionaries may nest: the limit qBittorrent and libtorrent load with."""

# No leading zeros, no minus zero, and no more than the 19 digits that 64 bits can need.
_TOKEN = re.compile(
    rb"(?P<string>(0|[1-9][0-9]{0,18}):)"
    rb"|(?P<integer>i(?:0|-?[1-9][0-9]{0,18})e)"
    rb"|(?P<open>[dl])"
    rb"|(?P<close>e)"
)


class _Next(Enum):
    """What an open list or dictionary takes next."""

    ITEM = auto()
    KEY = auto()
    VALUE = auto()


_AFTER = {_Next.ITEM: _Next.ITEM, _Next.KEY: _Next.VALUE, _Next.VALUE: _Next.KEY}


def info_span(data: bytes) -> tuple[int, int]:
    """Start and end of the value of ``info`` in ``data``, so that ``data[start:end]`` is hashed.

    All of ``data`` is checked to be one bencoded dictionary, save for the order of its keys.
    Raises MetainfoError, with the offset, when it is not or when it has no ``info``, or two.
    """
    if not data.startswith(b"d"):
        raise _broken("no dictionary begins" if data else "there is nothing", 0)
    span = None
    at = 1
    while not data.startswith(b"e", at):
        kind, start = _token(data, at)
        if kind != "string":
            raise _broken("a key is not a string", at)
        end = _skip(data, start)
        if data[at:start] == b"4:info":
            if span is not None:
                raise _broken("a second 'info' begins", at)
            span = start, end
        at = end
    if at + 1 != len(data):
        raise _broken("something follows the end of the torrent", at + 1)
    if span is None:
        raise _broken("there is no 'info' before the end", at)
    return span


def _skip(data: bytes, at: int) -> int:
    """The end of the value that begins at ``at``."""
    nesting: list[_Next] = []
    while True:
        kind, end = _token(data, at)
        expected = nesting[-1] if nesting else _Next.ITEM
        if expected is _Next.KEY and kind in ("open", "integer"):
            raise _broken("a key is not a string", at)
        if kind == "close":
            if not nesting or expected is _Next.VALUE:
                raise _broken("no value begins", at)
            nesting.pop()
        if kind == "open":
            if len(nesting) == MAX_DEPTH - 1:
                raise _broken(f"lists and dictionaries nest more than {MAX_DEPTH} deep", at)
            nesting.append(_Next.KEY if data[at] == ord("d") else _Next.ITEM)
        elif not nesting:
            return end
        else:
            nesting[-1] = _AFTER[nesting[-1]]
        at = end


def _token(data: bytes, at: int) -> tuple[str, int]:
    """The kind and the end of what stands at ``at``; of a list or dictionary, its first byte."""
    found = _TOKEN.match(data, at)
    if found is None:
        raise _broken("the data ends too soon" if at >= len(data) else "no value begins", at)
    end = found.end()
    if found[2] is not None:
        end += int(found[2])
        if end > len(data):
            raise _broken("a string runs past the end", at)
    return str(found.lastgroup), end


def _broken(what: str, offset: int) -> MetainfoError:
    return MetainfoError(
        f"not a torrent: {what} at byte {offset}",
        hint="the file may be cut short, damaged, or something else altogether",
    )
