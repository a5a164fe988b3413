"""Settings as they were found, before they are checked: each with the place it was written at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seedwright.settings.problems import HOLDS_SETTINGS, Loc, Place, Problem, name_of
from seedwright.settings.secret import Secret
from seedwright.settings.shape import keys_at, secret_in, type_at, unknown_key

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.settings.group import Group

_HOLDS = {dict[str, Secret]: "must be a mapping, one 'NAME: value' per line"}


class Block(dict[str, object]):
    """A mapping as it is written: where it is itself, and each of its keys."""

    def __init__(self, here: Place) -> None:
        super().__init__()
        self.here = here
        self.places: dict[str | int, Place] = {}

    def put(self, key: str, value: object, place: Place) -> None:
        """Put in ``value``, whose key is written at ``place``."""
        self[key] = value
        self.places[key] = place

    def put_at(self, loc: Loc, value: object, place: Place) -> None:
        """Put in ``value`` at the end of the way ``loc``."""
        key, *inner = map(str, loc)
        if inner:
            within = self.get(key)
            if not isinstance(within, Block):
                self.put(key, within := Block(place), place)
            within.put_at(tuple(inner), value, place)
        else:
            self.put(key, value, place)

    def take(self, other: Block) -> None:
        """Put in all that is in ``other``."""
        self.update(other)
        self.places.update(other.places)

    def place(self, *loc: str | int) -> Place:
        """Where ``loc`` is written, or the innermost thing around it that has a place."""
        return place_in(self, loc, self.here)


class Items(list[object]):
    """A list as it is written: where each of its items is."""

    def __init__(self, items: Iterable[object], places: Mapping[str | int, Place]) -> None:
        super().__init__(items)
        self.places = places


def place_in(value: object, loc: Loc, here: Place) -> Place:
    """Where ``loc`` in ``value`` is written, which is ``here`` itself; else what is around it."""
    for part in loc:
        if not isinstance(value, Block | Items) or part not in value.places:
            break
        here, value = value.places[part], value[part]  # type: ignore[index]
    return here


@dataclass(frozen=True)
class Entry:
    """One setting as it was found."""

    value: object = field(repr=False)
    folder: Path
    """Relative paths start here."""
    here: Place
    expands: bool = False
    """Whether ``${NAME}`` in it stands for a variable."""
    in_file: bool = False
    """Whether the value names a file that holds the setting."""

    def place(self, inner: Loc = ()) -> Place:
        return place_in(self.value, inner, self.here)


Entries = dict[Loc, Entry]
"""Settings by their way in the model. What has the higher precedence updates what has the lower."""


def flatten(
    root: type[Group], tree: Mapping[str, object], folder: Path, problems: list[Problem]
) -> Entries:
    """The settings in a nested mapping; what is wrong with its keys goes to ``problems``.

    A key without a value (None) counts as not written. Relative paths start at ``folder``; in what
    is read from a file ``${NAME}`` stands for a variable.
    """
    entries: Entries = {}
    expands = isinstance(tree, Block)

    def walk(loc: Loc, group: Mapping[str, object], around: Place) -> None:
        known = keys_at(root, loc)
        for key, value in group.items():
            inner, here = (*loc, key), place_in(group, (key,), around)
            if known and key not in known:
                problems.append(Problem(here, *unknown_key(root, inner)))
            elif keys_at(root, inner) is None:
                if value is not None:
                    entries[inner] = Entry(value, folder, here, expands)
            elif value is None or isinstance(value, Mapping):
                if not known:
                    entries[inner] = Entry({}, folder, here)  # it may be all defaults
                walk(inner, value or {}, here)
            else:
                holds = _HOLDS.get(type_at(root, inner), HOLDS_SETTINGS)
                problems.append(Problem(here, f"{name_of(inner)} {holds}"))

    walk((), tree, tree.here if isinstance(tree, Block) else Place())
    fold_secret_files(root, entries, problems)
    return entries


def fold_secret_files(root: type[Group], entries: Entries, problems: list[Problem]) -> None:
    """Move each ``password_file`` of one source to ``password``; it is wrong to give both."""
    for loc, entry in list(entries.items()):
        name = secret_in(root, loc)
        if not name:
            continue
        del entries[loc]
        if (secret := (*loc[:-1], name)) in entries:
            sentence = f"{name_of(loc)} and {name} cannot be combined"
            problems.append(Problem(entry.here, sentence, "use one of them"))
        else:
            entries[secret] = replace(entry, in_file=True)
