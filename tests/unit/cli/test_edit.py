"""``seedwright edit``: what is written where, and what is said about it."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.errors import ExitCode
from seedwright.metainfo import writing as output
from seedwright.metainfo.parse import Metainfo
from tests.unit.builders import torrent, v1_info, v2_info

from .conftest import names_in

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Seedwright

PASSKEY = "0123456789abcdef0123456789abcdef"
OLD = f"https://t.example/{PASSKEY}/announce"
NEW = f"https://t.example/{PASSKEY[::-1]}/announce"
A, B = "http://a.example/announce", "udp://b.example:80"
DATA = torrent(v1_info(1), announce=OLD.encode(), comment=b"a comment")


@pytest.fixture
def book(home: Path) -> Path:
    path = home / "book.torrent"
    path.write_bytes(DATA)
    return path


def read(path: Path) -> Metainfo:
    return Metainfo.parse(path.read_bytes())


def rows(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_file_is_edited_in_place_and_keeps_its_infohash(
    book: Path, seedwright: Seedwright
) -> None:
    ended = seedwright("edit", "book.torrent", "--add-tracker", A, "--comment", "", "--in-place")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    after = read(book)
    assert (after.tiers, after.comment) == (((OLD,), (A,)), None)
    assert after.infohash_v1 == Metainfo.parse(DATA).infohash_v1
    assert ended.out.splitlines() == [
        "book.torrent",
        f"  announce-list  (none) -> https://t.example/***/announce | {A}",
        "  comment        a comment -> (none)",
        f"  infohash v1    {after.infohash_v1}, unchanged",
        f"  torrent        {book}",
    ]


def test_another_source_is_said_to_be_another_infohash(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "--source", "EX", "--in-place")
    before, after = Metainfo.parse(DATA).infohash_v1, read(book).infohash_v1
    assert before != after
    assert f"  infohash v1    {before} -> {after}" in ended.out
    assert "  source         (none) -> EX" in ended.out


def test_a_v2_torrent_tells_its_v2_infohash(home: Path, seedwright: Seedwright) -> None:
    (home / "two.torrent").write_bytes(torrent(v2_info(5, 7)))
    ended = seedwright("edit", "two.torrent", "--private", "--dry-run")
    assert "infohash v2" in ended.out
    assert "infohash v1" not in ended.out


def test_every_option_reaches_the_torrent(book: Path, seedwright: Seedwright) -> None:
    options = ["-t", A, "--tier", f"{B},{NEW}", "--web-seed", "http://w.example/", "--name", "new"]
    options += ["--source", "S", "--private", "--entropy", "E", "--no-date", "--no-creator"]
    ended = seedwright("edit", "book.torrent", *options, "-o", "out.torrent")
    assert ended.code == ExitCode.DONE
    after = read(book.with_name("out.torrent"))
    assert after.tiers == ((A,), (B, NEW))
    assert (after.web_seeds, after.name) == (("http://w.example/",), "new")
    assert (after.source, after.private) == ("S", True)
    assert b"7:entropy1:E" in after.data
    assert book.read_bytes() == DATA


PRESET = f"""
films:
  trackers: [{A}, [{B}, {NEW}]]
  private: yes
  source: SRC
  comment: ''
  entropy: salt
  web_seeds: [http://w.example/]
  with_date: no
  with_creator: no
  piece_size: 4MiB
  include: ['*.mkv']
  seed: yes
plain: {{piece_size: 4MiB, with_date: yes}}
"""


def test_a_preset_is_applied_as_far_as_a_torrent_can_be_changed(
    home: Path, book: Path, seedwright: Seedwright
) -> None:
    (home / "seedwright-presets.yaml").write_text(PRESET)
    book.write_bytes(torrent(v1_info(1), creation_date=5, created_by=b"x", comment=b"y"))
    ended = seedwright("edit", "book.torrent", "-P", "films", "--in-place")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    after = read(book)
    assert after.tiers == ((A,), (B, NEW))
    assert (after.private, after.source, after.comment) == (True, "SRC", None)
    assert (after.web_seeds, after.creation_date, after.created_by) == (
        ("http://w.example/",), None, None,
    )  # fmt: skip
    assert b"7:entropy4:salt" in after.data


def test_what_is_given_goes_before_the_preset(
    home: Path, book: Path, seedwright: Seedwright
) -> None:
    (home / "mine.yaml").write_text(PRESET)
    options = ["-t", NEW, "--public", "--source", "", "--comment", "C", "--no-web-seeds"]
    options += ["--add-tracker", A, "--presets", "mine.yaml"]
    assert seedwright("edit", "book.torrent", "-P", "films", "--in-place", *options).code == 0
    after = read(book)
    assert (after.tiers, after.web_seeds) == (((NEW,), (A,)), ())
    assert (after.private, after.source, after.comment) == (False, None, "C")


def test_a_preset_of_mkbrr_is_applied_with_its_warnings(
    home: Path, book: Path, seedwright: Seedwright
) -> None:
    (home / "mk.yaml").write_text("version: 1\npresets:\n  a: {source: MK, workers: 2}\n")
    ended = seedwright("edit", "book.torrent", "-P", "a", "--presets", "mk.yaml", "--in-place")
    assert ended.err.startswith("warning: mk.yaml:3: workers has no counterpart")
    assert (read(book).source, read(book).private) == ("MK", True)
    again = seedwright("edit", "book.torrent", "-P", "a", "--presets", "mk.yaml", "--dry-run", "-q")
    assert (again.out, again.err) == ("", "")


def test_several_presets_are_refused(book: Path, home: Path, seedwright: Seedwright) -> None:
    (home / "seedwright-presets.yaml").write_text(PRESET)
    before = book.read_bytes()
    ended = seedwright("edit", "book.torrent", "-P", "films", "-P", "films", "--in-place")
    assert (ended.code, book.read_bytes()) == (ExitCode.USAGE, before)
    assert (
        ended.err == "error: only one preset can be used here\nhint: remove every -P except one\n"
    )


def test_a_preset_that_changes_nothing_is_told(
    home: Path, book: Path, seedwright: Seedwright
) -> None:
    (home / "seedwright-presets.yaml").write_text(PRESET)
    ended = seedwright("edit", "book.torrent", "-P", "plain", "--in-place")
    assert ended.code == ExitCode.USAGE
    assert "preset 'plain' sets nothing that edit can change" in ended.err


@pytest.mark.parametrize(
    ("options", "tiers"),
    [
        (["--no-trackers"], ()),
        (["--replace-tracker", OLD, NEW], ((NEW,),)),
        (["--remove-tracker", "t.example", "--add-tracker", B], ((B,),)),
    ],
)
def test_trackers_are_taken_out_and_replaced(
    book: Path, seedwright: Seedwright, options: list[str], tiers: tuple[tuple[str, ...], ...]
) -> None:
    assert seedwright("edit", "book.torrent", *options, "--in-place").code == ExitCode.DONE
    assert read(book).tiers == tiers


def test_web_seeds_can_be_taken_out(home: Path, seedwright: Seedwright) -> None:
    (home / "w.torrent").write_bytes(torrent(v1_info(1), url_list=b"http://w.example/"))
    seedwright("edit", "w.torrent", "--no-web-seeds", "--in-place")
    assert read(home / "w.torrent").web_seeds == ()


def test_a_torrent_that_is_as_asked_is_not_written(book: Path, seedwright: Seedwright) -> None:
    os.utime(book, ns=(1, 1))
    ended = seedwright("edit", "book.torrent", "--comment", "a comment", "--in-place")
    assert ended.code == ExitCode.DONE
    assert "  unchanged      it already has these values" in ended.out
    assert book.stat().st_mtime_ns == 1


def test_a_copy_is_made_even_of_a_torrent_that_is_as_asked(
    book: Path, seedwright: Seedwright
) -> None:
    seedwright("edit", "book.torrent", "--comment", "a comment", "-o", "copy.torrent")
    assert book.with_name("copy.torrent").read_bytes() == DATA


def test_a_dry_run_tells_and_writes_nothing(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "--source", "EX", "--dry-run")
    assert ended.code == ExitCode.DONE
    assert ended.out.startswith("book.torrent (dry run)\n")
    assert "torrent  " not in ended.out
    assert book.read_bytes() == DATA
    ended = seedwright("edit", "book.torrent", "--source", "EX", "--dry-run", "-o", "x.torrent")
    assert f"  torrent        {book.with_name('x.torrent')}\n" in ended.out
    assert names_in(book.parent) == ["book.torrent", "seedwright.yaml"]


def test_passkeys_are_shown_nowhere(book: Path, seedwright: Seedwright) -> None:
    for options in (["--replace-tracker", OLD, NEW], ["--replace-tracker", NEW, OLD], ["-t", A]):
        for more in (["--dry-run"], ["--dry-run", "--json"]):
            ended = seedwright("edit", "book.torrent", *options, *more)
            assert PASSKEY not in ended.out + ended.err
            assert PASSKEY[::-1] not in ended.out + ended.err


def test_a_change_that_is_secret_is_told_as_one(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "--replace-tracker", OLD, NEW, "--in-place")
    shown = "https://t.example/***/announce, changed in its secret part"
    assert f"  announce       {shown}" in ended.out
    assert read(book).tiers == ((NEW,),)


def test_several_files_go_into_a_folder_under_their_own_names(
    book: Path, seedwright: Seedwright
) -> None:
    book.with_name("odd.name").write_bytes(DATA)
    ended = seedwright("edit", "book.torrent", "odd.name", "--source", "EX", "-o", "out/")
    assert ended.code == ExitCode.DONE
    assert names_in(book.parent / "out") == ["book.torrent", "odd.name.torrent"]


def test_one_file_is_not_several(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "b", "--source", "EX", "-o", "out.torrent")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err.count("is not a folder, and several torrents need one") == 1


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (["one/x.torrent", "two/x.torrent"], ["-o", "out", "--force"]),
        (["one/x.torrent", "./one/x.torrent"], ["--in-place"]),
    ],
)
def test_two_files_do_not_become_one(
    book: Path, seedwright: Seedwright, files: list[str], place: list[str]
) -> None:
    for folder in ("one", "two", "out"):
        (book.parent / folder).mkdir()
        (book.parent / folder / "x.torrent").write_bytes(DATA)
    ended = seedwright("edit", *files, "--source", "EX", *place)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert f"'{files[0]}' and '{files[1]}' would both be written to" in ended.err
    for folder in ("one", "two", "out"):
        assert (book.parent / folder / "x.torrent").read_bytes() == DATA


def test_a_file_that_is_named_twice_is_edited_once(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "book.torrent", "--source", "EX", "--in-place")
    assert ended.code == ExitCode.DONE
    assert ended.out.count("book.torrent\n  source") == 1


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(
    book: Path, seedwright: Seedwright
) -> None:
    other = book.with_name("other.torrent")
    other.write_bytes(b"other")
    ended = seedwright("edit", "book.torrent", "--source", "EX", "-o", "other.torrent")
    assert ended.code == ExitCode.FAILED
    assert "already exists" in ended.err
    assert other.read_bytes() == b"other"
    ended = seedwright("edit", "book.torrent", "--source", "EX", "-o", "other.torrent", "--force")
    assert ended.code == ExitCode.DONE
    assert read(other).source == "EX"


def test_one_failure_does_not_stop_the_others(book: Path, seedwright: Seedwright) -> None:
    book.with_name("bad.torrent").write_bytes(b"<html>")
    files = ("bad.torrent", "absent.torrent", "book.torrent")
    ended = seedwright("edit", *files, "--source", "EX", "--in-place", "--json")
    bad, absent, good = rows(ended.out)
    assert ended.code == ExitCode.FAILED
    assert [row["ok"] for row in (bad, absent, good)] == [False, False, True]
    assert bad["error"]["message"].startswith("'bad.torrent': not a torrent: ")
    assert absent["error"]["message"].startswith("'absent.torrent' does not exist")
    assert ended.err.count("error: ") == 2
    assert read(book).source == "EX"


def test_a_tracker_that_is_not_there_is_told_with_its_file(
    book: Path, seedwright: Seedwright
) -> None:
    ended = seedwright("edit", "book.torrent", "--replace-tracker", A, B, "--in-place")
    assert (ended.code, ended.out) == (ExitCode.FAILED, "")
    assert f"'book.torrent': the torrent has no tracker '{A}'" in ended.err
    assert book.read_bytes() == DATA


def test_json_tells_both_infohashes_and_every_change(book: Path, seedwright: Seedwright) -> None:
    before = Metainfo.parse(DATA)
    ended = seedwright("edit", "book.torrent", "--source", "EX", "--in-place", "--json")
    (row,) = rows(ended.out)
    after = read(book)
    assert row == {
        "ok": True,
        "path": str(book),
        "torrent_path": str(book),
        "written": True,
        "changes": [{"key": "source", "before": None, "after": "EX"}],
        "infohash_changed": True,
        "infohash_v1_before": before.infohash_v1,
        "infohash_v2_before": None,
        "infohash_v1": after.infohash_v1,
        "infohash_v2": None,
    }


def test_json_of_a_dry_run_has_no_path_and_says_that_nothing_is_written(
    book: Path, seedwright: Seedwright
) -> None:
    ended = seedwright("edit", "book.torrent", "-t", A, "-t", B, "--dry-run", "--json")
    (row,) = rows(ended.out)
    assert (row["torrent_path"], row["written"], row["infohash_changed"]) == (None, False, False)
    assert row["changes"][1] == {"key": "announce-list", "before": None, "after": [[A], [B]]}


def test_quiet_says_nothing_of_what_went_well(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("edit", "book.torrent", "--source", "EX", "--in-place", "-q")
    assert (ended.code, ended.out, ended.err) == (ExitCode.DONE, "", "")
    assert read(book).source == "EX"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--in-place"], "nothing to change"),
        (["--source", "EX"], "no place to write the edited torrent to"),
        (["--source", "EX", "--in-place", "-o", "x"], "-o and --in-place cannot be combined"),
        (["-t", "a.example", "--in-place"], "has no scheme"),
    ],
)
def test_what_cannot_be_meant_is_told_at_once(
    book: Path, seedwright: Seedwright, options: list[str], words: str
) -> None:
    ended = seedwright("edit", "book.torrent", *options)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert words in ended.err
    assert names_in(book.parent) == ["book.torrent", "seedwright.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_who_may_not_read_the_old_file_may_not_read_the_new_one(
    book: Path, seedwright: Seedwright
) -> None:
    book.chmod(0o600)
    seedwright("edit", "book.torrent", "--source", "EX", "--in-place")
    assert read(book).source == "EX"
    assert book.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators there")
def test_a_link_leads_to_what_was_edited(book: Path, seedwright: Seedwright) -> None:
    link = book.with_name("link.torrent")
    link.symlink_to(book)
    seedwright("edit", "link.torrent", "--source", "EX", "--in-place")
    assert link.is_symlink()
    assert read(book).source == "EX"


def test_a_thousand_torrents_are_edited_in_one_call(home: Path, seedwright: Seedwright) -> None:
    files = []
    for number in range(1000):
        file = home / f"{number}.torrent"
        file.write_bytes(torrent(v1_info(1, name=b"%d" % number), announce=OLD.encode()))
        files.append(file.name)
    before = {name: read(home / name).infohash_v1 for name in files}
    ended = seedwright("edit", *files, "-t", NEW, "--comment", "moved", "--in-place", "-q")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    for name, infohash in before.items():
        after = read(home / name)
        assert (after.tiers, after.comment) == (((NEW,),), "moved")
        assert after.infohash_v1 == infohash


def test_an_interrupt_ends_it_and_leaves_whole_files(
    home: Path, seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = output.write_atomically

    def interrupted(path: Path, data: bytes, **how: Any) -> None:
        if path.name == "7.torrent":
            raise KeyboardInterrupt
        write(path, data, **how)

    monkeypatch.setattr(output, "write_atomically", interrupted)
    files = [f"{number}.torrent" for number in range(200)]
    for name in files:
        (home / name).write_bytes(DATA)
    ended = seedwright("edit", *files, "--source", "EX", "--in-place")
    assert ended.code == ExitCode.INTERRUPTED
    assert names_in(home) == sorted([*files, "seedwright.yaml"])
    assert {read(home / name).source for name in files[:7]} == {"EX"}
    assert read(home / "7.torrent").source is None
    assert all(read(home / name).source in (None, "EX") for name in files)
