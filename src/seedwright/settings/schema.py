"""The JSON schema of the settings file, for editors that complete and check as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from seedwright.settings.checking import adapter
from seedwright.settings.group import Group, about, defaults
from seedwright.settings.model import Settings
from seedwright.settings.secret import Secret
from seedwright.settings.shape import FILE_SUFFIX, is_group, keys, keys_at, types
from seedwright.settings.show import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = {"type": "string", "pattern": r"\$\{"}
_NOTHING = {"type": "null"}
_NOTES = frozenset({"title", "description", "default", "examples"})


def settings_schema() -> dict[str, Any]:
    """The schema of the file as it is written: with ``*_file`` keys, ``${NAME}`` and empty keys."""
    return file_schema(Settings, "Settings of Seedwright")


def file_schema(root: type[Group], title: str) -> dict[str, Any]:
    """The schema of a file that holds the settings of ``root``, as it is written."""
    schema = adapter(root).json_schema()
    inner = schema.setdefault("$defs", {})
    for group in {*_groups(root)}:
        described = schema if group is root else inner[group.__name__]
        shapes = described.get("properties", {})
        described["properties"] = {
            key: _property(group, key, shapes.get(key)) for key in keys(group)
        }
        described.pop("required", None)
    return {**schema, "title": title}


def _groups(hint: Any) -> Iterator[type[Group]]:
    """The groups in the type ``hint``, itself included."""
    if is_group(hint):
        yield hint
    for inner in types(hint).values() if is_group(hint) else get_args(hint):
        yield from _groups(inner)


def _property(group: type[Group], key: str, shape: dict[str, Any] | None) -> dict[str, Any]:
    """What may stand for ``key``: a value of its ``shape``, a variable, nothing."""
    if shape is None:
        text = f"File that holds the {key.removesuffix(FILE_SUFFIX)}."
        return {"description": text, "anyOf": [{"type": "string"}, _NOTHING]}
    known = about(group)[key]
    notes = {"description": known.description, "default": shown(defaults(group)[key])}
    if known.example is not None:
        notes["examples"] = [known.example]
    if types(group)[key] is Secret:
        shape = {"type": "string", "format": "password", "writeOnly": True}
    options = shape.get("anyOf") or [{key: shape[key] for key in shape.keys() - _NOTES}]
    takes_text = any(one.get("type") == "string" and "enum" not in one for one in options)
    reference = [] if takes_text or keys_at(group, (key,)) is not None else [_REFERENCE]
    values = [one for one in options if one != _NOTHING]
    return {**notes, "anyOf": [*values, *reference, _NOTHING]}
