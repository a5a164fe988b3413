from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core
from seedwright.content.walk import walk
from seedwright.hashes.streams import Want, streams_for
from seedwright.metainfo.build import layout
from seedwright.metainfo.torrent_spec import Format

KIB = 1024

WANTS = st.builds(
    Want, st.sampled_from([16 * KIB, 32 * KIB, 64 * KIB, 256 * KIB]), st.sampled_from(list(Format))
)


def folder_of(folder: str, sizes: list[int]) -> Path:
    for number, size in enumerate(sizes):
        Path(folder, f"{number:02}").write_bytes(bytes([number + 1]) * size)
    return Path(folder)


@given(
    sizes=st.lists(st.integers(0, 100 * KIB) | st.just(64 * KIB), min_size=1, max_size=5),
    wants=st.sets(WANTS, min_size=1),
)
def test_each_want_gets_what_it_would_get_by_itself(sizes: list[int], wants: set[Want]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = walk(folder_of(folder, sizes)).files if any(sizes) else []
        streams = streams_for(files, wants)
        hashes = streams.sorted_out(_core.hash_streams(streams.files, streams.streams))
        assert hashes.keys() == wants
        for want, given_ in hashes.items():
            v1, v2 = want.format is not Format.V2, want.format is not Format.V1
            rows = layout(files, want.piece_length, want.format)
            alone = _core.hash_files(rows, want.piece_length, v1=v1, v2=v2)
            assert not v1 or given_.pieces == alone.pieces
            assert not v2 or (given_.roots, given_.layers) == (alone.roots, alone.layers)


def test_one_file_is_one_stream_whatever_is_wanted(tmp_path: Path) -> None:
    files = walk(folder_of(str(tmp_path), [100])).files
    wants = {Want(length << 14, format_) for length in (1, 2, 4) for format_ in Format}
    assert len(streams_for(files, wants).streams) == 1


def test_a_folder_is_two_streams_only_when_v1_alone_is_wanted_beside_v2(tmp_path: Path) -> None:
    files = walk(folder_of(str(tmp_path), [100, 200])).files
    v1, v2, hybrid = (Want(1 << 14, Format(name)) for name in ("v1", "v2", "hybrid"))
    assert len(streams_for(files, {v1}).streams) == 1
    assert len(streams_for(files, {v2, hybrid}).streams) == 1
    assert len(streams_for(files, {v1, hybrid}).streams) == 2
    assert len(streams_for(files, {v1, v2, hybrid}).streams) == 2
