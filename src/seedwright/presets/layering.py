"""Options put over each other: what comes of several layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from seedwright.presets.preset import Shared, beaten_by
from seedwright.settings.settle import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seedwright.settings.problems import Problem
    from seedwright.settings.written import Entries

S = TypeVar("S", bound=Shared)

_VARIABLES = "variables"


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
