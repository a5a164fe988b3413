"""The bytes of a ``.torrent``, never more of them than a torrent can have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from seedwright.errors import MetainfoError
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from pathlib import Path

MAX_SIZE = 64 * 1024 * 1024
"""The largest ``.torrent`` that is read, in bytes: room for the hashes of 2 million pieces, the
most that libtorrent loads, of either kind; and little enough to be held twice in 200 MB.
"""


def read_torrent(path: Path) -> bytes:
    """All bytes of the file at ``path``.

    Raises MetainfoError when it cannot be read, and before it is read whole when it is larger
    than MAX_SIZE.
    """
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            return read_stream(file, name, os.fstat(file.fileno()).st_size)
    except (OSError, ValueError) as error:
        raise MetainfoError(_unreadable(name, error), hint="give a .torrent file") from error


def read_stream(stream: BinaryIO, name: str, expected: int = 0) -> bytes:
    """All bytes that ``stream`` has left, where ``expected`` is about how many, 0 for unknown.

    Raises MetainfoError, which tells of ``name``, for more than MAX_SIZE.
    """
    data = b""
    if expected <= MAX_SIZE:
        data = stream.read((expected or MAX_SIZE) + 1)
    if 0 < expected < len(data):
        data += stream.read(MAX_SIZE + 1 - len(data))
    if max(expected, len(data)) > MAX_SIZE:
        raise MetainfoError(
            f"'{name}' is larger than {format_size(MAX_SIZE)}, too large for a .torrent",
            hint="give a .torrent file, not the content",
        )
    return data


def _unreadable(name: str, error: OSError | ValueError) -> str:
    """Why the file cannot be read."""
    match error:
        case FileNotFoundError():
            return f"'{name}' does not exist"
        case IsADirectoryError():
            return f"'{name}' is a folder, not a file"
        case PermissionError():
            return f"cannot read '{name}': permission denied"
    return f"cannot read '{name}': {getattr(error, 'strerror', None) or error}"
