"""What can be wrong with settings, said in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from seedwright.errors import SettingsError
from seedwright.hints import joined

Loc = tuple[str | int, ...]
"""The way to a value through nested settings: ``("qbittorrent", "tags", 0)``."""

HIDDEN_KEYS = frozenset({"password", "api_key", "trackers"})
"""Settings whose values are never shown; announce URLs hold passkeys."""
HOLDS_SETTINGS = "must hold settings of its own, one 'key: value' per line"
"""What is said of a group that is something else; its value may be a password and is not shown."""


class BadValueError(ValueError):
    """How a setting is wrong: ``sentence`` goes on after the setting's name.

    ``at`` leads from the setting, or the group of settings, to the part of it that is wrong.
    """

    def __init__(
        self, sentence: str, *, hint: str = "", at: Loc = (), shows_value: bool = False
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.at = at
        self.shows_value = shows_value


class NotTogetherError(BadValueError):
    """How settings are wrong together that are valid one by one."""


class Place(NamedTuple):
    """Where a setting was written: a file and a line, or a variable; empty for an argument."""

    label: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.label}:{self.line}" if self.line else self.label


class Problem(NamedTuple):
    """One mistake in the settings."""

    place: Place
    sentence: str
    hint: str = ""

    def error(self, others: int = 0, command: str = "config") -> SettingsError:
        """The mistake to be raised; the hint names the command that lists ``others`` with it."""
        more = f"`seedwright {command} check` lists {others} more" if others else ""
        message = f"{self.place}: {self.sentence}" if self.place.label else self.sentence
        return SettingsError(message, hint=joined(filter(None, (self.hint, more)), "; "))

    @property
    def one_line(self) -> str:
        """Its place, what it is, and in brackets what to do."""
        return self.error().one_line


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in order of place."""
    return sorted(dict.fromkeys(problems), key=lambda one: one.place)


def name_of(loc: Loc) -> str:
    """What people call the value at ``loc``: ``"item 1 of qbittorrent.tags"``."""
    name = ""
    for around, part in zip(("", *loc), loc, strict=False):
        if isinstance(part, int):
            name = f"item {part + 1} of {name}"
        elif isinstance(around, int):
            name = f"{part} of {name}"
        else:
            name = f"{name}.{part}" if name else part
    return name


def bad_value(loc: Loc, error: BadValueError, value: object) -> tuple[str, str]:
    """The sentence and the hint for ``value`` at ``loc``."""
    instead = _instead(loc, value) if error.shows_value else ""
    return f"{name_of(loc)} {error.sentence}{instead}", error.hint


def _instead(loc: Loc, value: object) -> str:
    if HIDDEN_KEYS.intersection(loc):
        return ""
    match value:
        case str() if "://" in value:
            return ", not a URL"  # it may hold a user name and a password
        case str() if len(value) > 60:
            return f", not {value[:57]!r}..."
        case list():
            return ", not a list"
        case Mapping():
            return ", not a mapping"
        case _:
            return f", not {value!r}"
