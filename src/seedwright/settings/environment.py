"""Settings from environment variables, those of ``.env`` included."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, get_origin

from seedwright.settings.group import about
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.places import PREFIX, PRESETS, SETTINGS
from seedwright.settings.problems import Loc, Place, Problem, name_of, nearest
from seedwright.settings.shape import keys, keys_at, types
from seedwright.settings.written import Entries, Entry, Source, fold_secret_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

RESERVED = frozenset({SETTINGS.variable, PRESETS.variable, "SEEDWRIGHT_LANES", "SEEDWRIGHT_LOG"})
"""Variables that are ours and no settings."""

_CLIENTS_PREFIX = "SEEDWRIGHT_CLIENTS__"

_KUBERNETES = re.compile(r"SEEDWRIGHT_(SERVICE_(HOST|PORT)\w*=|PORT_\d+_\w+=|PORT=\w+://)")
"""Variables that Kubernetes sets by itself in every pod near a service called seedwright."""

_CLIENT_KEYS = keys(QBittorrentSettings)

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
    clients known so far, else of ``my_nas``. ``places`` tells where variables are set, for those
    that a file sets.
    """
    clients_by_variable = {re.sub(r"\W", "_", name).upper(): name for name in clients}
    entries: Entries = {}
    for variable, text in variables.items():
        if not variable.startswith(PREFIX) or variable in RESERVED:
            continue
        loc = _FIXED.get(variable) or _client_setting(variable, clients_by_variable)
        if loc is not None:
            here = (places or {}).get(variable, Place(variable))
            try:
                value = json.loads(text) if loc[-1] in _JSON_EXAMPLES else text
            except (ValueError, RecursionError):
                hint = f"such as {_JSON_EXAMPLES[str(loc[-1])]}"
                sentence = f"{name_of(loc)} must be written as JSON in a variable"
                problems.append(Problem(here, sentence, hint))
            else:
                entries[loc] = Entry(value, Source(folder), loc, here)
        elif not _KUBERNETES.match(f"{variable}={text}"):
            place = (places or {}).get(variable, Place())
            problems.append(_unknown_variable(variable, place))
    fold_secret_files(Settings, entries, problems)
    return entries


def _variable(loc: Loc) -> str:
    return PREFIX + "__".join(map(str, loc)).upper()


def _fixed_settings() -> Iterable[Loc]:
    for top in keys(Settings):
        inner = keys_at(Settings, (top,))
        yield from ((top,),) if inner is None else ((top, key) for key in inner)


_FIXED = {_variable(loc): loc for loc in _fixed_settings()}
"""Every variable whose name does not depend on a client's name."""

_EXAMPLE = _variable(("qbittorrent", "host"))


def _client_setting(variable: str, clients: Mapping[str, str]) -> Loc | None:
    name, _, key = variable.removeprefix(_CLIENTS_PREFIX).rpartition("__")
    if not (variable.startswith(_CLIENTS_PREFIX) and name and key.isupper()):
        return None
    loc = ("clients", clients.get(name, name.lower()), key.lower())
    return loc if loc[-1] in _CLIENT_KEYS else None


def _unknown_variable(variable: str, place: Place) -> Problem:
    known, prefix = list(_FIXED), PREFIX
    name, separator, _ = variable.removeprefix(_CLIENTS_PREFIX).rpartition("__")
    if variable.startswith(_CLIENTS_PREFIX) and separator:
        prefix = f"{_CLIENTS_PREFIX}{name}__"
        known = [prefix + key.upper() for key in _CLIENT_KEYS]
    tail = "__" + variable.removeprefix(prefix)
    same_key = next((full for full in known if full.endswith(tail)), variable)
    hint = nearest(same_key, known, prefix=prefix)
    return Problem(place, f"unknown variable {variable}", hint or f"an example is {_EXAMPLE}")
