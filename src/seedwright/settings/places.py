"""Where settings are looked for, and where hashes and tickets are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

DOTENV_NAME = ".env"
PREFIX = "SEEDWRIGHT_"
"""What our variables begin with."""

_FOLDERS = {
    "linux": (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_STATE_HOME", ".local/state"),
    ),
    "darwin": (
        ("", "Library/Application Support"),
        ("", "Library/Caches"),
        ("", "Library/Application Support"),
    ),
    "win32": (("LOCALAPPDATA", "AppData/Local"),) * 3,
}
"""A user's folders for settings, for what can be made again, and for what outlives a process and
matters on this machine alone: the variable that names each, and where it is below the home folder.
"""


class UsualFile(NamedTuple):
    """A file that need not be named: what it is called where it is looked for."""

    here: str
    """In the current folder."""
    users: str
    """In the platform's folder for settings."""
    variable: str = ""
    """The variable that may name another one."""

    def named(self, path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path | None:
        """The file that ``path`` names, or else the variable, whether it exists or not."""
        by_variable = variables.get(self.variable)
        asked = Path(by_variable) if path is None and by_variable else path
        return asked and absolute(asked, cwd)

    def find(self, path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path | None:
        """The file that is named; else the first that exists, in ``cwd`` and of the user."""
        candidates = (cwd / self.here, self.of_user())
        return self.named(path, variables, cwd) or next(
            (file for file in candidates if file and is_there(file)), None
        )

    def of_user(self) -> Path | None:
        """The one in the platform's folder for settings, there or not; None without a home."""
        settings = user_settings_path()
        return settings and settings.with_name(self.users)

    def not_found(self) -> str:
        """Where it was looked for without success, in words."""
        users = self.of_user()
        here = f"./{self.here}"
        return f"neither {here} nor {users} exists" if users else f"{here} does not exist"


SETTINGS = UsualFile("seedwright.yaml", "seedwright.yaml", f"{PREFIX}CONFIG")
PRESETS = UsualFile("seedwright-presets.yaml", "presets.yaml", f"{PREFIX}PRESETS")
RULES = UsualFile("tracker-rules.toml", "tracker-rules.toml")


def user_settings_path() -> Path | None:
    """The settings file in the platform's folder for settings, there or not; None without a home."""
    folder = _user_folder(0)
    return folder and folder / SETTINGS.users


def user_hashes_path() -> Path | None:
    """The folder for hashes in the platform's folder for caches, there or not; None without a home."""
    folder = _user_folder(1)
    return folder and folder / "hashes"


def user_tickets_path() -> Path | None:
    """The folder for tickets of torrents under way, there or not; None without a home."""
    folder = _user_folder(2)
    return folder and folder / "tickets"


def user_turn_path() -> Path | None:
    """The file that the process holds which hashes; None without a home."""
    folder = _user_folder(2)
    return folder and folder / "hashing.lock"


def absolute(path: Path, folder: Path) -> Path:
    """``path`` with ``~`` put in, and seen from ``folder`` when it is relative."""
    try:
        return folder / path.expanduser()
    except RuntimeError:  # "~somebody" who is not known here
        return folder / path


def is_there(path: Path) -> bool:
    """Whether anything exists at ``path``, even if it cannot be read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it will report what is wrong
    return True


def _user_folder(which: int) -> Path | None:
    variable, usual = _FOLDERS.get(sys.platform, _FOLDERS["linux"])[which]
    named = Path(os.environ.get(variable, ""))
    # XDG_CONFIG_HOME and its like do not count when relative, says their specification.
    try:
        return (named if named.is_absolute() else Path.home() / usual) / "seedwright"
    except RuntimeError:  # nobody's home, as in many a container
        return None
