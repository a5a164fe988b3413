"""Checks of a torrent's bencoding: what strict readers refuse and loose ones accept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bencode2 import bencode

from seedwright.metainfo.bencode import items, leaves
from seedwright.metainfo.entries import batches
from seedwright.metainfo.shapes import text
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedwright.metainfo.parse import Metainfo

DEEPEST = 99
"""How deep lists and dictionaries may nest for libtorrent, the outermost one counted."""

_TOKEN = re.compile(rb"([0-9]+):|i(-?[0-9]+)e|[dle]")
_PADDED = re.compile(rb"-?0[0-9]+|-0")


@dataclass(slots=True)
class _Open:
    """A list or dictionary that has not ended; of a dictionary, its last key and what follows."""

    is_list: bool
    key: bytes | None = None
    has_value: bool = True


def faults_of_grammar(metainfo: Metainfo) -> Iterator[tuple[str, str]]:
    """The names of the lints that the bytes fail, each with a place."""
    data, info = metainfo.data, metainfo.root[b"info"]
    fine = dict(_canonical_places(metainfo))
    is_too_deep = False
    at, nesting = 1, [_Open(is_list=False)]
    while nesting:
        here = nesting[-1]
        if at in fine:
            at, here.has_value = fine[at], True
            continue
        token = _TOKEN.match(data, at)
        if token is None:
            return  # what is read as loosely as that has nothing more to say
        is_inside = info.start < at < info.stop
        at = token.end()
        length, number = token.groups()
        if is_inside and _PADDED.fullmatch(length or number or b""):
            yield "leading-zeros", text(length or number)
        start = at
        at += int(length or 0)
        if token[0] == b"e":
            nesting.pop()
        elif here.is_list or not here.has_value:
            here.has_value = True
        else:
            key, before = data[start:at], here.key
            here.key, here.has_value = key, False
            if is_inside and before is not None and key <= before:
                yield "unsorted-keys", f"{printable(text(key))} after {printable(text(before))}"
        if token[0] in (b"d", b"l"):
            nesting.append(_Open(is_list=token[0] == b"l"))
            is_too_deep = is_too_deep or len(nesting) > DEEPEST
    if is_too_deep:
        yield "deep-nesting", ""
    if rest := len(data) - at:
        yield "trailing-bytes", f"{rest:,}"


def _canonical_places(metainfo: Metainfo) -> Iterator[tuple[int, int]]:
    """Where the lists of files begin and end that are written as they should be.

    There may be a million files, and to look at each token of them takes ten times as long.
    """
    data, info = metainfo.data, metainfo.info
    for key, encoded in ((b"files", _file_list), (b"file tree", _file_tree)):
        place = info.get(key)
        if isinstance(place, slice) and _is(encoded(data, place.start), data, place):
            yield place.start, place.stop


def _is(encoded: Iterable[bytes], data: bytes, place: slice) -> bool:
    """Whether these parts together are the bytes at the place."""
    at: int = place.start
    for part in encoded:
        if not data.startswith(part, at):
            return False
        at += len(part)
    return bool(at == place.stop)


def _file_list(data: bytes, start: int) -> Iterator[bytes]:
    """The list of files, written as it should be, a few hundred at a time."""
    yield b"l"
    for batch in batches(items(data, start)):
        yield bencode(batch)[1:-1]
    yield b"e"


def _file_tree(data: bytes, start: int) -> Iterator[bytes]:
    """The file tree, written as it should be; nothing more where its names are out of order."""
    yield b"d"
    above: tuple[bytes, ...] = ()
    last: tuple[bytes, ...] = ()
    for batch in batches(leaves(data, start)):
        for folder, run in groupby(batch, key=_folder_of):
            found = {path[-1]: {b"": leaf} for path, leaf in run}
            if (*folder, next(iter(found))) <= last:
                return
            last = (*folder, max(found))
            shared = _shared(above, folder)
            yield b"e" * (len(above) - shared)
            yield b"".join(b"%d:%bd" % (len(name), name) for name in folder[shared:])
            yield bencode(found)[1:-1]
            above = folder
    yield b"e" * (len(above) + 1)


def _shared(folder: tuple[bytes, ...], other: tuple[bytes, ...]) -> int:
    """How many folders lie above both."""
    pairs = enumerate(zip(folder, other, strict=False))
    differing = (number for number, (one, another) in pairs if one != another)
    return next(differing, min(len(folder), len(other)))


def _folder_of(leaf: tuple[tuple[bytes, ...], Any]) -> tuple[bytes, ...]:
    return leaf[0][:-1]
