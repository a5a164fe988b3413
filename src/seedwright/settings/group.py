"""Groups of settings: frozen dataclasses whose fields say what they mean and what they may hold."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import MISSING, Field, field, fields
from typing import Any, NamedTuple, TypeVar, cast

T = TypeVar("T")

_UNSET: Any = None

IN_CHECK = ContextVar("in_check", default=False)
"""Whether groups are made of values that are checked already, one by one."""


class About(NamedTuple):
    """What is known about a setting besides its type and its default."""

    description: str
    example: object = None
    in_file: bool = False
    """Whether ``NAME_file`` may name a file that holds it."""


def setting(
    description: str,
    default: T = _UNSET,
    *,
    example: object = None,
    in_file: bool = False,
    hidden: bool = False,
) -> T:
    """The field of a setting; a ``hidden`` one is left out of the repr."""
    metadata = {"about": About(description, example, in_file)}
    if isinstance(default, list | dict):
        made: Any = field(default_factory=default.copy, repr=not hidden, metadata=metadata)
    elif isinstance(default, Group):  # pydantic would copy it
        made = field(default_factory=lambda: default, metadata=metadata)
    else:
        made = field(default=default, repr=not hidden, metadata=metadata)
    return cast("T", made)


class Group:
    """What every group of settings derives from.

    Its values keep to the types of its fields, and to the rules in them, however it is made.
    Raises SettingsError with the first value that cannot be used.
    """

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}  # noqa: RUF012

    def __post_init__(self) -> None:
        if IN_CHECK.get():
            self.check_together()
            return
        unset = defaults(type(self))
        given = {
            name: value
            for name, value in vars(self).items()
            if type(value) is not type(unset[name]) or value != unset[name]
        }
        if given:  # the defaults are right, and need nothing loaded to check them
            from seedwright.settings.checking import checked

            made = checked(type(self), given)
            vars(self).update({name: getattr(made, name) for name in given})

    def check_together(self) -> None:
        """Raise NotTogetherError for settings that are valid one by one but cannot be combined."""


def about(group: type[Group]) -> dict[str, About]:
    """What is known of each setting of ``group``, by its name."""
    return {each.name: each.metadata["about"] for each in fields(group)}  # type: ignore[arg-type]


def defaults(group: type[Group]) -> dict[str, Any]:
    """The default of each setting of ``group``, by its name."""
    return {each.name: _default(each) for each in fields(group)}  # type: ignore[arg-type]


def _default(each: Field[Any]) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()
