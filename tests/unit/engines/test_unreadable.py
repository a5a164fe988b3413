"""A file that cannot be read while it is hashed: what helps depends on why."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

import seedwright._core as core
from seedwright.engines.hashing import STILL, hash_rows
from seedwright.errors import ContentError
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 1 << 14


def refusal(file: Path, size: int) -> ContentError:
    """Why a file of so many bytes cannot be hashed."""
    with pytest.raises(ContentError) as caught:
        hash_rows(core.Entries([str(file)], [size], [0]), LENGTH, Format.V1)
    return caught.value


def test_a_file_that_was_deleted_can_be_put_back_or_left_out(tmp_path: Path) -> None:
    assert "put it back" in refusal(tmp_path / "gone", 100).hint


def test_a_folder_in_the_place_of_a_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "put a file in its place" in refusal(tmp_path / "folder", 100).hint


@pytest.mark.parametrize("size", [50, 200])
def test_a_file_that_is_written_to_can_be_tried_again(tmp_path: Path, size: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 100)
    assert refusal(file, size).hint == STILL


@pytest.mark.parametrize(
    ("reason", "number", "hint"),
    [
        ("permission", errno.EACCES, "let this user read it"),
        ("io", errno.EIO, "check the disk"),
        ("io", errno.EMFILE, "ulimit -n"),
        ("io", errno.ENFILE, "close other programs"),
        ("io", errno.ESTALE, "mount the network share again"),
        ("changed", None, STILL),
    ],
)
def test_each_reason_has_a_hint_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, number: int | None, hint: str
) -> None:
    def refuse(*_: object, **__: object) -> core.Hashes:
        error = core.ReadError("cannot read it")
        error.reason, error.errno = reason, number  # type: ignore[assignment]
        raise error

    monkeypatch.setattr(core, "hash_files", refuse)
    assert hint in refusal(tmp_path / "file", 100).hint
