"""The presets file: where it is, what is written in it, and what each preset means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from seedwright.errors import SettingsError
from seedwright.hints import Hint
from seedwright.mkbrr.presets_words import is_mkbrr, translated
from seedwright.names import nearest
from seedwright.presets.preset import DEFAULT, RIVALS, Preset, Shared
from seedwright.request import beaten_by
from seedwright.settings.dotenv_file import variables_in
from seedwright.settings.places import PRESETS
from seedwright.settings.problems import HOLDS_SETTINGS, Problem, in_order
from seedwright.settings.settle import settle
from seedwright.settings.written import Block, Entries, flatten
from seedwright.settings.yaml_file import YamlTree, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

S = TypeVar("S", bound=Shared)

_EXTENDS = ("extends",)


@dataclass(frozen=True)
class PresetsFile:
    """All presets of one file, in their order, and the mistakes in how they are written."""

    label: str
    presets: Mapping[str, Entries]
    problems: list[Problem]
    variables: Mapping[str, str] = field(default_factory=dict)
    """Those of the environment, which the presets may use."""
    warnings: Mapping[str, list[Problem]] = field(default_factory=dict)
    """What a file of mkbrr says without effect, by the preset that says it."""

    def chain(self, name: str) -> tuple[list[str], Problem | None]:
        """The presets that ``name`` extends, the lowest first, and itself; or what is wrong with them."""
        names = [name]
        while base := self._base(names[0]):
            if base not in self.presets:
                place = self.presets[names[0]][_EXTENDS].here  # default counts only where it is
                sentence = f"{names[0]} extends {base!r}, which does not exist in this file"
                return [], Problem(place, sentence, nearest(base, self.presets))
            if base in names:
                return [], self._loop([base, *names])
            names.insert(0, base)
        return names, None

    def settled(self, name: str) -> tuple[Preset, list[Problem]]:
        """The preset ``name`` with all that it extends, and its mistakes; with any, it says nothing."""
        names, endless = self.chain(name)
        if endless:
            return Preset(), [endless]
        problems: list[Problem] = []
        layers = (self.presets[each] for each in names)
        return put_together(Preset, layers, self.variables, problems) or Preset(), problems

    def mistakes(self) -> list[Problem]:
        """Every mistake, in order of place.

        A preset that others extend is checked as part of them, because it may use variables that only
        they have.
        """
        chains = {name: self.chain(name)[0] for name in self.presets}
        bases = {base for names in chains.values() for base in names[:-1]}
        last = (name for name in self.presets if name not in bases)
        return in_order([*self.problems, *(one for name in last for one in self.settled(name)[1])])

    def warnings_for(self, name: str) -> tuple[str, ...]:
        """What was left out of the preset ``name``, a sentence each."""
        names = ["", *self.chain(name)[0]]
        return tuple(one.one_line for each in names for one in self.warnings.get(each, ()))

    def _base(self, name: str) -> str:
        """The preset that is under ``name``; empty for none."""
        if extends := self.presets[name].get(_EXTENDS):
            return str(extends.value)
        return DEFAULT if name != DEFAULT and DEFAULT in self.presets else ""

    def _loop(self, names: list[str]) -> Problem:
        extending = (self.presets[name].get(_EXTENDS) for name in names)
        place = next(entry.here for entry in extending if entry is not None)
        way = " extends ".join(reversed(names))
        hint = f"write extends: '' for a preset that extends nothing, not even {DEFAULT}"
        return Problem(place, f"presets extend each other: {way}", hint)


def locate_presets(path: Path | None, variables: Mapping[str, str], cwd: Path) -> Path:
    """The presets file to read, whatever its content. Raises SettingsError if there is none."""
    if found := PRESETS.find(path, variables, cwd):
        return found
    raise SettingsError(
        f"no presets file found: {PRESETS.not_found()}",
        hint=Hint("write one, or name another with {presets}"),
    )


def find_presets(
    path: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> PresetsFile:
    """The presets in ``path``, or in the file that is found; the file may be mkbrr's, too.

    ``environ`` and ``cwd`` replace this process's own. Raises SettingsError if there is no such file,
    or it cannot be read or is not YAML.
    """
    cwd = cwd or Path.cwd()
    variables = variables_in(environ, cwd)
    file = locate_presets(path, variables, cwd)
    label, tree = read_yaml(file, cwd, "presets file")
    if not is_mkbrr(tree.root):
        return replace(presets_in(tree, label, file.parent), variables=variables)
    made = translated(tree, DEFAULT)
    # For mkbrr a relative output_dir starts where it is run.
    presets = presets_in(made.tree, label, cwd)
    return replace(presets, variables=variables, warnings=made.warnings)


def presets_in(tree: YamlTree, label: str, folder: Path) -> PresetsFile:
    """The presets in ``tree``, the content of the file ``label``; its paths start at ``folder``."""
    presets: dict[str, Entries] = {}
    problems = list(tree.problems)
    for name, body in tree.root.items():
        if body is None or isinstance(body, Block):
            own = flatten(Preset, body or {}, folder, problems)
            if _EXTENDS in own and not isinstance(own[_EXTENDS].value, str):
                place = own.pop(_EXTENDS).here
                problems.append(Problem(place, "extends must be the name of a preset"))
            presets[name] = own
        else:
            problems.append(Problem(tree.root.place(name), f"{name} {HOLDS_SETTINGS}"))
    return PresetsFile(label, presets, problems)


def put_together(
    group: type[S],
    layers: Iterable[Entries],
    variables: Mapping[str, str],
    problems: list[Problem],
) -> S | None:
    """The group that the layers make, the lowest first; None, and more in ``problems``, if none.

    ``variables`` are those of the environment.
    """
    entries: Entries = {}
    for own in layers:
        beaten = beaten_by((str(loc[0]) for loc in own), RIVALS)
        entries = {loc: one for loc, one in entries.items() if loc[0] not in beaten} | own
    of_its_own = {loc: one for loc, one in entries.items() if loc[0] == "variables"}
    if of_its_own:
        before = len(problems)
        first = settle(group, of_its_own, variables, problems)
        if first is None or len(problems) > before:
            return None
        own_variables = {name: one.get_secret_value() for name, one in first.variables.items()}
        variables = {**variables, **own_variables}
    others = {loc: one for loc, one in entries.items() if loc[0] != "variables"}
    return settle(group, others, variables, problems)
