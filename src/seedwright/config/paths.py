"""Where settings are looked for, and where hashes are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "seedwright.yaml"
DOTENV_NAME = ".env"
PREFIX = "SEEDWRIGHT_"
"""What our variables begin with."""


_SETTINGS_FOLDERS = {
    "linux": ("XDG_CONFIG_HOME", ".config"),
    "darwin": ("", "Library/Application Support"),
    "win32": ("LOCALAPPDATA", "AppData/Local"),
}
"""The variable that names a user's folder for settings, and where it is below the home folder."""

_CACHE_FOLDERS = {
    "linux": ("XDG_CACHE_HOME", ".cache"),
    "darwin": ("", "Library/Caches"),
    "win32": ("LOCALAPPDATA", "AppData/Local"),
}
"""The same for what can be made again."""


def user_settings_path() -> Path:
    """The settings file in the platform's folder for settings, there or not.

    Raises RuntimeError when there is no home folder either.
    """
    return _user_folder(_SETTINGS_FOLDERS) / "seedwright" / FILE_NAME


def user_hashes_path() -> Path:
    """The folder for hashes in the platform's folder for caches, there or not.

    Raises RuntimeError when there is no home folder either.
    """
    return _user_folder(_CACHE_FOLDERS) / "seedwright" / "hashes"


def _user_folder(folders: Mapping[str, tuple[str, str]]) -> Path:
    variable, usual = folders.get(sys.platform, folders["linux"])
    named = Path(os.environ.get(variable, ""))
    # XDG_CONFIG_HOME and its like do not count when relative, says their specification.
    return named if named.is_absolute() else Path.home() / usual


def find_settings_file(path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path | None:
    """The settings file to read, or None when there is none and none was asked for.

    ``path`` comes first, then the variable SEEDWRIGHT_CONFIG, both whether the file is there or
    not; then ``seedwright.yaml`` in ``cwd``, then the platform's folder for settings.
    """
    if path is not None:
        return absolute(path, cwd)
    if named := variables.get("SEEDWRIGHT_CONFIG"):
        return absolute(Path(named), cwd)
    for candidate in (cwd / FILE_NAME, user_settings_path()):
        if is_there(candidate):
            return candidate
    return None


def absolute(path: Path, folder: Path) -> Path:
    """``path`` with ``~`` put in, and seen from ``folder`` when it is relative."""
    try:
        return folder / path.expanduser()
    except RuntimeError:  # "~somebody" who is not known here
        return folder / path


def is_there(path: Path) -> bool:
    """Whether there is anything at ``path``, be it something that cannot be read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it will tell what is wrong
    return True
