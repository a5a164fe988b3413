"""Looking at files and folders, with every refusal in words."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from seedwright.errors import ContentError, ContentNameError, ContentNotFoundError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def content_status(path: Path) -> os.stat_result:
    """The status of the content itself, its links followed.

    Raises ContentNotFoundError when it is not there, and ContentError when it cannot be looked at.
    """
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        is_broken = path.is_symlink()
        raise ContentNotFoundError(
            f"'{printable(str(path))}' {'is a broken symlink' if is_broken else 'does not exist'}",
            hint="check the path; a relative path starts at the current folder",
        ) from None
    except OSError as error:
        raise unreadable(str(path), error) from error


def entries(path: str) -> Iterator[os.DirEntry[str]]:
    """What lies in the folder at ``path``, in no order; ContentError when it cannot be listed."""
    try:
        with os.scandir(path) as found:
            yield from found
    except OSError as error:
        raise unreadable(path, error) from error


def entry_status(entry: os.DirEntry[str]) -> os.stat_result:
    """The status of ``entry``, its link followed; ContentError when it cannot be looked at."""
    try:
        return entry.stat()
    except FileNotFoundError:
        is_broken = entry.is_symlink()
        raise ContentError(
            f"'{printable(entry.path)}' {'is a broken symlink' if is_broken else 'disappeared'}",
            hint="fix or remove it" if is_broken else "try again when nothing changes the content",
        ) from None
    except OSError as error:
        raise unreadable(entry.path, error) from error


def check_regular(path: str, status: os.stat_result) -> None:
    """Nothing, when ``status`` is that of a file; ContentError for pipes, sockets and devices."""
    if not stat.S_ISREG(status.st_mode):
        raise ContentError(
            f"'{printable(path)}' is neither a file nor a folder",
            hint="pipes, sockets and devices cannot be part of a torrent",
        )


def check_name(name: str, path: str = "") -> None:
    """Nothing, when ``name`` can stand in a torrent; ContentNameError when it is not UTF-8.

    ``path`` is what is shown, where that is more than the name.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ContentNameError(
            f"'{printable(path or name)}' has a name that is not UTF-8, and torrents need UTF-8",
            hint="rename it",
        ) from None
    if "\0" in name:
        raise ContentNameError(f"'{printable(path or name)}' has a null character in its name")


def unreadable(path: str, error: OSError) -> ContentError:
    """The ContentError that says why ``path`` cannot be read."""
    shown = printable(path)
    if error.errno == errno.ELOOP:
        return ContentError(f"'{shown}' is a symlink to itself", hint="remove it")
    if isinstance(error, PermissionError):
        return ContentError(
            f"cannot read '{shown}': permission denied",
            hint="give read permission to the user that runs Seedwright",
        )
    return ContentError(f"cannot read '{shown}': {error.strerror or error}")
