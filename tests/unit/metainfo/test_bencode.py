from __future__ import annotations

import contextlib
from typing import Any

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core as core
from seedwright.errors import MetainfoError
from seedwright.metainfo import bencode as ours
from seedwright.metainfo.bencode import MAX_DEPTH, fields, info_span, items, leaves

values: st.SearchStrategy[Any] = st.recursive(
    st.binary(max_size=40) | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(st.binary(max_size=8), inner),
    max_leaves=30,
)
neighbours = st.dictionaries(st.binary(max_size=8).filter(lambda key: key != b"info"), values)


@given(neighbours, values)
def test_info_is_found_among_any_neighbours(fields: dict[bytes, Any], info: Any) -> None:
    data = bencode({**fields, b"info": info})
    start, end = info_span(data)
    assert data[start:end] == bencode(info)


@given(neighbours, values, st.floats(0, 1, exclude_max=True))
def test_every_cut_is_noticed(fields: dict[bytes, Any], info: Any, share: float) -> None:
    data = bencode({**fields, b"info": info})
    with pytest.raises(MetainfoError):
        info_span(data[: int(share * len(data))])


@given(st.binary() | st.text("dlei0123456789:-").map(str.encode))
def test_any_bytes_are_a_span_or_a_metainfo_error(data: bytes) -> None:
    with contextlib.suppress(MetainfoError):
        start, end = info_span(b"d4:info" + data)
        assert 0 < start < end < len(data) + len("d4:info")


def test_keys_in_any_order_are_taken() -> None:
    data = b"d5:zebra1:z4:infod1:b1:x1:a1:ye1:a1:be"
    start, end = info_span(data)
    assert data[start:end] == b"d1:b1:x1:a1:ye"


def test_an_info_deeper_down_is_another_one() -> None:
    data = b"d1:ad4:info1:xe4:infoi7e1:zl4:infoi8eee"
    start, end = info_span(data)
    assert data[start:end] == b"i7e"


@pytest.mark.parametrize(
    ("data", "what", "offset"),
    [
        (b"", "there is nothing", 0),
        (b"<html>", "no dictionary begins", 0),
        (b"l4:infoe", "no dictionary begins", 0),
        (b"d4:info", "the data ends too soon", 7),
        (b"d4:infoi1e", "the data ends too soon", 10),
        (b"d4:infoi1", "no value begins", 7),
        (b"d4:infoe", "no value begins", 7),
        (b"d4:infoxe", "no value begins", 7),
        (b"di1e4:infoe", "a key is not a string", 1),
        (b"dle4:infoe", "a key is not a string", 1),
        (b"d4:infodi1ei2eee", "a key is not a string", 8),
        (b"d4:infodlei2eee", "a key is not a string", 8),
        (b"d4:infod1:aee", "no value begins", 11),
        (b"d4:info3:ae", "a string runs past the end", 7),
        (b"d4:info9223372036854775807:ae", "a string runs past the end", 7),
        (b"d4:info99999999999999999999:ae", "a string runs past the end", 7),
        (b"d4:info-1:ae", "no value begins", 7),
        (b"d4:info 1:ae", "no value begins", 7),
        (b"d4:infoiee", "no value begins", 7),
        (b"d4:infoi1.5ee", "no value begins", 7),
        (b"d4:infoi" + b"9" * 21 + b"ee", "no value begins", 7),
        (b"d4:infoi1e4:infoi1ee", "a second 'info' begins", 10),
        (b"d3:fooi1ee", "there is no 'info' before the end", 9),
        (b"de", "there is no 'info' before the end", 1),
    ],
)
def test_what_is_wrong_is_told_with_its_offset(data: bytes, what: str, offset: int) -> None:
    with pytest.raises(MetainfoError) as caught:
        info_span(data)
    assert caught.value.message == f"not a torrent: {what} at byte {offset}"


def test_nesting_is_taken_up_to_the_limit_and_no_deeper() -> None:
    inner = MAX_DEPTH - 1
    assert info_span(b"d4:info" + b"l" * inner + b"e" * inner + b"e")
    with pytest.raises(MetainfoError, match=f"more than {MAX_DEPTH} deep at byte"):
        info_span(b"d4:info" + b"l" * (inner + 1) + b"e" * (inner + 1) + b"e")


@pytest.mark.parametrize("opening", [b"l", b"d1:a"])
def test_a_million_openings_are_refused_without_recursion(opening: bytes) -> None:
    with pytest.raises(MetainfoError, match="deep at byte"):
        info_span(b"d4:info" + opening * 1_000_000)


@pytest.mark.parametrize(
    "data", [b"d4:infoi01ee", b"d4:infoi-0ee", b"d4:info01:ae", b"d4:infoi1ee\n", b"d4:infoleexx"]
)
def test_what_libtorrent_takes_is_taken(data: bytes) -> None:
    assert info_span(data)[0] == 7


def test_values_are_taken_up_to_the_limit_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"d4:infoli1e0:ee"
    monkeypatch.setattr(ours, "MAX_VALUES", 5)
    assert info_span(data) == (7, 14)
    monkeypatch.setattr(ours, "MAX_VALUES", 4)
    with pytest.raises(MetainfoError, match="there are more than 4 values at byte 11"):
        info_span(data)


@given(st.dictionaries(st.binary(max_size=8), values))
def test_what_was_encoded_is_built_again(wanted: dict[bytes, Any]) -> None:
    assert fields(bencode(wanted)) == wanted


@given(st.lists(values))
def test_items_come_one_by_one(wanted: list[Any]) -> None:
    assert list(items(bencode(wanted), 0)) == wanted


def test_of_two_keys_the_first_counts() -> None:
    assert fields(b"d1:ai1e1:ai2ee") == {b"a": 1}
    assert fields(b"d1:ai1e1:ai2ee", later=(b"a",)) == {b"a": slice(4, 7, 1)}


def test_what_is_wanted_later_is_told_by_its_place() -> None:
    found = fields(b"d1:ai1e1:bli2eee", later=(b"b",))
    assert found == {b"a": 1, b"b": slice(10, 15, 1)}


def test_numbers_beyond_64_bits_are_kept() -> None:
    assert fields(b"d1:ai99999999999999999999ee") == {b"a": 10**20 - 1}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"le", "no dictionary begins at byte 0"),
        (b"d1:ai1e", "the data ends too soon at byte 7"),
        (b"di1ei1ee", "a key is not a string at byte 1"),
        (b"d1:ae", "no value begins at byte 4"),
        (b"d1:a" + b"l" * 200, "values are nested too deeply"),
    ],
)
def test_what_cannot_be_built_is_told(data: bytes, what: str) -> None:
    with pytest.raises(MetainfoError) as caught:
        fields(data)
    assert what in caught.value.message


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"d1:al" + b"0:" * 20 + b"ee", "more than 9 values in one place at byte 17"),
        (b"d1:a300:" + b"x" * 300 + b"e", "more than 288 bytes of strings in one place at byte 4"),
    ],
)
def test_no_more_is_built_than_may_be(data: bytes, what: str) -> None:
    with pytest.raises(MetainfoError) as caught:
        fields(data, most=9)
    assert what in caught.value.message


@pytest.mark.parametrize("data", [b"de", b"li1", b"l", b"lle"])
def test_a_list_that_is_none_or_has_no_end_is_told(data: bytes) -> None:
    with pytest.raises(MetainfoError):
        list(items(data, 0))


def test_a_list_that_was_read_to_its_end_stays_there() -> None:
    reader = core.items(b"li1ee", 0, 9)
    assert list(reader) == [1]
    assert list(reader) == []


def test_the_files_of_a_tree_come_with_the_names_that_lead_to_them() -> None:
    tree = {b"a": {b"": {b"length": 1}}, b"b": {b"c": {b"": 2}, b"d": {}}}
    assert list(leaves(bencode(tree), 0)) == [((b"a",), {b"length": 1}), ((b"b", b"c"), 2)]


@pytest.mark.parametrize(
    "tree", [b"le", b"d0:dee", b"d1:ai1ee", b"d1:ad0:de1:bdeee", b"d1:ad1:bde0:deee", b"d1:ad0:d"]
)
def test_what_is_no_tree_of_files_is_told(tree: bytes) -> None:
    with pytest.raises(MetainfoError):
        list(leaves(tree, 0))
