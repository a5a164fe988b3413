"""The settings of a command, from the file that was named or found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.config.model import Settings


def settings_in(file: Path | None) -> Settings:
    """The settings in force, from this file or wherever they are found. Raises SettingsError."""
    from seedwright.config.load import load_settings

    return load_settings(file).settings
