"""The keys of groups as they are written, and what somebody is told who wrote another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.settings.group import Group, about
from seedwright.settings.kinds import kind_at, kinds_of
from seedwright.settings.problems import Loc, name_of, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

FILE_SUFFIX = "_file"
"""What a key ends with that names a file with a secret in it."""


def keys(group: type[Group]) -> tuple[str, ...]:
    """The keys that may stand in ``group``: its settings, then ``NAME_file`` for secrets."""
    known = about(group)
    return (*known, *(name + FILE_SUFFIX for name, each in known.items() if each.in_file))


def keys_at(root: type[Group], loc: Loc) -> Collection[str] | None:
    """The keys that may stand in the group at ``loc``; None when it is a setting, not a group.

    In a mapping of groups any key may stand, and the answer is empty.
    """
    kind = kind_at(root, loc)
    if kind is None or not kind.holds_groups:
        return None
    return keys(kind.group) if kind.group else ()


def secret_in(root: type[Group], loc: Loc) -> str:
    """The setting that stands in the file that the key at ``loc`` names, or nothing."""
    around = kind_at(root, loc[:-1])
    if around is None or around.group is None or str(loc[-1]) in about(around.group):
        return ""
    return str(loc[-1]).removesuffix(FILE_SUFFIX)


def unknown_key(root: type[Group], loc: Loc, known: Iterable[str]) -> tuple[str, str]:
    """The sentence and the hint for the key at ``loc``, where only those ``known`` may stand."""
    key, where = str(loc[-1]), name_of(loc[:-1])
    sentence = f"unknown key {key!r}" + (f" in {where}" if where else "")
    groups = {name: kind.group for name, kind in kinds_of(root).items() if kind.group}
    home = next((name for name, group in groups.items() if key in keys(group)), None)
    if home is not None:
        return sentence, f"it belongs under {home}"
    if key in keys(root):
        return sentence, "it belongs at the left margin"
    return sentence, nearest(key, known) or f"the keys here are {', '.join(known)}"
