"""The settings of a command, from the file that was named or found, and what is wrong with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli.spelling import shown
from seedwright.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedwright.settings.model import Settings


def settings_in(file: Path | None) -> Settings:
    """The settings in force, from this file or wherever they are found. Raises SettingsError."""
    from seedwright.settings.load import load_settings

    return load_settings(file).settings


def tell_mistakes(what: str, sentences: Sequence[str]) -> None:
    """Print the mistakes in ``what``, or that it is fine; SettingsError where there are any."""
    for sentence in sentences:
        click.echo(shown(sentence))
    if sentences:
        count = "1 mistake" if len(sentences) == 1 else f"{len(sentences)} mistakes"
        raise SettingsError(f"{what} have {count}")
    click.echo(f"{what} are fine")
