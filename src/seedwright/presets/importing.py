"""From a presets file of mkbrr to one of Seedwright."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from seedwright.errors import SettingsError
from seedwright.mkbrr.presets_words import is_mkbrr, translated
from seedwright.presets.preset import DEFAULT
from seedwright.presets.presets_file import presets_in
from seedwright.settings.problems import Problem
from seedwright.settings.written import Block, Items
from seedwright.settings.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.settings.yaml_file import YamlTree


class Imported(NamedTuple):
    """A presets file of Seedwright."""

    text: str
    warnings: tuple[str, ...]
    """What could not be converted as it was, a sentence each."""


def import_presets(file: Path) -> Imported:
    """The presets file of mkbrr, converted to one of Seedwright.

    Raises SettingsError if it cannot be read or is not mkbrr's, and with the first mistake in it.
    """
    file = Path.cwd() / file
    label, tree = read_yaml(file, Path.cwd(), "presets file")
    if not is_mkbrr(tree.root):
        raise SettingsError(
            f"{label} is not a presets file of mkbrr",
            hint="its presets files have version and presets at the left margin",
        )
    made = translated(tree, DEFAULT)
    mistakes = presets_in(made.tree, label, file.parent).mistakes()
    if mistakes:
        raise mistakes[0].error()
    text = yaml.dump(made.tree.root, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    problems = [*chain.from_iterable(made.warnings.values()), *_moved(made.tree)]
    return Imported(text, tuple(one.one_line for one in problems))


class _Dumper(yaml.SafeDumper):
    """Writes what was read from YAML."""


_Dumper.add_representer(Block, yaml.SafeDumper.represent_dict)
_Dumper.add_representer(Items, yaml.SafeDumper.represent_list)


def _moved(tree: YamlTree) -> Iterator[Problem]:
    """The relative output folders; mkbrr looks for them in the current folder."""
    for name, body in tree.root.items():
        folder = body.get("output_dir") if isinstance(body, dict) else None
        if isinstance(folder, str) and not Path(folder).expanduser().is_absolute():
            place = tree.root.place(name, "output_dir")
            sentence = f"output_dir {folder!r} is now relative to the folder of the presets file"
            yield Problem(place, sentence, "write an absolute path")
