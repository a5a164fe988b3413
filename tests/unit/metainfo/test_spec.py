from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import UsageError
from seedwright.metainfo.torrent_spec import Format, TorrentSpec, tiers_from

PASSKEY = "0123456789abcdef0123456789abcdef"
A, B, C = "http://a.example/announce", "udp://b.example:80", f"https://c.example/{PASSKEY}/announce"


def make_spec(content: Path = Path("/data/book"), **fields: Any) -> TorrentSpec:
    return TorrentSpec(content, Format.V1, **fields)


def test_a_whole_spec_is_kept_as_given() -> None:
    spec = make_spec(
        piece_length=1 << 20,
        private=True,
        source="X",
        comment="two\nlines, Ünïcode",
        tiers=((A, B), (C,)),
        web_seeds=("http://w.example/book",),
    )
    assert spec.tiers == ((A, B), (C,))
    assert spec.name == "book"


def test_a_spec_is_never_shown_with_its_passkeys() -> None:
    shown = repr(make_spec(tiers=((C,),), web_seeds=(f"http://w.example/{PASSKEY}",)))
    assert PASSKEY not in shown
    assert "book" in shown


@pytest.mark.parametrize("text", ["v1", "v2", "hybrid"])
def test_a_format_is_known_by_its_word(text: str) -> None:
    assert str(Format(text)) == text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"piece_length": 12345}, "a piece length of 12345 bytes"),
        ({"piece_length": 0}, "a piece length of 0 bytes"),
        ({"tiers": ((A,), ())}, "a tier has no tracker"),
        ({"tiers": (("foo.example/announce",),)}, "'foo.example/announce' has no scheme"),
        ({"tiers": ((A, B), (A,))}, f"tracker '{A}' is given twice"),
        ({"tiers": ((A, A),)}, f"tracker '{A}' is given twice"),
        ({"tiers": ((C,), (C,))}, "tracker 'https://c.example/***/announce' is given twice"),
        ({"web_seeds": ("udp://w.example",)}, "a scheme that a web seed cannot use"),
        ({"web_seeds": ("http://w.example",) * 2}, "web seed 'http://w.example' is given twice"),
        ({"source": "a\0"}, "the source contains a null character"),
        ({"comment": "a\0"}, "the comment contains a null character"),
        ({"source": "\udcff"}, "the source is not valid UTF-8"),
        ({"comment": "\ud800"}, "the comment is not valid UTF-8"),
        ({"content": Path("book")}, "'book' is not the absolute path of a file or folder"),
        ({"content": Path("/")}, "'/' is not the absolute path of a file or folder"),
        ({"content": Path("/data/..")}, "'/data/..' is not the absolute path of a file or folder"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make_spec(**fields)
    assert message in caught.value.message


def test_a_tracker_may_be_a_web_seed_as_well() -> None:
    assert make_spec(tiers=((A,),), web_seeds=(A,)).web_seeds == (A,)


@pytest.mark.parametrize(
    ("trackers", "options", "tiers"),
    [
        ([], [], ()),
        ([A, B], [], ((A,), (B,))),
        ([], [f"{A},{B}"], ((A, B),)),
        ([A], [f"{B} , {C} "], ((A,), (B, C))),
        ([], ["http://a.example/x,y?z=1,2"], (("http://a.example/x,y?z=1,2",),)),
        ([], ["http://a.example/x,y,udp://b.example"],
         (("http://a.example/x,y", "udp://b.example"),)),
        (["http://a.example/x,http://y"], [], (("http://a.example/x,http://y",),)),
        ([], [""], (("",),)),
    ],
)  # fmt: skip
def test_tiers_are_each_tracker_alone_then_each_tier_option(
    trackers: list[str], options: list[str], tiers: tuple[tuple[str, ...], ...]
) -> None:
    assert tiers_from(trackers, options) == tiers


_urls = st.builds(
    "{}://{}.example/{}".format,
    st.sampled_from(["http", "https", "udp", "ws", "wss"]),
    st.text("abc", min_size=1),
    st.text("abc,?=&%2F|", max_size=12).filter(lambda path: not path.endswith(",")),
)
_tiers = st.lists(st.lists(_urls, min_size=1, max_size=4), max_size=4)


@given(st.lists(_urls, max_size=4), _tiers)
def test_tiers_joined_by_commas_come_apart_again(alone: list[str], tiers: list[list[str]]) -> None:
    found = tiers_from(alone, [",".join(tier) for tier in tiers])
    assert found == tuple((url,) for url in alone) + tuple(map(tuple, tiers))
