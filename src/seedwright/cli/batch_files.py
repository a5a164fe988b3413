"""``seedwright batch``: check batch files, and print their schema."""

from __future__ import annotations

from pathlib import Path

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.spelling import shown


@click.group("batch", epilog=EXIT_CODES, no_args_is_help=True)
def batch_group() -> None:
    """Check batch files: the torrents that create --batch makes."""


@batch_group.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """List every mistake in the batch file FILE, one a line."""
    from seedwright.cli.output import warn
    from seedwright.errors import SettingsError
    from seedwright.presets.batch_file import read_batch

    batch = read_batch(file)
    for problem in batch.problems:
        click.echo(shown(problem.one_line))
    warn(one.one_line for one in batch.warnings)
    if batch.problems:
        count = len(batch.problems)
        raise SettingsError(f"the batch has {'1 mistake' if count == 1 else f'{count} mistakes'}")
    jobs = len(batch.jobs)
    click.echo(f"the batch is fine: {'1 job' if jobs == 1 else f'{jobs} jobs'}")


@batch_group.command(epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON schema of a batch file, for editors."""
    from seedwright.cli.output import json_text
    from seedwright.presets.batch_file import batch_schema

    click.echo(json_text(batch_schema(), indent=2))
