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
