from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seedwright.metainfo.compare import differences
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from tests.unit.builders import PIECE, Fields, hybrid_info, torrent, v1_info

PASSKEY = "0123456789abcdef0123456789abcdef"
A, B, C = "http://a.example/announce", "udp://b.example:80", "https://c.example/announce"
W, X = "http://w.example/content", "http://x.example/content"


def make_spec(**fields: Any) -> TorrentSpec:
    return TorrentSpec(Path("/data/content"), **{"format": Format.V1, **fields})


def made(
    info: Fields | None = None,
    *,
    tiers: Sequence[Sequence[str]] = (),
    seeds: Sequence[str] = (),
    **fields: Any,
) -> Metainfo:
    if tiers:
        fields["announce_list"] = [[url.encode() for url in tier] for tier in tiers]
    if seeds:
        fields["url_list"] = [url.encode() for url in seeds]
    return Metainfo.parse(torrent(info or v1_info(1), **fields))


def test_what_is_as_asked_has_no_differences() -> None:
    spec = make_spec(
        private=True,
        source="S",
        comment="C",
        piece_length=PIECE,
        tiers=((A, B), (C,)),
        web_seeds=(W, X),
    )
    info = v1_info(1, private=1, source=b"S")
    assert differences(made(info, tiers=spec.tiers, seeds=(X, W), comment=b"C"), spec) == []


def test_an_empty_text_equals_an_absent_one() -> None:
    assert differences(made(v1_info(1, source=b""), comment=b""), make_spec()) == []


@pytest.mark.parametrize(
    ("metainfo", "spec", "phrase"),
    [
        (made(v1_info(1, name=b"a\nb")), make_spec(), r"name is 'a\nb' instead of 'content'"),
        (made(hybrid_info(1)), make_spec(), "format is hybrid instead of v1"),
        (made(), make_spec(private=True), "torrent is public instead of private"),
        (made(v1_info(1, private=1)), make_spec(), "torrent is private instead of public"),
        (made(), make_spec(source="S"), "source is absent instead of 'S'"),
        (made(v1_info(1, source=b"S")), make_spec(), "source is 'S' instead of absent"),
        (made(comment=b"x"), make_spec(comment="y"), "comment is 'x' instead of 'y'"),
        (made(), make_spec(piece_length=2 * PIECE),
         "piece length is 16 KiB (16384 bytes) instead of 32 KiB (32768 bytes)"),
        (made(tiers=[[A]]), make_spec(), f"announce list is [{A}] instead of []"),
        (made(tiers=[[A, B]]), make_spec(tiers=((A,), (B,))),
         f"announce list is [{A}, {B}] instead of [{A} | {B}]"),
        (made(tiers=[[B], [A]]), make_spec(tiers=((A,), (B,))),
         f"announce list is [{B} | {A}] instead of [{A} | {B}]"),
        (made(seeds=[W]), make_spec(web_seeds=(X,)), f"web seed list is [{W}] instead of [{X}]"),
    ],
)  # fmt: skip
def test_each_difference_is_one_phrase(metainfo: Metainfo, spec: TorrentSpec, phrase: str) -> None:
    assert differences(metainfo, spec) == [phrase]


def test_trackers_may_change_places_within_their_tier() -> None:
    assert differences(made(tiers=[[B, A], [C]]), make_spec(tiers=((A, B), (C,)))) == []


def test_any_piece_length_is_as_asked_when_none_was() -> None:
    assert differences(made(v1_info(1, piece_length=1 << 20)), make_spec()) == []


def test_no_phrase_tells_a_passkey() -> None:
    secret = f"http://a.example/{PASSKEY}/announce"
    (phrase,) = differences(made(tiers=[[secret]]), make_spec(tiers=((A,),)))
    assert PASSKEY not in phrase
    assert "http://a.example/***/announce" in phrase


def test_a_difference_within_a_secret_is_told_without_it() -> None:
    tiers = ((f"http://a.example/{PASSKEY}/announce",),)
    other = [[f"http://a.example/{PASSKEY[::-1]}/announce"]]
    (phrase,) = differences(made(tiers=other), make_spec(tiers=tiers))
    assert phrase == "announce list differs in a secret part"


def test_a_caller_may_expect_other_spellings_than_the_spec_has() -> None:
    spec = make_spec(tiers=(("http://a.example/x|y",),), web_seeds=("http://w.example/x|y",))
    tiers, seeds = (("http://a.example/x%7Cy",),), ("http://w.example/x%7Cy",)
    metainfo = made(v1_info(1, name=b"there"), tiers=tiers, seeds=seeds)
    assert len(differences(metainfo, spec)) == 3
    assert (
        differences(metainfo, spec, name="there", expected_tiers=tiers, expected_web_seeds=seeds)
        == []
    )
