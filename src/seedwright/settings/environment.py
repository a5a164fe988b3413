"""Settings from environment variables, those of ``.env`` included."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, get_origin

from seedwright.names import nearest
from seedwright.settings.group import about
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.places import PREFIX, PRESETS, SETTINGS
from seedwright.settings.problems import Loc, Place, Problem, name_of
from seedwright.settings.shape import keys, keys_at, types
from seedwright.settings.written import Entries, Entry, fold_secret_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

RESERVED = frozenset({SETTINGS.variable, PRESETS.variable, "SEEDWRIGHT_LANES", "SEEDWRIGHT_LOG"})
"""Variables of ours that are not settings."""

_OF_CLIENT = re.compile(rf"{PREFIX}CLIENTS__(.+)__\w+")

_KUBERNETES = re.compile(r"SEEDWRIGHT_(SERVICE_(HOST|PORT)\w*=|PORT_\d+_\w+=|PORT=\w+://)")
"""Variables that Kubernetes sets in every pod near a service called seedwright."""

_JSON_EXAMPLES = {
    name: json.dumps(about(group)[name].example)
    for group in (QBittorrentSettings, TorrentCreationSettings)
    for name, hint in types(group).items()
    if get_origin(hint) in (dict, list)
}
"""The settings that take more than one value, and how to write them in a variable."""


def read_variables(
    variables: Mapping[str, str],
    *,
    folder: Path,
    problems: list[Problem],
    clients: Iterable[str] = (),
    places: Mapping[str, Place] | None = None,
) -> Entries:
    """The settings in ``variables``; the variables of ours that are none go to ``problems``.

    ``SEEDWRIGHT_QBITTORRENT__HOST`` sets ``host`` under ``qbittorrent``;
    ``SEEDWRIGHT_CLIENTS__MY_NAS__HOST`` the one of ``my-nas`` if that is in ``clients``, the
    clients known so far, else of ``my_nas``. ``places`` has where variables are set, for those
    that a file sets.
    """
    known = _known_variables(variables, clients)
    entries: Entries = {}
    for variable, text in variables.items():
        if not variable.startswith(PREFIX) or variable in RESERVED:
            continue
        here = (places or {}).get(variable)
        loc = known.get(variable)
        if loc is None:
            if not _KUBERNETES.match(f"{variable}={text}"):
                problems.append(_unknown_variable(variable, known, here or Place()))
            continue
        here = here or Place(variable)
        try:
            value = json.loads(text) if loc[-1] in _JSON_EXAMPLES else text
        except (ValueError, RecursionError):
            sentence = f"{name_of(loc)} must be written as JSON in a variable"
            problems.append(Problem(here, sentence, f"such as {_JSON_EXAMPLES[str(loc[-1])]}"))
        else:
            entries[loc] = Entry(value, folder, here)
    fold_secret_files(Settings, entries, problems)
    return entries


def _known_variables(variables: Iterable[str], clients: Iterable[str]) -> dict[str, Loc]:
    """Every variable that sets something, and what; those of ``clients`` and of any that is named."""
    named = {match[1]: match[1].lower() for match in map(_OF_CLIENT.match, variables) if match}
    named |= {re.sub(r"\W", "_", name).upper(): name for name in clients}
    known = {_variable(loc): loc for loc in _fixed_settings()}
    for part, name in named.items():
        for key in keys(QBittorrentSettings):
            known[_variable(("clients", part, key))] = ("clients", name, key)
    return known


def _fixed_settings() -> Iterable[Loc]:
    for top in keys(Settings):
        inner = keys_at(Settings, (top,))
        yield from ((top,),) if inner is None else ((top, key) for key in inner)


def _variable(loc: Loc) -> str:
    return PREFIX + "__".join(map(str, loc)).upper()


def _unknown_variable(variable: str, known: Iterable[str], here: Place) -> Problem:
    tail = "__" + variable.removeprefix(PREFIX)
    same_key = next((full for full in known if full.endswith(tail)), variable)
    hint = nearest(same_key, known, prefix=PREFIX)
    example = _variable(("qbittorrent", "host"))
    return Problem(here, f"unknown variable {variable}", hint or f"for example {example}")
