from __future__ import annotations

from random import Random
from typing import Any

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import MetainfoError
from seedwright.metainfo.raw import joined, raw_fields

values: st.SearchStrategy[Any] = st.recursive(
    st.binary(max_size=40) | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(st.binary(max_size=8), inner),
    max_leaves=30,
)
dictionaries = st.dictionaries(
    st.binary(max_size=8) | st.sampled_from([b"info", b"piece layers", b"files"]), values
)


@given(dictionaries)
def test_every_value_is_there_as_its_bytes(fields: dict[bytes, Any]) -> None:
    assert raw_fields(bencode(fields)) == {key: bencode(value) for key, value in fields.items()}


@given(dictionaries)
def test_what_was_taken_apart_can_be_put_together(fields: dict[bytes, Any]) -> None:
    data = bencode(fields)
    assert joined(raw_fields(data)) == data


@given(dictionaries, st.randoms())
def test_keys_in_any_order_come_out_in_theirs(fields: dict[bytes, Any], random: Random) -> None:
    raw = {key: bencode(value) for key, value in fields.items()}
    shuffled = list(raw)
    random.shuffle(shuffled)
    data = b"d" + b"".join(bencode(key) + raw[key] for key in shuffled) + b"e"
    assert joined(raw_fields(data)) == bencode(fields)


def test_the_first_of_two_that_are_the_same_counts() -> None:
    assert raw_fields(b"d1:ai1e1:ai2ee") == {b"a": b"i1e"}


def test_values_keep_an_order_that_is_not_theirs() -> None:
    assert joined(raw_fields(b"d1:bi1e1:ad1:zle1:yleee")) == b"d1:ad1:zle1:ylee1:bi1ee"


@pytest.mark.parametrize("data", [b"", b"le", b"3:abc", b"i1e"])
def test_what_is_no_dictionary_is_an_error(data: bytes) -> None:
    with pytest.raises(MetainfoError):
        raw_fields(data)
