"""The files of a torrent as columns, and what there is of them in a folder."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import pytest

from seedwright import _core

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright._core import FileRow

ROOT = bytes(range(32))


def row(
    *path: bytes, length: int = 1, attributes: bytes = b"", target: tuple[bytes, ...] = ()
) -> FileRow:
    return path, length, attributes, target, b""


def sizes_of(listed: _core.Listed, folder: Path) -> list[int]:
    return list(array("q", listed.sizes(folder)))


def test_rows_come_back_as_they_were_given() -> None:
    pad = row(b".pad", b"7", length=7, attributes=b"p")
    rooted: FileRow = ((b"c",), 3, b"", (), ROOT)
    listed = _core.Listed(iter([row(b"a", b"b", length=2), pad, rooted]))
    assert [listed.row(number) for number in range(len(listed))] == [
        (b"a/b", 2, False, b""),
        (b".pad/7", 7, True, b""),
        (b"c", 3, False, ROOT),
    ]
    assert list(array("Q", listed.lengths())) == [2, 7, 3]
    with pytest.raises(IndexError):
        listed.row(3)


def test_a_hybrid_has_its_roots_from_the_other_half() -> None:
    trees = _core.Listed([((b"b",), 1, b"", (), ROOT), row(b"a")])
    listed = _core.Listed([row(b"a"), row(b"b"), row(b"c")], trees)
    assert [listed.row(number)[3] for number in range(3)] == [b"", ROOT, b""]
    assert listed.unlike([b"", ROOT, b""]) == []
    assert listed.unlike([ROOT, b"", b""]) == [0, 1]


def test_links_are_told_with_their_targets() -> None:
    link = row(b"l", length=0, attributes=b"l", target=(b"x", b"y"))
    assert _core.Listed([row(b"a"), link]).links() == [(1, (b"x", b"y"))]


def test_sizes_are_those_of_files_alone(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"123")
    (tmp_path / "b").symlink_to("sub/a")
    pad = row(b"sub", b"a", attributes=b"p")
    listed = _core.Listed([row(b"sub", b"a"), row(b"sub"), row(b"b"), row(b"gone"), pad])
    assert sizes_of(listed, tmp_path) == [3, -1, 3, -1, -1]
    assert sizes_of(_core.Listed([row()]), tmp_path / "b") == [3]


def test_many_files_keep_their_places(tmp_path: Path) -> None:
    count = 3000
    for number in range(0, count, 100):
        (tmp_path / str(number)).write_bytes(bytes(number))
    listed = _core.Listed(row(b"%d" % number, length=number) for number in range(count))
    sizes = listed.sizes(tmp_path)
    assert listed.differing(sizes) == [number for number in range(count) if number % 100]
    assert {size for size in array("q", sizes) if size > 0} == set(range(100, count, 100))


def test_what_is_not_there_is_hashed_as_zeros(tmp_path: Path) -> None:
    pad = row(b"p", length=5, attributes=b"p")
    files = [row(b"whole", length=4), row(b"short", length=4), row(b"gone", length=4), pad]
    listed = _core.Listed(files)
    sizes = array("q", [9, 1, -1, -1]).tobytes()
    found = [
        (entry.path, entry.length, entry.pad) for entry in listed.entries(tmp_path, sizes, True)
    ]
    assert found == [
        (str(tmp_path / "whole"), 4, 0),
        (str(tmp_path / "short"), 1, 3),
        ("", 0, 4),
        ("", 0, 5),
    ]
    assert [entry.pad for entry in listed.entries(tmp_path, sizes, False)] == [0, 0, 0, 0]


def test_nothing_is_looked_for_without_a_path_and_bytes() -> None:
    hashes = _core.hash_files(_core.Entries([""], [0], [16384]), 16384, v1=True, v2=False)
    zeros = _core.sha1_many(_core.lanes().sha1, [bytes(16384)])
    assert [hashes.pieces] == zeros


def test_entries_need_as_many_lengths_and_pads() -> None:
    with pytest.raises(ValueError, match="for each file"):
        _core.Entries(["a"], [1, 2], [0])


@pytest.mark.parametrize(
    ("paths", "are_plain"),
    [
        ([b"a", b"b/a", b"b/c/a"], True),
        ([b"a", b"A"], False),
        ([b"b/x/a", b"c", b"B/x/A"], False),
        ([b"a/b", b"A/c"], True),
        ([b"A", b"a/b"], False),
        ([b"x/y/z", b"x/Y"], False),
        ([b"x" * 10], True),
        ([b"x" * 11], False),
        ([b"x/" * 9 + b"xx"], True),
        ([b"x/" * 9 + b"xxx"], False),
        ([b"back\\slash"], False),
        ([b"a\n"], False),
        (["ä".encode()], False),
    ],
)
def test_plain_paths_are_short_and_ascii_and_differ_in_more_than_case(
    paths: list[bytes], are_plain: bool
) -> None:
    listed = _core.Listed(row(*path.split(b"/")) for path in paths)
    assert listed.are_plain(10, 20) is are_plain


def test_pad_files_may_have_any_path() -> None:
    assert _core.Listed(2 * [row("ä".encode(), attributes=b"p")]).are_plain(10, 20)
