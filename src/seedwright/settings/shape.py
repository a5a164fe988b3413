"""What may stand where in a group: its keys as they are written, and the types of its settings."""

from __future__ import annotations

from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeGuard, Union, get_args, get_origin, get_type_hints

from seedwright.names import nearest
from seedwright.settings.group import Group, about
from seedwright.settings.problems import Loc, name_of
from seedwright.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FILE_SUFFIX = "_file"
"""What a key ends with that names a file with a secret in it."""


_TYPES: dict[type[Group], Mapping[str, Any]] = {}


def types(group: type[Group]) -> Mapping[str, Any]:
    """The type of each setting of ``group``, without its rules, and without None."""
    if group not in _TYPES:
        hints = get_type_hints(group)
        _TYPES[group] = {name: _without_none(hint) for name, hint in hints.items()}
    return _TYPES[group]


def is_group(hint: Any) -> TypeGuard[type[Group]]:
    """Whether the type ``hint`` is a group of settings."""
    return isinstance(hint, type) and issubclass(hint, Group)


def type_at(root: type[Group], loc: Loc) -> Any:
    """The type of what stands at ``loc`` below ``root``; None where nothing can stand."""
    here: Any = root
    for part in loc:
        if is_group(here):
            here = types(here).get(str(part))
        else:
            here = get_args(here)[-1] if get_origin(here) in (dict, list) else None
    return here


def keys(group: type[Group]) -> tuple[str, ...]:
    """The keys that may stand in ``group``: its settings, then ``NAME_file`` for secrets."""
    known = about(group)
    return (*known, *(name + FILE_SUFFIX for name, each in known.items() if each.in_file))


def keys_at(root: type[Group], loc: Loc) -> Collection[str] | None:
    """The keys that may stand in the group at ``loc``; None when it is a setting, not a group.

    In a mapping of groups or secrets any key may stand, and the answer is empty.
    """
    here = type_at(root, loc)
    if is_group(here):
        return keys(here)
    inner = get_args(here)[-1] if get_origin(here) is dict else None
    return () if is_group(inner) or inner is Secret else None


def secret_in(root: type[Group], loc: Loc) -> str:
    """The setting that stands in the file that the key at ``loc`` names, or nothing."""
    around, key = type_at(root, loc[:-1]), str(loc[-1])
    may_be = key not in about(around) if is_group(around) else around == dict[str, Secret]
    return key.removesuffix(FILE_SUFFIX) if may_be and key.endswith(FILE_SUFFIX) else ""


def unknown_key(root: type[Group], loc: Loc) -> tuple[str, str]:
    """The sentence and the hint for the key at ``loc``, which may not stand there."""
    key, where, known = str(loc[-1]), name_of(loc[:-1]), keys_at(root, loc[:-1]) or ()
    sentence = f"unknown key {key!r}" + (f" in {where}" if where else "")
    groups = {name: hint for name, hint in types(root).items() if is_group(hint)}
    home = next((name for name, group in groups.items() if key in keys(group)), None)
    if home is not None:
        return sentence, f"it belongs under {home}"
    if key in keys(root):
        return sentence, "it belongs at the left margin"
    return sentence, nearest(key, known) or f"the keys here are {', '.join(known)}"


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    return reduce(or_, (part for part in get_args(hint) if part is not NoneType))
