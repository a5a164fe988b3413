"""Where a path lies, as the kernel tells it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seedwright.engines import filesystem
from seedwright.engines.filesystem import FileSystem, file_system_of, is_network_type

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
    """A machine with these mounts: a disk that spins, its partition, and one that does not."""
    (tmp_path / "mountinfo").write_text(MOUNTS)
    monkeypatch.setattr(filesystem, "_MOUNTS", tmp_path / "mountinfo")
    monkeypatch.setattr(filesystem, "_DEVICES", tmp_path / "block")
    (tmp_path / "block").mkdir()
    for name, disk, spins in (("8:1", "sda/sda1", "1"), ("8:17", "nvme", "0")):
        device = tmp_path / "devices" / disk
        device.mkdir(parents=True)
        queue = (device if "/" not in disk else device.parent) / "queue"
        queue.mkdir()
        (queue / "rotational").write_text(f"{spins}\n")
        (tmp_path / "block" / name).symlink_to(device)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", FileSystem("ext4", False, True)),
        ("/home/me", FileSystem("ext4", False, True)),
        ("/data/films", FileSystem("xfs", False, False)),
        ("/database", FileSystem("ext4", False, True)),
        ("/mnt/nas", FileSystem("nfs4", True, None)),
        ("/mnt/nas/films/a", FileSystem("nfs4", True, None)),
        ("/mnt/nasty", FileSystem("ext4", False, True)),
        ("/mnt/my share/x", FileSystem("cifs", True, None)),
        ("/mnt/pool/x", FileSystem("fuse.mergerfs", False, None)),
        ("/mnt/ssh/x", FileSystem("fuse.sshfs", True, None)),
        ("/mnt/over/x", FileSystem("nfs", True, None)),
    ],
)
def test_the_mount_that_covers_a_path_decides(
    machine: Path, path: str, expected: FileSystem
) -> None:
    assert file_system_of(Path(path)) == expected


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
    assert is_network_type(type_)


@pytest.mark.parametrize("type_", ["ext4", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", ""])
def test_file_systems_of_this_machine(type_: str) -> None:
    assert not is_network_type(type_)
