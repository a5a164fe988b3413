"""Loading the settings: what was found everywhere, put in order and checked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from seedwright.config.entries import Entries, Entry, Source, flatten, keys_of, nest
from seedwright.config.environment import read_dotenv, read_variables
from seedwright.config.expand import expand
from seedwright.config.model import SWITCHES, Settings
from seedwright.config.paths import absolute, find_settings_file, is_there
from seedwright.config.problems import (
    BadValueError,
    Loc,
    Place,
    Problem,
    bad_value,
    from_pydantic,
)
from seedwright.config.yaml_file import parse_yaml
from seedwright.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class LoadedSettings:
    """The settings in force, and the file that some of them came from, if there is one."""

    settings: Settings
    path: Path | None


def load_settings(
    path: Path | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> LoadedSettings:
    """The settings from the file, ``.env``, the environment and ``overrides``, the last winning.

    ``path`` names the settings file; without it ``find_settings_file`` tells where it is looked
    for. ``overrides`` is shaped like the file, and None in it means not given. ``environ`` and
    ``cwd`` stand for this process's own. Raises SettingsError with the first mistake there is.
    """
    outcome = _load(path, overrides or {}, environ, cwd)
    if outcome.problems:
        first, *others = outcome.problems
        raise first.error(len(others))
    return LoadedSettings(outcome.settings, outcome.path)


def find_mistakes(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> list[SettingsError]:
    """Every mistake in the settings that ``load_settings`` would read, in order of place."""
    try:
        return [problem.error() for problem in _load(path, {}, environ, cwd).problems]
    except SettingsError as error:
        return [error]


def locate_settings_file(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Path | None:
    """The file that ``load_settings`` would read, or None; its content does not matter here."""
    cwd = cwd or Path.cwd()
    variables = {**read_dotenv(cwd / ".env").values, **(os.environ if environ is None else environ)}
    return find_settings_file(path, variables, cwd)


class _Outcome(NamedTuple):
    settings: Settings
    path: Path | None
    problems: list[Problem]


def _load(
    path: Path | None,
    overrides: Mapping[str, object],
    environ: Mapping[str, str] | None,
    cwd: Path | None,
) -> _Outcome:
    cwd = cwd or Path.cwd()
    environ = os.environ if environ is None else environ
    dotenv = read_dotenv(cwd / ".env")
    variables = {**dotenv.values, **environ}
    file = find_settings_file(path, variables, cwd)

    entries, problems = _read_file(file, cwd) if file else ({}, [])
    problems += dotenv.problems
    for values, places in ((dotenv.values, dotenv.places), (environ, None)):
        clients = [str(loc[1]) for loc in entries if loc[0] == "clients"]
        found, wrong = read_variables(values, folder=cwd, clients=clients, places=places)
        entries.update(found)
        problems += wrong
    found, wrong = flatten(overrides, Source(cwd))
    entries.update(found)
    problems += wrong

    settings = _check(entries, variables, problems)
    return _Outcome(settings, file, sorted(dict.fromkeys(problems), key=lambda one: one.place))


def _read_file(file: Path, cwd: Path) -> tuple[Entries, list[Problem]]:
    label = str(file.relative_to(cwd) if file.is_relative_to(cwd) else file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            f"there is no settings file {label}", hint="`seedwright config init` writes one"
        ) from None
    except OSError as error:
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror
        raise SettingsError(f"the settings file {label} cannot be read: {reason}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{label}:{line}: not UTF-8 text", hint="save the file as UTF-8"
        ) from None
    tree = parse_yaml(text, label)
    entries, problems = flatten(tree.root, Source(file.parent, tree.places, expands=True))
    return entries, tree.problems + problems


def _check(entries: Entries, variables: Mapping[str, str], problems: list[Problem]) -> Settings:
    """The settings that ``entries`` give, or the defaults and more in ``problems``."""
    settled: dict[Loc, object] = {}
    for loc, entry in entries.items():
        try:
            settled[loc] = _settle(loc, entry, variables)
        except BadValueError as error:
            sentence, hint = bad_value((*entry.written, *error.at), error, entry.value)
            problems.append(Problem(entry.place(error.at), sentence, hint))
    try:
        return Settings.model_validate(nest(settled))
    except ValidationError as error:
        had_problems = bool(problems)
        for details in error.errors(include_url=False):
            if had_problems and keys_of(details["loc"]):
                continue  # what a whole group lacks may be what is misspelt
            loc, wrong = from_pydantic(details)
            place = _place(loc, entries)
            problems.append(Problem(place, *bad_value(loc, wrong, details["input"])))
        return Settings()


def _place(loc: Loc, entries: Entries) -> Place:
    for end in range(len(loc), 0, -1):
        if loc[:end] in entries:
            return entries[loc[:end]].place(loc[end:])
    inside = (entry.place() for key, entry in entries.items() if key[: len(loc)] == loc)
    return next(inside, Place())


def _settle(loc: Loc, entry: Entry, variables: Mapping[str, str]) -> object:
    """The value that ``entry`` stands for: variables put in, files read, paths made absolute."""
    value = expand(entry.value, variables) if entry.source.expands else entry.value
    if isinstance(value, str) and _is_broken(value):
        raise BadValueError("holds characters that are no text")
    if not isinstance(value, str | Path) or value == "":
        if entry.names_secret_file and value != "":
            raise BadValueError("must be a path")
        return value
    path = absolute(Path(value), entry.source.folder)
    if entry.names_secret_file:
        return _read_secret(path)
    if loc[-1] == "default_output_dir":
        return path
    if loc[-1] == "verify_tls" and str(value).lower() not in SWITCHES:
        if not is_there(path):
            raise BadValueError(f"names {path}, which is not there")
        return path
    return value


def _is_broken(text: str) -> bool:
    """Whether ``text`` can be neither sent nor printed: it holds halves of characters, or NUL."""
    return any("\ud800" <= character <= "\udfff" or character == "\0" for character in text)


def _read_secret(file: Path) -> str:
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        raise BadValueError(f"names {file}, which is not there") from None
    except OSError as error:
        raise BadValueError(f"names {file}, which cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadValueError(f"names {file}, which is not UTF-8 text") from None
    secret = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
    if not secret:
        raise BadValueError(f"names {file}, which is empty")
    return secret
