"""The JSON schema of the settings file, for editors that complete and check as one types."""

from __future__ import annotations

from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from seedwright.settings.group import Group, about, defaults
from seedwright.settings.keys import FILE_SUFFIX
from seedwright.settings.kinds import Kind, kinds_of
from seedwright.settings.model import Settings
from seedwright.settings.secret import Secret
from seedwright.settings.show import shown
from seedwright.settings.value_rules import Bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REFERENCE = {"type": "string", "pattern": r"\$\{"}
_NOTHING = {"type": "null"}
_TEXTS: dict[Any, dict[str, Any]] = {
    Path: {"format": "path"},
    Secret: {"format": "password", "writeOnly": True},
}
"""What is said of the texts that our own types are made from."""


def settings_schema() -> dict[str, Any]:
    """The schema of the file as it is written: with ``*_file`` keys, ``${NAME}`` and empty keys."""
    return file_schema(Settings, "Settings of Seedwright")


def file_schema(root: type[Group], title: str) -> dict[str, Any]:
    """The schema of a file that holds the settings of ``root``, as it is written."""
    structs = _structs(root)
    _, schemas = msgspec.json.schema_components([structs[root]], ref_template="#/$defs/{name}")
    for group in structs:
        schema = schemas[group.__name__]
        schema["properties"] = dict(_properties(group, schema["properties"]))
        del schema["required"]  # nothing is
    return {**schemas.pop(root.__name__), "title": title, "$defs": schemas}


def _properties(
    group: type[Group], shapes: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    known, unset = about(group), defaults(group)
    for name, kind in kinds_of(group).items():
        notes = {"description": known[name].description, "default": shown(unset[name])}
        if known[name].examples:
            notes["examples"] = list(known[name].examples)
        yield name, {**notes, "anyOf": _options(kind, shapes[name])}
    for name, each in known.items():
        if each.in_file:
            text = {"description": f"File that holds the {name}."}
            yield name + FILE_SUFFIX, {**text, "anyOf": [{"type": "string"}, _NOTHING]}


def _options(kind: Kind, shape: dict[str, Any]) -> list[dict[str, Any]]:
    """What may stand for a setting: a value of its kind, a variable, nothing."""
    options = shape.get("anyOf") or [{key: shape[key] for key in shape if key != "default"}]
    takes_text = any(one.get("type") == "string" for one in options)
    reference = [] if takes_text or kind.holds_groups else [_REFERENCE]
    return [*(one for one in options if one != _NOTHING), *reference, _NOTHING]


def _structs(root: type[Group]) -> dict[type[Group], type[msgspec.Struct]]:
    """What msgspec describes instead of ``root`` and of each group in it."""
    structs: dict[type[Group], type[msgspec.Struct]] = {}

    def type_of(kind: Kind) -> Any:
        if kind.read and kind.read.written:
            return kind.read.written
        if kind.group:
            return structs.get(kind.group) or struct_of(kind.group)
        if kind.item:
            inner = type_of(kind.item)
            return kind.base[inner] if kind.base is list else kind.base[str, inner]
        if kind.parts:
            return reduce(or_, map(type_of, kind.parts))
        return _leaf(kind)

    def struct_of(group: type[Group]) -> type[msgspec.Struct]:
        structs[group] = msgspec.defstruct(
            group.__name__,
            [(name, type_of(kind), None) for name, kind in kinds_of(group).items()],
            namespace={"__doc__": group.__doc__},
            forbid_unknown_fields=True,
        )
        return structs[group]

    struct_of(root)
    return structs


def _leaf(kind: Kind) -> Any:
    if kind.base in _TEXTS:
        return Annotated[str, msgspec.Meta(extra_json_schema=_TEXTS[kind.base])]
    for rule in kind.rules:
        if isinstance(rule, Bounds):
            return Annotated[kind.base, msgspec.Meta(**vars(rule))]
    return kind.base
