"""What we write is, byte for byte, what libtorrent writes for the same files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import libtorrent as lt
import pytest
from bencode2 import bdecode
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from seedwright.metainfo.torrent_spec import Format
from tests.unit.libtorrent.agreement import files_there
from tests.unit.libtorrent.making import ours, theirs
from tests.unit.libtorrent.trees import BLOCK, PIECE_LENGTHS, Tree, files_in, names, trees, write

if TYPE_CHECKING:
    from tests.unit.builders import Fields

# The same trees every time. For others: TREES_SEED=2 .venv/bin/python -m pytest tests/unit/libtorrent
SEED = int(os.environ.get("TREES_SEED", "1"))


def is_listed_wrong(tree: Tree) -> bool:
    """Whether a neighbour's name goes on where a folder's ends, with a byte below "/".

    libtorrent 2.1 lists the two the wrong way round in a hybrid, which it then does not load.
    """
    if isinstance(tree, int):
        return False
    folders = [(name.encode(), inner) for name, inner in tree.items() if isinstance(inner, dict)]
    return any(
        is_listed_wrong(inner)
        or any(
            other.startswith(folder) and folder < other < folder + b"/"
            for other in map(str.encode, tree)
        )
        for folder, inner in folders
    )


def can_be(files: list[tuple[tuple[str, ...], int]]) -> bool:
    """Whether there is something to hash, and more to a folder than one file right in it.

    A v2 file tree that is one file is that file to libtorrent, and not a folder around it.
    """
    return any(size for _, size in files) and [len(parts) for parts, _ in files] != [1]


def check(content: Path, tree: Tree, format_: Format, piece_length: int, **hidden: bool) -> None:
    """Compares every byte, for nothing but ``info`` and ``piece layers`` was asked for."""
    made = ours(content, format_, piece_length, **hidden)
    wanted = theirs(content, files_in(tree, **hidden), format_, piece_length)
    hashed: Fields = {key: wanted[key] for key in (b"info", b"piece layers") if key in wanted}
    assert made == lt.bencode(hashed)


@seed(SEED)
@settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(PIECE_LENGTHS).flatmap(
        lambda length: st.tuples(st.just(length), trees(length))
    ),
    names,
    st.booleans(),
)
def test_info_is_byte_for_byte_what_libtorrent_writes(
    drawn: tuple[int, Tree], name: str, include_hidden: bool
) -> None:
    piece_length, tree = drawn
    assume(can_be(files_in(tree, include_hidden=include_hidden)))
    assume(not is_listed_wrong(tree))
    with tempfile.TemporaryDirectory() as folder:
        content = write(Path(folder) / name, tree)
        for format_ in Format:
            check(content, tree, format_, piece_length, include_hidden=include_hidden)


AROUND_SLASH: list[Tree] = [
    {"a": {"x": BLOCK + 1}, "a-b": 3},
    {"a": {"x": 1}, "a ": {"x": 2}, "a.txt": 3, "a0": 4},
    {"deep": {"\u00e9": {"x": 1, "y": {"z": 5}}, "\u00e9!": 2 * BLOCK, "\u00e9~": 0}},
]


@pytest.mark.parametrize("tree", AROUND_SLASH)
@pytest.mark.parametrize("format_", [Format.V1, Format.V2])
def test_a_folder_beside_a_longer_name_is_what_libtorrent_writes(
    tmp_path: Path, tree: Tree, format_: Format
) -> None:
    assert is_listed_wrong(tree)
    check(write(tmp_path / "content", tree), tree, format_, BLOCK)


@pytest.mark.parametrize("tree", AROUND_SLASH)
def test_a_hybrid_lists_a_folder_beside_a_longer_name_as_bep_52_does_and_is_loaded(
    tmp_path: Path, tree: Tree
) -> None:
    made = ours(write(tmp_path / "content", tree), Format.HYBRID, BLOCK)
    listed = bdecode(made)[b"info"][b"files"]
    wanted = files_in(tree)
    assert [
        (tuple(part.decode() for part in file[b"path"]), file[b"length"])
        for file in listed
        if file.get(b"attr") != b"p"
    ] == wanted
    loaded = files_there(made)
    assert [
        (loaded.file_path(index), loaded.file_size(index))
        for index in range(loaded.num_files())
        if not loaded.file_flags(index) & lt.file_storage.flag_pad_file
    ] == [("/".join(("content", *parts)), size) for parts, size in wanted]
