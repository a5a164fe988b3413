"""Everything that settings are read from, put in order and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from seedwright.settings.dotenv_file import read_dotenv
from seedwright.settings.model import Settings
from seedwright.settings.places import (
    DOTENV_NAME,
    PREFIX,
    RULES_NAME,
    find_settings_file,
    first_there,
    is_named,
)
from seedwright.settings.settle import settle
from seedwright.settings.written import Entries, Source, flatten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright.settings.group import Group
    from seedwright.settings.problems import Problem


class Gathered(NamedTuple):
    """The settings in force, which are the defaults when there are ``problems``."""

    settings: Settings
    path: Path | None
    problems: list[Problem]
    """In order of place."""


def gather(
    path: Path | None, overrides: Mapping[str, object], environ: Mapping[str, str], cwd: Path
) -> Gathered:
    """The settings from the file, ``.env``, ``environ`` and ``overrides``, the last winning.

    Beside a settings file that was asked for its tracker rules may lie. Raises SettingsError when
    the file or ``.env`` cannot be read at all.
    """
    dotenv = read_dotenv(cwd / DOTENV_NAME)
    variables = {**dotenv.values, **environ}
    file = find_settings_file(path, variables, cwd)

    entries, problems = read_file(Settings, file, cwd) if file else ({}, [])
    problems += dotenv.problems
    for values, places in ((dotenv.values, dotenv.places), (environ, None)):
        if not any(name.startswith(PREFIX) for name in values):
            continue
        from seedwright.settings.environment import read_variables

        clients = [str(loc[1]) for loc in entries if loc[0] == "clients"]
        found, wrong = read_variables(values, folder=cwd, clients=clients, places=places)
        entries.update(found)
        problems += wrong
    found, wrong = flatten(Settings, overrides, Source(cwd))
    entries.update(found)
    problems += wrong

    settings = settle(Settings, entries, variables, problems) or Settings()
    if file is not None and settings.tracker_rules is None and is_named(path, variables):
        settings = replace(settings, tracker_rules=first_there(file.with_name(RULES_NAME)))
    return Gathered(settings, file, sorted(dict.fromkeys(problems), key=lambda one: one.place))


def read_file(root: type[Group], file: Path, cwd: Path) -> tuple[Entries, list[Problem]]:
    """The settings in ``file``, a YAML file with the keys of ``root``, and what is wrong with it.

    Raises SettingsError when it cannot be read, or is no YAML.
    """
    from seedwright.settings.yaml_file import read_yaml

    hint = "`seedwright config init` writes one"
    _, tree = read_yaml(file, cwd, "settings file", hint=hint)
    entries, problems = flatten(root, tree.root, Source(file.parent, tree.places, expands=True))
    return entries, tree.problems + problems
