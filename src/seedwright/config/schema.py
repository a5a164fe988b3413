"""The JSON schema of the settings file, for editors that complete and check as one types."""

from __future__ import annotations

from typing import Any

from seedwright.config.entries import SECRET_FILES
from seedwright.config.model import Settings

_GROUPS = ("qbittorrent", "clients", "torrent_creation")
_NOTES = ("description", "default", "examples")
_REFERENCE = {"type": "string", "pattern": r"\$\{"}
_NOTHING = {"type": "null"}


def settings_schema() -> dict[str, Any]:
    """The schema of the file as it is written: with ``*_file`` keys, ``${NAME}`` and empty keys."""
    schema = Settings.model_json_schema()
    schema["title"] = "Settings of Seedwright"
    client = schema["$defs"]["QBittorrentSettings"]["properties"]
    for key, secret in SECRET_FILES.items():
        client[key] = {"type": "string", "description": f"File that holds the {secret}."}
    for group in (schema, *schema["$defs"].values()):
        group["properties"] = {
            name: _as_written(name, setting) for name, setting in group["properties"].items()
        }
    return schema


def _as_written(name: str, setting: dict[str, Any]) -> dict[str, Any]:
    notes = {key: setting[key] for key in _NOTES if key in setting}
    shape = {key: value for key, value in setting.items() if key not in (*_NOTES, "title")}
    options = list(shape.get("anyOf", [shape]))
    takes_text = any(one.get("type") == "string" and "enum" not in one for one in options)
    if not takes_text and name not in _GROUPS:
        options.append(_REFERENCE)
    if _NOTHING not in options:
        options.append(_NOTHING)
    return {**notes, "anyOf": options}
