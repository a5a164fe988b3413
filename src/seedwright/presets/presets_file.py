"""The presets file: where it is, what is written in it, and what comes of each preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from seedwright.errors import SettingsError
from seedwright.mkbrr.presets_words import is_mkbrr, translated
from seedwright.presets.layering import layer, settled
from seedwright.presets.preset import DEFAULT, Preset
from seedwright.settings import places
from seedwright.settings.problems import HOLDS_SETTINGS, Problem, nearest
from seedwright.settings.written import Entries, Entry, Source
from seedwright.settings.yaml_file import YamlTree, read_yaml

FILE_NAME = "seedwright-presets.yaml"
USER_FILE_NAME = "presets.yaml"
VARIABLE = "SEEDWRIGHT_PRESETS"


class Written(NamedTuple):
    """One preset as it is written, with nothing put under it."""

    entries: Entries
    extends: Entry | None

    @property
    def base(self) -> str | None:
        """The name that it extends; empty for none at all, None when nothing is said of it."""
        return None if self.extends is None else str(self.extends.value)


@dataclass(frozen=True)
class PresetsFile:
    """All presets of one file, in their order, and what is wrong with the way they are written."""

    label: str
    presets: Mapping[str, Written]
    problems: list[Problem]
    warnings: Mapping[str, list[Problem]] = field(default_factory=dict)
    """What a file of mkbrr's says and has no effect, by the preset that says it."""

    def chain(self, name: str) -> tuple[list[str], Problem | None]:
        """The presets under ``name``, the undermost first, and it; or why there is no end."""
        names = [name]
        while base := self._base(names[0]):
            above = self.presets[names[0]].extends
            if base not in self.presets:
                assert above is not None  # noqa: S101 - default counts only where it is there
                sentence = f"{names[0]} extends {base!r}, which is not in this file"
                return [], Problem(above.place(), sentence, nearest(base, self.presets))
            if base in names:
                return [], self._loop([base, *names])
            names.insert(0, base)
        return names, None

    def settled(self, name: str, variables: Mapping[str, str]) -> tuple[Preset, list[Problem]]:
        """What comes of the preset ``name``, and what is wrong; then the preset says nothing.

        ``variables`` are those of the environment.
        """
        names, endless = self.chain(name)
        if endless:
            return Preset(), [endless]
        problems: list[Problem] = []
        layers = (self.presets[each].entries for each in names)
        return settled(Preset, layers, variables, problems) or Preset(), problems

    def mistakes(self, variables: Mapping[str, str]) -> list[Problem]:
        """Everything that is wrong, in order of place.

        A preset that others extend is looked at as part of them, since it may use variables that
        only they have.
        """
        problems = list(self.problems)
        chains = {name: self.chain(name)[0] for name in self.presets}
        bases = {base for names in chains.values() for base in names[:-1]}
        for name in self.presets:
            if name not in bases:
                problems += self.settled(name, variables)[1]
        return sorted(dict.fromkeys(problems), key=lambda one: one.place)

    def warnings_for(self, name: str) -> tuple[str, ...]:
        """What was left out of the preset ``name``, a sentence each."""
        names = ["", *self.chain(name)[0]]
        return tuple(sentence_of(one) for each in names for one in self.warnings.get(each, ()))

    def _base(self, name: str) -> str | None:
        base = self.presets[name].base
        if base is not None:
            return base
        return DEFAULT if name != DEFAULT and DEFAULT in self.presets else None

    def _loop(self, names: list[str]) -> Problem:
        extending = (self.presets[name].extends for name in names)
        place = next(entry.place() for entry in extending if entry is not None)
        way = " extends ".join(reversed(names))
        hint = f"extends: '' is for a preset that has not even {DEFAULT} under it"
        return Problem(place, f"presets extend each other: {way}", hint)


def user_presets_path() -> Path | None:
    """The presets file in the platform's folder for settings, there or not; None without a home."""
    users = places.user_settings_path()
    return users and users.with_name(USER_FILE_NAME)


def find_presets_file(path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path:
    """The presets file to read.

    ``path`` comes first, then the variable SEEDWRIGHT_PRESETS, both whether the file is there or
    not; then ``seedwright-presets.yaml`` in ``cwd``, then ``presets.yaml`` in the platform's folder
    for settings. Raises SettingsError when there is none.
    """
    if path is not None:
        return places.absolute(path, cwd)
    if named := variables.get(VARIABLE):
        return places.absolute(Path(named), cwd)
    users = user_presets_path()
    if found := places.first_there(cwd / FILE_NAME, users):
        return found
    raise SettingsError(
        f"there is no presets file: {places.not_found(FILE_NAME, users)}",
        hint="write one, or name another with --presets",
    )


def read_presets(file: Path, cwd: Path) -> PresetsFile:
    """The presets in ``file``, which may be one of mkbrr's as well.

    Raises SettingsError when it cannot be read, or is no YAML.
    """
    label, tree = read_yaml(file, cwd, "presets file")
    if not is_mkbrr(tree.root):
        return presets_in(tree, label, file.parent)
    made = translated(tree, DEFAULT)
    # For mkbrr a relative output_dir starts where it is run.
    return replace(presets_in(made.tree, label, cwd), warnings=made.warnings)


def presets_in(tree: YamlTree, label: str, folder: Path) -> PresetsFile:
    """The presets in ``tree``, the content of the file ``label``; its paths start at ``folder``."""
    presets: dict[str, Written] = {}
    problems = list(tree.problems)
    places = tree.places_below(1)
    for name, body in tree.root.items():
        source = Source(folder, places[name,], expands=True)
        if body is None or isinstance(body, Mapping):
            presets[name] = _written(body or {}, source, problems)
        else:
            problems.append(Problem(source.place(()), f"{name} {HOLDS_SETTINGS}"))
    return PresetsFile(label, presets, problems)


def sentence_of(problem: Problem) -> str:
    """The problem on one line: its place, what it is, and in brackets what to do."""
    return problem.error().one_line


def _written(body: Mapping[str, object], source: Source, problems: list[Problem]) -> Written:
    entries = layer(Preset, body, source, problems)
    extends = entries.pop(("extends",), None)
    if extends is not None and not isinstance(extends.value, str):
        problems.append(Problem(extends.place(), "extends must be the name of a preset"))
        extends = None
    return Written(entries, extends)
