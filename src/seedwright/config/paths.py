"""Where settings are looked for."""

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


_USER_FOLDERS = {
    "linux": ("XDG_CONFIG_HOME", ".config"),
    "darwin": ("", "Library/Application Support"),
    "win32": ("LOCALAPPDATA", "AppData/Local"),
}
"""The variable that names a user's folder for settings, and where it is below the home folder."""


def user_settings_path() -> Path:
    """The settings file in the platform's folder for settings, there or not.

    Raises RuntimeError when there is no home folder either.
    """
    variable, usual = _USER_FOLDERS.get(sys.platform, _USER_FOLDERS["linux"])
    named = Path(os.environ.get(variable, ""))
    # XDG_CONFIG_HOME does not count when it is relative, says its specification.
    folder = named if named.is_absolute() else Path.home() / usual
    return folder / "seedwright" / FILE_NAME


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
