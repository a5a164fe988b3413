"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.batch import Batch
from seedwright.cli.jobs import jobs_of
from seedwright.cli.options import given_options, presets_option, torrent_options
from seedwright.errors import UsageError

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
@click.option(
    "-P",
    "--preset",
    multiple=True,
    metavar="NAME",
    help="A preset, for what is not given here; several make a torrent each, from one read.",
)
@presets_option
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="The .torrent to write, or a folder for NAME.torrent. [default: here]",
)
@torrent_options
@click.option(
    "--engine",
    type=click.Choice(["auto", "local", "qbittorrent"]),
    help="What hashes. [default: auto, the one nearest to the content]",
)
@click.option(
    "--reuse/--no-reuse",
    default=None,
    help="Keep hashes, and take kept ones of unchanged content, or not. [default: not]",
)
@click.option(
    "--from",
    "from_torrent",
    metavar="FILE",
    help="A .torrent of the same content to take the hashes from, after a sample check.",
)
@click.option(
    "--content-checks/--no-content-checks",
    default=None,
    help="Look for gaps and leftovers in the content, or not. [default: look]",
)
@click.option(
    "--strict/--no-strict", default=None, help="Fail where a content check finds anything, or warn."
)
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME",
    help="Do not look for this in the content; may be repeated.",
)
@click.option("--seed/--no-seed", default=None, help="Add the torrent and prove that it seeds.")
@click.option("--category", metavar="C", help="With --seed: its category.")
@click.option(
    "--create-category/--no-create-category",
    default=None,
    help="With --seed: create an absent category, or not.",
)
@click.option(
    "--tag", "tags", multiple=True, metavar="T", help="With --seed: a tag; may be repeated."
)
@click.option(
    "--save-path",
    metavar="P",
    help="With --seed: the folder it lies in. [default: its own]",
)
@click.option(
    "--auto-management/--no-auto-management",
    default=None,
    help="With --seed: let the category decide the folder.",
)
@click.option(
    "--proof",
    type=click.Choice(["auto", "listed", "sampled", "rechecked"]),
    help="With --seed: qBittorrent's word, some pieces asked of it, or a full check by it."
    " [default: auto, the quickest that is sure]",
)
@click.option(
    "--share-limits",
    type=click.Choice(["auto", "client", "none"]),
    help="With --seed: keep qBittorrent's share limits, or none."
    " [default: auto, none where they would delete content]",
)
@click.option(
    "--merge-same/--no-merge-same",
    default=None,
    help="With --seed: one torrent, with the trackers of all, for presets and jobs of one infohash.",
)
@click.option(
    "--timeout",
    type=float,
    metavar="S",
    help="Seconds one torrent may take, its turn in the queue included.",
)
@click.option("--force", is_flag=True, help="Replace an existing .torrent.")
@click.option(
    "--skip-done/--redo",
    default=None,
    help="Take an existing .torrent that is as asked for done, or not."
    " [default: with --each and --batch]",
)
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
    force: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **as_given: Any,
) -> None:
    """Make a torrent of each PATH, and with --seed prove that it seeds in qBittorrent."""
    from seedwright.cli.settings import settings_in

    if not (paths or folders or batches):
        raise click.UsageError("Name a PATH, or give --each or --batch.", context)
    if as_given["from_torrent"] is not None and (len(paths) != 1 or folders or batches):
        raise UsageError("--from is for one PATH", hint="give each its own command")
    # What is left has the name and the meaning that CreateOptions gives it.
    given = given_options({**as_given, "force": force or None})
    settings = settings_in(context.obj)
    jobs = jobs_of(paths, folders, batches, given, settings, quiet=quiet)
    batch = Batch(jobs, settings, dry_run=dry_run, as_json=as_json, quiet=quiet, report=report)
    context.exit(batch.run())
