"""A file that cannot be read is said to be so, and the others are verified all the same."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import _core
from seedwright.errors import ContentError, ContentNotFoundError
from seedwright.hashes import present
from seedwright.stages.verdict import verify
from tests.unit.hashes.test_outside import SECRET, v1_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright._core import Entries, Hashes

NAMES = ("a", "b", "c")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder of three files, and its torrent beside it."""
    (tmp_path / "book").mkdir()
    for name in NAMES:
        (tmp_path / "book" / name).write_bytes(SECRET)
    put(tmp_path / "book", *NAMES)
    return tmp_path / "book"


def put(book: Path, *names: str) -> Path:
    path = book.parent / "x.torrent"
    path.write_bytes(v1_of(b"book", *([name.encode()] for name in names)))
    return path


def states(book: Path) -> dict[str, tuple[str, str | None]]:
    found = verify(book.parent / "x.torrent", book)
    return {file.path: (file.state, file.reason) for file in found.files}


def refusing(path: Path, reason: str, number: int | None, offset: int = 0) -> Callable[..., Hashes]:
    """A core that cannot read the file at ``path``."""
    hash_files = _core.hash_files

    def hashed(rows: Entries, *given: Any, **named: Any) -> Hashes:
        if any(os.fsdecode(row.path) == str(path) for row in rows):
            error: Any = _core.ReadError(f"cannot read '{path}'")
            error.path, error.reason, error.errno, error.offset = str(path), reason, number, offset
            raise error
        return hash_files(rows, *given, **named)

    return hashed


@pytest.mark.parametrize(
    ("reason", "number", "offset", "words"),
    [
        ("permission", errno.EACCES, 0, "permission denied"),
        ("io", errno.EIO, 5, "input/output error at byte 5"),
        ("io", errno.ESTALE, 0, "stale file handle at byte 0"),
        ("io", None, 5, "input/output error at byte 5"),
    ],
)
def test_a_file_that_the_system_refuses_is_unreadable_and_the_others_go_on(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    number: int | None,
    offset: int,
    words: str,
) -> None:
    monkeypatch.setattr(_core, "hash_files", refusing(book / "b", reason, number, offset))
    assert states(book)["b"] == ("unreadable", words)
    found = verify(book.parent / "x.torrent", book)
    assert not found.is_complete
    row = next(row for row in found.as_dict()["files"] if row["path"] == "b")
    assert (row["state"], row["actual"], row["reason"]) == ("unreadable", None, words)


@pytest.mark.parametrize("reason", ["vanished", "truncated", "changed", "not a file"])
def test_content_that_changes_meanwhile_is_an_error_still(
    book: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    monkeypatch.setattr(_core, "hash_files", refusing(book / "b", reason, None))
    with pytest.raises(ContentError, match="cannot read"):
        states(book)


def test_a_refusal_that_is_about_no_listed_file_is_an_error(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        error: Any = _core.ReadError("cannot read 'elsewhere'")
        error.path, error.reason, error.errno, error.offset = "elsewhere", "io", errno.EIO, 0
        raise error

    monkeypatch.setattr(_core, "hash_files", refuse)
    with pytest.raises(ContentError, match="cannot read 'elsewhere'"):
        states(book)


def test_many_unreadable_files_cost_one_more_read(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    hash_files = refusing(book / "a", "permission", errno.EACCES)

    def counted(*given: Any, **named: Any) -> Hashes:
        reads.append(1)
        return hash_files(*given, **named)

    def denied(path: str) -> str | None:
        return None if path.endswith("c") else "permission denied"

    monkeypatch.setattr(_core, "hash_files", counted)
    monkeypatch.setattr(present, "_why_not_opened", denied)
    found = states(book)
    assert (found["a"], found["b"]) == (("unreadable", "permission denied"),) * 2
    assert found["c"][0] != "unreadable"
    assert len(reads) == 2


def test_a_circle_of_links_is_unreadable(book: Path) -> None:
    (book / "b").unlink()
    (book / "b").symlink_to("b")
    assert states(book)["b"] == ("unreadable", "too many levels of symbolic links")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("nothing", None),
        ("folder", "a folder, not a file"),
        ("pipe", "not a regular file"),
        ("broken link", "a broken symlink"),
    ],
)
def test_a_missing_file_comes_with_what_is_in_its_place(
    book: Path, kind: str, words: str | None
) -> None:
    (book / "b").unlink()
    if kind == "folder":
        (book / "b").mkdir()
    elif kind == "pipe":
        os.mkfifo(book / "b")
    elif kind == "broken link":
        (book / "b").symlink_to("gone")
    assert states(book)["b"] == ("missing", words)


@pytest.mark.parametrize(
    ("length", "words"), [(255, None), (256, "file name too long"), (5000, "file name too long")]
)
def test_a_name_too_long_for_the_disk_is_a_missing_file(
    book: Path, length: int, words: str | None
) -> None:
    put(book, "a", "x" * length)
    assert states(book)["x" * length] == ("missing", words)


@pytest.mark.parametrize("length", [255, 256, 4000])
def test_a_torrent_whose_own_name_is_too_long_is_not_there(book: Path, length: int) -> None:
    path = book.parent / "x.torrent"
    path.write_bytes(v1_of(b"x" * length))
    with pytest.raises(ContentNotFoundError, match="does not contain it"):
        verify(path, book)
    path.write_bytes(v1_of(b"x" * length, *([name.encode()] for name in NAMES)))
    assert verify(path, book).is_complete


def test_a_path_too_long_is_not_there(book: Path) -> None:
    with pytest.raises(ContentNotFoundError, match="does not contain it"):
        verify(book.parent / "x.torrent", book / ("y" * 300))


def test_a_folder_that_cannot_be_looked_at_is_an_error_of_its_own(book: Path) -> None:
    (book.parent / "loop").symlink_to("loop")
    with pytest.raises(ContentError, match="is a symlink to itself") as caught:
        verify(book.parent / "x.torrent", book.parent / "loop")
    assert not isinstance(caught.value, ContentNotFoundError)


@pytest.mark.parametrize("in_place", ["loop", "folder", "broken link"])
def test_a_folder_with_something_in_the_place_of_a_file_is_verified(
    book: Path, in_place: str
) -> None:
    for name in NAMES:
        (book / name).unlink()
    with pytest.raises(ContentNotFoundError, match="contains no file of 'book'"):
        states(book)
    if in_place == "folder":
        (book / "b").mkdir()
    else:
        (book / "b").symlink_to("b" if in_place == "loop" else "gone")
    assert states(book).keys() == set(NAMES)


def test_no_temporary_folder_is_needed(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    for name in ("gettempdir", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert verify(book.parent / "x.torrent", book).is_complete
