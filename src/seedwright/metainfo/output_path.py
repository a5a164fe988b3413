"""Where a ``.torrent`` goes: a file that is named, or a name of its own in a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path

from seedwright.errors import UsageError
from seedwright.names import printable

SUFFIX = ".torrent"
_MAX_NAME = 255


def output_path(
    name: str,
    output: str | Path | None,
    *,
    default_dir: Path | None,
    several: bool,
    label: str = "",
) -> Path:
    """Where the torrent called ``name`` is to be written.

    ``output`` is the file itself, or a folder for ``<name>.torrent`` when it is one already or
    ends with a separator (which only a str can); None stands for ``default_dir``, or else the
    current folder. With a ``label`` it is ``<name>.<label>.torrent``. A name that is too long for a
    file system is cut, between characters, to 255 bytes with the suffix, and separators in it
    become ``_``.

    Raises UsageError when ``several`` torrents would go into one file.
    """
    if output is None:
        return (default_dir or Path.cwd()) / _file_name(name, label)
    path = Path(output)
    if ends_as_folder(output) or _is_folder(path):
        return path / _file_name(name, label)
    if several:
        raise UsageError(
            f"'{printable(str(output))}' is not a folder, and several torrents need one",
            hint=f"create the folder first, or write '{printable(str(output))}{os.sep}'",
        )
    return path


def ends_as_folder(output: str | os.PathLike[str]) -> bool:
    """Whether an output ends with a separator, and so is a folder, existing or not."""
    return os.fspath(output).endswith(tuple(filter(None, (os.sep, os.altsep))))


def _file_name(name: str, label: str) -> str:
    suffix = f".{_safe(label)}{SUFFIX}" if label else SUFFIX
    safe = _safe(name)
    room = _MAX_NAME - len(suffix.encode("utf-8", "surrogateescape"))
    if len(safe.encode("utf-8", "surrogateescape")) > room:
        safe = safe.encode("utf-8", "surrogateescape")[:room].decode("utf-8", "ignore")
    return safe + suffix


def _safe(name: str) -> str:
    return re.sub(r"[/\0]" if os.sep == "/" else r'[\\/:*?"<>|\0]', "_", name)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
