"""A file is found under another spelling of its name, and that is said."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from seedwright.errors import ContentError, ContentNotFoundError
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.hashes.test_outside import SECRET, v1_of
from tests.unit.hashes.test_verify import PIECE, put, torrent_of, verdict

NFC, NFD = (unicodedata.normalize(form, "\xe9t\xe9") for form in ("NFC", "NFD"))
LONG = "x" * 239 + "y.mid.mkv"
FORMATS = list(Format)


def spelled(found: Any) -> dict[str, tuple[str, str]]:
    return {path: (each.path, each.spelling) for path, each in found.respelled}


def states(found: Any) -> dict[str, tuple[str, str | None]]:
    return {file.path: (file.state, file.reason) for file in found.files}


@pytest.mark.parametrize(("listed", "there"), [(NFC, NFD), (NFD, NFC)], ids=["NFC", "NFD"])
@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_and_its_folders_are_found_in_the_other_form(
    tmp_path: Path, listed: str, there: str, format_: Format
) -> None:
    content = put(tmp_path / "book", {f"{listed}/{listed}/a": PIECE + 1, f"{listed}/{listed}b": 9})
    metainfo = torrent_of(content, format_)
    (content / listed / listed).rename(content / listed / there)
    (content / listed / f"{listed}b").rename(content / listed / f"{there}b")
    (content / listed).rename(content / there)
    found = verdict(metainfo, content)
    assert found.is_complete
    assert spelled(found) == {
        f"{listed}/{listed}/a": (f"{there}/{there}/a", "unicode"),
        f"{listed}/{listed}b": (f"{there}/{there}b", "unicode"),
    }
    assert found.as_dict()["respelled"][0]["spelling"] == "unicode"


@pytest.mark.parametrize(("listed", "there"), [(NFC, NFD), (NFD, NFC)], ids=["NFC", "NFD"])
def test_the_content_itself_is_found_in_the_other_form(
    tmp_path: Path, listed: str, there: str
) -> None:
    folder = put(tmp_path / "a" / listed, {"x": 10})
    file = put(tmp_path / "b", {listed: 10}) / listed
    for content in (folder, file):
        metainfo = torrent_of(content, Format.V1)
        assert verdict(metainfo, content.parent).respelled == ()
        content.rename(content.with_name(there))
        found = verdict(metainfo, content.parent)
        assert found.is_complete
        assert (spelled(found), found.content.name) == ({"": (there, "unicode")}, there)


@pytest.mark.parametrize(
    ("listed", "there"),
    [
        ("a\x01b", "a_b"),
        ("a\u200eb", "ab"),
        ("a\u200bb", "ab"),
        (LONG, "x" * 239 + "y.mkv"),
    ],
    ids=["control", "mark", "mark of 2.1", "long"],
)
def test_a_file_is_found_as_libtorrent_spells_it(tmp_path: Path, listed: str, there: str) -> None:
    content = put(tmp_path / "book", {listed: 10, "other": 10})
    metainfo = torrent_of(content, Format.V1)
    (content / listed).rename(content / there)
    found = verdict(metainfo, content)
    assert found.is_complete
    assert spelled(found) == {listed: (there, "libtorrent")}


def test_what_is_found_is_hashed_and_may_be_bad(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {NFC: PIECE, "other": 10})
    metainfo = torrent_of(content, Format.V2)
    (content / NFC).unlink()
    (content / NFD).write_bytes(bytes(PIECE))
    found = verdict(metainfo, content)
    assert (states(found), spelled(found)) == (
        {NFC: ("bad", None)},
        {NFC: (NFD, "unicode")},
    )


def test_an_exact_name_goes_before_all_others(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {f"{NFC}/a": 10, "other": 10})
    metainfo = torrent_of(content, Format.V1)
    put(content, {f"{NFD}/a": 7})
    found = verdict(metainfo, content)
    assert (found.is_complete, found.respelled) == (True, ())


@pytest.mark.parametrize(("gone", "kept"), [(NFC, NFD), ("a", "a.part"), ("a\u200e", "a")])
def test_a_file_that_is_listed_itself_stands_for_no_other(
    tmp_path: Path, gone: str, kept: str
) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / kept).write_bytes(SECRET)
    data = v1_of(b"book", [gone.encode()], [kept.encode()])
    found = verdict(Metainfo.parse(data), tmp_path)
    assert states(found)[gone] == ("missing", None)
    assert found.respelled == ()


def test_one_file_does_not_stand_for_two(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {"a\u200e": 10, "a\u200f": 10, "other": 10})
    metainfo = torrent_of(content, Format.V1)
    (content / "a\u200e").rename(content / "a")
    (content / "a\u200f").unlink()
    found = verdict(metainfo, content)
    assert spelled(found) == {"a\u200e": ("a", "libtorrent")}
    assert states(found)["a\u200f"] == ("missing", None)


@pytest.mark.parametrize(
    ("ending", "program"),
    [(".!qB", "qBittorrent"), (".part", "Transmission, Firefox, yt-dlp"), (".!ut", "uTorrent")],
)
@pytest.mark.parametrize("format_", FORMATS)
def test_an_unfinished_download_is_said_to_be_one(
    tmp_path: Path, format_: Format, ending: str, program: str
) -> None:
    content = put(tmp_path / "book", {"sub/a": 10, "b": 20})
    metainfo = torrent_of(content, format_)
    (content / "sub" / "a").rename(content / "sub" / f"a{ending}")
    found = verdict(metainfo, content)
    words = f"'sub/a{ending}' is an unfinished download ({program})"
    assert states(found)["sub/a"] == ("unfinished", words)
    assert (found.is_complete, found.respelled) == (False, ())
    row = next(row for row in found.as_dict()["files"] if row["path"] == "sub/a")
    assert (row["state"], row["bad"]) == ("unfinished", [[0, 10]])


def test_content_of_unfinished_downloads_alone_is_the_right_folder(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {"a": 10, "b": 20})
    metainfo = torrent_of(content, Format.V1)
    (content / "a").rename(content / "a.!qB")
    (content / "b").unlink()
    found = states(verdict(metainfo, content))
    assert {path: row[0] for path, row in found.items()} == {"a": "unfinished", "b": "missing"}


def test_a_single_file_that_is_unfinished_is_said_to_be_so(tmp_path: Path) -> None:
    file = put(tmp_path / "folder", {"film.mkv": 10}) / "film.mkv"
    metainfo = torrent_of(file, Format.V1)
    file.rename(file.with_name("film.mkv.!qB"))
    words = r"'film.mkv' is not complete: 'film.mkv.!qB' is an unfinished download \(qBittorrent\)"
    with pytest.raises(ContentNotFoundError, match=words):
        verdict(metainfo, file.parent)


def test_a_link_out_of_the_content_is_refused_under_another_name_too(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {NFC: 10, "other": 10})
    metainfo = torrent_of(content, Format.V1)
    (content / NFC).rename(tmp_path / "outside")
    (content / NFD).symlink_to(tmp_path / "outside")
    with pytest.raises(ContentError, match="symlink that points outside the content"):
        verdict(metainfo, content)


@pytest.mark.parametrize("name", ["A", "a ", "a.mkv", "b"])
def test_another_name_is_another_file(tmp_path: Path, name: str) -> None:
    content = put(tmp_path / "book", {"a": 10, "other": 10})
    metainfo = torrent_of(content, Format.V1)
    (content / "a").rename(content / name)
    assert states(verdict(metainfo, content))["a"] == ("missing", None)
