"""What strict readers refuse in the bytes of a torrent is found, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seedwright.lint.grammar import DEEPEST, faults_of_grammar
from seedwright.metainfo.parse import Metainfo
from tests.unit.libtorrent.bending import Pairs, Raw, encode, hybrid, leaf, v1, v2

if TYPE_CHECKING:
    from tests.unit.builders import Fields


def found(value: Any) -> list[tuple[str, str]]:
    return list(faults_of_grammar(Metainfo.parse(encode(value))))


def with_info(fields: Fields, **changed: Any) -> Fields:
    named = {name.replace("_", " ").encode(): value for name, value in changed.items()}
    return fields | {b"info": fields[b"info"] | named}


FOLDER = v1((b"a", 5), (b"sub/b", 7))
TREE = v2((b"a", 5), (b"sub/b", 7), (b"sub/c/d", 0), (b"sub/d", 1), (b"z", 0))
MANY = [(b"%04d/%d" % (n // 7, n), n % 3) for n in range(1000)]


@pytest.mark.parametrize(
    "fields",
    [
        FOLDER,
        TREE,
        hybrid((b"a", 5), (b"b/c", 7)),
        v1(*sorted(MANY)),
        v2(*sorted(MANY)),
        with_info(FOLDER, x=[{}, [], -1, 0, b"", {b"a": {b"b": 1}, b"c": 10}]),
        FOLDER | {b"x": Raw(b"d1:bi007e1:ai-0ee")},
    ],
)
def test_nothing_is_found_where_info_is_as_it_should_be(fields: Fields) -> None:
    assert found(fields) == []


def reversed_pairs(fields: Fields) -> Pairs:
    return Pairs(tuple(sorted(fields.items(), reverse=True)))


FILE = Pairs(((b"path", [b"x"]), (b"length", 5)))
ROOT = leaf(5)[b""]
UNSORTED: dict[str, tuple[Any, str]] = {
    "info itself": (with_info(FOLDER) | {b"info": reversed_pairs(FOLDER[b"info"])}, "piece"),
    "a key twice": (
        FOLDER | {b"info": Pairs((*sorted(FOLDER[b"info"].items()), (b"pieces", b"x")))},
        "pieces after",
    ),
    "a file": (with_info(FOLDER, files=[FILE, FILE]), "length after path"),
    "a key that nobody knows": (
        with_info(FOLDER, x={b"y": [Pairs(((b"b", 1), (b"a", 2)))]}),
        "a after b",
    ),
    "names of a file tree": (
        with_info(TREE, file_tree=Pairs(((b"b", leaf(5)), (b"a", leaf(5))))),
        "a after b",
    ),
    "a folder before a file": (
        with_info(TREE, file_tree=Pairs(((b"s", {b"x": leaf(5)}), (b"a", leaf(5))))),
        "a after s",
    ),
    "a folder twice": (
        with_info(
            TREE,
            file_tree=Pairs(((b"s", {b"x": leaf(5)}), (b"t", leaf(5)), (b"s", {b"y": leaf(5)}))),
        ),
        "s after t",
    ),
    "a leaf": (
        with_info(TREE, file_tree={b"a": {b"": reversed_pairs(ROOT)}}),
        "length after pieces root",
    ),
}


@pytest.mark.parametrize(("fields", "words"), UNSORTED.values(), ids=UNSORTED)
def test_unsorted_keys_inside_info_are_found(fields: Any, words: str) -> None:
    places = [place for name, place in found(fields) if name == "unsorted-keys"]
    assert any(words in place for place in places)


def test_unsorted_keys_around_info_do_no_harm() -> None:
    assert found(reversed_pairs(FOLDER)) == []


ZEROS: list[tuple[Any, str]] = [
    (with_info(FOLDER, piece_length=Raw(b"i016384e")), "016384"),
    (with_info(FOLDER, source=Raw(b"01:x")), "01"),
    (with_info(FOLDER, x=[Raw(b"i-01e")]), "-01"),
    (with_info(FOLDER, files=[{b"length": Raw(b"i012e"), b"path": [b"a"]}]), "012"),
    (with_info(FOLDER, files=[{b"length": 12, b"path": [Raw(b"001:a")]}]), "001"),
    (with_info(TREE, file_tree={b"a": {b"": ROOT | {b"length": Raw(b"i05e")}}}), "05"),
    (with_info(TREE, file_tree=Raw(b"d01:a%be" % encode(leaf(5)))), "01"),
]


@pytest.mark.parametrize(("fields", "place"), ZEROS)
def test_leading_zeros_inside_info_are_found(fields: Any, place: str) -> None:
    assert found(fields) == [("leading-zeros", place)]


@pytest.mark.parametrize("rest", [b"\n", b"e", encode(FOLDER)])
def test_bytes_after_the_end_are_counted(rest: bytes) -> None:
    metainfo = Metainfo.parse(encode(FOLDER) + rest)
    assert list(faults_of_grammar(metainfo)) == [("trailing-bytes", f"{len(rest):,}")]


def nested(lists: int) -> Fields:
    return FOLDER | {b"x": Raw(b"l" * lists + b"e" * lists)}


def test_lists_may_nest_as_deep_as_libtorrent_reads_them() -> None:
    assert found(nested(DEEPEST - 1)) == []
    assert found(nested(DEEPEST)) == [("deep-nesting", "")]
