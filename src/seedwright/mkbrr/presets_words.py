"""Presets files of mkbrr's, taken as they are: its words put into ours, each with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seedwright.mkbrr.dialect import WITHOUT, WORDS, taken_over, unknown
from seedwright.settings.problems import HOLDS_SETTINGS, Problem
from seedwright.settings.written import Block
from seedwright.settings.yaml_file import YamlTree

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    root = tree.root
    made = Translation(YamlTree(Block(root.here), list(tree.problems)), {})
    if lost := [unknown(root, key, _TOP) for key in root if key not in _TOP]:
        made.warnings[""] = lost
    if root["version"] != "1":
        sentence = f"version must be 1, not {root['version']!r}"
        made.tree.problems.append(Problem(root.place("version"), sentence))
    presets = root["presets"] or Block(root.here)
    if not isinstance(presets, Block):
        made.tree.problems.append(Problem(root.place("presets"), f"presets {HOLDS_SETTINGS}"))
        presets = Block(root.here)
    unasked = {"like": "mkbrr", "private": True}
    if base in presets:  # there it is a preset like any other, and none is put over it
        under = f"mkbrr-{base}"
        _put(made, under, {"extends": "", **unasked}, root, "default")
        before = {"extends": under}
    else:
        _put(made, base, unasked, root, "default")
        before = {}
    for name in presets:
        _put(made, name, before, presets, name)
    return made


def _put(
    made: Translation, name: str, before: Mapping[str, object], around: Block, key: str
) -> None:
    """Put what stands at ``key`` in ``around`` into the translation, as the preset ``name``.

    What is said ``before`` counts where it says nothing.
    """
    here = around.place(key)
    body = around.get(key) or Block(here)
    if not isinstance(body, Block):
        made.tree.root.put(name, body, here)  # whoever reads the tree will say so
        return
    lost: list[Problem] = []
    said = Block(here)
    said.update(before)
    said.take(taken_over(body, WORDS, WITHOUT, lost))
    if "piece_count" in said:
        said.pop("piece_size", None)
    made.tree.root.put(name, said, here)
    if lost:
        made.warnings[name] = lost
