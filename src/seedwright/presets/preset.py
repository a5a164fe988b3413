"""What a preset can say: the options of a request that suit more than one torrent."""

from __future__ import annotations

import os
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from seedwright.errors import UsageError
from seedwright.metainfo.urls import check_web_seed, node_from
from seedwright.request import ALIASES, OPTIONS, checked, kinds
from seedwright.request import RIVALS as RIVAL_OPTIONS
from seedwright.request.option import Where
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import NotTogetherError
from seedwright.settings.value_rules import Rule
from seedwright.settings.values import (
    CheckName,
    Count,
    Hidden,
    PieceLength,
    PieceSize,
    Seconds,
    Size,
    Tag,
    Tier,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedwright.request.kinds import Kind

UNSAID: Any = None
"""The default of everything in a preset, which then leaves it to the settings.

Nothing that is said is None; empty text says that there is to be no comment, no category.
"""

DEFAULT = "default"
"""The preset that is under every other one, unless that names another or none."""

RIVALS = (
    *(
        rivals | {key for key, name in ALIASES.items() if name in rivals}
        for rivals in RIVAL_OPTIONS
    ),
    *(frozenset({key, name}) for key, name in ALIASES.items()),
    frozenset({"output", "output_dir"}),
)
"""Keys of which a stronger one puts all weaker ones of its group out of force."""

_NO_OPTIONS = frozenset({"extends", "variables"})


def _node(value: str) -> str:
    node_from(value)
    return value


WebSeed = Annotated[str, Rule(check_web_seed)]
Node = Annotated[str, Rule(_node)]

_TYPES: dict[Kind, Any] = {
    kinds.CHECKS: list[CheckName],
    kinds.COUNT: Count,
    kinds.GLOBS: list[str],
    kinds.NAME: str,
    kinds.NODES: list[Node],
    kinds.PATH: Path,
    kinds.PIECE_LENGTH: PieceLength,
    kinds.PIECE_LENGTH_OR_AUTO: PieceSize,
    kinds.SECONDS: Seconds,
    kinds.SIZE: Size,
    kinds.SWITCH: bool,
    kinds.TAGS: list[Tag],
    kinds.TEXT: str,
    kinds.TIERS: list[Tier],
    kinds.URLS: list[WebSeed],
}
"""What the values of an option are in a file, by its kind; those of a choice are its words."""


def words(name: str, where: Where, *, but: Iterable[str] = ()) -> type[Group]:
    """A group of the options that can stand ``where``, under their names and their other names."""
    fields: list[tuple[str, Any, Any]] = []
    for each in OPTIONS.values():
        if where not in each.where or each.name in but:
            continue
        type_ = Literal[each.kind.words] if each.kind.words else _TYPES[each.kind]
        example = each.examples[0] if each.examples else None
        hidden = each.kind.secret
        fields.append((each.name, type_, setting(each.help, example=example, hidden=hidden)))
        note = f"Another name of {each.name}."
        fields += [(alias, type_, setting(note)) for alias in each.aliases]
    return make_dataclass(name, fields, bases=(Group,), frozen=True, kw_only=True)


if TYPE_CHECKING:
    _Words = Group
else:
    _Words = words("_Words", Where.PRESET)


@dataclass(frozen=True, kw_only=True)
class Shared(_Words):
    """Options that torrents can have in common; what it does not say is None."""

    variables: dict[str, Hidden] = setting(
        "What ${NAME} stands for here and in what this is put over;"
        " NAME_file names a file that holds it.",
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
                    f"is given, and so is {first}", hint="keep one of the two", at=(second,)
                )

        for key, value in said.items():
            if value == Path():
                raise NotTogetherError("is empty; it must be a path", at=(key,))
        # Empty text takes back a preset or an output, and is right for all other texts.
        words = {k: v for k, v in self.options().items() if v != "" and k != "preset"}
        for key, value in words.items():
            try:
                checked({key: value})
            except UsageError as error:
                sentence = f"cannot be used: {error.message}"
                raise NotTogetherError(sentence, hint=error.hint, at=(key,)) from None

    def said(self) -> dict[str, Any]:
        """What it says of torrents, by the names it has in the file."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not UNSAID and name not in _NO_OPTIONS
        }

    def options(self) -> dict[str, Any]:
        """What it says, as options of a request."""
        options = self.said()
        if "output_dir" in options:
            options["output"] = f"{options.pop('output_dir')}{os.sep}"  # a folder, there or not
        return options


@dataclass(frozen=True, kw_only=True)
class Preset(Shared):
    """Options of a request under a name; what it does not say is None."""

    extends: str = setting(
        "The preset that this one is put over, instead of default; empty for none at all.",
        example="films",
    )
