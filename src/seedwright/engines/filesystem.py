"""What kind of file system a path lies on: local or over a network, on a spinning disk or not.

Linux tells in ``/proc/self/mountinfo`` and ``/sys/dev/block``; elsewhere nothing is known, and a
path counts as local.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import seedwright._core as core

_MOUNTS = Path("/proc/self/mountinfo")
_DEVICES = Path("/sys/dev/block")

NETWORK_TYPES = frozenset(core.network_types())
# FUSE drives networks as well as disks: these are the ones that lie on a disk of this machine.
LOCAL_FUSE_TYPES = frozenset(
    {"fuseblk", "fuse.mergerfs", "fuse.shfs", "fuse.bindfs", "fuse.encfs", "fuse.gocryptfs"}
    | {"fuse.ntfs-3g", "fuse.exfat", "fuse.lxcfs", "fuse.unionfs-fuse", "fuse.fuse-overlayfs"}
)
# Inodes of their own, and a ctime that the kernel sets at every change. Images that are mounted
# (squashfs, iso9660) are not among them: two of them may have the same inodes and the same times.
DEPENDABLE_TYPES = frozenset(
    {"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "nilfs2", "ntfs3", "overlay"}
    | {"reiserfs", "xfs", "zfs"}
)
# Nor is tmpfs, where a write through a memory map changes no time; its inodes are its own.
_OWN_INODES = DEPENDABLE_TYPES | {"tmpfs"}


class FileSystem(NamedTuple):
    """``type`` is the kernel's word for it ("" where unknown).

    ``spins`` is None where nobody knows whether it is a spinning disk.
    """

    type: str = ""
    is_network: bool = False
    spins: bool | None = None

    @property
    def is_dependable(self) -> bool:
        """Whether device, inode, size and times are sure to tell a file from every other one."""
        return self.type in DEPENDABLE_TYPES


class _Mount(NamedTuple):
    point: str
    type: str
    device: str


def file_system_of(path: Path) -> FileSystem:
    """The file system that ``path``, or the nearest folder above it that exists, lies on."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return FileSystem()
    mount = _mount_of(os.path.realpath(path), mounts)
    if mount is None:
        return FileSystem()
    return FileSystem(mount.type, is_network_type(mount.type), _spins(_DEVICES, mount.device))


def has_own_inodes(path: str) -> bool:
    """Whether a file there keeps its inode for as long as it is the same file, as far as is known."""
    return file_system_of(Path(path)).type in _OWN_INODES


def is_network_type(type_: str) -> bool:
    """Whether a file system of this type has its disk in another machine, as far as that is known.

    An unknown FUSE file system counts as one: most are (sshfs, rclone, s3fs).
    """
    if type_.startswith("fuse"):
        return type_ not in LOCAL_FUSE_TYPES
    return type_ in NETWORK_TYPES


@lru_cache(maxsize=1)
def _mounts_in(text: str) -> tuple[_Mount, ...]:
    """The mounts that the kernel tells of (proc(5), "mountinfo"), in their order."""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        found.append(_Mount(point, after.split(" ")[0], fields[2]))
    return tuple(found)


def _mount_of(path: str, mounts: str) -> _Mount | None:
    """The last mount on the longest mount point above ``path``."""
    found: _Mount | None = None
    for mount in _mounts_in(mounts):
        point = mount.point
        is_above = path == point or path.startswith(point.rstrip("/") + "/")
        if is_above and (found is None or len(point) >= len(found.point)):
            found = mount
    return found


@lru_cache
def _spins(devices: Path, device: str) -> bool | None:
    """Whether the device ("8:1") is a spinning disk; a partition is asked for by its disk."""
    try:
        here = (devices / device).resolve(strict=True)
    except OSError:
        return None
    for folder in (here, here.parent):
        try:
            return (folder / "queue" / "rotational").read_text(encoding="ascii").strip() == "1"
        except OSError:
            continue
    return None
