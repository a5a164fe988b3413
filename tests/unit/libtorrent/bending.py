"""Torrents as nobody should write them: bencoding with every freedom that the grammar has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.unit.builders import PIECE, Fields
from tests.unit.reference import file_tree as slow_file_tree


@dataclass(frozen=True)
class Raw:
    """Bytes that stand in a torrent as they are."""

    data: bytes


@dataclass(frozen=True)
class Pairs:
    """A dictionary in this very order, keys twice or not, and numbers among them."""

    pairs: tuple[tuple[bytes | int, Any], ...]


def encode(value: Any) -> bytes:
    """The value in bencoding; a dict in the order of its keys, as BEP 3 wants it."""
    match value:
        case Raw(data):
            return data
        case bytes():
            return b"%d:%b" % (len(value), value)
        case int():
            return b"i%de" % value
        case list() | tuple():
            return b"l" + b"".join(map(encode, value)) + b"e"
        case dict():
            return encode(Pairs(tuple(sorted(value.items()))))
        case Pairs(pairs):
            return b"d" + b"".join(encode(key) + encode(item) for key, item in pairs) + b"e"
    raise TypeError(f"{type(value)} has no bencoding")


def content(length: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(length))


@cache
def tree_of(length: int) -> tuple[bytes, bytes]:
    """The root and the piece layer of a file of so many bytes."""
    return slow_file_tree(content(length), PIECE)


def leaf(length: int) -> Fields:
    """A file's own dictionary in a file tree, with the root of some bytes."""
    if not length:
        return {b"": {b"length": 0}}
    return {b"": {b"length": length, b"pieces root": tree_of(length)[0]}}


def v1(*files: tuple[bytes, int], **fields: Any) -> Fields:
    """A v1 torrent of these paths and lengths; of one file when its path is empty."""
    total = sum(length for _, length in files)
    info: Fields = {
        b"name": b"content",
        b"piece length": PIECE,
        b"pieces": hashlib.sha1(b"x").digest() * -(-total // PIECE),
    }
    if files[0][0]:
        info[b"files"] = [{b"length": length, b"path": path.split(b"/")} for path, length in files]
    else:
        info[b"length"] = total
    return {b"announce": b"http://t.example/announce", b"info": info | _bytes(fields)}


def v2(*files: tuple[bytes, int], **fields: Any) -> Fields:
    """A v2 torrent of these paths and lengths."""
    tree: Fields = {}
    layers: Fields = {}
    for path, length in files:
        *folders, name = path.split(b"/")
        node = tree
        for folder in folders:
            node = node.setdefault(folder, {})
        node[name] = leaf(length)
        root, layer = tree_of(length)
        if layer:
            layers[root] = layer
    info = {b"file tree": tree, b"meta version": 2, b"name": b"content", b"piece length": PIECE}
    return {
        b"announce": b"http://t.example/announce",
        b"info": info | _bytes(fields),
        b"piece layers": layers,
    }


def hybrid(*files: tuple[bytes, int], **fields: Any) -> Fields:
    """Both halves, with pad files between the v1 files and after the last (BEP 47)."""
    torrent = v2(*files)
    listed: list[Fields] = []
    for path, length in files:
        listed.append({b"length": length, b"path": path.split(b"/")})
        if pad := -length % PIECE:
            listed.append({b"attr": b"p", b"length": pad, b"path": [b".pad", b"%d" % pad]})
    padded = sum(file[b"length"] for file in listed)
    torrent[b"info"] |= {
        b"files": listed,
        b"pieces": hashlib.sha1(b"x").digest() * (padded // PIECE),
    }
    torrent[b"info"] |= _bytes(fields)
    return torrent


def _bytes(fields: dict[str, Any]) -> Fields:
    return {name.replace("_", " ").encode(): value for name, value in fields.items()}
