"""Presets files of mkbrr's, taken as they are: its words put into ours, each with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from seedwright.config.entries import Source
from seedwright.config.presets_model import DEFAULT
from seedwright.config.problems import HOLDS_SETTINGS, Loc, Place, Problem, nearest
from seedwright.config.values import SWITCHES
from seedwright.config.yaml_file import YamlTree
from seedwright.metainfo.pieces import format_size

_TOP = ("version", "default", "presets")
_OTHER_DEFAULT = f"mkbrr-{DEFAULT}"
_LARGEST_EXPONENT = 40


class Translation(NamedTuple):
    """A tree in the shape of our own files, and what could not be put into it."""

    tree: YamlTree
    warnings: dict[str, list[Problem]]
    """By the preset that lacks it, or by empty text when it is at the left margin."""


class TakenOver(NamedTuple):
    """What one of its bodies of options says, in our words."""

    said: dict[str, object]
    places: dict[Loc, Place]
    lost: list[Problem]


def is_mkbrr(root: Mapping[str, object]) -> bool:
    """Whether the file with this content is one of mkbrr's: it has a version, and presets."""
    return isinstance(root.get("version"), str) and "presets" in root


def translated(tree: YamlTree) -> Translation:
    """The presets of a file of mkbrr's; what is wrong with it is in the problems of the tree.

    There, a preset is private unless it or the defaults say otherwise, and empty texts and lists
    and the number 0 say nothing.
    """
    made = Translation(YamlTree({}, {(): tree.places[()]}, list(tree.problems)), {})
    presets = _presets(tree, made)
    defaults = tree.root.get("default") or {}
    if DEFAULT in presets:  # there it is a preset like any other, and none is put over it
        under, first, beside = _OTHER_DEFAULT, {"extends": ""}, {"extends": _OTHER_DEFAULT}
    else:
        under, first, beside = DEFAULT, {}, {}
    _put(
        under,
        {**first, "like": "mkbrr", "private": True},
        defaults,
        tree.places_below(1)["default",],
        made,
    )
    places = tree.places_below(2)
    for name, body in presets.items():
        _put(name, beside, body or {}, places["presets", name], made)
    return made


def _presets(tree: YamlTree, made: Translation) -> Mapping[str, object]:
    """The presets by their names; what is wrong around them goes into the translation."""
    root, place = tree.root, Source(Path(), tree.places).place
    problems = made.tree.problems
    if root["version"] != "1":
        problems.append(Problem(place(("version",)), f"version must be 1, not {root['version']!r}"))
    for key in root:
        if key not in _TOP:
            lost = Problem(place((key,)), f"{key!r} is unknown and left out", nearest(key, _TOP))
            made.warnings.setdefault("", []).append(lost)
    presets = root["presets"] or {}
    if isinstance(presets, Mapping):
        return presets
    problems.append(Problem(place(("presets",)), f"presets {HOLDS_SETTINGS}"))
    return {}


def _put(
    name: str,
    before: Mapping[str, object],
    body: object,
    places: Mapping[Loc, Place],
    made: Translation,
) -> None:
    """Put ``body``, in which things stand at ``places``, into the translation as the preset ``name``.

    What is said ``before`` counts where the body says nothing.
    """
    if () in places:
        made.tree.places[name,] = places[()]
    if not isinstance(body, Mapping):
        made.tree.root[name] = body  # whoever reads the tree will say so
        return
    taken = taken_over(body, places, WORDS, WITHOUT)
    said = {**before, **taken.said}
    if "piece_count" in said:
        said.pop("piece_size", None)
    made.tree.root[name] = said
    made.tree.places.update(((name, *loc), place) for loc, place in taken.places.items())
    if taken.lost:
        made.warnings[name] = taken.lost


def taken_over(
    body: Mapping[str, object],
    places: Mapping[Loc, Place],
    words: Mapping[str, Word],
    without: Mapping[str, tuple[bool, str]],
) -> TakenOver:
    """What ``body`` says in our words, where each of it stands, and what has none of them."""
    place = Source(Path(), places).place
    taken = TakenOver({}, {}, [])
    for key, value in body.items():
        if key in without:
            harmless, instead = without[key]
            if value and _switch(value) is not harmless:
                taken.lost.append(Problem(place((key,)), f"{key} has no counterpart", instead))
        elif key not in words:
            hint = nearest(key, (*words, *without))
            taken.lost.append(Problem(place((key,)), f"{key!r} is unknown and left out", hint))
        elif value and (meant := words[key].meaning(value)) is not None:
            ours = words[key].ours
            taken.said[ours] = meant
            taken.places.update(
                ((ours, *loc[1:]), found) for loc, found in places.items() if loc[:1] == (key,)
            )
    return taken


def _switch(value: object) -> object:
    return SWITCHES.get(value.lower(), value) if isinstance(value, str) else value


def _opposite(value: object) -> object:
    switch = _switch(value)
    return not switch if isinstance(switch, bool) else value


def _number(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value) or None
    return value


def _power_of_two(value: object) -> object:
    exponent = _number(value)
    if isinstance(exponent, int) and exponent <= _LARGEST_EXPONENT:
        return format_size(1 << exponent).replace(" ", "")
    return exponent


def _anything(value: object) -> object:
    """Another text at each reading, where mkbrr has another one for each torrent; or none."""
    switch = _switch(value)
    if isinstance(switch, bool):
        return os.urandom(32).hex() if switch else ""
    return value


def literal(value: object) -> object:
    """``value`` so that no ``$`` in it begins a variable, which mkbrr does not have."""
    if isinstance(value, list):
        return [literal(item) for item in value]
    return re.sub(r"\$(?=[${])", "$$", value) if isinstance(value, str) else value


def _globs(value: object) -> object:
    """The globs one by one; a comma outside of braces separates two."""
    if not isinstance(value, list):
        return literal(value)
    globs: list[object] = []
    for item in value:
        if isinstance(item, str):
            globs += (part.strip() for part in re.split(r",(?![^{}]*\})", item))
        else:
            globs.append(item)
    return literal(globs)


class Word(NamedTuple):
    """One of its keys, in our words."""

    ours: str
    meaning: Callable[[object], object]
    """From a value of mkbrr's to ours; None when it says nothing, itself when it is wrong."""


WORDS = {
    "trackers": Word("trackers", literal),
    "webseeds": Word("web_seeds", literal),
    "private": Word("private", _switch),
    "piece_length": Word("piece_size", _power_of_two),
    "max_piece_length": Word("max_piece_size", _power_of_two),
    "target_piece_count": Word("piece_count", _number),
    "source": Word("source", literal),
    "comment": Word("comment", literal),
    "entropy": Word("entropy", _anything),
    "no_date": Word("with_date", _opposite),
    "no_creator": Word("with_creator", _opposite),
    "include_patterns": Word("include", _globs),
    "exclude_patterns": Word("exclude", _globs),
    "output_dir": Word("output_dir", literal),
    "fail_on_season_warning": Word("strict", _switch),
}

WITHOUT = {
    "workers": (False, "the number of threads is chosen by itself"),
    "skip_prefix": (True, "a .torrent is named after its content alone"),
}
"""What has no counterpart: the value that changes nothing, and what is so instead."""
