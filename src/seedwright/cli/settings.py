"""The settings of a command, from the file that was named or found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from seedwright.config.model import Settings


def settings_of(context: typer.Context) -> Settings:
    """The settings in force for this command. Raises SettingsError."""
    from seedwright.config.load import load_settings

    return load_settings(context.obj["config"]).settings
