"""Options put over each other: what is written in one layer, and what comes of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from seedwright.presets.preset import Shared, beaten_by
from seedwright.settings.keys import FILE_SUFFIX
from seedwright.settings.problems import Problem
from seedwright.settings.settle import settle
from seedwright.settings.written import Entries, Entry, Source, flatten

if TYPE_CHECKING:
    from seedwright.settings.group import Group

S = TypeVar("S", bound=Shared)

_VARIABLES = "variables"


def layer(
    group: type[Group], body: Mapping[str, object], source: Source, problems: list[Problem]
) -> Entries:
    """What is written in ``body``, which has the keys of ``group``; more in ``problems``."""
    entries, wrong = flatten(group, body, source)
    problems += wrong
    unfold_variables(entries, problems)
    return entries


def unfold_variables(entries: Entries, problems: list[Problem]) -> None:
    """Make an entry of each variable, so that one layer can change one and keep the others."""
    variables = entries.pop((_VARIABLES,), None)
    if variables is None:
        return
    if not isinstance(variables.value, Mapping):
        sentence = "variables must be a mapping, one 'NAME: value' a line"
        problems.append(Problem(variables.place(), sentence))
        return
    for key, value in variables.value.items():
        name = key.removesuffix(FILE_SUFFIX)
        written = (*variables.written, key)
        entry = Entry(value, variables.source, written, in_file=name != key)
        if (_VARIABLES, name) in entries:
            sentence = f"variables.{name} is given twice, as it is and in a file"
            problems.append(Problem(entry.place(), sentence, hint="keep one of the two"))
        elif value is not None:
            entries[_VARIABLES, name] = entry


def settled(
    group: type[S],
    layers: Iterable[Entries],
    variables: Mapping[str, str],
    problems: list[Problem],
) -> S | None:
    """What comes of the layers, the undermost first; None, and more in ``problems``, if nothing.

    ``variables`` are those of the environment.
    """
    entries: Entries = {}
    for own in layers:
        beaten = beaten_by(str(loc[0]) for loc in own)
        entries = {loc: one for loc, one in entries.items() if loc[0] not in beaten} | own
    of_its_own = {loc: one for loc, one in entries.items() if loc[0] == _VARIABLES}
    if of_its_own:
        before = len(problems)
        first = settle(group, of_its_own, variables, problems)
        if first is None or len(problems) > before:
            return None
        variables = {**variables, **(first.variables or {})}
    others = {loc: one for loc, one in entries.items() if loc[0] != _VARIABLES}
    return settle(group, others, variables, problems)
