from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import MetainfoError
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.builders import PIECE, Fields, hybrid_info, torrent, v1_info, v2_info

PASSKEY = "0123456789abcdef0123456789abcdef"


def test_a_v1_file_is_read_whole() -> None:
    info = v1_info(PIECE + 1, private=1, source=b"X")
    data = torrent(
        info,
        announce=b"http://t.example/a",
        comment="Grüße".encode(),
        created_by=b"qBittorrent v5.3.0",
        creation_date=1_700_000_000,
        url_list=[b"http://w.example/"],
    )
    metainfo = Metainfo.parse(data)
    assert metainfo == Metainfo(
        name="content",
        format=Format.V1,
        infohash_v1=hashlib.sha1(bencode(info)).hexdigest(),
        infohash_v2=None,
        piece_length=PIECE,
        pieces=2,
        size=PIECE + 1,
        files=1,
        private=True,
        source="X",
        comment="Grüße",
        created_by="qBittorrent v5.3.0",
        creation_date=1_700_000_000,
        tiers=(("http://t.example/a",),),
        web_seeds=("http://w.example/",),
        data=data,
    )


def test_what_is_left_out_is_none_or_empty() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1)))
    assert metainfo.source is metainfo.comment is metainfo.created_by is None
    assert metainfo.creation_date is None
    assert metainfo.tiers == ()
    assert metainfo.web_seeds == ()
    assert not metainfo.private


def test_a_v1_folder_counts_its_files() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(PIECE, 0, 7)))
    assert (metainfo.files, metainfo.size, metainfo.pieces) == (3, PIECE + 7, 2)


def test_a_v2_torrent_aligns_every_file_to_a_piece() -> None:
    info = v2_info(PIECE + 1, 0, 7)
    metainfo = Metainfo.parse(torrent(info))
    assert metainfo.format is Format.V2
    assert metainfo.infohash_v1 is None
    assert metainfo.infohash_v2 == hashlib.sha256(bencode(info)).hexdigest()
    assert (metainfo.files, metainfo.size, metainfo.pieces) == (3, PIECE + 8, 3)


def test_a_hybrid_torrent_has_two_infohashes_and_counts_no_pad_files() -> None:
    info = hybrid_info(PIECE + 1, 7)
    metainfo = Metainfo.parse(torrent(info))
    assert metainfo.format is Format.HYBRID
    assert metainfo.infohash_v1 == hashlib.sha1(bencode(info)).hexdigest()
    assert metainfo.infohash_v2 == hashlib.sha256(bencode(info)).hexdigest()
    assert (metainfo.files, metainfo.size, metainfo.pieces) == (2, PIECE + 8, 3)


@pytest.mark.parametrize("info", [v2_info(1), hybrid_info(1)])
def test_qbittorrent_knows_a_torrent_by_the_first_half_of_v2(info: Fields) -> None:
    metainfo = Metainfo.parse(torrent(info))
    assert metainfo.client_hash == hashlib.sha256(bencode(info)).hexdigest()[:40]


def test_qbittorrent_knows_a_torrent_without_v2_by_v1() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1)))
    assert metainfo.client_hash == metainfo.infohash_v1


def test_the_infohash_covers_the_bytes_as_they_stand() -> None:
    info = bencode(v1_info(1))
    data = b"d8:announce1:a4:info" + info + b"e"
    assert Metainfo.parse(data).infohash_v1 == hashlib.sha1(info).hexdigest()


@pytest.mark.parametrize(
    ("fields", "tiers"),
    [
        ({"announce": b"http://a"}, (("http://a",),)),
        ({"announce": b""}, ()),
        ({"announce": b"http://a", "announce_list": [[b"http://b"], [b"http://c", b"http://d"]]},
         (("http://b",), ("http://c", "http://d"))),
        ({"announce": b"http://a", "announce_list": []}, (("http://a",),)),
        ({"announce": b"http://a", "announce_list": [[], [b""]]}, (("http://a",),)),
        ({"announce_list": [[b"http://a", b""], []]}, (("http://a",),)),
        ({"announce": b"http://\xff"}, (("http://\N{REPLACEMENT CHARACTER}",),)),
    ],
)  # fmt: skip
def test_the_announce_list_goes_before_announce(
    fields: dict[str, Any], tiers: tuple[tuple[str, ...], ...]
) -> None:
    assert Metainfo.parse(torrent(v1_info(1), **fields)).tiers == tiers


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [(b"http://w", ("http://w",)), (b"", ()), ([], ()), ([b"http://w", b""], ("http://w",))],
)
def test_web_seeds_are_one_or_many(seeds: bytes | list[bytes], expected: tuple[str, ...]) -> None:
    assert Metainfo.parse(torrent(v1_info(1), url_list=seeds)).web_seeds == expected


def test_text_that_is_not_utf8_is_shown_all_the_same() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1, name=b"caf\xe9"), comment=b"\xff"))
    assert metainfo.name == "caf\N{REPLACEMENT CHARACTER}"
    assert metainfo.comment == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(("value", "private"), [(0, False), (1, True)])
def test_private_is_a_number(value: int, private: bool) -> None:
    assert Metainfo.parse(torrent(v1_info(1, private=value))).private is private


def test_neither_passkeys_nor_bytes_are_in_the_repr() -> None:
    url = f"http://t.example/{PASSKEY}".encode()
    shown = repr(Metainfo.parse(torrent(v1_info(1), announce=url, url_list=url)))
    assert PASSKEY not in shown
    assert "content" in shown


def without(fields: Fields, key: bytes) -> Fields:
    return {name: value for name, value in fields.items() if name != key}


def v1_files(*files: Any) -> Fields:
    return without(v1_info(1), b"length") | {b"files": list(files)}


def tree(value: Any) -> Fields:
    return v2_info(1) | {b"file tree": value}


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ([], "'info' is not a dictionary"),
        (without(v1_info(1), b"name"), "'name' is missing"),
        (v1_info(1, name=1), "'name' is missing"),
        (v1_info(1, name=b"x" * 4097), "a name of 4097 bytes"),
        (v1_info(1, name=b""), "a file without a name"),
        (without(v1_info(1), b"pieces"), "'pieces' is missing or not a string"),
        (v1_info(1, pieces=[]), "'pieces' is missing or not a string"),
        (without(v1_info(1), b"piece length"), "'piece length' is missing or not an integer"),
        (v1_info(1) | {b"piece length": b"1"}, "'piece length' is missing or not an integer"),
        (without(v1_info(1), b"length"), "either 'length' or 'files'"),
        (v1_info(1, piece_length=PIECE, pieces=bytes(40)), "40 bytes of piece hashes"),
        (v1_info(1, pieces=bytes(19)), "19 bytes of piece hashes"),
        (v1_info(PIECE + 1, pieces=bytes(20)), "20 bytes of piece hashes"),
        (v1_info(1) | {b"piece length": 0}, "its piece length is 0"),
        (v1_info(1) | {b"piece length": -PIECE}, f"its piece length is -{PIECE}"),
        (v1_info(1) | {b"length": -1}, "a file of -1 bytes"),
        (v1_files(), "0 files of 0 bytes"),
        (v1_files(b"a"), "'files' contains something that is not a dictionary"),
        (v1_files({b"length": 1}), "a file without a name"),
        (v1_files({b"length": 1, b"path": []}), "a file without a name"),
        (v1_files({b"length": 1, b"path": [1]}), "'path' contains something other than text"),
        (v1_files({b"path": [b"a"]}), "a file without a 'length'"),
        (v1_files({b"length": 2, b"path": [b"a"]}, {b"length": -1, b"path": [b"b"]}),
         "a file of -1 bytes"),
        (v1_files({b"length": 2**62, b"path": [b"a"]}, {b"length": 2**62, b"path": [b"b"]}),
         f"2 files of {2**63} bytes"),
        (v1_files({b"length": 1, b"path": [b"a"], b"attr": b"p"}), "0 files of 1 bytes"),
        (v1_files({b"path": [b"a"], b"attr": b"l", b"symlink path": [1]}),
         "'symlink path' contains something other than text"),
        (v1_info(1) | {b"meta version": 3}, "meta version 3"),
        (v1_info(1) | {b"meta version": 2}, "'file tree' is missing"),
        (v1_info(1) | {b"file tree": {}}, "it has a 'file tree', but no 'meta version' of 2"),
        (v2_info(1) | {b"piece length": PIECE + 1}, "not a v2 torrent: its piece length is 16385"),
        (v2_info(1) | {b"piece length": PIECE // 2}, "not a v2 torrent: its piece length is 8192"),
        (tree({}), "0 files of 0 bytes"),
        (tree([]), "'file tree' is missing"),
        (tree({b"a": 1}), "not a tree of files"),
        (tree({b"": {b"length": 0}}), "not a tree of files"),
        (tree({b"a": {b"": 1}}), "a file that is not a dictionary"),
        (tree({b"a": {b"": {b"length": -1}}}), "a file of -1 bytes"),
        (tree({b"a": {b"": {b"length": 1}}}), "a file without a 'pieces root'"),
        (tree({b"a": {b"": {b"length": 1, b"pieces root": bytes(31)}}}),
         "a file without a 'pieces root'"),
        (tree({b"a": {b"": {b"length": 0}, b"b": {}}}), "not a tree of files"),
        (tree({b"a": {b"": {b"length": 2**63 - 1, b"pieces root": bytes(32)}},
               b"b": {b"": {b"length": 1, b"pieces root": bytes(32)}}}),
         f"2 files of {2**63} bytes"),
        (hybrid_info(5, 7) | {b"file tree": v2_info(5, 8)[b"file tree"]}, "list different files"),
        (hybrid_info(5, 7) | {b"file tree": v2_info(12)[b"file tree"]}, "list different files"),
        (hybrid_info(5) | {b"file tree": {b"other": v2_info(5)[b"file tree"][b"sub"]}},
         "list different files"),
    ],
)  # fmt: skip
def test_a_bent_info_is_refused_in_a_sentence(info: Any, message: str) -> None:
    with pytest.raises(MetainfoError) as caught:
        Metainfo.parse(torrent(info))
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"announce": 1}, "announce"),
        ({"announce_list": b"http://a"}, "announce-list"),
        ({"comment": {}}, "comment"),
        ({"created_by": 1}, "created by"),
        ({"creation_date": b"now"}, "creation date"),
        ({"nodes": b"router"}, "nodes"),
        ({"url_list": {}}, "url-list"),
        ({"httpseeds": 1}, "httpseeds"),
    ],
)
def test_a_bent_field_is_told_and_counts_as_absent(fields: dict[str, Any], name: str) -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1), **fields))
    assert metainfo.ignored == (name,)
    assert metainfo == replace(
        Metainfo.parse(torrent(v1_info(1))), data=metainfo.data, ignored=(name,)
    )


@pytest.mark.parametrize("name", ["source", "private", "meta version", "files", "file tree"])
def test_a_bent_field_of_info_is_told_and_counts_as_absent(name: str) -> None:
    wrong = b"1" if name in ("private", "meta version") else 1
    metainfo = Metainfo.parse(torrent(v1_info(1) | {name.encode(): wrong}))
    assert metainfo.ignored == (f"info/{name}",)
    assert (metainfo.format, metainfo.source, metainfo.private) == (Format.V1, None, False)


@pytest.mark.parametrize(
    "fields",
    [{"announce_list": [b"http://b", [{}], [b" http://a "]]}, {"announce_list": [[b"http://a"]]}],
)
def test_what_is_no_url_is_left_out_of_the_tiers(fields: dict[str, Any]) -> None:
    assert Metainfo.parse(torrent(v1_info(1), **fields)).tiers == (("http://a",),)


def test_what_inspect_shows_beside_is_read() -> None:
    metainfo = Metainfo.parse(
        torrent(
            v1_info(1, x_cross=b"seed"),
            encoding=b"UTF-8",
            httpseeds=[b"http://h.example/"],
            nodes=[[b"router.example", 6881], [b"no port"], 1],
            x_top=1,
        )
    )
    assert metainfo.encoding == "UTF-8"
    assert metainfo.http_seeds == ("http://h.example/",)
    assert metainfo.dht_nodes == (("router.example", 6881),)
    assert metainfo.unknown == ("x top", "info/x cross")


def test_names_and_comments_in_utf8_go_before_others() -> None:
    info = v1_info(1, name=b"\xe9") | {b"name.utf-8": "\u00e9".encode()}
    data = bencode({b"info": info, b"comment": b"\xff", b"comment.utf-8": b"better"})
    assert (Metainfo.parse(data).name, Metainfo.parse(data).comment) == ("\u00e9", "better")


def test_a_folder_without_a_name_goes_by_its_infohash() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1, 2, name=b"")))
    assert metainfo.name == metainfo.infohash_v1


def test_pad_files_are_listed_and_do_not_count() -> None:
    metainfo = Metainfo.parse(torrent(hybrid_info(5, 7)))
    assert (metainfo.files, metainfo.listed) == (2, 4)


def test_the_pad_files_of_bitcomet_are_known_by_their_names() -> None:
    files = [{b"length": 1, b"path": [b"a"]}, {b"length": 2, b"path": [b"_____padding_file_0_"]}]
    info = without(v1_info(3), b"length") | {b"files": files}
    metainfo = Metainfo.parse(torrent(info))
    assert (metainfo.files, metainfo.size) == (1, 1)


def test_a_symlink_is_a_file_of_no_bytes() -> None:
    link = {b"attr": b"l", b"path": [b"b"], b"symlink path": [b"a"]}
    files = [{b"length": 1, b"path": [b"a"]}, link]
    metainfo = Metainfo.parse(torrent(without(v1_info(1), b"length") | {b"files": files}))
    assert (metainfo.files, metainfo.size) == (2, 1)


@pytest.mark.parametrize(
    "info",
    [
        b"d6:lengthi1e4:name1:x12:piece lengthi16384e6:pieces20:%be" % bytes(20),
        b"d4:name1:x6:lengthi1e12:piece lengthi16384e6:pieces20:%be" % bytes(20),
        b"d6:lengthi01e4:name01:x12:piece lengthi16384e6:pieces20:%be" % bytes(20),
        b"d6:lengthi1e4:name1:x4:name1:y12:piece lengthi16384e6:pieces20:%be" % bytes(20),
    ],
    ids=["canonical", "unsorted", "leading zeros", "a key twice"],
)
@pytest.mark.parametrize("after", [b"", b"\n"])
def test_unusual_bytes_keep_their_identity(info: bytes, after: bytes) -> None:
    metainfo = Metainfo.parse(b"d4:info" + info + b"e" + after)
    assert metainfo.infohash_v1 == hashlib.sha1(info).hexdigest()
    assert (metainfo.name, metainfo.size) == ("x", 1)


junk: st.SearchStrategy[Any] = st.recursive(
    st.binary(max_size=40) | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=4), inner),
    max_leaves=8,
)
KEYS = [
    b"name", b"piece length", b"pieces", b"length", b"files", b"private", b"source",
    b"meta version", b"file tree", b"attr",
]  # fmt: skip
ROOT_KEYS = [
    b"announce", b"announce-list", b"comment", b"created by", b"creation date", b"url-list",
]  # fmt: skip
infos = st.sampled_from([v1_info(5), v1_info(5, 7), v2_info(5, 7), hybrid_info(5, 7)])


@given(
    infos,
    st.dictionaries(st.sampled_from(KEYS), junk, max_size=3),
    st.dictionaries(st.sampled_from(ROOT_KEYS), junk, max_size=3),
)
def test_wrong_types_anywhere_are_nothing_but_metainfo_errors(
    info: Fields, bent: Fields, around: Fields
) -> None:
    with contextlib.suppress(MetainfoError):
        Metainfo.parse(bencode({**around, b"info": info | bent}))


@given(infos, st.data())
def test_damaged_bytes_are_nothing_but_metainfo_errors(info: Fields, draw: st.DataObject) -> None:
    data = bytearray(torrent(info, announce=b"http://t.example/a"))
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(data)))
        data[start : start + draw.draw(st.integers(0, 3))] = draw.draw(st.binary(max_size=3))
    with contextlib.suppress(MetainfoError):
        Metainfo.parse(bytes(data))


@given(st.lists(st.integers(0, 3 * PIECE), min_size=1, max_size=8))
def test_all_formats_agree_on_files_and_size(lengths: list[int]) -> None:
    found = [
        Metainfo.parse(torrent(info))
        for info in (v1_info(*lengths), v2_info(*lengths), hybrid_info(*lengths))
    ]
    assert {(metainfo.files, metainfo.size) for metainfo in found} == {(len(lengths), sum(lengths))}
    assert found[1].pieces == found[2].pieces
