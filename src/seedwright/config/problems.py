"""What can be wrong with settings, said in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from seedwright.errors import SettingsError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Loc = tuple[str | int, ...]
"""The way to a value through nested settings: ``("qbittorrent", "tags", 0)``."""

HIDDEN_KEYS = frozenset({"password", "api_key", "trackers"})
"""Settings whose values are never shown; announce URLs hold passkeys."""

_EXPECTATIONS = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping, one 'key: value' a line",
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of a sensible size",
    "int_type": "must be a whole number",
    "less_than_equal": "must be {le} or less",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "path_type": "must be a path",
    "string_type": "must be text",
    "string_unicode": "must be UTF-8 text",
}


class Place(NamedTuple):
    """Where a setting was written: a file and a line, or a variable; empty for an argument."""

    label: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.label}:{self.line}" if self.line else self.label


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


@dataclass(frozen=True)
class Problem:
    """One mistake in the settings."""

    place: Place
    sentence: str
    hint: str = ""

    def error(self, others: int = 0) -> SettingsError:
        """The mistake to be raised; the hint tells of ``others`` that were found with it."""
        hints = [self.hint] if self.hint else []
        if others:
            hints.append(f"`seedwright config check` lists {others} more")
        message = f"{self.place}: {self.sentence}" if self.place.label else self.sentence
        return SettingsError(message, hint="; ".join(hints))


def nearest(word: str, known: Iterable[str], *, prefix: str = "") -> str:
    """``"did you mean 'host'?"`` for the name in ``known`` nearest to ``word``, or nothing.

    A ``prefix`` that they share does not count as likeness.
    """
    import difflib  # only failures pay for it

    by_folded = {name.removeprefix(prefix).casefold(): name for name in known}
    found = difflib.get_close_matches(word.removeprefix(prefix).casefold(), by_folded, n=1)
    return f"did you mean {by_folded[found[0]]!r}?" if found else ""


def name_of(loc: Loc) -> str:
    """What people call the value at ``loc``: ``"item 1 of qbittorrent.tags"``."""
    name = ""
    for part in loc:
        if isinstance(part, int):
            name = f"item {part + 1} of {name}"
        else:
            name = f"{name}.{part}" if name else part
    return name


def bad_value(loc: Loc, error: BadValueError, value: object) -> tuple[str, str]:
    """The sentence and the hint for ``value`` at ``loc``."""
    sentence = f"{name_of(loc)} {error.sentence}"
    if error.shows_value:
        sentence += _instead(loc, value)
    return sentence, error.hint


def from_pydantic(error: ErrorDetails) -> tuple[Loc, BadValueError]:
    """The place and the meaning of one of pydantic's errors."""
    context: Mapping[str, object] = error.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, BadValueError):
        return (*error["loc"], *ours.at), ours
    expectation = _EXPECTATIONS.get(error["type"])
    sentence = expectation.format(**context) if expectation else "has a value that cannot be used"
    return error["loc"], BadValueError(sentence, shows_value=True)


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
