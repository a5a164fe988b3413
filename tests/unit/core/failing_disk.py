"""Hashes a file as if the disk had gone bad from some offset on, and prints the error as JSON.

A program of its own, since what it does to itself cannot be undone: a filter makes the kernel
refuse system calls (seccomp, which asks for no privileges), so that ``pread`` ends in EIO; and
for a mapping, whose pages are no system call, pages without a file are put in the place of those
that the disk is to lose, so that reading them raises SIGBUS.

    failing_disk.py READING PATH OFFSET
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import platform
import struct
import sys
import tempfile
from pathlib import Path
from typing import Literal

from seedwright import _core

PREAD = {"x86_64": 17, "aarch64": 67}[platform.machine()]
"""The number of the system call."""

NUMBER, SIZE, OFFSET = 0, 32, 40
"""Where it stands for a filter, and the low halves of the third and the fourth argument."""

LOAD, IF_EQUAL, IF_ABOVE, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x25, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EIO
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
FIXED = 0x10

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse_reads(offset: int, most: int) -> None:
    """Let reads of at most so many bytes fail from the offset on, in this thread and new ones."""
    steps = [
        (LOAD, 0, 0, NUMBER),
        (IF_EQUAL, 0, 5, PREAD),
        (LOAD, 0, 0, SIZE),
        (IF_ABOVE, 3, 0, most),
        (LOAD, 0, 0, OFFSET),
        (IF_AT_LEAST, 0, 1, offset),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    checked(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    checked(libc.prctl(SECCOMP, FILTER, ctypes.byref(program)))


def lose_pages(path: Path, offset: int) -> bool:
    """Lose the mapped pages of the file from the offset on; whether it is mapped by now."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if not line.endswith(f" {path}"):
            continue
        start, end = (int(address, 16) for address in line.split()[0].split("-"))
        with tempfile.TemporaryFile() as empty:
            where, size = ctypes.c_void_p(start + offset), ctypes.c_size_t(end - start - offset)
            flags = mmap.MAP_SHARED | FIXED
            mapped = libc.mmap(where, size, mmap.PROT_READ, flags, empty.fileno(), ctypes.c_long(0))
        checked(-1 if mapped == ctypes.c_void_p(-1).value else 0)
        return True
    return False


def checked(answer: int) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, errno.errorcode.get(number))


def main(reading: Literal["mapped", "positional"], path: Path, offset: int) -> None:
    is_mapped = reading == "mapped"
    lost = False

    def lose_once() -> bool:
        nonlocal lost
        lost = lost or (is_mapped and lose_pages(path, offset))
        return False

    # The byte that is read again after a lost page is the only read of one byte.
    refuse_reads(offset, 1 if is_mapped else 0xFFFFFFFF)
    length = path.stat().st_size
    try:
        # One piece, so that it is read from its beginning to its end.
        _core.hash_files(
            [_core.FileEntry(path, length)],
            length,
            v1=True,
            v2=True,
            reading=reading,
            workers=1,
            cancelled=lose_once,
        )
    except _core.ReadError as error:
        fields = {name: getattr(error, name) for name in ("path", "reason", "errno", "offset")}
        print(json.dumps({**fields, "sentence": str(error), "lost": lost}))


if __name__ == "__main__":
    main("mapped" if sys.argv[1] == "mapped" else "positional", Path(sys.argv[2]), int(sys.argv[3]))
