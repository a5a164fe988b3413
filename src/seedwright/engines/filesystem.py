"""What kind of file system a path lies on: local or over a network.

Linux lists the mounts in ``/proc/self/mountinfo``; elsewhere nothing is known, and a path counts as
local.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import seedwright._core as core

_MOUNTS = Path("/proc/self/mountinfo")

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
    """A file system; ``type`` is the kernel's word for it, "" where it is unknown."""

    type: str = ""

    @property
    def is_network(self) -> bool:
        """Whether its disk is in another machine, as far as that is known.

        An unknown FUSE file system counts as such: most are (sshfs, rclone, s3fs).
        """
        if self.type.startswith("fuse"):
            return self.type not in LOCAL_FUSE_TYPES
        return self.type in NETWORK_TYPES

    @property
    def is_dependable(self) -> bool:
        """Whether device, inode, size and times are sure to tell a file from every other one."""
        return self.type in DEPENDABLE_TYPES


class _Mount(NamedTuple):
    point: str
    type: str


def file_system_of(path: Path) -> FileSystem:
    """The file system that ``path``, or the nearest folder above it that exists, lies on."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return FileSystem()
    return FileSystem(_type_at(os.path.realpath(path), mounts))


def has_own_inodes(path: str) -> bool:
    """Whether a file there keeps its inode for as long as it is the same file, as far as is known."""
    return file_system_of(Path(path)).type in _OWN_INODES


@lru_cache(maxsize=1)
def _mounts_in(text: str) -> tuple[_Mount, ...]:
    """The mounts that the kernel lists (proc(5), "mountinfo"), in their order."""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        found.append(_Mount(point, after.split(" ")[0]))
    return tuple(found)


def _type_at(path: str, mounts: str) -> str:
    """The type of the last mount on the longest mount point above ``path``, "" for none."""
    above = [
        mount
        for mount in _mounts_in(mounts)
        if path == mount.point or path.startswith(mount.point.rstrip("/") + "/")
    ]
    return max(reversed(above), key=lambda mount: len(mount.point), default=_Mount("", "")).type
