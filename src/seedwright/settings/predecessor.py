"""From the settings of the application before this one to ours, line by line.

Its file has groups of another shape, secrets by reference, and settings for windows that are not here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from seedwright.errors import SettingsError
from seedwright.settings.group import about
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.problems import name_of
from seedwright.settings.shape import type_at
from seedwright.settings.written import Block, Items
from seedwright.settings.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.settings.problems import Loc, Place

_HOMES = (("qbittorrent", QBittorrentSettings), ("torrent_creation", TorrentCreationSettings))
"""The groups that a setting belongs to wherever it was written, by its name."""

_ANSWERED_ELSEWHERE = {
    "auth_mode": "the sign-in follows from what is set: username and password, api_key, or neither",
    "auto_open_output_folder": "no folder is opened; the path of the .torrent is printed",
    "debug": "use -v or -vv, or set SEEDWRIGHT_LOG=debug",
    "default_upload_root": "content is named in each call, or in a batch file",
    "remember_last_folder": "content is named in each call, or in a batch file",
    "url_seeds": "web seeds belong to a torrent: set web_seeds in a preset",
    "web_server": "there is no page to serve",
}
"""What has no counterpart among the settings, and what to do instead."""

_REFERENCES = {"username_ref": "username", "password_ref": "password", "api_key_ref": "api_key"}
"""Secrets by reference: an environment variable, or a file."""


class Verdict(StrEnum):
    """What became of a setting."""

    KEPT = "kept"
    MOVED = "moved"
    LEFT_OUT = "left out"


class Line(NamedTuple):
    """What became of one setting, and where it is now or why it is nowhere."""

    place: Place
    name: str
    verdict: Verdict
    note: str = ""


class Imported(NamedTuple):
    """Settings of ours as YAML, and what became of each setting that was read."""

    text: str
    lines: tuple[Line, ...]


def import_settings(file: Path) -> Imported:
    """What ``file``, settings as YAML or JSON, says in our words.

    Raises SettingsError when it cannot be read, or has a mistake in its YAML.
    """
    label, tree = read_yaml(Path.cwd() / file, Path.cwd(), "settings file")
    if tree.problems:
        raise tree.problems[0].error()
    made: dict[str, object] = {}
    lines = tuple(_lines(tree.root, (), made))
    if not lines:
        raise SettingsError(f"there are no settings in {label}")
    text = yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True) if made else ""
    return Imported(text, lines)


def _lines(block: Block, around: Loc, made: dict[str, object]) -> Iterator[Line]:
    for key, value in block.items():
        loc, place = (*around, key), block.place(key)
        if key in _ANSWERED_ELSEWHERE:
            yield Line(place, name_of(loc), Verdict.LEFT_OUT, _ANSWERED_ELSEWHERE[key])
        elif isinstance(value, Block) and not _home_of(loc):
            yield from _lines(value, loc, made)
        elif value is not None:
            yield _line(place, loc, value, made)


def _line(place: Place, loc: Loc, value: object, made: dict[str, object]) -> Line:
    home = _home_of(loc)
    if str(loc[-1]) in _REFERENCES:
        home, value = _resolved(_REFERENCES[str(loc[-1])], str(value))
    if not home:
        note = "no setting has this name"
        if str(loc[-1]) in _REFERENCES:
            note = f"references of the kind {value!r} are not followed: use a variable or a file"
        return Line(place, name_of(loc), Verdict.LEFT_OUT, note)
    _put(made, home, value)
    if home == loc:
        return Line(place, name_of(loc), Verdict.KEPT)
    return Line(place, name_of(loc), Verdict.MOVED, name_of(home))


def _home_of(loc: Loc) -> Loc:
    """Where a setting is with us; () where it is nowhere."""
    if _is_one(loc):
        return loc
    homes = [(group, str(loc[-1])) for group, model in _HOMES if loc[-1] in about(model)]
    return homes[0] if len(homes) == 1 else ()


def _is_one(loc: Loc) -> bool:
    """Whether there is a setting of ours at this very place."""
    return type_at(Settings, loc) is not None and loc not in {(group,) for group, _ in _HOMES}


def _resolved(name: str, reference: str) -> tuple[Loc, str]:
    """Where what the reference leads to belongs, and how it is written there."""
    kind, colon, rest = reference.partition(":")
    rest = rest.removeprefix("//")
    if colon and kind == "file":
        return ("qbittorrent", f"{name}_file"), rest
    variable = rest if colon and kind == "env" else reference.strip("${}")
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
        return ("qbittorrent", name), f"${{{variable}}}"
    return (), kind


def _put(made: dict[str, object], home: Loc, value: object) -> None:
    *groups, name = map(str, home)
    for group in groups:
        made = made.setdefault(group, {})  # type: ignore[assignment]
    made[name] = value


class _Dumper(yaml.SafeDumper):
    """Writes what was read from YAML, which is all text, without more quotes than it needs."""

    def plain(self, text: str) -> yaml.Node:
        """The text; a number or a switch as it was."""
        meant = yaml.safe_load(text) if text.isalnum() else text
        is_same = isinstance(meant, int) and str(meant).lower() == text.lower()
        return self.represent_data(meant) if is_same else self.represent_str(text)


_Dumper.add_representer(str, _Dumper.plain)
_Dumper.add_representer(Block, yaml.SafeDumper.represent_dict)
_Dumper.add_representer(Items, yaml.SafeDumper.represent_list)
