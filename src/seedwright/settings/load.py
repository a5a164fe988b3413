"""Loading the settings: the defaults where nothing is said, else what ``gather`` finds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seedwright.errors import SettingsError
from seedwright.settings.model import LoadedSettings, Settings
from seedwright.settings.places import DOTENV_NAME, PREFIX, RULES, SETTINGS, is_there

if TYPE_CHECKING:
    from collections.abc import Mapping


def load_settings(
    path: Path | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> LoadedSettings:
    """The settings from the file, ``.env``, the environment and ``overrides``, the last winning.

    ``path`` names the settings file; without it, it is looked for as ``SETTINGS.find`` says.
    ``overrides`` is shaped like the file, and None in it means not given. ``environ`` and ``cwd``
    replace this process's own. Raises SettingsError with the first mistake.
    """
    environ, cwd = _surroundings(environ, cwd)
    if not overrides and _nothing_is_set(path, environ, cwd):
        return LoadedSettings(Settings(), None)
    from seedwright.settings.gather import gather

    found, problems = gather(path, overrides or {}, environ, cwd)
    if problems:
        first, *others = problems
        raise first.error(len(others))
    return found


def find_mistakes(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> list[SettingsError]:
    """Every mistake in the settings that ``load_settings`` would read, in order of place.

    Where there is none, the first one in the tracker rules that come with them.
    """
    from seedwright.settings.gather import gather
    from seedwright.trackers.rules_file import read_rules

    environ, cwd = _surroundings(environ, cwd)
    try:
        found, problems = gather(path, {}, environ, cwd)
        rules = RULES.find(found.settings.tracker_rules, {}, cwd)
        if rules is not None and not problems:
            read_rules(rules)
    except SettingsError as error:
        return [error]
    return [problem.error() for problem in problems]


def locate_settings_file(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Path | None:
    """The file that ``load_settings`` would read, or None; its content does not matter here."""
    from seedwright.settings.dotenv_file import variables_in

    environ, cwd = _surroundings(environ, cwd)
    return SETTINGS.find(path, variables_in(environ, cwd), cwd)


def _surroundings(
    environ: Mapping[str, str] | None, cwd: Path | None
) -> tuple[Mapping[str, str], Path]:
    return os.environ if environ is None else environ, cwd or Path.cwd()


def _nothing_is_set(path: Path | None, environ: Mapping[str, str], cwd: Path) -> bool:
    """Whether the defaults are in force, so that nothing has to be loaded that reads settings."""
    return not (
        any(name.startswith(PREFIX) for name in environ)
        or is_there(cwd / DOTENV_NAME)
        or SETTINGS.find(path, environ, cwd)
    )
