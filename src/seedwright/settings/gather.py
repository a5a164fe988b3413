"""Everything that settings are read from, put in order and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seedwright.settings.dotenv_file import read_dotenv
from seedwright.settings.model import LoadedSettings, Settings
from seedwright.settings.places import DOTENV_NAME, PREFIX, RULES, SETTINGS, is_there
from seedwright.settings.problems import in_order
from seedwright.settings.settle import settle
from seedwright.settings.written import Entries, flatten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright.settings.group import Group
    from seedwright.settings.problems import Problem


def gather(
    path: Path | None, overrides: Mapping[str, object], environ: Mapping[str, str], cwd: Path
) -> tuple[LoadedSettings, list[Problem]]:
    """The settings from the file, ``.env``, ``environ`` and ``overrides``, the last winning.

    With problems, which are in order of place, they are the defaults. Tracker rules may lie next to a
    settings file that was named. Raises SettingsError if the file or ``.env`` cannot be read at all.
    """
    dotenv = read_dotenv(cwd / DOTENV_NAME)
    variables = {**dotenv.values, **environ}
    file = SETTINGS.find(path, variables, cwd)
    problems = list(dotenv.problems)
    entries = read_file(Settings, file, cwd, problems) if file else {}
    for values, places in ((dotenv.values, dotenv.places), (environ, None)):
        if any(name.startswith(PREFIX) for name in values):
            from seedwright.settings.environment import read_variables

            clients = [str(loc[1]) for loc in entries if loc[0] == "clients"]
            entries |= read_variables(
                values, folder=cwd, problems=problems, clients=clients, places=places
            )
    entries |= flatten(Settings, overrides, cwd, problems)

    settings = settle(Settings, entries, variables, problems) or Settings()
    beside = file and file.with_name(RULES.here)
    is_asked_for = SETTINGS.named(path, variables, cwd) is not None
    if beside and is_asked_for and settings.tracker_rules is None and is_there(beside):
        settings = replace(settings, tracker_rules=beside)
    return LoadedSettings(settings, file), in_order(problems)


def read_file(root: type[Group], file: Path, cwd: Path, problems: list[Problem]) -> Entries:
    """The settings in ``file``, a YAML file with the keys of ``root``; more in ``problems``.

    Raises SettingsError when it cannot be read, or is no YAML.
    """
    from seedwright.settings.yaml_file import read_yaml

    hint = "`seedwright config init` writes one"
    _, tree = read_yaml(file, cwd, "settings file", hint=hint)
    problems += tree.problems
    return flatten(root, tree.root, file.parent, problems)
