"""A look at many files tells what ``os.stat`` tells of each."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import pytest

from seedwright import _core

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform == "win32", reason="a look is short there")
@pytest.mark.parametrize("mtime_ns", [1, -1, 1_700_000_000_123_456_789, 10**19])
def test_a_look_is_what_the_system_says(tmp_path: Path, mtime_ns: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    os.utime(path, ns=(0, mtime_ns))
    status = path.stat()
    [look] = _core.statuses([path])
    assert isinstance(look, _core.Look)
    assert (look.size, look.mtime_ns) == (3, status.st_mtime_ns)
    assert (look.device, look.inode) == (status.st_dev, status.st_ino)
    assert look.ctime_ns == status.st_ctime_ns


def test_what_cannot_be_looked_at_has_the_number_of_its_error(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    there, gone = _core.statuses([tmp_path / "there", tmp_path / "gone"])
    assert isinstance(there, _core.Look)
    assert isinstance(gone, _core.Unseen)
    assert gone.errno == errno.ENOENT


def seen(path: Path, **differing: int) -> _core.SeenFile:
    status = path.stat()
    look = {
        "size": status.st_size,
        "mtime": status.st_mtime_ns,
        "device": status.st_dev,
        "inode": status.st_ino,
        "ctime": status.st_ctime_ns,
    }
    size, mtime, device, inode, ctime = (look | differing).values()
    return (path.name,), str(path), size, mtime, device, inode, ctime


def test_only_what_is_not_as_it_was_seen_is_told(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(8)]
    for path in paths:
        path.write_bytes(b"123")
    os.utime(paths[0], ns=(-5, -5))
    columns = ("size", "mtime", "device", "inode", "ctime")
    files = [seen(paths[0]), seen(paths[1])]
    files += [seen(path, **{name: 7}) for name, path in zip(columns, paths[2:], strict=False)]
    files.append(seen(paths[7]))
    paths[7].unlink()
    found = dict(_core.changed(files))
    assert sorted(found) == [2, 3, 4, 5, 6, 7]
    gone, look = found[7], found[2]
    assert isinstance(gone, _core.Unseen)
    assert gone.errno == errno.ENOENT
    assert isinstance(look, _core.Look)
    assert look.size == 3


def test_a_plain_folder_is_told_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b", "a", "sub/x", "Z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    files, folders = _core.plain_folder(str(tmp_path), ("top",)) or ([], [])
    there = {row[0]: seen(tmp_path / row[0][-1])[1:] for row in files}
    assert {row[0]: row[1:] for row in files} == there
    assert list(there) == [("top", "Z"), ("top", "a"), ("top", "b")]
    status = (tmp_path / "sub").stat()
    assert folders == [(str(tmp_path / "sub"), ("top", "sub"), status.st_dev, status.st_ino)]


@pytest.mark.parametrize("name", ["\xe4", "a\\b", "a\nb", "x" * 60, os.fsdecode(b"\xff")])
def test_a_folder_with_a_name_that_is_not_plain_needs_a_closer_look(
    tmp_path: Path, name: str
) -> None:
    assert _core.plain_folder(str(tmp_path), ()) == ([], [])
    (tmp_path / name).write_bytes(b"1")
    assert _core.plain_folder(str(tmp_path), ()) is None


def test_a_folder_with_anything_but_files_and_folders_needs_a_closer_look(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("x")
    assert _core.plain_folder(str(tmp_path), ()) is None
    (tmp_path / "link").unlink()
    os.mkfifo(tmp_path / "pipe")
    assert _core.plain_folder(str(tmp_path), ()) is None
    assert _core.plain_folder(str(tmp_path / "gone"), ()) is None
    assert _core.plain_folder(os.fsdecode(b"/\xff"), ()) is None
