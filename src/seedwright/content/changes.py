"""What has happened to content since it was walked."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import seedwright._core as core
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedwright.content.walk import Content, ContentFile

_REPLACED = "was replaced by another file"


def changes(
    content: Content, has_own_inodes: Callable[[str], bool] = lambda _path: True
) -> Iterator[str]:
    """What has happened to the files of ``content`` since they were walked, a phrase each.

    Sizes, times, devices and inodes are compared: two looks at the file system, and no reading. A
    file that differs in device or inode alone counts where it ``has_own_inodes``: some file systems
    (FAT, some of FUSE) give a file another inode whenever it has been out of use.
    """
    for number, look in core.changed(content.files):
        file = content.files[number]
        if isinstance(look, core.Unseen):
            gone = look.errno == errno.ENOENT
            why = "disappeared" if gone else f"can no longer be read: {os.strerror(look.errno)}"
            yield f"'{printable(file.path)}' {why}"
            continue
        what = _change(file, file.seen_again(look))
        if what != _REPLACED or has_own_inodes(file.path):
            yield f"'{printable(file.path)}' {what}"


def _change(before: ContentFile, now: ContentFile) -> str:
    if now.size != before.size:
        verb = "grew" if now.size > before.size else "shrank"
        return f"{verb} from {before.size} to {now.size} bytes"
    if now.mtime_ns != before.mtime_ns:
        return "was modified"
    if now.ctime_ns != before.ctime_ns:
        return "was changed, but kept its modification time"
    return _REPLACED
