"""Kinds of torrents by their names: valid, odd and hostile, some hundreds of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from tests.unit.builders import PIECE, Fields
from tests.unit.libtorrent.bending import Pairs, Raw, content, encode, hybrid, leaf, v1, v2

BASES: dict[str, Callable[[], Fields]] = {
    "v1 file": lambda: v1((b"", PIECE + 1)),
    "v1 folder": lambda: v1((b"a", 5), (b"sub/b", PIECE), (b"sub/c", 0)),
    "v2 file": lambda: v2((b"content", 3 * PIECE + 1)),
    "v2 folder": lambda: v2((b"a", 5), (b"sub/b", 2 * PIECE), (b"sub/c", 0)),
    "hybrid": lambda: hybrid((b"a", 5), (b"sub/b", 2 * PIECE + 1)),
}

ANYTHING: dict[str, Any] = {
    "nothing": None,
    "zero": 0,
    "minus one": -1,
    "2**31": 2**31,
    "2**63 - 1": 2**63 - 1,
    "20 digits": 10**19,
    "an empty string": b"",
    "a string": b"x",
    "no UTF-8": b"caf\xe9 \xff",
    "an empty list": [],
    "a list": [b"x"],
    "a list of lists": [[b"x"]],
    "an empty dictionary": {},
    "a dictionary": {b"x": 1},
}

AROUND = [
    b"announce", b"announce-list", b"comment", b"comment.utf-8", b"created by", b"creation date",
    b"encoding", b"httpseeds", b"info", b"nodes", b"piece layers", b"url-list", b"x-unknown",
]  # fmt: skip
INSIDE = [
    b"file tree", b"files", b"length", b"meta version", b"name", b"name.utf-8", b"piece length",
    b"pieces", b"private", b"source", b"attr", b"x-unknown",
]  # fmt: skip

NAMES: dict[str, bytes] = {
    "two dots": b"..",
    "one dot": b".",
    "an absolute path": b"/etc/passwd",
    "a way out": b"../../x",
    "a backslash": b"..\\x",
    "a drive": b"C:\\x",
    "a null": b"a\0b",
    "a reserved name": b"CON",
    "a reserved name with an extension": b"nul.txt",
    "a trailing dot": b"x.",
    "300 bytes": b"x" * 300,
    "300 bytes and an extension": b"x" * 300 + b".mkv",
    "4096 bytes": b"x" * 4096,
    "no UTF-8": b"caf\xe9",
    "half a character": b"\xe6\x97",
    "overlong UTF-8": b"\xc0\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a mark that turns text": "a\u202eb".encode(),
    "a control character": b"a\x1b[31mb",
    "a line end": b"a\nb",
    "a space": b" ",
    "nothing": b"",
}

FILES: dict[str, Any] = {
    "a pad file without a path": {b"attr": b"p", b"length": 0},
    "a pad file": {b"attr": b"p", b"length": 0, b"path": [b".pad", b"0"]},
    "a BitComet pad file": {b"length": 0, b"path": [b"_____padding_file_0_x____"]},
    "a symlink": {b"attr": b"l", b"length": 0, b"path": [b"l"], b"symlink path": [b"a"]},
    "a symlink out": {b"attr": b"l", b"path": [b"l"], b"symlink path": [b"..", b"..", b"x"]},
    "a symlink to itself": {b"attr": b"l", b"path": [b"l"], b"symlink path": [b"l"]},
    "a symlink to nothing": {b"attr": b"l", b"length": 0, b"path": [b"l"], b"symlink path": []},
    "a symlink without a target": {b"attr": b"l", b"length": 0, b"path": [b"l"]},
    "a symlink without a target and a length": {b"attr": b"l", b"length": 9, b"path": [b"l"]},
    "a symlink without anything": {b"attr": b"l", b"path": [b"l"]},
    "a symlink to numbers": {b"attr": b"l", b"path": [b"l"], b"symlink path": [1]},
    "an executable": {b"attr": b"x", b"length": 0, b"path": [b"x"]},
    "a hidden file": {b"attr": b"hx", b"length": 0, b"path": [b"x"]},
    "unknown attributes": {b"attr": b"zq", b"length": 0, b"path": [b"x"]},
    "attributes that are a number": {b"attr": 1, b"length": 0, b"path": [b"x"]},
    "a path that is a string": {b"length": 0, b"path": b"x"},
    "a path of nothing": {b"length": 0, b"path": []},
    "a path of numbers": {b"length": 0, b"path": [1]},
    "a path of lists": {b"length": 0, b"path": [[b"x"]]},
    "no path": {b"length": 0},
    "path.utf-8": {b"length": 0, b"path": [b"\xff"], b"path.utf-8": [b"x"]},
    "path.utf-8 alone": {b"length": 0, b"path.utf-8": [b"x"]},
    "path.utf-8 of nothing": {b"length": 0, b"path": [b"x"], b"path.utf-8": []},
    "path.utf-8 that is a string": {b"length": 0, b"path": [b"x"], b"path.utf-8": b"y"},
    "no length": {b"path": [b"x"]},
    "a length that is a string": {b"length": b"0", b"path": [b"x"]},
    "a negative length": {b"length": -1, b"path": [b"x"]},
    "a huge length": {b"length": 2**62, b"path": [b"x"]},
    "a length of 20 digits": {b"length": 10**19, b"path": [b"x"]},
    "a file twice": {b"length": 0, b"path": [b"a"]},
    "a file that differs in case": {b"length": 0, b"path": [b"A"]},
    "a file below a file": {b"length": 0, b"path": [b"a", b"b"]},
    "hashes of its own": {b"length": 0, b"path": [b"x"], b"md5sum": b"0" * 32, b"sha1": b"0" * 20},
    "a time": {b"length": 0, b"path": [b"x"], b"mtime": 2**40},
    "a string for a file": b"x",
    "a list for a file": [],
}

LEAVES: dict[str, Any] = {
    "a leaf of nothing": {b"": {}},
    "a leaf that is a string": {b"": b"x"},
    "a leaf and a file": {b"": {b"length": 0}, b"x": {b"": {b"length": 0}}},
    "a string for a file": b"x",
    "an empty folder": {},
    "no root": {b"": {b"length": 5}},
    "a short root": {b"": {b"length": 5, b"pieces root": b"x" * 31}},
    "a root of zeros": {b"": {b"length": 5, b"pieces root": bytes(32)}},
    "an empty file with a root": {b"": {b"length": 0, b"pieces root": b"x" * 32}},
    "a negative length": {b"": {b"length": -1, b"pieces root": b"x" * 32}},
    "a huge length": {b"": {b"length": 2**62, b"pieces root": b"x" * 32}},
    "a length that is a string": {b"": {b"length": b"5", b"pieces root": b"x" * 32}},
    "no piece layer": {b"": {b"length": 2 * PIECE, b"pieces root": b"x" * 32}},
    "a pad file": {b"": {b"attr": b"p", b"length": 5, b"pieces root": b"x" * 32}},
    "a symlink": {b"": {b"attr": b"l", b"symlink path": [b"a"]}},
    "a symlink without a target": {b"": {b"attr": b"l", b"length": 0}},
    "an executable": {b"": {b"attr": b"x", b"length": 5, b"pieces root": b"x" * 32}},
    "90 folders": None,
    "101 folders": None,
}

INTEGERS: dict[str, bytes] = {
    "leading zeros": b"i00016384e",
    "minus zero": b"i-0e",
    "no digits": b"ie",
    "a minus": b"i-e",
    "two minuses": b"i--1e",
    "a plus": b"i+1e",
    "a fraction": b"i1.5e",
    "an exponent": b"i1e5e",
    "hexadecimal": b"i0x10e",
    "a space": b"i 1e",
    "20 digits": b"i99999999999999999999e",
    "21 digits": b"i999999999999999999999e",
    "a thousand digits": b"i" + b"9" * 1000 + b"e",
    "no end": b"i1",
}

STRINGS: dict[str, bytes] = {
    "a length with leading zeros": b"0001:x",
    "a negative length": b"-1:x",
    "no length": b":x",
    "a length with a space": b" 1:x",
    "a length beyond the end": b"999999:x",
    "a length of 2**63 - 1": b"9223372036854775807:x",
    "a length of 2**63": b"9223372036854775808:x",
    "a length of 2**64": b"18446744073709551616:x",
    "a length of 100 digits": b"9" * 100 + b":x",
    "no colon": b"1x",
    "a letter": b"x",
}


def kinds() -> Iterator[tuple[str, bytes]]:
    """Every kind, by a name that no other has."""
    for name, base in BASES.items():
        yield name, encode(base())
        for what, data in _bent_bytes(base):
            yield f"{name}: {what}", data
        for what, torrent in _bent_values(base):
            yield f"{name}: {what}", encode(torrent)
    for what, file in FILES.items():
        yield f"v1 with {what}", encode(_with_file(file))
    for what, node in LEAVES.items():
        depth = what.split()[0]
        if depth.isdigit():
            node = leaf(0)  # noqa: PLW2901
            for _ in range(int(depth)):
                node = {b"d": node}  # noqa: PLW2901
        torrent = BASES["v2 folder"]()
        torrent[b"info"][b"file tree"][b"z"] = node
        yield f"v2 with {what}", encode(torrent)
    yield from _halves()
    yield from _bombs()


def _bent_values(base: Callable[[], Fields]) -> Iterator[tuple[str, Fields]]:
    """One key at a time with one value of another kind, and names that lead elsewhere."""
    for keys, place in ((AROUND, "around"), (INSIDE, "inside")):
        for key in keys:
            for what, value in ANYTHING.items():
                torrent = base()
                fields = torrent if place == "around" else torrent[b"info"]
                if value is None and key not in fields:
                    continue
                fields.pop(key, None)
                if value is not None:
                    fields[key] = copy.deepcopy(value)
                yield f"{key.decode()} {place} info is {what}", torrent
    for what, name in NAMES.items():
        torrent = base()
        torrent[b"info"][b"name"] = name
        yield f"its name is {what}", torrent
        torrent = base()
        info = torrent[b"info"]
        if b"files" in info and b"file tree" not in info:
            info[b"files"][0][b"path"] = [b"sub", name]
            yield f"a file's name is {what}", torrent
        elif b"file tree" in info and b"sub" in info[b"file tree"] and b"files" not in info:
            info[b"file tree"][b"sub"][name] = info[b"file tree"].pop(b"a")
            yield f"a file's name is {what}", torrent


def _bent_bytes(base: Callable[[], Fields]) -> Iterator[tuple[str, bytes]]:
    data = encode(base())
    torrent = base()
    info = torrent[b"info"]
    around = tuple(torrent.items())
    inside = tuple(info.items())
    yield "a line end after it", data + b"\n"
    yield "another torrent after it", data + data
    yield "cut by a byte", data[:-1]
    yield "cut in the middle", data[: len(data) // 2]
    yield "a byte before it", b"\n" + data
    yield "a byte order mark before it", b"\xef\xbb\xbf" + data
    yield "one end too many", data + b"e"
    yield "keys around info in reverse", encode(Pairs(tuple(sorted(around, reverse=True))))
    backwards = Pairs(tuple(sorted(inside, reverse=True)))
    yield "keys of info in reverse", encode(torrent | {b"info": backwards})
    yield "info twice", encode(Pairs((*around, (b"info", {b"name": b"other"}))))
    yield "announce twice", encode(Pairs((*around, (b"announce", b"http://other"))))
    twice = Pairs((*inside, (b"name", b"other"), (b"piece length", 1)))
    yield "a name twice", encode(torrent | {b"info": twice})
    numbered = Pairs(((1, 2), *around))
    yield "a key that is a number", encode(numbered)
    yield "a key without a value", b"d" + encode(b"a") + b"e"
    for what, raw in INTEGERS.items():
        yield f"a number with {what}", encode(torrent | {b"z": Raw(raw)})
        yield (
            f"in info a number with {what}",
            encode(torrent | {b"info": info | {b"private": Raw(raw)}}),
        )
        yield (
            f"a piece length with {what}",
            encode(torrent | {b"info": info | {b"piece length": Raw(raw)}}),
        )
    for what, raw in STRINGS.items():
        yield f"a string with {what}", encode(torrent | {b"z": Raw(raw)})
        yield (
            f"in info a string with {what}",
            encode(torrent | {b"info": info | {b"source": Raw(raw)}}),
        )


def _with_file(file: Any) -> Fields:
    torrent = BASES["v1 folder"]()
    torrent[b"info"][b"files"].append(file)
    return torrent


def _halves() -> Iterator[tuple[str, bytes]]:
    """Hybrids whose halves do not fit, piece lengths and hashes that do not either."""
    changes: dict[str, Callable[[Fields], object]] = {
        "a v1 file is longer": lambda info: info[b"files"][0].update({b"length": 6}),
        "a v1 file has another name": lambda info: info[b"files"][0].update({b"path": [b"b"]}),
        "a v1 file is missing": lambda info: info[b"files"].pop(0),
        "a v1 file more": lambda info: info[b"files"].append({b"length": 0, b"path": [b"z"]}),
        "the v1 files are in reverse": lambda info: info[b"files"].reverse(),
        "a v2 file more": lambda info: info[b"file tree"].update({b"z": leaf(0)}),
        "no pad files": lambda info: info.update(
            {b"files": [file for file in info[b"files"] if b"attr" not in file]}
        ),
        "only v1 hashes": lambda info: info.pop(b"file tree"),
        "no v1 hashes": lambda info: info.pop(b"pieces"),
    }
    for what, change in changes.items():
        torrent = BASES["hybrid"]()
        change(torrent[b"info"])
        yield f"hybrid: {what}", encode(torrent)
    single = v2((b"content", PIECE + 1))
    hashes = {b"length": PIECE + 1, b"pieces": b"x" * 40}
    yield "hybrid of one file", encode(single | {b"info": single[b"info"] | hashes})
    other = hashes | {b"name": b"other"}
    yield "hybrid of one file by two names", encode(single | {b"info": single[b"info"] | other})
    for layer in (b"", b"x" * 32, b"x" * 64, b"x" * 128, content(96)):
        torrent = BASES["v2 file"]()
        torrent[b"piece layers"] = dict.fromkeys(torrent[b"piece layers"], layer)
        yield f"v2 file: a wrong layer of {len(layer)} bytes", encode(torrent)
    for length in (1, 2**14 - 1, 2**14 + 1, 2**27, 2**30, 2**31, 2**40):
        for name in ("v1 file", "v2 folder"):
            torrent = BASES[name]()
            info = torrent[b"info"]
            info[b"piece length"] = length
            if name == "v1 file":
                info[b"pieces"] = b"x" * 20 * -(-info[b"length"] // length)
            yield f"{name}: pieces of {length}", encode(torrent)
    for length in (0, 2**40, 2**44, 2**50):
        torrent = v1((b"", PIECE), piece_length=2**26)
        torrent[b"info"] |= {
            b"length": length, b"piece length": 2**26, b"pieces": b"x" * 20 * min(length >> 26, 2**18),
        }  # fmt: skip
        yield f"v1 file: {length} bytes", encode(torrent)
    yield "v1 of pads alone", encode(
        v1((b"x", PIECE)) | {b"info": v1((b"x", PIECE))[b"info"] | {
            b"files": [{b"attr": b"p", b"length": PIECE, b"path": [b".pad", b"1"]}]}}
    )  # fmt: skip


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Small for what they would like to become."""
    yield "nothing", b""
    yield "a list", b"le"
    yield "a number", b"i1e"
    yield "an empty dictionary", b"de"
    yield "a web page", b"<!doctype html><title>404</title>"
    yield "zeros", bytes(1000)
    for opening in (b"l", b"d1:a", b"d0:"):
        yield f"a million times {opening.decode()}", b"d4:info" + opening * 1_000_000
    for depth in (97, 98, 99, 100, 101):
        nested = b"l" * depth + b"e" * depth
        whole = encode(BASES["v1 file"]() | {b"z": Raw(nested)})
        yield f"{depth} lists in one another", whole
    plain = BASES["v1 file"]()
    for number in (1000, 20_000):
        yield (
            f"{number} trackers",
            encode(plain | {b"announce-list": [[b"http://%d.example" % n] for n in range(number)]}),
        )
        yield f"{number} unknown keys", encode(plain | {b"%06d" % n: n for n in range(number)})
        yield f"{number} files", encode(v1(*((b"%d" % n, 1) for n in range(number))))
        yield (
            f"{number} web seeds",
            encode(plain | {b"url-list": [b"http://w.example/%d" % n for n in range(number)]}),
        )
    yield "a magnet link", encode({b"magnet-uri": b"magnet:?xt=urn:btih:" + b"0" * 40})
