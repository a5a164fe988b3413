"""The settings of a command, and what is reported about mistakes in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli.output import count
from seedwright.cli.wording import shown
from seedwright.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from seedwright.settings.model import Settings
    from seedwright.settings.problems import Problem


def settings_in(file: Path | None) -> Settings:
    """The settings in force, from this file or wherever they are found. Raises SettingsError."""
    from seedwright.settings.load import load_settings

    return load_settings(file).settings


def report_mistakes(mistakes: Iterable[Problem | SettingsError], *, bad: str, good: str) -> None:
    """Print each mistake and raise SettingsError, or print ``good`` where there is none."""
    sentences = [shown(mistake.one_line) for mistake in mistakes]
    for sentence in sentences:
        click.echo(sentence)
    if sentences:
        raise SettingsError(f"{bad} {count(len(sentences), 'mistake')}")
    click.echo(good)
