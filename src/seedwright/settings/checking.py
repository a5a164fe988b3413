"""From nested mappings to a group of settings, with everything that is wrong with them.

A value of text is read by the type of its setting, so that ``"8080"`` is a port and ``no`` a name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

import msgspec

from seedwright.errors import SettingsError
from seedwright.settings.group import Group, defaults
from seedwright.settings.keys import unknown_key
from seedwright.settings.kinds import Kind, kinds_of
from seedwright.settings.problems import HOLDS_SETTINGS, Loc, bad_value
from seedwright.settings.secret import Secret
from seedwright.settings.value_rules import BadValueError
from seedwright.settings.values import SWITCHES, check_text

G = TypeVar("G", bound=Group)

_FROM_TEXT: dict[Any, type] = {Path: str, Secret: str}
"""Types whose values are made from text."""

_EXPECTED = {
    bool: "must be true or false",
    dict: "must be a mapping, one 'key: value' a line",
    float: "must be a number",
    int: "must be a whole number",
    list: "must be a list",
    str: "must be text",
    Path: "must be a path",
    Secret: "must be text",
}
_OUT_OF_RANGE = {
    float: "must be a finite number",
    int: "must be a whole number of a sensible size",
}


class Finding(NamedTuple):
    """One thing that is wrong."""

    loc: Loc
    sentence: str
    hint: str = ""
    together: bool = False
    """Whether each value by itself is right, and they do not go together."""


def check(group: type[G], tree: Mapping[str, object]) -> tuple[G | None, list[Finding]]:
    """The settings that ``tree`` gives, None when there are none, and all that is wrong with it."""
    reader = _Reader(group)
    made = reader.group(group, tree, ())
    return (None if reader.findings else made), reader.findings


def checked(group: type[G], tree: Mapping[str, object]) -> G:
    """The settings that ``tree`` gives. Raises SettingsError with the first that is wrong."""
    made, findings = check(group, tree)
    if made is None:
        raise SettingsError(findings[0].sentence, hint=findings[0].hint)
    return made


class _Reader:
    """Reads values one by one, and goes on after each that cannot be used."""

    def __init__(self, root: type[Group]) -> None:
        self.root = root
        self.findings: list[Finding] = []

    def group(self, group: type[G], tree: Mapping[str, object], at: Loc) -> G | None:
        before = len(self.findings)
        kinds, values = kinds_of(group), defaults(group)
        for key, value in tree.items():
            if key in kinds:
                values[key] = self.value(kinds[key], value, (*at, key))
            else:
                self.findings.append(
                    Finding((*at, key), *unknown_key(self.root, (*at, key), kinds))
                )
        if len(self.findings) > before:
            return None
        made = object.__new__(group)
        vars(made).update(values)
        try:
            made.check_together()
        except BadValueError as error:
            self.note(error, tree, at, together=True)
        return made

    def value(self, kind: Kind, value: object, at: Loc) -> Any:
        """``value`` as ``kind`` has it; anything when a finding tells that it cannot be used."""
        if kind.optional and (value is None or value == ""):
            return None
        before = len(self.findings)
        try:
            if isinstance(value, str):
                check_text(value)
            made = self.read(kind, value, at)
            if len(self.findings) == before:
                for rule in kind.rules:
                    made = rule(made)
        except BadValueError as error:
            self.note(error, value, at)
            return None
        return made

    def read(self, kind: Kind, value: object, at: Loc) -> Any:
        if kind.read:
            return kind.read.function(value)
        if kind.group:
            if isinstance(value, Mapping):
                return self.group(kind.group, _written(value, at), at)
            if isinstance(value, kind.group):
                return value
            raise BadValueError(HOLDS_SETTINGS)
        if kind.item and kind.base is list and isinstance(value, list | tuple):
            return [self.value(kind.item, one, (*at, n)) for n, one in enumerate(value)]
        if kind.item and kind.base is dict and isinstance(value, Mapping):
            return {
                _leaf(str, key): self.value(kind.item, one, (*at, key))
                for key, one in value.items()
            }
        return _leaf(kind.base, value)

    def note(self, error: BadValueError, value: object, at: Loc, *, together: bool = False) -> None:
        loc = (*at, *error.at)
        self.findings.append(Finding(loc, *bad_value(loc, error, value), together))


def _written(tree: Mapping[str, object], at: Loc) -> Mapping[str, object]:
    """``tree`` without its keys that have no value, where they are still in it.

    ``flatten`` leaves them out, but for groups that are items of a list.
    """
    if not isinstance(at[-1], int):
        return tree
    return {key: value for key, value in tree.items() if value is not None}


def _leaf(base: Any, value: object) -> Any:
    if base in _FROM_TEXT and isinstance(value, base):
        return value
    try:
        made = msgspec.convert(_easier(base, value), _FROM_TEXT.get(base, base), strict=False)
    except msgspec.ValidationError as error:
        too_large = _OUT_OF_RANGE.get(base) if "out of range" in str(error) else None
        expected = too_large or _EXPECTED.get(base) or _one_of(base)
        raise BadValueError(expected, shows_value=True) from None
    if isinstance(made, float) and not math.isfinite(made):
        raise BadValueError(_OUT_OF_RANGE[float], shows_value=True)
    return base(made) if base in _FROM_TEXT else made


def _easier(base: Any, value: object) -> object:
    """``value``, or what its text means by words and spellings that msgspec does not know."""
    if base is bool and isinstance(value, str):
        return SWITCHES.get(value.strip().lower(), value)
    if base in (int, float) and isinstance(value, str) and value.isascii():
        with suppress(ValueError):
            return base(value)
    return value


def _one_of(literal: Any) -> str:
    *words, last = map(repr, get_args(literal))
    return f"must be {', '.join(words)} or {last}"
