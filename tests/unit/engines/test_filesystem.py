"""Where a path lies, as the kernel tells it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seedwright.engines import filesystem
from seedwright.engines.filesystem import FileSystem, file_system_of

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:45 / /mnt/nas rw - nfs4 nas:/export rw,addr=192.0.2.1
31 22 0:46 / /mnt/my\\040share rw master:1 - cifs //nas/share rw
32 22 0:47 / /mnt/pool rw - fuse.mergerfs a:b rw
33 22 0:48 / /mnt/ssh rw - fuse.sshfs me@host:/ rw
34 22 0:49 / /mnt/over rw - ext4 /dev/sdb1 rw
35 22 0:50 / /mnt/over rw - nfs host:/over rw
36 22 8:17 / /data rw - xfs /dev/sdb1 rw
not a line of this kind
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with these mounts."""
    (tmp_path / "mountinfo").write_text(MOUNTS)
    monkeypatch.setattr(filesystem, "_MOUNTS", tmp_path / "mountinfo")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "ext4"),
        ("/home/me", "ext4"),
        ("/data/films", "xfs"),
        ("/database", "ext4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/films/a", "nfs4"),
        ("/mnt/nasty", "ext4"),
        ("/mnt/my share/x", "cifs"),
        ("/mnt/pool/x", "fuse.mergerfs"),
        ("/mnt/ssh/x", "fuse.sshfs"),
        ("/mnt/over/x", "nfs"),
    ],
)
def test_the_mount_that_covers_a_path_decides(machine: Path, path: str, expected: str) -> None:
    assert file_system_of(Path(path)).type == expected


def test_nothing_is_known_where_the_kernel_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesystem, "_MOUNTS", tmp_path / "absent")
    assert file_system_of(tmp_path) == FileSystem()
    (tmp_path / "empty").write_text("")
    monkeypatch.setattr(filesystem, "_MOUNTS", tmp_path / "empty")
    assert file_system_of(tmp_path) == FileSystem()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/self/mountinfo")
def test_this_machine_tells_of_itself() -> None:
    assert file_system_of(Path("/proc/self")).type == "proc"
    assert file_system_of(Path(__file__)).type != ""


@pytest.mark.parametrize("type_", ["nfs", "cifs", "fuse.rclone", "fuse", "9p"])
def test_file_systems_over_a_network(type_: str) -> None:
    assert FileSystem(type_).is_network


@pytest.mark.parametrize("type_", ["ext4", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", ""])
def test_file_systems_of_this_machine(type_: str) -> None:
    assert not FileSystem(type_).is_network
