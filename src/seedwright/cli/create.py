"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.batch import Batch
from seedwright.cli.options import Sections, given_options, option_named, options_of
from seedwright.cli.output import fail, warn
from seedwright.cli.parameters import NAME, PATH, json_option, quiet_option
from seedwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Sections)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=NAME)
@click.option(
    "--each",
    "folders",
    multiple=True,
    metavar="DIR",
    type=PATH,
    help="Make a torrent of each entry of DIR; may be repeated.",
)
@click.option(
    "--batch",
    "batches",
    multiple=True,
    metavar="FILE",
    type=PATH,
    help="Make the torrents that the batch file FILE lists; may be repeated.",
)
@option_named(
    "preset",
    multiple=True,
    help="Preset that sets the options you omit. Several presets make a torrent each, and the"
    " content is read once.",
)
@option_named("presets")
@options_of("output")
@click.option(
    "--dry-run", is_flag=True, help="Check everything and show the plan, but change nothing."
)
@json_option("torrent")
@click.option(
    "--report", metavar="FILE", type=PATH, help="Write a JSON report on all torrents to FILE."
)
@quiet_option
@click.option("--no-input", is_flag=True, help="Ask nothing, even on a terminal.")
@options_of("torrent", "making", "seeding")
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
    no_input: bool,
    **as_given: Any,
) -> None:
    """Make a torrent of each PATH. With --seed, add it to qBittorrent and prove that it seeds.

    Options you omit take their value from the settings, or else their default. On a terminal,
    without PATH, --each and --batch, it asks for what it needs, and shows the plan before it begins.
    """
    from seedwright.cli.settings import settings_in
    from seedwright.cli.wizard import ask, can_ask, confirmed
    from seedwright.manager import TorrentManager
    from seedwright.work.expand import Asked, check_apart, expand

    asks = not (paths or folders or batches)
    if asks and (no_input or quiet or as_json or not can_ask()):
        raise UsageError("nothing to make a torrent of", hint="name a PATH, --each or --batch")
    if as_given["from_torrent"] is not None and (len(paths) != 1 or folders or batches):
        raise UsageError("--from needs exactly one PATH", hint="run one command for each")
    presets = as_given.pop("preset")
    given = given_options(as_given)
    settings = settings_in(context.obj)
    if asks:
        answers = ask(settings, presets=presets, file=as_given["presets"], seed=as_given["seed"])
        paths, presets = (answers.path,), answers.presets
        given["seed"] = answers.seed
    manager = TorrentManager(settings)
    expanded = expand(Asked(paths, folders, batches, presets, given), manager)
    if not quiet:
        warn(expanded.warnings)
    if expanded.failures:
        for error in expanded.failures:
            fail(error)
        context.exit(ExitCode.USAGE)
    if report is not None:
        check_apart(report, expanded.jobs, manager.settings)
    if asks:
        code = Batch(expanded.jobs, dry_run=True).run(manager)
        if code or dry_run or not confirmed("Make it?", default=True):
            context.exit(code)
        manager = TorrentManager(settings)
    batch = Batch(expanded.jobs, as_json=as_json, quiet=quiet, report=report, dry_run=dry_run)
    context.exit(batch.run(manager))
