"""Presets files of mkbrr's, taken as they are: its words put into ours, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from seedwright.mkbrr.dialect import WITHOUT, WORDS, taken_over
from seedwright.settings.problems import HOLDS_SETTINGS, Loc, Place, Problem, nearest
from seedwright.settings.written import Source
from seedwright.settings.yaml_file import YamlTree

_TOP = ("version", "default", "presets")


class Translation(NamedTuple):
    """A tree in the shape of our own files, and what could not be put into it."""

    tree: YamlTree
    warnings: dict[str, list[Problem]]
    """By the preset that lacks it, or by empty text when it is at the left margin."""


def is_mkbrr(root: Mapping[str, object]) -> bool:
    """Whether the file with this content is one of mkbrr's: it has a version, and presets."""
    return isinstance(root.get("version"), str) and "presets" in root


def translated(tree: YamlTree, base: str) -> Translation:
    """The presets of a file of mkbrr's; what is wrong with it is in the problems of the tree.

    ``base`` is the name of our preset that is under all others. There, a preset is private unless it
    or the defaults say otherwise, and empty texts and lists and the number 0 say nothing.
    """
    made = Translation(YamlTree({}, {(): tree.places[()]}, list(tree.problems)), {})
    presets = _presets(tree, made)
    defaults = tree.root.get("default") or {}
    if base in presets:  # there it is a preset like any other, and none is put over it
        under, first = f"mkbrr-{base}", {"extends": ""}
        beside = {"extends": under}
    else:
        under, first, beside = base, {}, {}
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
