from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bencode2 import bdecode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.content.walk import ContentFile
from seedwright.errors import ContentError, ContentNameError, MetainfoError
from seedwright.metainfo.build import Blueprint, build, layout, torrent_size
from seedwright.metainfo.compare import differences
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from tests.unit.reference import ReferenceHashes, reference_hashes

PIECE = 32 * 1024
BLOCK = 16 * 1024
SIZES = [0, 1, BLOCK, BLOCK + 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * PIECE + 7]

every_format = pytest.mark.parametrize("format_", list(Format))


class Made(NamedTuple):
    """A torrent, decoded and parsed, and what it was made of."""

    data: bytes
    root: dict[bytes, Any]
    metainfo: Metainfo
    hashes: ReferenceHashes

    @property
    def info(self) -> dict[bytes, Any]:
        info: dict[bytes, Any] = self.root[b"info"]
        return info


def files_of(sizes: dict[str, int]) -> list[ContentFile]:
    """Files by their paths, in the order of their names."""
    found = [
        ContentFile(tuple(path.split("/")), f"/content/{path}", size, 0, 0, 0, 0)
        for path, size in sizes.items()
    ]
    return sorted(found)


def bytes_of(file: ContentFile) -> bytes:
    """As many bytes as the file has, not the same in any two."""
    return (file.path.encode() * (file.size // len(file.path) + 1))[: file.size]


def hashes_of(files: list[ContentFile], format_: Format, piece: int = PIECE) -> ReferenceHashes:
    pads = [row.pad for row in layout(files, piece, format_)]
    return reference_hashes(
        [(bytes_of(file), pad) for file, pad in zip(files, pads, strict=True)],
        piece,
        v1=format_ is not Format.V2,
        v2=format_ is not Format.V1,
    )


def make(sizes: dict[str, int], format_: Format, *, is_dir: bool = True, **fields: Any) -> Made:
    files = files_of(sizes)
    name = fields.pop("name", "content" if is_dir else files[0].parts[0])
    hashes = hashes_of(files, format_)
    data = build(Blueprint(name, is_dir, files, format_, **fields), PIECE, hashes)
    return Made(data, bdecode(data), Metainfo.parse(data), hashes)


@pytest.mark.parametrize(
    ("format_", "infohash"),
    [
        (Format.V1, "620a1cea9ca9bf92c6dbd8d69e5b2eda2cac7a1e"),
        (Format.V2, "ba5a9fea70d9172ea57f8782f7d9896abc485da12e2ce67fa8ad2283b8b6e1b1"),
        (Format.HYBRID, "52b4fb213b97255119e5601e621aab85c1975925"),
    ],
)
def test_a_folder_has_the_infohash_that_libtorrent_gives_it(format_: Format, infohash: str) -> None:
    sizes = {"a/ü": PIECE + 1, "a/y": 5 * PIECE + 7, "b": 0, "c": BLOCK, "d": PIECE}
    made = make(sizes | {"e": 2 * PIECE - 1, "f": 0}, format_, private=True)
    assert infohash in (made.metainfo.infohash_v1, made.metainfo.infohash_v2)


@pytest.mark.parametrize(
    ("format_", "infohash"),
    [
        (Format.V1, "8dca308ed0b11509e7f83278fa6203e7b91f90fc"),
        (Format.V2, "60391714ead996bd053b2672ca6132ccdc164d3ca20e0008d0a22620ab97ab32"),
        (Format.HYBRID, "07e6abfc6e237d272fe34b06255e0efc3e20f6db"),
    ],
)
def test_a_file_has_the_infohash_that_libtorrent_gives_it(format_: Format, infohash: str) -> None:
    made = make({"file": 5 * PIECE + 7}, format_, is_dir=False, private=True)
    assert infohash in (made.metainfo.infohash_v1, made.metainfo.infohash_v2)


def test_a_single_v1_file() -> None:
    made = make({"file": 40000}, Format.V1, is_dir=False)
    assert made.root == {
        b"info": {
            b"length": 40000,
            b"name": b"file",
            b"piece length": PIECE,
            b"pieces": made.hashes.pieces,
        }
    }


def test_a_single_v2_file() -> None:
    made = make({"file": 40000}, Format.V2, is_dir=False)
    root, layer = made.hashes.roots[0], made.hashes.layers[0]
    assert made.root == {
        b"info": {
            b"file tree": {b"file": {b"": {b"length": 40000, b"pieces root": root}}},
            b"meta version": 2,
            b"name": b"file",
            b"piece length": PIECE,
        },
        b"piece layers": {root: layer},
    }


def test_a_single_hybrid_file_needs_no_padding() -> None:
    made = make({"file": 40000}, Format.HYBRID, is_dir=False)
    assert made.info[b"length"] == 40000
    assert b"files" not in made.info
    assert len(made.info[b"pieces"]) == 40
    assert set(made.info[b"file tree"]) == {b"file"}


def test_a_file_goes_by_the_name_the_torrent_is_given() -> None:
    made = make({"file": 5}, Format.HYBRID, is_dir=False, name="other")
    assert made.info[b"name"] == b"other"
    assert set(made.info[b"file tree"]) == {b"other"}


def test_a_v1_folder_has_its_files_in_one_stream() -> None:
    made = make({"a/y": PIECE - 1, "b": 0, "c": 2}, Format.V1)
    assert made.info[b"files"] == [
        {b"length": PIECE - 1, b"path": [b"a", b"y"]},
        {b"length": 0, b"path": [b"b"]},
        {b"length": 2, b"path": [b"c"]},
    ]
    assert len(made.info[b"pieces"]) == 40


def test_a_v2_folder_is_a_tree() -> None:
    made = make({"a/y": PIECE + 1, "a-b": PIECE, "b": 0}, Format.V2)
    roots = made.hashes.roots
    assert made.info[b"file tree"] == {
        b"a": {b"y": {b"": {b"length": PIECE + 1, b"pieces root": roots[0]}}},
        b"a-b": {b"": {b"length": PIECE, b"pieces root": roots[1]}},
        b"b": {b"": {b"length": 0}},
    }
    assert made.root[b"piece layers"] == {roots[0]: made.hashes.layers[0]}


def test_piece_layers_are_there_even_when_no_file_has_one() -> None:
    assert make({"a": PIECE, "b": 1}, Format.V2).root[b"piece layers"] == {}


def test_every_file_of_a_hybrid_begins_with_a_piece_and_the_last_piece_is_filled_up() -> None:
    made = make({"a": 5, "b": PIECE, "c": 0, "d": PIECE + 1, "e": 0}, Format.HYBRID)
    assert made.info[b"files"] == [
        {b"length": 5, b"path": [b"a"]},
        {b"attr": b"p", b"length": PIECE - 5, b"path": [b".pad", b"%d" % (PIECE - 5)]},
        {b"length": PIECE, b"path": [b"b"]},
        {b"length": 0, b"path": [b"c"]},
        {b"length": PIECE + 1, b"path": [b"d"]},
        {b"attr": b"p", b"length": PIECE - 1, b"path": [b".pad", b"%d" % (PIECE - 1)]},
        {b"length": 0, b"path": [b"e"]},
    ]
    assert len(made.info[b"pieces"]) == 20 * 4


def test_the_only_file_of_a_hybrid_folder_has_no_padding() -> None:
    made = make({"sub/a": 5}, Format.HYBRID)
    assert made.info[b"files"] == [{b"length": 5, b"path": [b"sub", b"a"]}]


def test_files_of_the_same_bytes_share_a_piece_layer() -> None:
    files = files_of({"a": 2 * PIECE, "b": 2 * PIECE})
    hashes = reference_hashes([(bytes(2 * PIECE), 0)] * 2, PIECE, v1=False)
    blueprint = Blueprint("content", is_dir=True, files=files, format=Format.V2)
    data = build(blueprint, PIECE, hashes)
    assert bdecode(data)[b"piece layers"] == {hashes.roots[0]: hashes.layers[0]}
    assert torrent_size(blueprint, PIECE) > len(data)


def test_what_is_to_be_hashed_is_laid_out() -> None:
    files = files_of({"a": 5, "b": 0, "c": PIECE})
    for format_, pad in ((Format.V1, 0), (Format.V2, 0), (Format.HYBRID, PIECE - 5)):
        rows = [(row.path, row.length, row.pad) for row in layout(files, PIECE, format_)]
        assert rows == [("/content/a", 5, pad), ("/content/b", 0, 0), ("/content/c", PIECE, 0)]


@every_format
def test_nothing_is_written_that_was_not_asked_for(format_: Format) -> None:
    made = make({"a": 1, "b": 1}, format_)
    assert set(made.root) <= {b"info", b"piece layers"}
    assert not {b"private", b"source", b"entropy"} & set(made.info)


@every_format
def test_everything_asked_for_is_written(format_: Format) -> None:
    made = make(
        {"ä/日本": 1},
        format_,
        private=True,
        source="SRC",
        comment="über",
        tiers=(("http://a/announce", "http://b/announce"), ("udp://c:1",)),
        web_seeds=("http://w/1", "http://w/2"),
        http_seeds=("http://h",),
        dht_nodes=(("router.example", 6881), ("::1", 1)),
        creation_date=0,
        created_by="Seedwright",
        entropy="c0ffee",
    )
    made.root.pop(b"piece layers", None)
    info = made.root.pop(b"info")
    assert (info[b"private"], info[b"source"], info[b"entropy"]) == (1, b"SRC", b"c0ffee")
    assert made.root == {
        b"announce": b"http://a/announce",
        b"announce-list": [[b"http://a/announce", b"http://b/announce"], [b"udp://c:1"]],
        b"comment": "über".encode(),
        b"created by": b"Seedwright",
        b"creation date": 0,
        b"httpseeds": [b"http://h"],
        b"nodes": [[b"router.example", 6881], [b"::1", 1]],
        b"url-list": [b"http://w/1", b"http://w/2"],
    }


def test_one_tracker_needs_no_list_and_neither_does_one_web_seed() -> None:
    made = make({"a": 1}, Format.V1, tiers=(("udp://t:1",),), web_seeds=("http://w",))
    assert made.root[b"announce"] == b"udp://t:1"
    assert b"announce-list" not in made.root
    assert made.root[b"url-list"] == b"http://w"


def test_entropy_gives_another_infohash() -> None:
    plain, other = make({"a": 1}, Format.HYBRID), make({"a": 1}, Format.HYBRID, entropy="1")
    assert plain.metainfo.infohash_v1 != other.metainfo.infohash_v1
    assert plain.metainfo.infohash_v2 != other.metainfo.infohash_v2


@every_format
def test_the_same_input_gives_the_same_bytes(format_: Format) -> None:
    sizes = {"b": 3, "a/z": PIECE + 1, "a/y": 0}
    assert make(sizes, format_).data == make(dict(reversed(sizes.items())), format_).data


def test_addresses_stay_out_of_the_repr() -> None:
    made = Blueprint(
        "content",
        is_dir=True,
        files=[],
        format=Format.V1,
        tiers=(("http://t/secret",),),
        web_seeds=("http://secret@w",),
        http_seeds=("http://secret@h",),
    )
    assert "secret" not in repr(made)


def can_be(sizes: dict[str, int]) -> bool:
    """Whether there is something to hash, no file is a folder as well, and v2 can tell the folder."""
    folders = {
        path.rsplit("/", above)[0] for path in sizes for above in range(1, path.count("/") + 1)
    }
    is_lone = len(sizes) == 1 and not folders
    return any(sizes.values()) and not folders & set(sizes) and not is_lone


names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=4
).filter(lambda name: name not in {".", ".."})
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=4).map("/".join), st.sampled_from(SIZES), min_size=1
).filter(can_be)


@given(
    trees,
    st.sampled_from(Format),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
    st.sets(st.sampled_from(["http://a/x", "udp://b:1", "wss://c/%2F"])),
    st.sets(st.sampled_from(["http://w/a b", "ftp://v"])),
)
def test_a_torrent_reads_back_as_it_was_asked_for(
    sizes: dict[str, int],
    format_: Format,
    private: bool,
    text: str,
    trackers: set[str],
    web_seeds: set[str],
) -> None:
    made = make(
        sizes,
        format_,
        private=private,
        source=text,
        comment=text,
        tiers=tuple((url,) for url in sorted(trackers)),
        web_seeds=tuple(web_seeds),
    )
    spec = TorrentSpec(
        content=Path("/content"),
        format=format_,
        piece_length=PIECE,
        private=private,
        source=text,
        comment=text,
        tiers=tuple((url,) for url in sorted(trackers)),
        web_seeds=tuple(url for url in web_seeds if " " not in url),
    )
    assert differences(made.metainfo, spec, expected_web_seeds=tuple(web_seeds)) == []
    assert (made.metainfo.files, made.metainfo.size) == (len(sizes), sum(sizes.values()))


@given(trees, st.sampled_from(Format), st.sampled_from([BLOCK, PIECE, 4 * PIECE]))
def test_the_size_is_known_before_anything_is_hashed(
    sizes: dict[str, int], format_: Format, piece: int
) -> None:
    files = files_of(sizes)
    blueprint = Blueprint("content", is_dir=True, files=files, format=format_, source="S")
    data = build(blueprint, piece, hashes_of(files, format_, piece))
    assert torrent_size(blueprint, piece) == len(data)


@every_format
def test_the_size_of_a_torrent_of_a_pebibyte_is_known_at_once(format_: Format) -> None:
    files = files_of({"a": 1 << 49, "b": 1 << 49})
    blueprint = Blueprint("content", is_dir=True, files=files, format=format_)
    pieces = {Format.V1: 20, Format.V2: 32, Format.HYBRID: 52}[format_] << 36
    assert pieces < torrent_size(blueprint, BLOCK) < pieces + 1000


@pytest.mark.parametrize(
    ("format_", "what"),
    [
        (Format.V1, "pieces"),
        (Format.V2, "roots"),
        (Format.V2, "layers"),
        (Format.HYBRID, "pieces"),
        (Format.HYBRID, "roots"),
        (Format.HYBRID, "layers"),
    ],
)
def test_hashes_of_something_else_are_refused(format_: Format, what: str) -> None:
    files = files_of({"a": PIECE + 1, "b": 1, "c": 0})
    hashes = hashes_of(files, format_)
    other: dict[str, Any] = {what: b"" if what == "pieces" else [b"", b"", b"x"]}
    blueprint = Blueprint("content", is_dir=True, files=files, format=format_)
    with pytest.raises(MetainfoError, match="do not match 3 files"):
        build(blueprint, PIECE, hashes._replace(**other))


@pytest.mark.parametrize(
    ("private", "written"), [(None, {}), (False, {b"private": 0}), (True, {b"private": 1})]
)
def test_a_private_flag_is_written_where_one_is_given(
    private: bool | None, written: dict[bytes, int]
) -> None:
    made = make({"a": 1}, Format.V1, private=private)
    assert {key: value for key, value in made.info.items() if key == b"private"} == written
    assert made.metainfo.private is bool(private)


def test_files_of_v1_may_come_in_any_order() -> None:
    files = files_of({"a": 1, "b": PIECE})[::-1]
    blueprint = Blueprint("content", is_dir=True, files=files, format=Format.V1)
    info = bdecode(build(blueprint, PIECE, hashes_of(files, Format.V1)))[b"info"]
    assert [file[b"path"] for file in info[b"files"]] == [[b"b"], [b"a"]]


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_files_out_of_order_are_refused(format_: Format) -> None:
    files = files_of({"a": 1, "b": 1})[::-1]
    blueprint = Blueprint("content", is_dir=True, files=files, format=format_)
    with pytest.raises(MetainfoError, match="not sorted"):
        build(blueprint, PIECE, hashes_of(files, format_))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(ContentNameError, match="is not a valid torrent name"):
        Blueprint(name, is_dir=True, files=files_of({"a": 1}), format=Format.V1)


@pytest.mark.parametrize("name", ["content", "other"])
def test_a_folder_of_one_file_is_no_v2_torrent(name: str) -> None:
    with pytest.raises(ContentError, match=f"contains only '{name}'"):
        make({name: 1}, Format.V2)


@pytest.mark.parametrize("sizes", [{"content": 1, "other": 0}, {"content/content": 1}])
def test_a_folder_that_can_be_told_from_a_file_is_a_v2_torrent(sizes: dict[str, int]) -> None:
    assert make(sizes, Format.V2).metainfo.files == len(sizes)


@pytest.mark.parametrize("format_", [Format.V1, Format.HYBRID])
def test_where_files_are_listed_a_name_may_repeat(format_: Format) -> None:
    assert make({"content": 1}, format_).metainfo.files == 1


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_folders_may_nest_as_deep_as_clients_load(format_: Format) -> None:
    assert make({"/".join("d" * 95): 1}, format_).metainfo.files == 1
    with pytest.raises(
        ContentError, match="96 levels deep, and clients load v2 torrents of at most 95"
    ):
        make({"/".join("d" * 96): 1}, format_)


def test_a_v1_torrent_may_be_deeper() -> None:
    assert make({"/".join("d" * 200): 1}, Format.V1).metainfo.files == 1
