from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.metainfo.describe import FileLine, FileRun, bad_files, file_groups
from seedwright.metainfo.entries import entries
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.wrong_paths import path_problems
from tests.unit.builders import Fields, torrent, v1_info, v2_info
from tests.unit.files import lines_of

ODD = [b"..", b"CON", b"a?", b"\xff", b"\xc3\xa9", b"\x1b", b"x" * 256, b".pad", b"a.", b" ", b'"']
names = st.sampled_from([b"a", b"b.mkv", b"console", *ODD])
files = st.fixed_dictionaries(
    {b"length": st.integers(0, 3), b"path": st.lists(names, min_size=1, max_size=3)},
    optional={
        b"attr": st.sampled_from([b"p", b"x", b"xh", b"l", b"z"]),
        b"symlink path": st.lists(names, max_size=2),
    },
)


def folder(listed: list[dict[bytes, Any]]) -> Metainfo:
    first = {b"length": 1, b"path": [b"first"]}
    size = 1 + sum(file[b"length"] for file in listed if b"l" not in file.get(b"attr", b""))
    info = v1_info(size)
    del info[b"length"]
    return Metainfo.parse(torrent(info | {b"files": [first, *listed]}))


@given(st.lists(files, max_size=5))
def test_every_file_is_described_in_its_order(listed: list[dict[bytes, Any]]) -> None:
    metainfo = folder(listed)
    found = list(entries(metainfo.data, metainfo.info, v2=False))
    lines = list(lines_of(metainfo))
    assert [
        (tuple(part.encode("utf-8", "surrogateescape") for part in line.parts), line.length)
        for line in lines
    ] == [(entry.path, entry.length) for entry in found]
    problems = [() if entry.is_pad else path_problems(entry.path) for entry in found]
    assert [line.problems for line in lines] == problems
    assert list(bad_files(metainfo)) == [line for line in lines if line.problems]


@pytest.mark.parametrize("count", [1, 255, 256, 257, 600])
def test_many_files_come_in_runs(count: int) -> None:
    metainfo = folder([{b"length": n, b"path": [b"sub", b"%d" % n]} for n in range(1, count)])
    groups = list(file_groups(metainfo))
    assert all(isinstance(group, FileRun) for group in groups)
    assert list(lines_of(metainfo)) == [
        FileLine(("first",), 1),
        *(FileLine(("sub", str(n)), n) for n in range(1, count)),
    ]


def test_one_odd_file_leaves_those_around_it_as_they_are() -> None:
    paths = [[b"a", b"%d" % n] for n in range(599)]
    paths[300] = [b"a", b"?"]
    metainfo = folder([{b"length": 1, b"path": path} for path in paths])
    kinds = [isinstance(group, FileRun) for group in file_groups(metainfo)]
    assert kinds == [True, False, True]
    (odd,) = bad_files(metainfo)
    assert (odd.path, odd.problems) == ("a/?", ("windows-name",))
    assert [line.path for line in lines_of(metainfo)] == [
        "first",
        *("/".join(part.decode() for part in path) for path in paths),
    ]


@pytest.mark.parametrize("info", [v1_info(5), v2_info(5, 7)])
def test_a_torrent_without_bad_paths_is_not_gone_through_again(info: Fields) -> None:
    metainfo = Metainfo.parse(torrent(info))
    assert metainfo.has_fine_paths
    assert list(bad_files(metainfo)) == []
