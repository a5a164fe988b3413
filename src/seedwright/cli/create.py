"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.batch import Batch
from seedwright.cli.options import given_options, option_named, options_of
from seedwright.cli.output import fail, warn
from seedwright.errors import ExitCode, UsageError

_PATH = click.Path(path_type=Path)


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--each",
    "folders",
    multiple=True,
    metavar="DIR",
    type=_PATH,
    help="A torrent of each entry of DIR; may be repeated.",
)
@click.option(
    "--batch",
    "batches",
    multiple=True,
    metavar="FILE",
    type=_PATH,
    help="The torrents that FILE lists, in YAML; may be repeated.",
)
@option_named(
    "preset",
    multiple=True,
    help="Preset for the options that are not given here; several make a torrent each, from one"
    " read.",
)
@option_named("presets")
@option_named("output")
@options_of("torrent")
@options_of("making", "seeding")
@options_of("output", but=["output"])
@click.option("--dry-run", is_flag=True, help="Check everything, say what would be done, stop.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a torrent on stdout, nothing else."
)
@click.option(
    "--report", metavar="FILE", type=_PATH, help="Write a JSON document on all torrents to FILE."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no report; errors only.")
@click.pass_context
def create(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    folders: tuple[Path, ...],
    batches: tuple[Path, ...],
    report: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **as_given: Any,
) -> None:
    """Make a torrent of each PATH, and with --seed prove that it seeds in qBittorrent."""
    from seedwright.cli.settings import settings_in
    from seedwright.manager import TorrentManager
    from seedwright.work.expand import Asked, check_apart, expand

    if not (paths or folders or batches):
        raise click.UsageError("Name a PATH, or give --each or --batch.", context)
    if as_given["from_torrent"] is not None and (len(paths) != 1 or folders or batches):
        raise UsageError("--from is for one PATH", hint="give each its own command")
    presets = as_given.pop("preset")
    given = given_options(as_given)
    manager = TorrentManager(settings_in(context.obj))
    expanded = expand(Asked(paths, folders, batches, presets, given), manager)
    if not quiet:
        warn(expanded.warnings)
    if expanded.failures:
        for error in expanded.failures:
            fail(error)
        context.exit(ExitCode.USAGE)
    if report is not None:
        check_apart(report, expanded.jobs, manager.settings)
    batch = Batch(expanded.jobs, as_json=as_json, quiet=quiet, report=report, dry_run=dry_run)
    context.exit(batch.run(manager))
