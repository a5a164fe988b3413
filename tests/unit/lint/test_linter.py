from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from seedwright.errors import UsageError
from seedwright.lint.keys import LATEST
from seedwright.lint.linter import LINTS, Finding, Severity, lint
from seedwright.lint.subject import Subject
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.wrong_paths import PATH_PROBLEMS
from tests.unit.builders import PIECE, Fields, torrent, v1_info
from tests.unit.libtorrent.bending import hybrid, v2

PASSKEY = "0123456789abcdef0123456789abcdef"
A, B = b"http://a.example/announce", b"udp://b.example:80"
SECRET = f"https://c.example/{PASSKEY}/announce".encode()
MIB = 1 << 20


@dataclass(frozen=True)
class Rule:
    name: str = "Example"
    source: str = ""
    max_piece_length: int | None = None
    max_torrent_size: int | None = None


def linted(info: Fields | None = None, *rules: Rule, **fields: Any) -> list[Finding]:
    around = {"announce": A, **fields}
    data = torrent(info or v1_info(1), **{key: each for key, each in around.items() if each})
    return lint(Subject.made(Metainfo.parse(data), rules))


def names(found: list[Finding]) -> list[str]:
    return [finding.name for finding in found]


def files(*paths: bytes) -> Fields:
    """A v1 folder of files of a byte, whose names slashes part."""
    info = v1_info(len(paths))
    del info[b"length"]
    return info | {b"files": [{b"length": 1, b"path": path.split(b"/")} for path in paths]}


def long_torrent(pieces: int, piece_length: int) -> Fields:
    return v1_info(pieces * piece_length, piece_length=piece_length)


def good(fields: Fields) -> tuple[Fields, dict[str, Any]]:
    """The ``info`` of a torrent, and its piece layers."""
    return fields[b"info"], {"piece_layers": fields[b"piece layers"]}


CLEAN: dict[str, tuple[Fields, dict[str, Any]]] = {
    "a v1 file": (v1_info(1), {}),
    "a v2 folder": good(v2((b"a", 5), (b"b/c", PIECE + 1), (b"d", 0))),
    "a v2 file": good(v2((b"content", 3 * PIECE))),
    "a hybrid folder": good(hybrid((b"a", 5), (b"b", 0), (b"c", PIECE + 1), (b"d/e", 7))),
    "a public one with DHT nodes": (v1_info(1), {"nodes": [[b"n.example", 1]]}),
    "a date before the year 5138": (v1_info(1), {"creation_date": LATEST}),
    "a private one with a passkey": (v1_info(1, private=1), {"announce": SECRET}),
    "a tier over http and https": (v1_info(1), {"announce_list": [[A, b"https://d.example/"]]}),
    "two paths that differ": (files(b"a/b", b"A/c", b"\xc3\xa9"), {}),
    "many pieces that can be no longer": (long_torrent(10_001, 16 * MIB), {}),
    "few pieces that are short": (long_torrent(1, MIB), {}),
    "an announce of blanks": (v1_info(1), {"announce": b" ", "announce_list": [[A]]}),
}


@pytest.mark.parametrize(("info", "fields"), CLEAN.values(), ids=CLEAN)
def test_nothing_is_found_in_what_is_fine(info: Fields, fields: dict[str, Any]) -> None:
    assert linted(info, **fields) == []


FOUND: list[tuple[str, Fields, dict[str, Any], str]] = [
    ("private-without-tracker", v1_info(1, private=1), {"announce": None}, "no peer can be found"),
    ("no-tracker", v1_info(1), {"announce": None}, "found through the DHT only"),
    ("tracker-url", v1_info(1), {"announce": b"a.example"}, ": tracker 'a.example' has no scheme"),
    ("duplicate-tracker", v1_info(1), {"announce_list": [[A], [B], [A]]}, f": {A.decode()}"),
    (
        "tracker-url",
        v1_info(1),
        {"announce": b"https://a.example/x,https://b.example/y"},
        "/y' is several URLs in one",
    ),
    ("upper-case-scheme", v1_info(1), {"announce": b"HTTPS://a.example/"}, ": HTTPS://a.example/"),
    ("upper-case-scheme", v1_info(1), {"url_list": b"Http://w.example/"}, ": Http://w.example/"),
    (
        "duplicate-tracker",
        v1_info(1),
        {"announce_list": [[A], [b"HTTP://A.example/announce"]]},
        ": HTTP://A.example/announce",
    ),
    ("mixed-tiers", v1_info(1), {"announce_list": [[A, B]]}, f": {A.decode()}, {B.decode()}"),
    ("mixed-tiers", v1_info(1), {"announce_list": [[A, b"wss://w.example/"]]}, "wss://w.example/"),
    ("announce-apart", v1_info(1), {"announce_list": [[B]]}, f": {A.decode()}"),
    ("public-passkey", v1_info(1), {"announce": SECRET}, ": https://c.example/***/announce"),
    (
        "web-seed-url",
        v1_info(1),
        {"url_list": b"w.example"},
        ": web seed 'w.example' has no scheme",
    ),
    ("piece-length-odd", v1_info(1, piece_length=PIECE + 1), {}, ": 16385 bytes"),
    ("piece-length-odd", v1_info(1, piece_length=PIECE // 2), {}, ": 8192 bytes"),
    ("many-pieces", long_torrent(10_001, 8 * MIB), {}, ": 10001 of 8 MiB"),
    ("few-pieces", long_torrent(19, 2 * MIB), {}, ": 19 of 2 MiB"),
    ("wrong-type", v1_info(1, source=1), {"comment": 1}, ": comment, and 1 more"),
    ("leads-out", files(b"a/../b"), {}, ": content/a/../b"),
    ("empty-name", files(b"a//b"), {}, ": content/a//b"),
    ("long-name", files(b"x" * 256), {}, ": content/xxx"),
    ("not-utf8", v1_info(1, name=b"caf\xe9"), {}, r": caf\udce9"),
    ("windows-name", files(b"a?/x", b"b:/x", b"fine"), {}, ": content/a?/x"),
    ("long-path", files(b"/".join([b"x" * 50] * 6)), {}, ": content/xxx"),
    ("respelled-name", v1_info(1, name="\u202eabc".encode()), {}, r": \u202eabc"),
    (
        "respelled-name",
        v1_info(1, name="a\u200bb".encode()),
        {},
        "a\u200bb (libtorrent 2.1 or later)",
    ),
    ("renamed-file", files(b"a", b"b", b"A"), {}, ": content/A and content/a"),
    ("renamed-file", files(b"a", b"a"), {}, ": content/a and content/a"),
    ("renamed-file", files(b"a", b"A/b"), {}, ": content/a and content/A"),
    ("renamed-file", files(b"S/x", b"s/x"), {}, ": content/s/x and content/S/x"),
    ("file-and-folder", files(b"a/b", b"a"), {}, ": content/a"),
    ("file-and-folder", files(b"s/a", b"s/a/b/c"), {}, ": content/s/a"),
    (
        "private-nodes",
        v1_info(1, private=1),
        {"nodes": [[b"n.example", 6881]]},
        ": n.example:6881",
    ),
    ("misplaced-key", v1_info(1), {"private": 1}, ": private"),
    ("misplaced-key", v1_info(1), {"source": b"S"}, ": source"),
    ("flat-announce-list", v1_info(1), {"announce_list": [A, SECRET]}, ", and 1 more"),
    ("date-in-milliseconds", v1_info(1), {"creation_date": LATEST + 1}, ": 100000000000"),
    ("piece-length-refused", v1_info(1, piece_length=1 << 30), {}, ": 1,073,741,824 bytes"),
    ("total-length", v1_info(0), {}, ": 0 bytes"),
    *(
        ("wrong-format-key", good(v2((b"a", 5)))[0] | {key: value}, {}, f": {key.decode()}")
        for key, value in ((b"pieces", b""), (b"length", b""), (b"files", 1))
    ),
    ("same-name", files(b"\xc3\xa9", b"e\xcc\x81"), {}, ": content/e"),
    ("same-name", files(b"\xc3\xa9", b"\xc3\x89/x"), {}, ": content/\xe9"),
]


@pytest.mark.parametrize(("name", "info", "fields", "words"), FOUND)
def test_what_is_wrong_is_found_by_its_name(
    name: str, info: Fields, fields: dict[str, Any], words: str
) -> None:
    found = {finding.name: finding for finding in linted(info, **fields)}
    assert words in found[name].text
    assert PASSKEY not in found[name].text


def test_a_hybrid_whose_files_do_not_begin_with_a_piece_is_uneven() -> None:
    info, _ = good(hybrid((b"sub/000", 5), (b"sub/001", 7)))
    info[b"files"] = [file for file in info[b"files"] if b"attr" not in file]
    info[b"pieces"] = bytes(20)
    found = linted(info)
    assert names(found) == ["uneven-hybrid"]
    assert found[0].text.endswith(": sub/001")


def test_a_large_torrent_is_large() -> None:
    found = linted(v1_info(500_001 * 16 * MIB, piece_length=16 * MIB))
    assert names(found) == ["large-torrent"]
    assert "10,000,000" in found[0].text


@pytest.mark.parametrize(
    ("rule", "name", "words"),
    [
        (Rule(source="EX"), "wrong-source", ": none instead of 'EX' for Example"),
        (Rule(max_piece_length=MIB), "long-pieces", ": 2 MiB, but Example allows 1 MiB at most"),
        (Rule(max_torrent_size=100), "large-for-tracker", "bytes, but Example allows 100 at most"),
    ],
)
def test_what_a_tracker_asks_for_is_looked_at(rule: Rule, name: str, words: str) -> None:
    found = linted(long_torrent(20, 2 * MIB), rule)
    assert names(found) == [name]
    assert words in found[0].text


def test_another_source_than_the_trackers_is_named() -> None:
    found = linted(v1_info(1, source=b"OTHER"), Rule(source="EX"))
    assert "'OTHER' instead of 'EX'" in found[0].text


def test_what_a_tracker_does_not_ask_for_is_not_looked_at() -> None:
    fits = Rule(source="EX", max_piece_length=MIB, max_torrent_size=10_000)
    assert linted(v1_info(1, source=b"EX"), fits, Rule()) == []


def test_several_places_are_one_finding() -> None:
    (found,) = linted(files(b"a?", b"b?", b"c?"))
    assert (
        found.text == "a path that has a name that Windows does not allow: content/a?, and 2 more"
    )


def test_what_is_allowed_is_not_found() -> None:
    subject = Subject.made(Metainfo.parse(torrent(v1_info(1))))
    assert names(lint(subject)) == ["no-tracker"]
    assert lint(subject, allowed=["no-tracker", "few-pieces"]) == []


def test_only_what_is_looked_for_can_be_allowed() -> None:
    with pytest.raises(UsageError, match="unknown check 'no-such'"):
        lint(Subject.made(Metainfo.parse(torrent(v1_info(1)))), allowed=["no-tracker", "no-such"])


def test_every_problem_of_a_path_is_looked_for() -> None:
    assert LINTS.keys() >= PATH_PROBLEMS.keys()


@pytest.mark.parametrize("name", LINTS)
def test_every_name_has_a_meaning_and_a_hint_of_one_sentence(name: str) -> None:
    row = LINTS[name]
    assert name.replace("-", "").replace("utf8", "utf").isalpha()
    assert name == name.lower()
    for sentence in (row.meaning, row.remedy.made, row.remedy.planned or "nothing"):
        assert sentence
        assert not sentence.endswith(".")
    assert row.severity in Severity
