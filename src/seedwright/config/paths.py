"""Where settings are looked for, and where hashes and tickets are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "seedwright.yaml"
DOTENV_NAME = ".env"
RULES_NAME = "tracker-rules.toml"
PREFIX = "SEEDWRIGHT_"
"""What our variables begin with."""

_VARIABLE = f"{PREFIX}CONFIG"

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

_STATE_FOLDERS = {
    "linux": ("XDG_STATE_HOME", ".local/state"),
    "darwin": ("", "Library/Application Support"),
    "win32": ("LOCALAPPDATA", "AppData/Local"),
}
"""The same for what outlives a process, and matters on this machine alone."""


def user_settings_path() -> Path | None:
    """The settings file in the platform's folder for settings, there or not; None without a home."""
    folder = _user_folder(_SETTINGS_FOLDERS)
    return folder and folder / "seedwright" / FILE_NAME


def user_hashes_path() -> Path | None:
    """The folder for hashes in the platform's folder for caches, there or not; None without a home."""
    folder = _user_folder(_CACHE_FOLDERS)
    return folder and folder / "seedwright" / "hashes"


def user_tickets_path() -> Path | None:
    """The folder for tickets of torrents under way, there or not; None without a home."""
    folder = _user_folder(_STATE_FOLDERS)
    return folder and folder / "seedwright" / "tickets"


def _user_folder(folders: Mapping[str, tuple[str, str]]) -> Path | None:
    variable, usual = folders.get(sys.platform, folders["linux"])
    named = Path(os.environ.get(variable, ""))
    # XDG_CONFIG_HOME and its like do not count when relative, says their specification.
    try:
        return named if named.is_absolute() else Path.home() / usual
    except RuntimeError:  # nobody's home, as in many a container
        return None


def find_settings_file(path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path | None:
    """The settings file to read, or None when there is none and none was asked for.

    ``path`` comes first, then the variable SEEDWRIGHT_CONFIG, both whether the file is there or
    not; then ``seedwright.yaml`` in ``cwd``, then the platform's folder for settings.
    """
    if path is not None:
        return absolute(path, cwd)
    if named := variables.get(_VARIABLE):
        return absolute(Path(named), cwd)
    return first_there(cwd / FILE_NAME, user_settings_path())


def is_named(path: Path | None, variables: Mapping[str, str]) -> bool:
    """Whether ``find_settings_file`` is told which file to take."""
    return path is not None or bool(variables.get(_VARIABLE))


def find_rules_file(named: Path | None, cwd: Path) -> Path | None:
    """The user's own file of tracker rules, or None where there is none.

    It is the one that the settings name, there or not; else ``tracker-rules.toml`` in ``cwd``;
    else the one in the platform's folder for settings.
    """
    users = user_settings_path()
    return named or first_there(cwd / RULES_NAME, users and users.with_name(RULES_NAME))


def first_there(*candidates: Path | None) -> Path | None:
    """The first of these files that is there, None when none is."""
    return next((file for file in candidates if file is not None and is_there(file)), None)


def not_found(name: str, users: Path | None) -> str:
    """Where a file was looked for in vain, in words: in the current folder, and as ``users``."""
    return f"neither ./{name} nor {users}" if users else f"./{name} is not there"


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
