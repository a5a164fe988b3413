"""``seedwright batch``: check batch files, and print their schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli.output import count, print_schema, warn
from seedwright.cli.parameters import PATH
from seedwright.cli.settings import report_mistakes

if TYPE_CHECKING:
    from pathlib import Path


@click.group("batch", no_args_is_help=True)
def batch_group() -> None:
    """Check batch files, which list torrents for `create --batch`."""


@batch_group.command()
@click.argument("file", type=PATH)
def check(file: Path) -> None:
    """List every mistake in the batch file FILE."""
    from seedwright.presets.batch_file import read_batch

    batch = read_batch(file)
    warn(each.one_line for each in batch.warnings)
    jobs = count(len(batch.jobs), "job")
    report_mistakes(batch.problems, bad="the batch has", good=f"the batch is fine: {jobs}")


@batch_group.command()
def schema() -> None:
    """Print the JSON schema of a batch file, for editors."""
    from seedwright.presets.batch_file import batch_schema

    print_schema(batch_schema())
