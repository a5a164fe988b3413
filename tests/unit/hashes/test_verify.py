"""Bad bytes are found, and told as pieces, files and ranges."""

from __future__ import annotations

import hashlib
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.content.walk import walk
from seedwright.errors import ContentNotFoundError, MetainfoError
from seedwright.hashes.present import examine
from seedwright.hashes.verify import Verification, _merged, judge
from seedwright.metainfo.build import Blueprint, build, layout
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.builders import torrent
from tests.unit.reference import ReferenceHashes, reference_hashes

if TYPE_CHECKING:
    from seedwright._core import Entries, FileEntry

PIECE = 32 * 1024
FORMATS = list(Format)
FILES = {"a": 100_000, "b/c": 40_000, "b/d": 0, "e": 5}


def put(folder: Path, files: dict[str, int]) -> Path:
    for number, (name, size) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes((number + 7 * at) % 251 for at in range(size)))
    return folder


def bytes_of(row: FileEntry) -> bytes:
    return Path(os.fsdecode(row.path)).read_bytes()[: row.length] if row.length else b""


def hashes_of(rows: Entries, format_: Format) -> ReferenceHashes:
    return reference_hashes(
        [(bytes_of(row), row.pad) for row in rows],
        PIECE,
        v1=format_ is not Format.V2,
        v2=format_ is not Format.V1,
    )


def torrent_of(content: Path, format_: Format) -> Metainfo:
    walked = walk(content)
    hashes = hashes_of(layout(walked.files, PIECE, format_), format_)
    blueprint = Blueprint(walked.name, walked.is_dir, walked.files, format_)
    return Metainfo.parse(build(blueprint, PIECE, hashes))


def verdict(metainfo: Metainfo, path: Path) -> Verification:
    found = examine(metainfo, path)
    return judge(found, hashes_of(found.layout(), metainfo.format))


def wrong(found: Verification) -> dict[str, Any]:
    return {file.path: (file.state, file.bad) for file in found.files}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return put(tmp_path / "book", FILES)


@pytest.mark.parametrize("format_", FORMATS)
def test_whole_content_is_complete(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    for path in (content, content.parent):
        found = verdict(metainfo, path)
        assert (found.is_complete, found.fraction, found.bad_pieces) == (True, 1.0, ())
        assert found.content == content
        assert (found.files, found.as_dict()["good_files"]) == ((), 4)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("size", [1, 16384, PIECE, PIECE + 1, 100_000])
def test_a_single_file_is_verified_by_itself_or_in_its_folder(
    tmp_path: Path, format_: Format, size: int
) -> None:
    file = put(tmp_path / "x", {"film.mkv": size}) / "film.mkv"
    metainfo = torrent_of(file, format_)
    assert verdict(metainfo, file).is_complete
    assert verdict(metainfo, file.parent).is_complete
    file.write_bytes(b"\xff" + file.read_bytes()[1:])
    assert wrong(verdict(metainfo, file)) == {"": ("bad", ((0, min(PIECE, size)),))}


@pytest.mark.parametrize("format_", FORMATS)
def test_a_changed_byte_is_told_as_the_range_of_its_piece(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    data = bytearray((content / "a").read_bytes())
    data[PIECE] ^= 1
    (content / "a").write_bytes(data)
    found = verdict(metainfo, content)
    assert wrong(found) == {"a": ("bad", ((PIECE, 2 * PIECE),))}
    assert found.bad_pieces == (() if format_ is Format.V2 else (1,))
    assert found.good_bytes == found.size - PIECE


def test_a_v1_piece_that_straddles_files_is_told_in_each(content: Path) -> None:
    metainfo = torrent_of(content, Format.V1)
    data = bytearray((content / "b" / "c").read_bytes())
    data[0] ^= 1
    (content / "b" / "c").write_bytes(data)
    assert wrong(verdict(metainfo, content)) == {
        "a": ("bad", ((3 * PIECE, 100_000),)),
        "b/c": ("bad", ((0, 4 * PIECE - 100_000),)),
    }


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_aligned_files_do_not_suffer_from_their_neighbours(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    (content / "a").unlink()
    assert wrong(verdict(metainfo, content)) == {"a": ("missing", ((0, 100_000),))}


@pytest.mark.parametrize("format_", FORMATS)
def test_short_and_long_and_missing_files_are_told_apart(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    (content / "e").unlink()
    (content / "b" / "d").unlink()
    with (content / "a").open("ab") as file:
        file.write(b"more")
    with (content / "b" / "c").open("r+b") as cut:
        cut.truncate(PIECE + 10)
    states = {file.path: file.state for file in verdict(metainfo, content).files}
    assert states["b/c"] == "short"
    assert (states["e"], states["b/d"]) == ("missing", "missing")
    assert states["a"] == "long"
    assert not verdict(metainfo, content).is_complete


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_or_a_pipe_in_the_place_of_a_file_is_a_missing_file(
    content: Path, format_: Format
) -> None:
    metainfo = torrent_of(content, format_)
    (content / "e").unlink()
    (content / "e").mkdir()
    assert wrong(verdict(metainfo, content))["e"] == ("missing", ((0, 5),))


def test_content_that_is_not_there_is_told(content: Path, tmp_path: Path) -> None:
    metainfo = torrent_of(content, Format.V1)
    for path in (tmp_path / "nowhere", content / "e"):
        with pytest.raises(ContentNotFoundError, match="is not 'book' and does not contain it"):
            examine(metainfo, path)


@pytest.mark.parametrize("name", [b"..", b"a/b", b"a\\b", b"."])
def test_a_path_that_leads_out_of_the_content_is_refused(tmp_path: Path, name: bytes) -> None:
    info: dict[bytes, Any] = {b"name": b"x", b"piece length": PIECE, b"pieces": bytes(20)}
    info[b"files"] = [{b"length": 1, b"path": [name]}]
    metainfo = Metainfo.parse(torrent(info))
    (tmp_path / "x").mkdir()
    with pytest.raises(MetainfoError, match="points outside the content"):
        examine(metainfo, tmp_path / "x")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10))))
def test_merged_ranges_cover_the_same_bytes_once(pairs: list[tuple[int, int]]) -> None:
    ranges = [(start, start + length) for start, length in pairs]
    merged = list(_merged(ranges))
    covered = set(itertools.chain.from_iterable(range(*each) for each in ranges))
    assert [b for each in merged for b in range(*each)] == sorted(covered)
    assert all(low[1] < high[0] for low, high in itertools.pairwise(merged))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_verdict_as_json_names_what_is_wrong(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    (content / "a").unlink()
    row = verdict(metainfo, content).as_dict()
    assert (row["ok"], row["name"], row["size"]) == (False, "book", 140_005)
    entry = next(file for file in row["files"] if file["path"] == "a")
    assert entry == {
        "path": "a",
        "state": "missing",
        "length": 100_000,
        "actual": None,
        "bad": [[0, 100_000]],
        "target": None,
        "leads_to": None,
        "reason": None,
        "unknown": [],
        "shares_with": [],
    }
    assert row["percent"] < 100


def linked(path: list[bytes], target: list[bytes], format_: Format = Format.V1) -> Metainfo:
    """A torrent of a file of 5 bytes, and of a symlink (BEP 47)."""
    info: dict[bytes, Any] = {b"name": b"book", b"piece length": PIECE}
    link = {b"attr": b"l", b"length": 0, b"symlink path": target}
    data = b"12345"
    if format_ is Format.V1:
        info[b"pieces"] = hashlib.sha1(data).digest()
        info[b"files"] = [{b"length": 5, b"path": [b"a"]}, link | {b"path": path}]
    else:
        root = reference_hashes([(data, 0)], PIECE, v1=False, v2=True).roots[0]
        info |= {
            b"meta version": 2,
            b"file tree": {b"a": {b"": {b"length": 5, b"pieces root": root}}},
        }
        info[b"file tree"][path[0]] = {b"": link}
    return Metainfo.parse(torrent(info))


def book(folder: Path) -> Path:
    (folder / "book" / "sub").mkdir(parents=True)
    (folder / "book" / "a").write_bytes(b"12345")
    (folder / "book" / "b").write_bytes(b"12345")
    return folder / "book"


@pytest.mark.parametrize("format_", [Format.V1, Format.V2])
@pytest.mark.parametrize("target", ["a", "./a", "sub/../a"])
def test_a_link_that_leads_where_it_should_is_good(
    tmp_path: Path, format_: Format, target: str
) -> None:
    content = book(tmp_path)
    (content / "link").symlink_to(target)
    found = verdict(linked([b"link"], [b"a"], format_), content)
    assert found.is_complete
    assert (found.files, found.good_files) == ((), 2)


def test_a_link_in_a_folder_and_one_to_a_folder_are_good(tmp_path: Path) -> None:
    content = book(tmp_path)
    (content / "sub" / "up").symlink_to("../a")
    (content / "folder").symlink_to("sub")
    assert verdict(linked([b"sub", b"up"], [b"a"]), content).is_complete
    assert verdict(linked([b"folder"], [b"sub"]), content).is_complete


def test_one_file_under_two_names_is_as_good_as_a_link(tmp_path: Path) -> None:
    content = book(tmp_path)
    (content / "link").hardlink_to(content / "a")
    assert verdict(linked([b"link"], [b"a"]), content).is_complete


@pytest.mark.parametrize(
    ("there", "says"), [("b", "b"), ("../book/b", "../book/b"), ("sub", "sub"), (None, "")]
)
def test_a_link_that_leads_elsewhere_is_told(tmp_path: Path, there: str | None, says: str) -> None:
    content = book(tmp_path)
    if there is None:
        (content / "link").write_bytes(b"12345")
    else:
        (content / "link").symlink_to(there)
    found = verdict(linked([b"link"], [b"a"]), content)
    assert wrong(found) == {"link": ("mislinked", ())}
    (row,) = found.as_dict()["files"]
    assert (row["target"], row["leads_to"], found.fraction) == ("a", says, 1.0)


@pytest.mark.parametrize("there", [None, "absent", "link"])
def test_a_link_that_leads_nowhere_is_missing(tmp_path: Path, there: str | None) -> None:
    content = book(tmp_path)
    if there is not None:
        (content / "link").symlink_to(there)
    assert wrong(verdict(linked([b"link"], [b"a"]), content)) == {"link": ("missing", ())}


def test_a_link_whose_target_is_gone_is_missing_with_it(tmp_path: Path) -> None:
    content = book(tmp_path)
    (content / "link").symlink_to("a")
    (content / "a").unlink()
    states = {file.path: file.state for file in verdict(linked([b"link"], [b"a"]), content).files}
    assert states == {"a": "missing", "link": "missing"}


@pytest.mark.parametrize("target", [[b"..", b"x"], [b"a/b"], [b""]])
def test_a_link_that_leads_out_of_the_content_is_refused(
    tmp_path: Path, target: list[bytes]
) -> None:
    with pytest.raises(MetainfoError, match="points outside the content"):
        examine(linked([b"link"], target), book(tmp_path))
