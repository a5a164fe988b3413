"""When what was written to a file shows in its times, and how to bring that about.

A write through a memory map changes the times of a file when it is the first one to its page, and no
more until the page was written to the disk. So a look at a file tells nothing of such writes later
on, unless what was written before has reached the disk by then: by itself it does after the
write-back age, or else by a flush. Memory file systems (tmpfs) have no disk, and there such writes
change no time at all.
"""

from __future__ import annotations

import dataclasses
import time
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import seedwright._core as core

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.content.walk import Content, ContentFile

_LOOKS = 3
_TIMES = (attrgetter("mtime_ns"), attrgetter("ctime_ns"))
_KERNEL = Path("/proc/sys/vm")
_SECOND = 1_000_000_000

USUAL = 35 * _SECOND
"""The write-back age, in nanoseconds, where the system does not say: Linux's own default."""

UNBOUNDED = 3600 * _SECOND
"""What stands in for it, in nanoseconds, where the kernel is not to write back by itself."""

TICK = _SECOND // 100
"""The longest tick of the kernel's clock for files, in nanoseconds: of two changes within one tick the
times show one.
"""

COARSEST_TICK = 2 * _SECOND
"""The longest tick that a file system stores times in, in nanoseconds: that of FAT."""


@lru_cache
def write_back_age(kernel: Path = _KERNEL) -> int:
    """How long what was written may stay in memory alone, in nanoseconds, and one tick at least."""
    try:
        expire, interval = (
            int((kernel / name).read_text(encoding="ascii"))
            for name in ("dirty_expire_centisecs", "dirty_writeback_centisecs")
        )
    except (OSError, ValueError):
        return USUAL
    if not interval:
        return UNBOUNDED
    return max((expire + interval) * _SECOND // 100, COARSEST_TICK)


def settled(content: Content, cancelled: Callable[[], bool]) -> Content:
    """The content as it is once what was written to it before has reached the disk.

    Every write after this look shows in a file's times, as far as the file system has it so. Files
    that were left alone for the write-back age are as they were found. A file that has another size
    by now, or cannot be looked at, is as it was found, too, and so told as changed later on. Raises
    ``_core.Cancelled``.
    """
    since = time.time_ns() - write_back_age()
    if max(max(map(time_of, content.files)) for time_of in _TIMES) <= since:
        return content
    files = list(content.files)
    young = [number for number, file in enumerate(files) if _newest(file) > since]
    for _ in range(_LOOKS):
        _wait_for_next_tick(max(_newest(files[number]) for number in young))
        paths = [files[number].path for number in young]
        core.flush(paths, cancelled=cancelled)
        looks = dict(zip(young, core.statuses(paths), strict=True))
        # Where another look shows the same, nothing was written in between, and so a flush in
        # between left nothing out. Some file systems set the times only in a flush.
        changed = {
            number: look
            for number, look in looks.items()
            if isinstance(look, core.Look)
            and look.size == files[number].size
            and not files[number].is_as(look)
        }
        for number, look in changed.items():
            files[number] = files[number].seen_again(look)
        young = list(changed)
        if not young:
            break
    return dataclasses.replace(content, files=tuple(files))


def _newest(file: ContentFile) -> int:
    return max(file.mtime_ns, file.ctime_ns)


def _wait_for_next_tick(newest: int) -> None:
    now = time.time_ns()
    if now - TICK < newest <= now:
        time.sleep((newest + TICK - now) / _SECOND)
