"""From nested mappings to a group of settings, with everything that is wrong with them.

A value of text is read by the type of its setting, so that ``"8080"`` is a port and ``no`` a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from seedwright.settings.group import IN_CHECK, Group
from seedwright.settings.problems import (
    HOLDS_SETTINGS,
    BadValueError,
    Loc,
    NotTogetherError,
    Place,
    Problem,
    bad_value,
    name_of,
)
from seedwright.settings.shape import unknown_key
from seedwright.settings.values import NO_TEXT, is_text
from seedwright.settings.written import place_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

G = TypeVar("G", bound=Group)

_ADAPTERS: dict[type[Group], TypeAdapter[Any]] = {}

_SENTENCES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dataclass_type": HOLDS_SETTINGS,
    "dict_type": "must be a mapping, one 'key: value' per line",
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number in a sensible range",
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


def check(
    group: type[G], tree: Mapping[str, object], problems: list[Problem], *, together: bool = True
) -> G | None:
    """The settings that ``tree`` gives; None, and what is wrong in ``problems``, if it gives none.

    ``together`` also reports settings that are valid one by one but cannot be combined.
    """
    made = None
    wrong = {loc: (f"{name_of(loc)} {NO_TEXT}", "") for loc in _no_texts(tree, ())}
    checking = IN_CHECK.set(True)
    try:
        made = adapter(group).validate_python(tree)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            loc = tuple(part for part in each["loc"] if part != "[key]")
            bad = _bad_value(each)
            if bad is None:
                wrong.setdefault(loc, unknown_key(group, loc))
            elif together or not isinstance(bad, NotTogetherError):
                loc = (*loc, *bad.at)
                wrong.setdefault(loc, bad_value(loc, bad, each["input"]))
    finally:
        IN_CHECK.reset(checking)
    problems += (Problem(place_in(tree, loc, Place()), *told) for loc, told in wrong.items())
    return None if wrong else made


def checked(group: type[G], tree: Mapping[str, object]) -> G:
    """The settings that ``tree`` gives. Raises SettingsError with the first that is wrong."""
    problems: list[Problem] = []
    made = check(group, tree, problems)
    if made is None:
        raise problems[0].error()
    return made


def adapter(group: type[G]) -> TypeAdapter[G]:
    """What checks ``group``, and describes it."""
    if group not in _ADAPTERS:
        _ADAPTERS[group] = TypeAdapter(group)
    return _ADAPTERS[group]


def _bad_value(details: ErrorDetails) -> BadValueError | None:
    """What pydantic found, in our words; None for a key that may not stand where it stands."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        return None
    if isinstance(error := context.get("error"), BadValueError):
        return error
    sentence = _SENTENCES.get(kind, "is not valid").format(**context)
    return BadValueError(sentence, shows_value=kind not in _HIDING)


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
