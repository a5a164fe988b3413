"""The kinds of options: how their values are read, described, and written as JSON."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seedwright.errors import UsageError
from seedwright.metainfo.pieces import check_piece_length, parse_size
from seedwright.metainfo.shapes import check_text
from seedwright.metainfo.torrent_spec import check_name
from seedwright.metainfo.urls import (
    check_node,
    check_tracker,
    check_web_seed,
    mask_url,
    node_from,
)
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.trackers.tracker_rules import TrackerRule

AUTO = "auto"

SWITCHES = {
    **dict.fromkeys(("true", "yes", "on", "1", "y", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n", "f"), False),
}
"""The words that switch an option on or off, in lower case."""


_LARGEST = (1 << 63) - 1
"""Larger numbers of bytes, seconds or pieces make no sense and cannot be stored."""

_MOST_SHOWN = 60
"""How many characters of a wrong value are shown."""


@dataclass(repr=False, eq=False, match_args=False)
class Kind:
    """How the values of an option are read, described and written as JSON.

    ``read`` takes a plain value, ``from_text`` a text from a command line or a file. Both raise
    :class:`~seedwright.errors.UsageError`, or ValueError for anything that is not ``expected``.
    ``many`` means that a value is a tuple of ``item``, ``secret`` that it may contain a secret.
    """

    expected: str
    schema: Mapping[str, Any]
    read: Callable[[Any], Any]
    from_text: Callable[[str], Any] | None = None
    plain: Callable[[Any], Any] = lambda value: value
    metavar: str = ""
    item: Kind | None = None
    secret: bool = False
    words: tuple[str, ...] = ()
    """All possible values, if the option is a choice."""
    is_text: bool = False
    """Whether the value is written as UTF-8."""

    @property
    def many(self) -> bool:
        """Whether a value is a tuple of items."""
        return self.item is not None

    def value(self, given: object, name: str, *, text: bool = False) -> Any:
        """The value of the option ``name`` that is ``given``; a ``text`` is read as one.

        Raises UsageError.
        """
        try:
            value = self.value_of(given, text=text)
        except _NoItemError as error:
            raise UsageError(f"{name} must be {self.expected}, but contains {error}") from None
        except ValueError:
            if given == "":
                raise UsageError(f"{name} is empty; it must be {self.expected}") from None
            shown = _shown(given, secret=self.secret)
            raise UsageError(f"{name} must be {self.expected}, not {shown}") from None
        if self.is_text:
            for each in value if self.many else (value,):
                check_text(each, name)
        return value

    def value_of(self, given: object, *, text: bool = True) -> Any:
        """The value that is ``given``; a ``text`` is read as one. Raises UsageError or ValueError."""
        if text and isinstance(given, str) and self.from_text is not None:
            return self.from_text(given)
        return self.read(given)


def _shown(value: object, *, secret: bool) -> str:
    """A wrong value in a sentence."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value) if abs(value) <= _LARGEST or value != value else "a huge number"  # noqa: PLR0124
    if isinstance(value, str):
        shown = mask_url(value) if secret else printable(value)
        return f"the text '{shown[:_MOST_SHOWN]}{'…' * (len(shown) > _MOST_SHOWN)}'"
    if isinstance(value, list | tuple | set | frozenset):
        return "a list"
    return f"a value of type {type(value).__name__}"


def _is(*types: type) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
            return value
        raise ValueError

    return read


_text = _is(str)


def _switch_from(text: str) -> bool:
    try:
        return SWITCHES[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _digits(text: str) -> str:
    """The text, unless it is a number to Python alone: ``1_0``, or digits that are not ASCII."""
    if "_" in text or not text.isascii():
        raise ValueError
    return text


def _seconds(value: object) -> float:
    number = float(_is(int, float)(value))
    if not (number > 0 and math.isfinite(number)):
        raise ValueError
    return number


def _between(least: int, value: object) -> int:
    number: int = _is(int)(value)
    if not least <= number <= _LARGEST:
        raise ValueError
    return number


def _size(value: object) -> int:
    return _between(0, parse_size(value) if isinstance(value, str) else value)


def _piece_length(value: object) -> int:
    return check_piece_length(_size(value))


def _piece_length_or_auto(value: object) -> int | str:
    return AUTO if value == AUTO or value == 0 else _piece_length(value)  # noqa: PLR1714


def _path(value: object) -> str:
    try:
        path = os.fsdecode(value) if isinstance(value, bytes | os.PathLike) else _is(str)(value)
        written = os.fsencode(path)
    except TypeError:
        raise ValueError from None
    if not path or b"\0" in written:
        raise ValueError
    return str(path)


def _tag(value: object) -> str:
    tag: str = _text(value).strip()
    if not tag or "," in tag:
        raise UsageError(f"{printable(tag)!r} is not a valid tag", hint="use a name without commas")
    return tag


def _check(value: object) -> str:
    from seedwright.content.checks.check import check_names

    check_names([name := _text(value)])
    return str(name)


def _tier(value: object) -> tuple[str, ...]:
    urls = (value,) if isinstance(value, str) else _is(list, tuple)(value)
    if not urls:
        raise UsageError("a tier has no trackers", hint="remove the tier")
    return tuple(check_tracker(_text(url)) for url in urls)


def _node(value: object) -> tuple[str, int]:
    if isinstance(value, str):
        return node_from(value)
    host, port = _is(list, tuple)(value)
    return check_node(_text(host), _is(int)(port))


def _name(value: object) -> str:
    check_name(name := _text(value))
    return str(name)


class _NoItemError(ValueError):
    """A list contains an item that is not valid."""


def choice(*words: str) -> Kind:
    """One of the words."""

    def read(value: object) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    expected = f"{', '.join(words[:-1])} or {words[-1]}"
    return Kind(expected, {"enum": list(words)}, read, words=words)


def several(item: Kind, expected: str) -> Kind:
    """A list of items, as a tuple."""

    def read(value: object) -> tuple[Any, ...]:
        # A text would be a list of its characters, which is never meant.
        items = None if isinstance(value, str | bytes | Mapping) else value
        return tuple(map(read_item, _is(Iterable)(items)))

    def read_item(each: object) -> Any:
        try:
            return item.read(each)
        except ValueError:
            raise _NoItemError(_shown(each, secret=item.secret)) from None

    return replace(
        item,
        expected=expected,
        schema={"type": "array", "items": dict(item.schema)},
        read=read,
        plain=lambda value: [item.plain(each) for each in value],
        item=item,
    )


_STRING = {"type": "string"}
_SIZED = {"type": ["integer", "string"]}
_URL = Kind(
    "a whole HTTP or HTTPS URL",
    _STRING,
    lambda value: check_web_seed(_is(str)(value)),
    metavar="URL",
    secret=True,
)

TEXT = Kind("a text", _STRING, _text, metavar="TEXT", is_text=True)
NAME = Kind("a name", _STRING, _name, metavar="NAME", is_text=True)
SWITCH = Kind("true or false", {"type": "boolean"}, _is(bool), _switch_from)
COUNT = Kind(
    "a whole number, 1 or more",
    {"type": "integer", "minimum": 1},
    lambda value: _between(1, value),
    lambda text: _between(1, int(_digits(text))),
    metavar="N",
)
SECONDS = Kind(
    "a number of seconds, more than 0",
    {"type": "number", "exclusiveMinimum": 0},
    _seconds,
    lambda text: _seconds(float(_digits(text))),
    metavar="SECONDS",
)
TIME = Kind(
    "a whole number of seconds since 1970",
    {"type": "integer", "minimum": 0},
    lambda value: _between(0, value),
)
PADDING_LIMIT = Kind(
    "a number of bytes, or -1",
    {"type": "integer", "minimum": -1},
    lambda value: _between(-1, value),
)
SIZE = Kind("a size such as 1MiB", _SIZED, _size, metavar="SIZE")
PIECE_LENGTH = Kind("a size such as 4MiB", _SIZED, _piece_length, metavar="SIZE")
PIECE_LENGTH_OR_AUTO = Kind(
    "auto or a size such as 4MiB", _SIZED, _piece_length_or_auto, metavar="SIZE"
)
PATH = Kind("a path", _STRING, _path, metavar="PATH")
GLOBS = several(Kind("a glob", _STRING, _text, metavar="GLOB", is_text=True), "a list of globs")
TAGS = several(Kind("a tag", _STRING, _tag, metavar="TAG", is_text=True), "a list of tags")
CHECKS = several(Kind("a content check", _STRING, _check, metavar="NAME"), "a list of names")
URLS = several(_URL, "a list of URLs")
NODES = several(
    Kind(
        "HOST:PORT",
        _STRING,
        _node,
        plain=lambda node: f"[{node[0]}]:{node[1]}" if ":" in node[0] else f"{node[0]}:{node[1]}",
        metavar="HOST:PORT",
    ),
    "a list of nodes, each HOST:PORT",
)
TIERS = several(
    Kind(
        "a tracker's whole URL, or a list of them",
        {"type": ["string", "array"], "items": _STRING},
        _tier,
        plain=lambda tier: tier[0] if len(tier) == 1 else list(tier),
        metavar="URL",
        secret=True,
    ),
    "a list of trackers, each a URL or a list of URLs",
)


def _rule(value: object) -> TrackerRule:
    from seedwright.trackers.tracker_rules import TrackerRule

    return value if isinstance(value, TrackerRule) else TrackerRule.of(_is(dict)(value))


RULES = several(
    Kind("a tracker rule", {"type": "object"}, _rule, plain=lambda rule: rule.as_dict()),
    "a list of tracker rules",
)
