"""What a preset can say: the options of a request that suit more than one torrent."""

from __future__ import annotations

import os
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from seedwright.errors import UsageError
from seedwright.request import ALIASES, OPTIONS, kinds
from seedwright.request import RIVALS as RIVAL_OPTIONS
from seedwright.request.option import Where
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import BadValueError, NotTogetherError
from seedwright.settings.value_rules import Rule
from seedwright.settings.values import Hidden  # noqa: TC001 - its type is looked up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedwright.request.kinds import Kind

UNSAID: Any = None
"""The default of everything in a preset, which leaves it to the settings.

Nothing that is set is None; an empty text means no comment, no category.
"""

DEFAULT = "default"
"""The preset that every other one extends, unless that names another or none."""

RIVALS = (
    *(
        rivals | {key for key, name in ALIASES.items() if name in rivals}
        for rivals in RIVAL_OPTIONS
    ),
    *(frozenset({key, name}) for key, name in ALIASES.items()),
    frozenset({"output", "output_dir"}),
)
"""Groups of keys: a stronger key overrules all weaker ones of its group."""

_NO_OPTIONS = frozenset({"extends", "variables"})

_WRITTEN: dict[Kind, type] = {kinds.SWITCH: bool, kinds.PATH: Path}
"""What the values of an option are before its kind reads them, if not texts."""


class _Read(Rule):
    """A value that its kind reads, as it reads the same option of a call."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(self._value, written=str)
        self._kind = kind

    def _value(self, written: object) -> Any:
        kind = self._kind
        try:
            return kind.value_of(written)
        except (UsageError, ValueError) as error:
            if isinstance(error, UsageError) and not kind.secret:
                raise
            # The line is named, so that what may be a passkey need not be shown.
            raise BadValueError(f"must be {kind.expected}", shows_value=not kind.secret) from None

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        return dict(self._kind.schema)


def _type(kind: Kind) -> Any:
    """The type of an option in a file; items of a list are read one by one, each with its line."""
    if kind.item is not None:
        return list[Annotated[str, _Read(kind.item)]]
    return Annotated[_WRITTEN.get(kind, str), _Read(kind)]


def words(name: str, where: Where, *, but: Iterable[str] = ()) -> type[Group]:
    """A group of the options that can stand ``where``, under their names and their other names."""
    fields: list[tuple[str, Any, Any]] = []
    for each in OPTIONS.values():
        if where not in each.where or each.name in but:
            continue
        type_ = _type(each.kind)
        example = each.examples[0] if each.examples else None
        hidden = each.kind.secret
        fields.append((each.name, type_, setting(each.help, example=example, hidden=hidden)))
        note = f"Another name for {each.name}."
        fields += [(alias, type_, setting(note)) for alias in each.aliases]
    return make_dataclass(name, fields, bases=(Group,), frozen=True, kw_only=True)


if TYPE_CHECKING:
    _Words = Group
else:
    _Words = words("_Words", Where.PRESET)


@dataclass(frozen=True, kw_only=True)
class Shared(_Words):
    """Options that torrents can share; one that is not set is None."""

    variables: dict[str, Hidden] = setting(
        "Values of ${NAME} here and in the presets or defaults below;"
        " NAME_file names a file that holds the value.",
        example={"PASSKEY_file": "/run/secrets/passkey"},
        hidden=True,
    )
    output_dir: Path = setting("Folder for the .torrent files.", example="~/torrents")

    def check_together(self) -> None:
        """Raise NotTogetherError for two words about one thing."""
        said = self.said()
        for rivals in RIVALS:
            # A piece length that is to be chosen goes with a number of pieces.
            given = [key for key in vars(self) if key in rivals and key in said]
            given = [k for k in given if said[k] != kinds.AUTO or rivals <= {k, ALIASES.get(k, k)}]
            if len(given) > 1:
                first, second = given[:2]
                raise NotTogetherError(
                    f"and {first} cannot be combined", hint="use one of them", at=(second,)
                )

        for key, value in said.items():
            if value == Path():
                raise NotTogetherError("is empty; it must be a path", at=(key,))

    def said(self) -> dict[str, Any]:
        """What it says about torrents, by the names in the file."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not UNSAID and name not in _NO_OPTIONS
        }

    def options(self) -> dict[str, Any]:
        """What it says, as words of a request."""
        said = self.said()
        if "output_dir" in said:
            said["output"] = f"{said.pop('output_dir')}{os.sep}"  # a folder, there or not
        return {
            ALIASES.get(key, key): tuple(value) if isinstance(value, list) else value
            for key, value in said.items()
        }


@dataclass(frozen=True, kw_only=True)
class Preset(Shared):
    """Options of a request under a name; one that is not set is None."""

    extends: str = setting(
        "Preset that this one extends, instead of default; empty for none.",
        example="films",
    )
