from __future__ import annotations

import contextlib
from typing import Any

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import MetainfoError
from seedwright.torrent.bencode import MAX_DEPTH, info_span

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
        (b"d4:info99999999999999999999:ae", "no value begins", 7),
        (b"d4:info01:ae", "no value begins", 7),
        (b"d4:info-1:ae", "no value begins", 7),
        (b"d4:info 1:ae", "no value begins", 7),
        (b"d4:infoi01ee", "no value begins", 7),
        (b"d4:infoi-0ee", "no value begins", 7),
        (b"d4:infoiee", "no value begins", 7),
        (b"d4:infoi1.5ee", "no value begins", 7),
        (b"d4:infoi" + b"9" * 20 + b"ee", "no value begins", 7),
        (b"d4:infoi1e4:infoi1ee", "a second 'info' begins", 10),
        (b"d3:fooi1ee", "there is no 'info' before the end", 9),
        (b"de", "there is no 'info' before the end", 1),
        (b"d4:infoi1ee\n", "something follows the end of the torrent", 11),
        (b"d4:infoi1eed4:infoi1ee", "something follows the end of the torrent", 11),
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
