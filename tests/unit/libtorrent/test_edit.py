"""libtorrent loads what was edited, and reads the same in it."""

from __future__ import annotations

from dataclasses import dataclass

import libtorrent as lt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwright.metainfo.build import Blueprint, build
from seedwright.metainfo.edit import Edit, apply
from seedwright.metainfo.torrent_spec import Format
from tests.unit.libtorrent.agreement import files_there
from tests.unit.libtorrent.trees import BLOCK

A, B, C = "http://a.example/announce", "udp://b.example:80", "https://c.example/announce"
W, X = "http://w.example/content", "http://x.example/content"

texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12)
tiers = st.lists(st.sampled_from([A, B, C]), max_size=3, unique=True).map(
    lambda urls: tuple((url,) for url in urls)
)
edits = st.builds(
    Edit,
    tiers=st.none() | tiers,
    add_trackers=st.sampled_from([(), (A,), (C, B)]),
    remove_trackers=st.sampled_from([(), (A,), ("b.example", "c.example")]),
    web_seeds=st.none() | st.sampled_from([(), (W,), (W, X)]),
    comment=st.none() | texts,
    private=st.none() | st.booleans(),
    source=st.none() | texts,
    entropy=st.none() | texts,
    name=st.none() | st.sampled_from(["another", "Ünïcode", "content"]),
    without_date=st.booleans(),
    without_creator=st.booleans(),
)


@dataclass(frozen=True)
class File:
    parts: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Hashes:
    pieces: bytes
    roots: list[bytes]
    layers: list[bytes]


def made(format_: Format, *sizes: int) -> bytes:
    """A torrent of files that are no longer than a piece, with hashes that could be any."""
    files = [File((f"{number:03}",), size) for number, size in enumerate(sizes)]
    blueprint = Blueprint(
        "content",
        len(sizes) > 1,
        files,
        format_,
        tiers=((A, B),),
        comment="a comment",
        creation_date=1_700_000_000,
        created_by="somebody",
        source="SRC",
    )
    hashes = Hashes(
        bytes(range(20)) * (len(sizes) if format_ is Format.HYBRID else -(-sum(sizes) // BLOCK)),
        [bytes(range(32)) for _ in sizes],
        [b"" for _ in sizes],
    )
    return build(blueprint, BLOCK, hashes)


TORRENTS = {
    f"{format_} of {len(sizes)}": made(format_, *sizes)
    for format_ in Format
    for sizes in ((BLOCK,), (5, 7, BLOCK))
}


@pytest.mark.parametrize("data", TORRENTS.values(), ids=TORRENTS)
@settings(deadline=None)
@given(edit=edits)
def test_libtorrent_reads_the_same_in_what_was_edited(data: bytes, edit: Edit) -> None:
    after = apply(data, edit).after
    loaded = lt.load_torrent_buffer(after.data)
    assert loaded.ti is not None
    hashes = loaded.ti.info_hashes()
    assert (hashes.v1.to_bytes().hex() if hashes.has_v1() else None) == after.infohash_v1
    assert (hashes.v2.to_bytes().hex() if hashes.has_v2() else None) == after.infohash_v2
    tiers = dict(zip(loaded.trackers, loaded.tracker_tiers, strict=True))
    assert tiers == {url: number for number, tier in enumerate(after.tiers) for url in tier}
    assert loaded.ti.name() == after.name
    assert loaded.ti.priv() is after.private
    assert set(loaded.url_seeds) == {
        seed.rstrip("/") + ("/" if after.files > 1 else "") for seed in after.web_seeds
    }


@pytest.mark.parametrize("format_", Format)
def test_a_renamed_file_is_that_file_for_libtorrent(format_: Format) -> None:
    after = apply(made(format_, BLOCK), Edit(name="renamed")).after
    files = files_there(after.data)
    assert [files.file_path(number) for number in range(files.num_files())] == ["renamed"]
