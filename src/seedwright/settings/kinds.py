"""The kind of each setting, taken from the types of a group: what is read, checked and described."""

from __future__ import annotations

from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from seedwright.settings.group import Group
from seedwright.settings.value_rules import Read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seedwright.settings.problems import Loc


class Kind(NamedTuple):
    """A type taken apart."""

    base: Any
    """The type without what is below: ``int``, ``list``, a ``Literal``, a Group."""
    optional: bool = False
    """Whether it may be None, which empty text means as well."""
    item: Kind | None = None
    """The kind of a list's items, or of a mapping's values; its keys are text."""
    parts: tuple[Kind, ...] = ()
    """The kinds of a union, which has a reading of its own."""
    rules: tuple[Callable[[Any], Any], ...] = ()
    read: Read | None = None

    @property
    def group(self) -> type[Group] | None:
        """The group that a value of this kind is; None for any other value."""
        return self.base if isinstance(self.base, type) and issubclass(self.base, Group) else None

    @property
    def holds_groups(self) -> bool:
        """Whether it is a group, or a mapping of them by name."""
        return bool(self.group or (self.base is dict and self.item and self.item.group))


_KNOWN: dict[type[Group], Mapping[str, Kind]] = {}


def kinds_of(group: type[Group]) -> Mapping[str, Kind]:
    """The kind of each setting of ``group``, by its name."""
    if group not in _KNOWN:
        hints = get_type_hints(group, include_extras=True)
        _KNOWN[group] = {name: kind_of(hint) for name, hint in hints.items()}
    return _KNOWN[group]


def kind_of(hint: Any) -> Kind:
    """What the type ``hint`` asks for."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kind, rules = kind_of(parts[0]), hint.__metadata__
        read = next((rule for rule in rules if isinstance(rule, Read)), None)
        return kind._replace(
            read=read, rules=tuple(rule for rule in rules if not isinstance(rule, Read))
        )
    if origin in (Union, UnionType):
        others = [part for part in parts if part is not NoneType]
        if len(others) < len(parts):
            return kind_of(reduce(or_, others))._replace(optional=True)
        return Kind(hint, parts=tuple(map(kind_of, parts)))
    if origin in (list, dict):
        return Kind(origin, item=kind_of(parts[-1]))
    return Kind(hint)


def kind_at(root: type[Group], loc: Loc) -> Kind | None:
    """The kind of what stands at ``loc`` below ``root``; None where nothing can stand."""
    here = Kind(root)
    for part in loc:
        inner = kinds_of(here.group).get(str(part)) if here.group else here.item
        if inner is None:
            return None
        here = inner
    return here
