"""``seedwright verify``: 0 only for content that is whole and right."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import _core
from seedwright.errors import ExitCode
from tests.unit.builders import torrent, v1_info

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Seedwright


@pytest.fixture
def book(home: Path, seedwright: Seedwright) -> Path:
    """A folder of two files, and its torrent beside it."""
    folder = home / "book"
    folder.mkdir()
    (folder / "a").write_bytes(b"a" * 100_000)
    (folder / "b\x1b[31m").write_bytes(b"b" * 100_000)
    made = seedwright("create", "book", "--engine", "local", "--piece-size", "16KiB", "-q")
    assert (made.code, made.out) == (0, "")
    return folder


@pytest.mark.parametrize("path", ["book", "."])
def test_whole_content_is_said_to_be_whole(book: Path, seedwright: Seedwright, path: str) -> None:
    ended = seedwright("verify", "book.torrent", path)
    assert ended.code == ExitCode.DONE
    assert "good      100 %, 195.3 KiB of 195.3 KiB, 2 of 2 files" in ended.out


def test_what_is_wrong_is_told_by_file_and_range(book: Path, seedwright: Seedwright) -> None:
    (book / "a").write_bytes(b"x" + b"a" * 99_999)
    (book / "b\x1b[31m").unlink()
    ended = seedwright("verify", "book.torrent", "book")
    assert ended.code == ExitCode.FAILED
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "pieces 8 bad" in lines
    unknown = r"bytes 98304-99999 cannot be checked: they share a piece with 'b\x1b[31m'"
    assert f"bad a: bytes 0-16383; {unknown}" in lines
    assert r"missing b\x1b[31m" in lines


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ("b", "mislinked link: leads to 'b', but should lead to 'a'"),
        (None, "mislinked link: is not a link, but should lead to 'a'"),
    ],
)
def test_a_symlink_is_held_to_where_it_should_lead(
    home: Path, seedwright: Seedwright, there: str | None, words: str
) -> None:
    info = v1_info(1, 0)
    link = {b"attr": b"l", b"path": [b"link"], b"symlink path": [b"a"]}
    info[b"files"] = [{b"length": 1, b"path": [b"a"]}, link]
    info[b"pieces"] = hashlib.sha1(b"a").digest()
    (home / "x.torrent").write_bytes(torrent(info))
    content = home / "content"
    content.mkdir()
    for name in ("a", "b"):
        (content / name).write_bytes(b"a")
    if there is None:
        (content / "link").write_bytes(b"a")
    else:
        (content / "link").symlink_to(there)
    ended = seedwright("verify", "x.torrent", "content")
    assert ended.code == ExitCode.FAILED
    assert words in " ".join(ended.out.split())


def test_nearly_all_is_never_called_100_percent(book: Path, seedwright: Seedwright) -> None:
    with (book / "a").open("ab") as file:
        file.write(b"more")
    ended = seedwright("verify", "book.torrent", "book")
    assert ended.code == ExitCode.FAILED
    assert "long a: 100004 bytes instead of 100000" in " ".join(ended.out.split())


def test_what_shares_a_piece_with_a_missing_file_is_not_called_bad(
    book: Path, seedwright: Seedwright
) -> None:
    (book / "a").unlink()
    ended = seedwright("verify", "book.torrent", "book")
    assert ended.code == ExitCode.FAILED
    words = r"unknown    b\x1b[31m: bytes 0-14687 cannot be checked: they share a piece with 'a'"
    assert words in ended.out
    assert "bad   " not in ended.out
    row = json.loads(seedwright("verify", "book.torrent", "book", "--json").out)["files"][1]
    assert (row["state"], row["bad"], row["unknown"]) == ("unknown", [], [[0, 14688]])
    assert row["shares_with"] == ["a"]


def test_why_a_file_is_unreadable_or_missing_follows_its_name(
    book: Path, seedwright: Seedwright
) -> None:
    (book / "a").unlink()
    (book / "a").symlink_to("a")
    ended = seedwright("verify", "book.torrent", "book")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    assert "unreadable a: too many levels of symbolic links" in ended.out
    (book / "a").unlink()
    (book / "a").mkdir()
    ended = seedwright("verify", "book.torrent", "book")
    assert "missing    a: a folder, not a file" in ended.out


def test_what_is_found_under_another_name_is_said_and_counts(
    home: Path, seedwright: Seedwright
) -> None:
    folder = home / "book"
    folder.mkdir()
    for name in ("\xe9", "a\u200eb", "c"):
        (folder / name).write_bytes(b"x")
    made = seedwright("create", "book", "--engine", "local", "-q", "--format", "v2")
    assert made.code == 0
    (folder / "\xe9").rename(folder / "e\u0301")
    (folder / "a\u200eb").rename(folder / "ab")
    ended = seedwright("verify", "book.torrent", "book")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    form = "the same letters in another Unicode form"
    assert f"  respelled  \xe9: found as 'e\u0301', {form}\n" in ended.out
    assert "  respelled  a\\u200eb: found as 'ab', as libtorrent spells it\n" in ended.out
    (folder / "c").rename(folder / "c.!qB")
    ended = seedwright("verify", "book.torrent", "book")
    assert ended.code == ExitCode.FAILED
    assert "unfinished c: 'c.!qB' is an unfinished download (qBittorrent)" in ended.out


def test_json_is_one_object_and_nothing_else(book: Path, seedwright: Seedwright) -> None:
    (book / "a").unlink()
    ended = seedwright("verify", "book.torrent", "book", "--json")
    row = json.loads(ended.out)
    assert (ended.code, ended.err, row["ok"]) == (ExitCode.FAILED, "", False)
    assert row["files"][0]["state"] == "missing"


def test_quiet_says_nothing(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("verify", "book.torrent", "book", "-q")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_many_wrong_files_are_cut_short(home: Path, seedwright: Seedwright) -> None:
    folder = home / "many"
    folder.mkdir()
    for number in range(31):
        (folder / f"{number:02}").write_bytes(b"x")
    seedwright("create", "many", "--engine", "local", "-q")
    for number in range(30):
        (folder / f"{number:02}").unlink()
    ended = seedwright("verify", "many.torrent", "many")
    assert "and 11 more; --json lists them all" in ended.out


def test_the_wrong_folder_is_one_sentence_and_not_one_for_each_file(
    book: Path, home: Path, seedwright: Seedwright
) -> None:
    (home / "other").mkdir()
    (home / "other" / "c").write_bytes(b"c")
    ended = seedwright("verify", "book.torrent", "other")
    assert (ended.code, ended.out) == (ExitCode.CONTENT, "")
    assert "error: 'other' contains no file of 'book'" in ended.err
    assert "hint: give the content itself, or the folder that contains it" in ended.err


@pytest.mark.parametrize("one", ["a", "b\x1b[31m"])
def test_a_folder_with_one_of_the_files_is_verified(
    book: Path, home: Path, seedwright: Seedwright, one: str
) -> None:
    (home / "other").mkdir()
    (home / "other" / one).write_bytes(b"")
    ended = seedwright("verify", "book.torrent", "other")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    assert ended.out.count("missing ") == ended.out.count("short ") == 1


@pytest.mark.parametrize(
    ("torrent", "content", "code", "words"),
    [
        ("absent.torrent", "book", ExitCode.FAILED, "'absent.torrent' does not exist"),
        ("book/a", "book", ExitCode.FAILED, "not a torrent"),
        (
            "book.torrent",
            "nowhere",
            ExitCode.CONTENT,
            "'nowhere' is not 'book' and does not contain it",
        ),
    ],
)
def test_what_cannot_be_verified_is_told(
    book: Path, seedwright: Seedwright, torrent: str, content: str, code: ExitCode, words: str
) -> None:
    ended = seedwright("verify", torrent, content)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err


@pytest.fixture
def shelf(home: Path, seedwright: Seedwright) -> Path:
    """A folder of three contents, and their torrents beside it."""
    (home / "shelf" / "c").mkdir(parents=True)
    for name in ("a", "b", "c/d"):
        (home / "shelf" / name).write_bytes(name.encode() * 1000)
    for name in ("a", "b", "c"):
        made = seedwright(
            "create", f"shelf/{name}", "-o", f"{name}.torrent", "--engine", "local", "-q"
        )
        assert made.code == 0
    return home / "shelf"


TORRENTS = ("a.torrent", "b.torrent", "c.torrent")


def test_many_torrents_are_verified_against_one_folder(shelf: Path, seedwright: Seedwright) -> None:
    assert shelf.is_dir()
    ended = seedwright("verify", *TORRENTS, "--in", "shelf")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines == [
        "complete 100 % 1000 B a.torrent",
        "complete 100 % 1000 B b.torrent",
        "complete 100 % 2.9 KiB c.torrent",
        "3 of 3 torrents complete",
    ]


def test_of_many_torrents_the_incomplete_ones_are_shown_in_full(
    shelf: Path, seedwright: Seedwright
) -> None:
    (shelf / "b").write_bytes(b"x" * 1000)
    ended = seedwright("verify", *TORRENTS, "--in", "shelf")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "bad b: bytes 0-999" in lines
    assert lines[-4:] == [
        "complete 100 % 1000 B a.torrent",
        "incomplete 0 % 1000 B b.torrent",
        "complete 100 % 2.9 KiB c.torrent",
        "2 of 3 torrents complete",
    ]


def test_a_torrent_that_cannot_be_verified_keeps_none_of_the_others_from_it(
    shelf: Path, home: Path, seedwright: Seedwright
) -> None:
    (shelf / "b").unlink()
    (home / "d.torrent").write_bytes(b"no torrent")
    ended = seedwright("verify", "d.torrent", *TORRENTS, "--in", "shelf")
    assert ended.code == ExitCode.FAILED
    assert "'d.torrent': not a torrent" in ended.err
    assert "'b.torrent': 'shelf' is not 'b' and does not contain it" in ended.err
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines == [
        "failed d.torrent",
        "complete 100 % 1000 B a.torrent",
        "failed b.torrent",
        "complete 100 % 2.9 KiB c.torrent",
        "2 of 4 torrents complete",
    ]


def test_many_torrents_are_a_json_object_each(
    shelf: Path, home: Path, seedwright: Seedwright
) -> None:
    (shelf / "b").unlink()
    ended = seedwright("verify", *TORRENTS, "--in", "shelf", "--json")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == ExitCode.FAILED
    assert [row["ok"] for row in rows] == [True, False, True]
    assert [row["path"] for row in rows] == [str(home / name) for name in TORRENTS]
    assert rows[1]["error"]["code"] == "content_not_found"


def test_the_content_of_each_torrent_is_read_once(
    shelf: Path, seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shelf.is_dir()
    read: list[str] = []
    hash_files = _core.hash_files

    def counted(rows: Any, *given: Any, **named: Any) -> Any:
        read.extend(os.fsdecode(row.path) for row in rows)
        return hash_files(rows, *given, **named)

    monkeypatch.setattr(_core, "hash_files", counted)
    seedwright("verify", *TORRENTS, "--in", "shelf", "-q")
    assert read == ["shelf/a", "shelf/b", "shelf/c/d"]


def test_one_torrent_may_be_verified_in_a_folder_too(shelf: Path, seedwright: Seedwright) -> None:
    assert shelf.is_dir()
    ended = seedwright("verify", "c.torrent", "--in", "shelf", "-q")
    assert (ended.code, ended.out, ended.err) == (ExitCode.DONE, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "FILE.torrent"),
        (["a.torrent"], "verify needs one FILE.torrent and one PATH"),
        ([*TORRENTS], "verify needs one FILE.torrent and one PATH"),
        (["--in", "shelf"], "FILE.torrent"),
        (["a.torrent", "--in", ""], "--in"),
    ],
)
def test_torrents_and_folder_are_both_needed(
    home: Path, seedwright: Seedwright, arguments: list[str], words: str
) -> None:
    assert home.is_dir()
    ended = seedwright("verify", *arguments)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert words in ended.err
