"""Settings as they were found, before they are checked: each with the place it was written at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from seedwright.settings.keys import keys_at, secret_in, unknown_key
from seedwright.settings.problems import HOLDS_SETTINGS, Loc, Place, Problem, name_of

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.settings.group import Group


@dataclass(frozen=True)
class Source:
    """One thing settings are read from, and where in it each of them is."""

    folder: Path
    """Relative paths start here."""
    places: Mapping[Loc, Place] = field(default_factory=dict)
    expands: bool = False
    """Whether ``${NAME}`` in a value stands for a variable."""

    def place(self, loc: Loc) -> Place:
        """Where ``loc`` is written, or the innermost thing around it that has a place."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.places:
                return self.places[loc[:end]]
        return Place()


@dataclass(frozen=True)
class Entry:
    """One setting as it was found."""

    value: object = field(repr=False)
    source: Source
    written: Loc
    """The setting's way as it is written, ``password_file`` included."""
    in_file: bool = False
    """Whether the value names a file that holds the setting."""

    def place(self, inner: Loc = ()) -> Place:
        return self.source.place((*self.written, *inner))


Entries = dict[Loc, Entry]
"""Settings by their way in the model. What has the higher precedence updates what has the lower."""


def flatten(
    root: type[Group], tree: Mapping[str, object], source: Source
) -> tuple[Entries, list[Problem]]:
    """The settings in a nested mapping, and what is wrong with its keys.

    A key without a value (None) counts as not written.
    """
    entries: Entries = {}
    problems: list[Problem] = []

    def walk(loc: Loc, group: Mapping[str, object]) -> None:
        known = keys_at(root, loc)
        for key, value in group.items():
            inner = (*loc, key)
            if known and key not in known:
                problems.append(Problem(source.place(inner), *unknown_key(root, inner, known)))
            elif keys_at(root, inner) is None:
                if value is not None:
                    entries[inner] = Entry(value, source, inner)
            elif value is None or isinstance(value, Mapping):
                if not known:
                    entries[inner] = Entry({}, source, inner)  # it may be all defaults
                walk(inner, value or {})
            else:
                problems.append(Problem(source.place(inner), f"{name_of(inner)} {HOLDS_SETTINGS}"))

    walk((), tree)
    return entries, problems + fold_secret_files(root, entries)


def fold_secret_files(root: type[Group], entries: Entries) -> list[Problem]:
    """Move each ``password_file`` of one source to ``password``; says where both are given."""
    problems = []
    for loc, entry in list(entries.items()):
        name = secret_in(root, loc)
        if not name:
            continue
        del entries[loc]
        if (secret := (*loc[:-1], name)) in entries:
            problems.append(
                Problem(
                    entry.place(),
                    f"{name_of(loc)} is given, and so is {name}",
                    hint="keep one of the two",
                )
            )
        else:
            entries[secret] = replace(entry, in_file=True)
    return problems


def nest(values: Mapping[Loc, object]) -> dict[str, object]:
    """The nested mapping of ``values``."""
    tree: dict[Any, Any] = {}
    for loc in sorted(values, key=len):
        group = tree
        for part in loc[:-1]:
            group = group.setdefault(part, {})
        group[loc[-1]] = values[loc]
    return tree
