"""From nested mappings to a group of settings, with everything that is wrong with them.

A value of text is read by the type of its setting, so that ``"8080"`` is a port and ``no`` a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from seedwright.errors import SettingsError
from seedwright.settings.group import IN_CHECK, Group
from seedwright.settings.problems import (
    HOLDS_SETTINGS,
    BadValueError,
    Loc,
    NotTogetherError,
    bad_value,
    name_of,
)
from seedwright.settings.shape import unknown_key
from seedwright.settings.values import NO_TEXT, is_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

G = TypeVar("G", bound=Group)

_ADAPTERS: dict[type[Group], TypeAdapter[Any]] = {}

_SENTENCES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dataclass_type": HOLDS_SETTINGS,
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
    "string_unicode": NO_TEXT,
}
"""What is said of each type of error that pydantic finds."""
_HIDING = frozenset({"dataclass_type", "string_unicode"})
"""Those whose value is not shown."""


class Finding(NamedTuple):
    """One thing that is wrong."""

    loc: Loc
    sentence: str
    hint: str = ""
    together: bool = False
    """Whether each value by itself is right, and they do not go together."""


def check(group: type[G], tree: Mapping[str, object]) -> tuple[G | None, list[Finding]]:
    """The settings that ``tree`` gives, None when there are none, and all that is wrong with it."""
    made = None
    findings = {loc: Finding(loc, f"{name_of(loc)} {NO_TEXT}") for loc in _no_texts(tree, ())}
    checking = IN_CHECK.set(True)
    try:
        made = adapter(group).validate_python(tree)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            found = _finding(group, each)
            findings.setdefault(found.loc, found)
    finally:
        IN_CHECK.reset(checking)
    return (None if findings else made), list(findings.values())


def checked(group: type[G], tree: Mapping[str, object]) -> G:
    """The settings that ``tree`` gives. Raises SettingsError with the first that is wrong."""
    made, findings = check(group, tree)
    if made is None:
        raise SettingsError(findings[0].sentence, hint=findings[0].hint)
    return made


def adapter(group: type[G]) -> TypeAdapter[G]:
    """What checks ``group``, and describes it."""
    if group not in _ADAPTERS:
        _ADAPTERS[group] = TypeAdapter(group)
    return _ADAPTERS[group]


def _finding(root: type[Group], details: ErrorDetails) -> Finding:
    loc = tuple(part for part in details["loc"] if part != "[key]")
    if details["type"] == "unexpected_keyword_argument":
        return Finding(loc, *unknown_key(root, loc))
    context = details.get("ctx", {})
    error = context.get("error")
    if not isinstance(error, BadValueError):
        sentence = _SENTENCES.get(details["type"], "cannot be used").format(**context)
        error = BadValueError(sentence, shows_value=details["type"] not in _HIDING)
    loc = (*loc, *error.at)
    together = isinstance(error, NotTogetherError)
    return Finding(loc, *bad_value(loc, error, details["input"]), together)


def _no_texts(value: object, at: Loc) -> Iterator[Loc]:
    """The ways to texts that can be neither sent nor printed."""
    if isinstance(value, str) and not is_text(value):
        yield at
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _no_texts(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _no_texts(inner, (*at, index))
