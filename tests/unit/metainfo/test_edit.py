from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from bencode2 import bdecode, bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import MetainfoError, UsageError
from seedwright.metainfo.bencode import info_span
from seedwright.metainfo.edit import Change, Edit, Edited, apply
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.raw import joined, raw_fields
from tests.unit.builders import Fields, hybrid_info, torrent, v1_info, v2_info

PASSKEY = "0123456789abcdef0123456789abcdef"
A, B, C = "http://a.example/announce", "udp://b.example:80", "https://c.example/announce"
SECRET = f"https://c.example/{PASSKEY}/announce"
W, X = "http://w.example/content", "http://x.example/content"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
urls = st.sampled_from([A, B, C, SECRET])
several_urls = st.lists(urls, max_size=3, unique=True).map(tuple)
tiers = st.lists(urls, max_size=4, unique=True).map(lambda found: tuple((url,) for url in found))
seeds = st.lists(st.sampled_from([W, X]), max_size=2, unique=True).map(tuple)
unknown = st.dictionaries(
    st.binary(max_size=4).map(lambda key: b"x-" + key),
    st.recursive(
        st.binary(max_size=20) | st.integers(-(2**63), 2**63 - 1),
        lambda inner: st.lists(inner) | st.dictionaries(st.binary(max_size=4), inner),
        max_leaves=8,
    ),
    max_size=3,
)
AROUND: dict[bytes, st.SearchStrategy[Any]] = {
    b"announce": urls.map(str.encode),
    b"announce-list": st.lists(st.lists(urls.map(str.encode), max_size=2), max_size=3),
    b"comment": st.binary(max_size=20),
    b"comment.utf-8": texts.map(str.encode),
    b"created by": st.binary(max_size=20),
    b"creation date": st.integers(0, 2**40),
    b"url-list": st.just(W.encode()) | st.lists(st.just(X.encode()), max_size=2),
}
INSIDE: dict[bytes, st.SearchStrategy[Any]] = {
    b"private": st.integers(0, 2),
    b"source": st.binary(max_size=20),
    b"entropy": st.binary(max_size=20),
}


def some_of(fields: dict[bytes, st.SearchStrategy[Any]]) -> st.SearchStrategy[Fields]:
    return st.fixed_dictionaries({}, optional=fields)


infos = st.builds(
    lambda info, inside, others: {**others, **inside, **info},
    st.sampled_from([v1_info(5), v1_info(5, 7), v2_info(5), v2_info(5, 7), hybrid_info(5, 7)]),
    some_of(INSIDE),
    unknown,
)


@st.composite
def torrents(draw: st.DrawFn) -> bytes:
    """Torrents of every format, known and unknown keys in any order."""
    around = draw(some_of(AROUND)) | draw(unknown)
    raw = {key: bencode(value) for key, value in around.items()}
    raw[b"info"] = shuffled(draw, {key: bencode(each) for key, each in draw(infos).items()})
    return shuffled(draw, raw)


def shuffled(draw: st.DrawFn, raw: dict[bytes, bytes]) -> bytes:
    keys = draw(st.permutations(sorted(raw)))
    return b"d" + b"".join(bencode(key) + raw[key] for key in keys) + b"e"


outer_edits = st.builds(
    Edit,
    tiers=st.none() | tiers,
    remove_trackers=st.lists(st.sampled_from([A, "b.example", "c.example"]), max_size=2).map(tuple),
    add_trackers=several_urls,
    web_seeds=st.none() | seeds,
    comment=st.none() | texts,
    without_date=st.booleans(),
    without_creator=st.booleans(),
)
inner_edits = st.builds(
    Edit,
    private=st.none() | st.booleans(),
    source=st.none() | texts,
    entropy=st.none() | texts,
    name=st.none() | st.sampled_from(["another", "Ünïcode", "content"]),
)


def info_of(data: bytes) -> bytes:
    start, end = info_span(data)
    return data[start:end]


def infohashes(torrent: Metainfo) -> tuple[str | None, str | None]:
    return torrent.infohash_v1, torrent.infohash_v2


def edited(data: bytes, **fields: Any) -> Edited:
    return apply(data, Edit(**fields))


@given(torrents(), outer_edits)
def test_what_is_around_info_leaves_every_byte_of_info(data: bytes, edit: Edit) -> None:
    outcome = apply(data, edit)
    assert info_of(outcome.after.data) == info_of(data)
    assert infohashes(outcome.after) == infohashes(outcome.before)


@given(torrents(), outer_edits, inner_edits)
def test_keys_that_nobody_knows_keep_their_bytes(data: bytes, outer: Edit, inner: Edit) -> None:
    after = apply(apply(data, outer).after.data, inner).after.data
    for before, now in ((data, after), (info_of(data), info_of(after))):
        kept = {key: raw for key, raw in raw_fields(before).items() if key.startswith(b"x-")}
        assert kept.items() <= raw_fields(now).items()


@given(torrents(), outer_edits, inner_edits)
def test_an_edit_that_was_made_has_nothing_left_to_change(
    data: bytes, outer: Edit, inner: Edit
) -> None:
    for edit in (outer, inner):
        once = apply(data, edit).after
        again = apply(once.data, edit)
        assert again.changes == ()
        assert again.after.data == once.data


@given(torrents(), outer_edits, inner_edits)
def test_edits_of_different_things_compose(data: bytes, outer: Edit, inner: Edit) -> None:
    both = replace(
        outer, private=inner.private, source=inner.source, entropy=inner.entropy, name=inner.name
    )
    at_once = apply(data, both).after.data
    assert apply(apply(data, outer).after.data, inner).after.data == at_once
    assert apply(apply(data, inner).after.data, outer).after.data == at_once


@given(torrents(), inner_edits)
def test_another_info_is_another_torrent_and_nothing_else_is(data: bytes, edit: Edit) -> None:
    outcome = apply(data, edit)
    same = info_of(data) == info_of(outcome.after.data)
    assert (infohashes(outcome.after) == infohashes(outcome.before)) is same
    assert bool(outcome.changes) is (not same)


@given(torrents())
def test_an_edit_of_nothing_gives_the_same_bytes(data: bytes) -> None:
    outcome = apply(data, Edit())
    assert outcome.changes == ()
    assert outcome.after is outcome.before
    assert outcome.after.data == data


def test_a_changed_info_has_the_infohash_of_its_bytes() -> None:
    data = torrent(v1_info(1))
    outcome = edited(data, source="X", private=True)
    wanted = v1_info(1, source=b"X", private=1)
    assert info_of(outcome.after.data) == bencode(wanted)
    assert outcome.after.infohash_v1 == hashlib.sha1(bencode(wanted)).hexdigest()
    assert outcome.changes == (Change("private", None, 1), Change("source", None, "X"))


def test_keys_out_of_order_stay_so_until_info_changes() -> None:
    fields = {key: bencode(value) for key, value in v1_info(1).items()}
    scrambled = b"d" + b"".join(bencode(key) + fields[key] for key in sorted(fields)[::-1]) + b"e"
    data = b"d4:info" + scrambled + b"e"
    assert info_of(edited(data, comment="c").after.data) == scrambled
    assert info_of(edited(data, source="X").after.data) == joined({**fields, b"source": b"1:X"})


def listed(*found: tuple[str, ...]) -> dict[str, Any]:
    return {"announce_list": [[url.encode() for url in tier] for tier in found]}


@pytest.mark.parametrize(
    ("fields", "edit", "wanted"),
    [
        ({}, {"tiers": ((A,), (B, C))}, ((A,), (B, C))),
        ({"announce": A.encode()}, {"tiers": ((B,),)}, ((B,),)),
        (listed((A,), (B,)), {"tiers": ()}, ()),
        ({"announce": A.encode()}, {"add_trackers": (B,)}, ((A,), (B,))),
        (listed((A, B)), {"add_trackers": (C, C)}, ((A, B), (C,))),
        (listed((A, B)), {"add_trackers": (B,)}, ((A, B),)),
        ({}, {"add_trackers": (A,)}, ((A,),)),
        (listed((A, B), (C,)), {"remove_trackers": (A,)}, ((B,), (C,))),
        (listed((A, B), (C,)), {"remove_trackers": (C, A)}, ((B,),)),
        (listed((A,), (B,)), {"remove_trackers": (A, B)}, ()),
        (listed((A,), (B,)), {"remove_trackers": (C,)}, ((A,), (B,))),
        (listed((SECRET, B), (C,)), {"remove_trackers": ("C.example",)}, ((B,),)),
        (listed((A,), (C,)), {"remove_trackers": ("example",)}, ((A,), (C,))),
        (listed(("http://[::1]:80/announce",)), {"remove_trackers": ("[::1]",)}, ()),
        (listed(("http://[::1",)), {"remove_trackers": ("a.example",)}, (("http://[::1",),)),
        (listed((A, B), (C,)), {"replace_trackers": ((B, SECRET),)}, ((A, SECRET), (C,))),
        (listed((A, B), (C,)), {"replace_trackers": ((B, C),)}, ((A,), (C,))),
        (listed((A,), (B,)), {"replace_trackers": ((A, A),)}, ((A,), (B,))),
        (listed((A,), (B,)), {"replace_trackers": ((A, B), (B, C))}, ((C,),)),
        (listed((A,)), {"tiers": ((B,),), "replace_trackers": ((B, C),), "add_trackers": (A,)},
         ((C,), (A,))),
        (listed((A,), (B,)), {"remove_trackers": (A,), "add_trackers": (A,)}, ((A,), (B,))),
        (listed((SECRET,), (B,)), {"remove_trackers": ("c.example",), "add_trackers": (C,)},
         ((B,), (C,))),
    ],
)  # fmt: skip
def test_trackers_are_what_the_edit_makes_of_them(
    fields: dict[str, Any], edit: dict[str, Any], wanted: tuple[tuple[str, ...], ...]
) -> None:
    after = edited(torrent(v1_info(1), **fields), **edit).after
    assert after.tiers == wanted
    announce = bdecode(after.data).get(b"announce")
    assert announce in (None, *(url.encode() for tier in wanted[:1] for url in tier[:1]))


UPPER = "HTTPS://c.example/announce"


@pytest.mark.parametrize(
    "edit",
    [
        {"tiers": ((A,), (UPPER,))},
        {"add_trackers": (UPPER,)},
        {"replace_trackers": ((B, UPPER),)},
    ],
)
def test_schemes_of_new_trackers_are_written_in_lower_case(edit: dict[str, Any]) -> None:
    fields = listed((A,), (B,)) if "replace_trackers" in edit else {"announce": A.encode()}
    assert edited(torrent(v1_info(1), **fields), **edit).after.tiers == ((A,), (C,))


def test_a_tracker_with_another_scheme_can_be_replaced_by_itself() -> None:
    data = torrent(v1_info(1), announce=UPPER.encode())
    assert edited(data, replace_trackers=((UPPER, UPPER),)).after.tiers == ((C,),)


def test_schemes_of_web_seeds_are_written_in_lower_case() -> None:
    after = edited(torrent(v1_info(1)), web_seeds=("HTTP://w.example/content", X)).after
    assert after.web_seeds == (W, X)


@pytest.mark.parametrize("name", ["add_trackers", "web_seeds"])
def test_several_urls_in_one_are_not_written(name: str) -> None:
    fields: dict[str, Any] = {name: (f"{A},{C}",)}
    with pytest.raises(UsageError, match="is several URLs in one"):
        Edit(**fields)


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        ({"remove_trackers": (A, B)}, b"announce-list"),
        ({"remove_trackers": (A, B)}, b"announce"),
        ({"tiers": ((C,),)}, b"announce-list"),
    ],
)
def test_what_is_not_needed_any_more_is_gone(edit: dict[str, Any], key: bytes) -> None:
    data = torrent(v1_info(1), announce=A.encode(), **listed((A,), (B,)))
    assert key not in raw_fields(edited(data, **edit).after.data)


def test_announce_follows_the_first_tracker() -> None:
    data = torrent(v1_info(1), announce=SECRET.encode(), **listed((A,), (B,)))
    outcome = edited(data, remove_trackers=(SECRET,))
    assert outcome.changes == (Change("announce", SECRET, A),)
    assert raw_fields(data)[b"announce-list"] == raw_fields(outcome.after.data)[b"announce-list"]


def test_a_tracker_that_is_not_utf8_is_kept_as_it_is() -> None:
    odd = b"http://a.example/\xff"
    after = edited(torrent(v1_info(1), announce=odd), add_trackers=(B,)).after
    assert bdecode(after.data)[b"announce-list"] == [[odd], [B.encode()]]


def test_trackers_of_the_wrong_type_are_none() -> None:
    data = torrent(v1_info(1), announce=1, announce_list=[1, b" ", [1, b" "]])
    assert edited(data, add_trackers=(A,)).after.tiers == ((A,),)


FLAT = [A.encode(), SECRET.encode(), [B.encode()]]


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        ({"add_trackers": (C,)}, ((A,), (SECRET,), (B,), (C,))),
        ({"remove_trackers": (SECRET,)}, ((A,), (B,))),
        ({"replace_trackers": ((A, C),)}, ((C,), (SECRET,), (B,))),
        ({"tiers": ((C,),)}, ((C,),)),
        ({"add_trackers": (B,)}, ((A,), (SECRET,), (B,))),
    ],
)
def test_a_list_of_urls_becomes_tiers_when_trackers_are_edited(
    edit: dict[str, Any], wanted: tuple[tuple[str, ...], ...]
) -> None:
    data = torrent(v1_info(1), announce=A.encode(), announce_list=FLAT)
    assert edited(data, **edit).after.tiers == wanted


@pytest.mark.parametrize("edit", [{"comment": "c"}, {"web_seeds": (W,)}, {"source": "S"}])
def test_a_list_of_urls_keeps_its_bytes_when_no_tracker_is_edited(edit: dict[str, Any]) -> None:
    data = torrent(v1_info(1), announce=A.encode(), announce_list=FLAT)
    after = edited(data, **edit).after.data
    assert raw_fields(after)[b"announce-list"] == raw_fields(data)[b"announce-list"]


def test_an_announce_list_that_is_none_makes_way_for_one() -> None:
    data = torrent(v1_info(1), announce=A.encode(), announce_list=b"none")
    assert edited(data, add_trackers=(B,)).after.tiers == ((A,), (B,))


def test_a_tracker_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(MetainfoError, match=r"no tracker .udp://b\.example:80.") as caught:
        edited(torrent(v1_info(1), announce=SECRET.encode()), replace_trackers=((B, C),))
    assert caught.value.hint == "its trackers are https://c.example/***/announce"
    with pytest.raises(MetainfoError) as caught:
        edited(torrent(v1_info(1)), replace_trackers=((SECRET, C),))
    assert PASSKEY not in caught.value.message
    assert caught.value.hint == "add one with `add_tracker of seedwright edit`"


@pytest.mark.parametrize(
    ("given_", "wanted"), [((W,), W.encode()), ((W, X), [W.encode(), X.encode()]), ((), None)]
)
def test_web_seeds_take_the_place_of_all_there_were(
    given_: tuple[str, ...], wanted: bytes | list[bytes] | None
) -> None:
    data = torrent(v1_info(1), url_list=[b"http://old.example/"])
    assert bdecode(edited(data, web_seeds=given_).after.data).get(b"url-list") == wanted


@pytest.mark.parametrize(
    ("private", "asked", "wanted"),
    [(None, True, 1), (0, True, 1), (b"x", True, 1), (1, False, None), (0, False, 0), (1, True, 1)],
)
def test_private_is_set_or_taken_out(
    private: int | bytes | None, asked: bool, wanted: int | None
) -> None:
    info = v1_info(1) if private is None else v1_info(1, private=private)
    after = edited(torrent(info), private=asked).after
    assert bdecode(after.data)[b"info"].get(b"private") == wanted
    assert after.private is asked


def test_an_empty_text_takes_the_old_one_out() -> None:
    data = torrent(v1_info(1, source=b"S", entropy=b"E"), comment=b"C")
    after = edited(data, source="", entropy="", comment="").after
    root = bdecode(after.data)
    assert root[b"info"] == v1_info(1)
    assert b"comment" not in root


def test_date_and_creator_are_taken_out() -> None:
    data = torrent(v1_info(1), created_by=b"X", creation_date=1)
    outcome = edited(data, without_date=True, without_creator=True)
    assert bdecode(outcome.after.data) == {b"info": v1_info(1)}
    assert outcome.changes == (Change("created by", "X", None), Change("creation date", 1, None))


def test_texts_take_the_place_of_their_utf8_twins() -> None:
    info = {**v1_info(1), b"name.utf-8": b"older"}
    data = bencode({b"info": info, b"comment": b"a", b"comment.utf-8": b"b"})
    after = edited(data, name="new", comment="c").after
    root = bdecode(after.data)
    assert (root[b"info"][b"name"], root[b"comment"]) == (b"new", b"c")
    assert b"name.utf-8" not in root[b"info"]
    assert b"comment.utf-8" not in root
    assert (after.name, after.comment) == ("new", "c")


ONE_FILE = {b"content": {b"": {b"length": 5, b"pieces root": bytes(32)}}}


@pytest.mark.parametrize("half", [{}, {b"length": 5, b"pieces": bytes(20)}])
def test_the_only_file_of_a_v2_torrent_gets_the_name_too(half: Fields) -> None:
    info = v2_info(5) | {b"file tree": ONE_FILE} | half
    outcome = edited(torrent(info), name="Ünïcode")
    found = bdecode(outcome.after.data)[b"info"]
    assert list(found[b"file tree"]) == ["Ünïcode".encode()]
    assert found[b"file tree"]["Ünïcode".encode()] == ONE_FILE[b"content"]
    assert outcome.changes == (Change("name", "content", "Ünïcode"),)


@pytest.mark.parametrize(
    "info",
    [
        v2_info(5, 7) | {b"file tree": {b"content": v2_info(5, 7)[b"file tree"][b"sub"]}},
        v2_info(5) | {b"file tree": {b"other": ONE_FILE[b"content"]}},
        hybrid_info(5, 7),
    ],
)
def test_files_in_a_folder_keep_their_names(info: Fields) -> None:
    after = edited(torrent(info), name="new").after
    assert after.name == "new"
    assert bdecode(after.data)[b"info"][b"file tree"] == info[b"file tree"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tiers": (("a.example",),)}, "has no scheme"),
        ({"add_trackers": ("ftp://a.example",)}, "a scheme that a tracker cannot use"),
        ({"replace_trackers": ((A, "b.example"),)}, "has no scheme"),
        ({"replace_trackers": (("http://\udcff", A),)}, "not valid UTF-8"),
        ({"remove_trackers": ("a.example/announce",)}, "neither a tracker URL nor"),
        ({"remove_trackers": ("",)}, "neither a tracker URL nor"),
        ({"remove_trackers": ("\udcff",)}, "not valid UTF-8"),
        ({"tiers": ((A,), (A,))}, "is given twice"),
        ({"web_seeds": (W, W)}, "is given twice"),
        ({"web_seeds": ("udp://w.example",)}, "a scheme that a web seed cannot use"),
        ({"source": "a\0"}, "a null character"),
        ({"comment": "\udcff"}, "not valid UTF-8"),
        ({"entropy": "\0"}, "a null character"),
        ({"name": "a/b"}, "is not a valid torrent name"),
        ({"name": ""}, "needs a name"),
    ],
)
def test_what_cannot_be_meant_is_told_before_any_file_is_read(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Edit(**fields)


def test_what_is_no_torrent_is_not_edited() -> None:
    with pytest.raises(MetainfoError, match="not a torrent"):
        edited(b"<html>", comment="c")


def test_passkeys_are_in_no_repr() -> None:
    edit = Edit(tiers=((SECRET,),), add_trackers=(SECRET,), remove_trackers=(SECRET,))
    outcome = apply(torrent(v1_info(1), announce=SECRET.encode()), edit)
    assert PASSKEY not in repr(edit) + repr(outcome)


def test_a_value_that_is_no_text_can_be_replaced() -> None:
    info = {**v1_info(1), b"entropy": {b"b": 1, b"a": [2]}}
    outcome = edited(torrent(info), entropy="x")
    assert [change.key for change in outcome.changes] == ["entropy"]
    assert isinstance(Metainfo.parse(outcome.after.data), Metainfo)
