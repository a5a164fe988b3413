"""From a presets file of mkbrr's to one of ours."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

import yaml

from seedwright.config.mkbrr import is_mkbrr, translated
from seedwright.config.presets_file import presets_in, read_tree, sentence_of
from seedwright.errors import OutputError, OutputExistsError, SettingsError


class Imported(NamedTuple):
    """A presets file of ours."""

    text: str
    warnings: tuple[str, ...]
    """What could not be put into it, a sentence each."""


def import_presets(file: Path) -> Imported:
    """What the presets file of mkbrr's says, written our way.

    Raises SettingsError when it cannot be read, when it is not one of mkbrr's, and with the first
    mistake in it.
    """
    file = Path.cwd() / file
    label, tree = read_tree(file, Path.cwd())
    if not is_mkbrr(tree.root):
        raise SettingsError(
            f"{label} is no presets file of mkbrr's",
            hint="such a file has version and presets at its left margin",
        )
    made = translated(tree)
    mistakes = presets_in(made.tree, label, file.parent).mistakes({})
    if mistakes:
        raise mistakes[0].error()
    text = yaml.safe_dump(made.tree.root, sort_keys=False, allow_unicode=True)
    lost = [sentence_of(problem) for problems in made.warnings.values() for problem in problems]
    return Imported(text, tuple(lost))


def write_presets(target: Path, text: str, *, force: bool = False) -> None:
    """Write ``text`` to ``target``, whole or not at all, readable by its owner only.

    Raises OutputExistsError when the file is there and ``force`` is not given, and OutputError
    when it cannot be written.
    """
    if target.exists() and not force:
        raise OutputExistsError(f"{target} is there already", hint="--force replaces it")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
