from __future__ import annotations

from typing import Any

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import MetainfoError
from seedwright.metainfo.bencode import items, leaves
from seedwright.metainfo.entries import entries

names = st.binary(max_size=8) | st.sampled_from([b"_____padding_file_0_", b"\xff", b"x" * 20_000])
lengths = st.integers(-2, 2**64)
files = st.fixed_dictionaries(
    {b"length": lengths, b"path": st.lists(names, max_size=3)},
    optional={b"attr": st.sampled_from([b"p", b"x"]), b"path.utf-8": st.lists(names, max_size=2)},
)
leaf = st.fixed_dictionaries(
    {b"length": st.sampled_from([0, 1, -1, 2**62])},
    optional={b"pieces root": st.binary(min_size=31, max_size=33), b"attr": st.just(b"x")},
)


def outcome(data: bytes, *, v2: bool) -> list[tuple[object, ...]] | str:
    """The entries, or the sentence that refuses them."""
    info = {b"file tree" if v2 else b"files": slice(0, len(data))}
    try:
        return [tuple(entry) for entry in entries(data, info, v2=v2)]
    except MetainfoError as error:
        return error.message


@given(st.lists(files, max_size=4))
def test_usual_files_are_read_as_unusual_ones_are(listed: list[dict[bytes, Any]]) -> None:
    marked = [file | {b"x": 1} for file in listed]
    assert outcome(bencode(listed), v2=False) == outcome(bencode(marked), v2=False)


@given(st.dictionaries(st.binary(min_size=1, max_size=4), leaf, max_size=4))
def test_usual_leaves_are_read_as_unusual_ones_are(tree: dict[bytes, Any]) -> None:
    plain = {name: {b"": file} for name, file in tree.items()}
    marked = {name: {b"": file | {b"x": 1}} for name, file in tree.items()}
    assert outcome(bencode(plain), v2=True) == outcome(bencode(marked), v2=True)


def test_the_short_way_is_taken() -> None:
    file = {b"length": 3, b"path": [b"a", b"b"]}
    assert list(items(bencode([file]), 0, rows=True)) == [((b"a", b"b"), 3, b"", (), b"")]
    tree = {b"a": {b"": {b"length": 3, b"pieces root": b"r" * 32}}, b"b": {b"": {b"length": 0}}}
    assert list(leaves(bencode(tree), 0, rows=True)) == [
        ((b"a",), 3, b"", (), b"r" * 32),
        ((b"b",), 0, b"", (), b""),
    ]


LIST = bencode([{b"length": 3, b"path": [b"a"]}])
TREE = bencode({b"a": {b"": {b"length": 3, b"pieces root": b"r" * 32}}})


@pytest.mark.parametrize("length", range(len(LIST)))
def test_a_cut_list_is_noticed(length: int) -> None:
    with pytest.raises(MetainfoError):
        list(items(LIST[:length], 0, rows=True))


@pytest.mark.parametrize("length", range(len(TREE)))
def test_a_cut_tree_is_noticed(length: int) -> None:
    with pytest.raises(MetainfoError):
        list(leaves(TREE[:length], 0, rows=True))
