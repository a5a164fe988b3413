"""Content checks: each on both sides of what it finds, in real folders."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from seedwright.content.checks.check import CHECKS, MOST_GAPS, check_content, check_names
from seedwright.content.policy import QBITTORRENT, UNFINISHED, Policy
from seedwright.content.survey import ContentSurvey, survey_of
from seedwright.content.walk import ContentFile, walk
from seedwright.errors import UsageError
from tests.unit.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.content.checks.check import Finding


def findings(path: Path, *, name: str = "", allowed: tuple[str, ...] = ()) -> list[Finding]:
    """What is found in the content as the embedded engine takes it in."""
    content = walk(path)
    seen = ContentSurvey(path, path.name, content.is_dir, 0, content.size, 0, content=content)
    seen = dataclasses.replace(seen, respelled=content.respelled)
    return check_content(seen, content.files, name=name, allowed=allowed)


def found(path: Path) -> dict[str, str]:
    return {finding.name: finding.text for finding in findings(path)}


def fill(folder: Path, files: dict[str, int]) -> Path:
    for name, size in files.items():
        put(folder / name, size)
    return folder


CLEAN = [
    {"a.txt": 1},
    {"film.mkv": 9, "film.srt": 1, "film.nfo": 1, "poster.jpg": 1},
    {f"S01E{number:02}.mkv": 5 for number in range(1, 11)},
    # A sample of nothing, and films that are called so.
    {"sample.mkv": 5},
    {"sample/film.mkv": 5},
    {"The Sample (2012).mkv": 9, "Trailer.mkv": 8},
    {"Sampler.mkv": 5, "film.mkv": 9},
    {"sample.jpg": 5, "film.mkv": 9},
    {"samples/kick.wav": 5, "song.flac": 9},
    # Archives of something else.
    {"film.rar": 5, "film.r00": 5, "film.r01": 5, "film.sfv": 1},
    {"film.rar": 5, "film.r00": 5, "Sample/film.sample.mkv": 1, "film.sfv": 1},
    {"film.rar": 5, "film.r00": 5, "film-sample.mkv": 1, "film.par2": 1},
    {"film.mkv": 9, "subs.zip": 4},
    {"film.mkv": 9, "Subs/film.rar": 9},
    {"01.flac": 9, "02.flac": 9, "scans.zip": 8},
    # Checksums of music are music's own, and repairs of archives are the archives' own.
    {"01.flac": 9, "02.flac": 9, "album.sfv": 1},
    {"data.7z": 9, "data.par2": 1},
    {"film.mkv": 9, "empty.txt": 0},
    {"film.mkv": 9, "partly.txt": 1, "film.parts": 1},
    # Shards and data of several kinds.
    {f"shard.{number:03}": number + 1 for number in (1, 2, 4, 5)},
    {f"data.{number:03}": 5 for number in (100, 101, 103)},
    {f"IMG_{number:04}.jpg": 5 for number in (1, 2, 4, 5)},
]


@pytest.mark.parametrize("files", CLEAN)
def test_nothing_is_found_where_nothing_is(folder: Path, files: dict[str, int]) -> None:
    assert found(fill(folder, files)) == {}


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"film.mkv": 9, "film.sample.mkv": 9}, "'film.sample.mkv'"),
        ({"film.mkv": 9, "film-SAMPLE.avi": 1}, "'film-SAMPLE.avi'"),
        ({"film.mkv": 9, "Sample/a.mkv": 1, "Samples/b.mp4": 1}, "'Sample/a.mkv', and 1 more"),
        ({"x/film.mkv": 9, "x/sample/f.mkv": 1}, "'x/sample/f.mkv'"),
    ],
)
def test_samples_are_found_beside_what_they_are_of(
    folder: Path, files: dict[str, int], text: str
) -> None:
    assert found(fill(folder, files)) == {"sample": f"a sample next to its video: {text}"}


def test_a_sample_is_no_larger_than_the_real_one(folder: Path) -> None:
    assert found(fill(folder, {"film.mkv": 9, "film.sample.mkv": 10})) == {}


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ({"film.mkv": 9, "film.rar": 1}, "film.rar"),
        ({"film.mkv": 9, "other.zip": 5}, "other.zip"),
        ({"film.mkv": 90, "x.rar": 1, "x.r00": 1}, "x.r00"),
        ({"film.mkv": 90, "x.part1.rar": 1, "x.part2.rar": 1}, "x.part1.rar"),
        ({"film.mkv": 90, "film.mkv.001": 4, "film.mkv.002": 1}, "film.mkv.001"),
        ({"01.mp3": 9, "02.mp3": 9, "album.7z": 9}, "album.7z"),
        ({"S1/E1.mkv": 9, "S1/E2.mkv": 9, "S1/e1.RAR": 1}, "S1/e1.RAR"),
    ],
)
def test_archives_are_found_beside_what_was_in_them(
    folder: Path, files: dict[str, int], first: str
) -> None:
    text = f"an archive next to the media unpacked from it: '{first}'"
    assert found(fill(folder, files)) == {"archive": text}


def test_an_archive_that_is_not_whole_is_told_twice(folder: Path) -> None:
    fill(folder, {"film.mkv": 9, "film.r00": 1, "film.r01": 1, "film.r03": 1})
    assert found(folder).keys() == {"missing-part", "archive"}


@pytest.mark.parametrize("name", ["film.par2", "film.vol0+1.PAR2", "film.nzb", "film.sfv"])
def test_what_downloads_leave_behind_is_found_beside_media(folder: Path, name: str) -> None:
    text = f"a file left over from downloading or repairing: '{name}'"
    assert found(fill(folder, {"film.mkv": 9, name: 1})) == {"leftover": text}
    (folder / "film.mkv").rename(folder / "film.txt")
    assert found(folder) == {}


@pytest.mark.parametrize("ending", [pattern[1:] for pattern, _ in UNFINISHED])
def test_unfinished_downloads_are_found_in_the_torrent_or_not(folder: Path, ending: str) -> None:
    put(folder / "film.mkv", 9)
    put(folder / "x" / f"other.mkv{ending}")
    text = f"an unfinished download: 'x/other.mkv{ending}'"
    assert found(folder) == {"unfinished": text}
    content = walk(folder, QBITTORRENT)
    whole = survey_of(content)
    assert [finding.text for finding in check_content(whole, walk(folder, Policy()).files)] == [
        text
    ]


def test_a_file_that_is_unfinished_itself_is_found(tmp_path: Path) -> None:
    assert found(put(tmp_path / "film.mkv.part", 9)) == {
        "unfinished": "an unfinished download: 'film.mkv.part'"
    }


@pytest.mark.parametrize("name", ["content", "film.mkv"])
def test_content_that_aria2_is_still_at_is_found(tmp_path: Path, name: str) -> None:
    content = tmp_path / name
    put(content if "." in name else content / "film.mkv")
    assert found(content) == {}
    put(tmp_path / f"{name}.aria2")
    assert found(content) == {
        "unfinished": f"an unfinished download: '{name}.aria2' next to the content"
    }


def test_a_name_with_no_room_for_more_is_fine(tmp_path: Path) -> None:
    assert found(put(tmp_path / f"{'x' * 251}.mkv")) == {}


@pytest.mark.parametrize("name", ["a.mkv", "a.MP3", "a.epub"])
def test_media_without_a_byte_are_found(folder: Path, name: str) -> None:
    put(folder / "b.txt")
    put(folder / name, 0)
    assert found(folder) == {"empty-media": f"an empty media file: '{name}'"}
    put(folder / name, 1)
    assert found(folder) == {}


@pytest.mark.parametrize(("letters", "is_long"), [(127, False), (128, True)])
def test_names_longer_than_file_systems_take_are_found(
    folder: Path, letters: int, is_long: bool
) -> None:
    put(folder / "a.txt")
    found = findings(folder, name="ü" * letters + "x")
    assert [finding.name for finding in found] == ["long-name"] * is_long


@pytest.mark.parametrize(("length", "is_long"), [(255, False), (256, True)])
@pytest.mark.parametrize("below", [(), ("a.txt",)])
def test_names_that_only_some_file_systems_have_are_found(
    folder: Path, length: int, is_long: bool, below: tuple[str, ...]
) -> None:
    file = ContentFile(("a" * length, *below), "", 1, 0, 0, 0, 0)
    seen = ContentSurvey(folder, "content", True, 1, 1, 0, respelled={(): "a" * length})
    found = check_content(seen, [file])
    assert [finding.name for finding in found] == ["long-name"] * is_long


def test_findings_come_in_the_order_of_the_checks(folder: Path) -> None:
    numbers = (1, 2, 3, 5)
    fill(folder, {f"Show.S01E{number:02}.mkv": 5 for number in numbers})
    fill(folder, {f"Music/{number:02} - Song.mp3": 5 for number in numbers})
    fill(folder, {f"Film.CD{number}.avi": 5 for number in numbers})
    fill(folder, {"Sample/s.mkv": 1, "x.rar": 1, "x.r00": 1, "x.nzb": 1, "x.part": 1, "y.mkv": 0})
    there = [finding.name for finding in findings(folder, name="n" * 256)]
    assert there == list(CHECKS)
    for name in CHECKS:
        left = [one.name for one in findings(folder, name="n" * 256, allowed=(name,))]
        assert left == [each for each in CHECKS if each != name]


def test_a_finding_says_its_name_first(folder: Path) -> None:
    fill(folder, {"film.mkv": 9, "x.nzb": 1})
    (finding,) = findings(folder)
    assert str(finding) == "leftover: a file left over from downloading or repairing: 'x.nzb'"


@pytest.mark.parametrize("albums", [MOST_GAPS, MOST_GAPS + 1, MOST_GAPS + 2])
def test_more_gaps_than_a_few_are_counted(folder: Path, albums: int) -> None:
    for album in range(albums):
        fill(folder, {f"{chr(97 + album)}/{n:02} - Song.mp3": 1 for n in (1, 2, 4)})
    *told, last = [finding.text for finding in findings(folder)]
    if albums == MOST_GAPS:
        assert (len(told), "is missing track 3" in last) == (MOST_GAPS - 1, True)
    else:
        assert (len(told), last) == (MOST_GAPS, f"{albums - MOST_GAPS} more like these")


def test_a_sample_fills_no_gap(folder: Path) -> None:
    fill(folder, {f"Show.S01E{number:02}.mkv": 5 for number in (1, 2, 4)})
    put(folder / "Show.S01E03.sample.mkv", 1)
    assert found(folder).keys() == {"missing-episode", "sample"}


def test_a_name_that_is_none_cannot_be_allowed() -> None:
    assert check_names(["sample", "archive"]) == {"sample", "archive"}
    with pytest.raises(UsageError, match="unknown check 'sampel'") as caught:
        check_names(["sample", "sampel"])
    assert all(name in caught.value.hint for name in CHECKS)


def test_the_survey_that_qbittorrent_hashes_after_is_checked_as_well(folder: Path) -> None:
    fill(folder, {f"Show/S01E{number:02}.mkv": 5 for number in (1, 2, 4)})
    put(folder / "film.mkv.!qB", 5)
    put(folder / ".hidden.nzb", 5)
    content = walk(folder, QBITTORRENT)
    whole = survey_of(content)
    assert [finding.name for finding in check_content(whole, content.files)] == [
        "missing-episode",
        "unfinished",
    ]
