"""Groups of settings: frozen dataclasses whose fields say what they mean and what they may hold."""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields
from typing import Any, NamedTuple, TypeVar, cast

T = TypeVar("T")


class About(NamedTuple):
    """What is known of a setting beside its type and its default."""

    description: str
    examples: tuple[Any, ...] = ()
    in_file: bool = False
    """Whether ``NAME_file`` may name a file that holds it."""


def setting(
    default: T,
    description: str,
    *,
    examples: tuple[object, ...] = (),
    in_file: bool = False,
    hidden: bool = False,
) -> T:
    """The field of a setting; a ``hidden`` one is left out of the repr."""
    metadata = {"about": About(description, examples, in_file)}
    if isinstance(default, list | dict):
        made: Any = field(default_factory=default.copy, repr=not hidden, metadata=metadata)
    else:
        made = field(default=default, repr=not hidden, metadata=metadata)
    return cast("T", made)


class Group:
    """What every group of settings derives from.

    Its values keep to the types of its fields, and to the rules in them, however it is made.
    Raises SettingsError with the first value that cannot be used.
    """

    def __post_init__(self) -> None:
        given = {
            each.name: value
            for each in fields(self)  # type: ignore[arg-type]
            if not _is_default(value := getattr(self, each.name), each)
        }
        if given:  # the defaults are right, and need nothing loaded to check them
            from seedwright.settings.checking import checked

            made = checked(type(self), given)
            vars(self).update({name: getattr(made, name) for name in given})

    def check_together(self) -> None:
        """Raise BadValueError when settings that are right one by one do not go together."""


def about(group: type[Group]) -> dict[str, About]:
    """What is known of each setting of ``group``, by its name."""
    return {each.name: each.metadata["about"] for each in fields(group)}  # type: ignore[arg-type]


def defaults(group: type[Group]) -> dict[str, Any]:
    """The default of each setting of ``group``, by its name."""
    return {each.name: _default(each) for each in fields(group)}  # type: ignore[arg-type]


def _default(each: Field[Any]) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _is_default(value: object, each: Field[Any]) -> bool:
    default = _default(each)
    return type(value) is type(default) and value == default
