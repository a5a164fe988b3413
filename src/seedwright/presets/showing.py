"""Presets as they are shown: to people without secrets, to editors as a JSON schema."""

from __future__ import annotations

from typing import Any

from seedwright.presets.preset import Preset
from seedwright.request import ALIASES, OPTIONS
from seedwright.settings.schema import file_schema
from seedwright.settings.show import shown_settings


def shown_preset(preset: Preset) -> dict[str, object]:
    """What ``preset`` says, as plain lists and scalars, with possible passkeys masked."""
    return shown_settings({key: _plain(key, value) for key, value in preset.said().items()})


def _plain(key: str, value: object) -> object:
    option = OPTIONS.get(ALIASES.get(key, key))
    return value if option is None else option.kind.plain(value)


def presets_schema() -> dict[str, Any]:
    """The schema of the presets file as it is written: with ``${NAME}`` and empty keys."""
    preset = file_schema(Preset, "A preset")
    inner = preset.pop("$defs")
    return {
        "title": "Presets of Seedwright",
        "description": "Presets by name. All of them extend the preset default, if there is one.",
        "type": "object",
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Preset"}, {"type": "null"}]},
        "$defs": {"Preset": preset, **inner},
    }
