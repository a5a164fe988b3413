"""Settings as they were found, before they are checked: each with the place it was written at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seedwright.config.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.config.problems import Loc, Place, Problem, name_of, nearest

if TYPE_CHECKING:
    from pathlib import Path

SECRET_FILES = {f"{name}_file": name for name in ("username", "password", "api_key")}
"""Keys that name a file, and the settings that stand in it."""

CLIENT_KEYS = (*QBittorrentSettings.model_fields, *SECRET_FILES)
CREATION_KEYS = tuple(TorrentCreationSettings.model_fields)
TOP_KEYS = tuple(Settings.model_fields)


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

    @property
    def names_secret_file(self) -> bool:
        return self.written[-1] in SECRET_FILES

    def place(self, inner: Loc = ()) -> Place:
        return self.source.place((*self.written, *inner))


Entries = dict[Loc, Entry]
"""Settings by their way in the model. What has the higher precedence updates what has the lower."""


def keys_of(loc: Loc) -> Collection[str] | None:
    """The keys that may stand in the group at ``loc``; None when it is a setting, not a group.

    Under ``clients`` any key may stand, and the answer is empty.
    """
    match loc:
        case ():
            return TOP_KEYS
        case ("clients",):
            return ()
        case ("qbittorrent",) | ("clients", _):
            return CLIENT_KEYS
        case ("torrent_creation",):
            return CREATION_KEYS
        case _:
            return None


def flatten(tree: Mapping[str, object], source: Source) -> tuple[Entries, list[Problem]]:
    """The settings in a nested mapping, and what is wrong with its keys.

    A key without a value (None) counts as not written.
    """
    entries: Entries = {}
    problems: list[Problem] = []

    def walk(loc: Loc, group: Mapping[str, object], known: Collection[str]) -> None:
        for key, value in group.items():
            inner = (*loc, key)
            if known and key not in known:
                problems.append(_unknown_key(inner, known, source.place(inner)))
                continue
            keys = keys_of(inner)
            if keys is not None and (value is None or isinstance(value, Mapping)):
                if loc == ("clients",):
                    entries[inner] = Entry({}, source, inner)  # a client may be all defaults
                walk(inner, value or {}, keys)
            elif keys is not None:
                problems.append(
                    Problem(
                        source.place(inner),
                        f"{name_of(inner)} must hold settings of its own, one 'key: value' a line",
                    )
                )
            elif value is not None:
                entries[inner] = Entry(value, source, inner)

    walk((), tree, TOP_KEYS)
    return entries, problems + fold_secret_files(entries)


def fold_secret_files(entries: Entries) -> list[Problem]:
    """Move each ``password_file`` of one source to ``password``; says where both are given."""
    problems = []
    for loc, entry in list(entries.items()):
        if not entry.names_secret_file:
            continue
        del entries[loc]
        secret = (*loc[:-1], SECRET_FILES[str(loc[-1])])
        if secret in entries:
            problems.append(
                Problem(
                    entry.place(),
                    f"{name_of(loc)} is given, and so is {secret[-1]}",
                    hint="keep one of the two",
                )
            )
        else:
            entries[secret] = entry
    return problems


def nest(values: Mapping[Loc, object]) -> dict[str, object]:
    """The nested mapping that pydantic reads."""
    tree: dict[Any, Any] = {}
    for loc in sorted(values, key=len):
        group = tree
        for part in loc[:-1]:
            group = group.setdefault(part, {})
        group[loc[-1]] = values[loc]
    return tree


def _unknown_key(loc: Loc, known: Iterable[str], place: Place) -> Problem:
    key, group = str(loc[-1]), name_of(loc[:-1])
    sentence = f"unknown key {key!r}" + (f" in {group}" if group else "")
    homes = {"qbittorrent": CLIENT_KEYS, "torrent_creation": CREATION_KEYS, "": TOP_KEYS}
    home = next((name for name, keys in homes.items() if key in keys), None)
    if home is not None:
        hint = f"it belongs under {home}" if home else "it belongs at the left margin"
    else:
        hint = nearest(key, known) or f"the keys here are {', '.join(known)}"
    return Problem(place, sentence, hint)
