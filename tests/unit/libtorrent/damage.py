"""Damage to the bytes of a torrent, the sort that its grammar notices and the sort it does not."""

from __future__ import annotations

import re
from random import Random

_TOKENS = [
    b"d", b"l", b"e", b"i0e", b"i-1e", b"i99999999999999999999e", b"0:", b"1:x", b"4:info",
    b"4:name", b"5:files", b"4:path", b"6:length", b"4:attr", b"2:..", b"9:file tree",
    b"12:meta version", b"i2e", b"999999999:", b"\xff",
]  # fmt: skip


def damaged(data: bytes, random: Random) -> bytes:
    """``data`` after a stroke or two of bad luck."""
    for _ in range(random.randint(1, 2)):
        data = random.choice(_STROKES)(data, random)
    return data


def _flip(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(_TOKENS) + data[at:]


def _delete(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + data[at + random.randint(1, 20) :]


def _double(data: bytes, random: Random) -> bytes:
    start = random.randint(0, len(data))
    end = min(len(data), start + random.randint(1, 60))
    return data[:end] + data[start:end] + data[end:]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _renumber(data: bytes, random: Random) -> bytes:
    """Another number, where there is one."""
    numbers = list(re.finditer(rb"i(-?[0-9]+)e|([0-9]+):", data))
    if not numbers:
        return data
    found = random.choice(numbers)
    place = 1 if found[1] is not None else 2
    value = random.choice([0, 1, -1, 2**31, 2**63 - 1, 2**63, random.randrange(100)])
    return data[: found.start(place)] + b"%d" % value + data[found.end(place) :]


_STROKES = (_flip, _insert, _delete, _double, _cut, _renumber)
