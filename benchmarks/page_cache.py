"""Which part of a file is in the page cache: seeing it, filling it, emptying it."""

from __future__ import annotations

import ctypes
import mmap
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK = 1 << 20
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mincore.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p)


class StillCachedError(Exception):
    """The kernel keeps pages of a file that were to be dropped."""


def resident(path: Path) -> float:
    """The part of the file at PATH that is in the page cache, 0 to 1."""
    size = path.stat().st_size
    if not size:
        return 1.0
    pages = -(-size // mmap.PAGESIZE)
    told = ctypes.create_string_buffer(pages)
    with path.open("rb") as file:
        # ctypes finds the address of a writable map only; nothing is written to it.
        map_ = mmap.mmap(file.fileno(), size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
        start = ctypes.c_char.from_buffer(map_)
        failed = _LIBC.mincore(ctypes.addressof(start), size, told)
        number = ctypes.get_errno()
        del start
        map_.close()
    if failed:
        raise OSError(number, os.strerror(number), str(path))
    return 1 - told.raw.count(0) / pages


def warm(path: Path) -> None:
    """Read the file at PATH once."""
    with path.open("rb", buffering=0) as file:
        while file.read(_CHUNK):
            pass


def drop(path: Path) -> None:
    """Take the file at PATH out of the page cache.

    Raises StillCachedError when the kernel keeps more than one page in a hundred.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    kept = resident(path)
    if kept > 0.01:
        raise StillCachedError(f"{kept:.0%} of {path.name} stays in the page cache")
