"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.batch import Batch
from seedwright.cli.jobs import jobs_of
from seedwright.cli.presets import presets_option
from seedwright.errors import UsageError
from seedwright.torrent.spec import Format, tiers_from
from seedwright.torrent.urls import node_from

if TYPE_CHECKING:
    from collections.abc import Sequence

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
@click.option(
    "-t", "--tracker", multiple=True, metavar="URL", help="A tracker in a tier of its own."
)
@click.option(
    "--tier", multiple=True, metavar="URL,URL", help="A tier of several trackers, after -t's."
)
@click.option("--no-trackers", is_flag=True, help="No trackers, whatever the settings say.")
@click.option(
    "--private/--public", default=None, help="Forbid peers from anywhere but its trackers, or not."
)
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
    "--format",
    type=click.Choice(list(map(str, Format))),
    help="The kind of torrent (BEP 3, BEP 52).",
)
@click.option(
    "--piece-size",
    metavar="SIZE",
    help="Piece length: auto, or a power of two from 16KiB to 128MiB.",
)
@click.option(
    "--piece-count", type=int, metavar="N", help="About how many pieces, instead of a size."
)
@click.option(
    "--max-torrent-size", metavar="SIZE", help="Raise the piece length until the .torrent fits."
)
@click.option(
    "--tracker-rules/--no-tracker-rules",
    default=None,
    help="Let its trackers' rules choose what is not given, or not.",
)
@click.option("--source", metavar="S", help="The source tag; part of the infohash.")
@click.option("--comment", metavar="C", help="The comment.")
@click.option("--name", metavar="N", help="Another name for the torrent.")
@click.option("--entropy", metavar="TEXT", help="A text in info that makes another infohash.")
@click.option("--date/--no-date", "with_date", default=None, help="The creation date, or none.")
@click.option(
    "--creator/--no-creator", "with_creator", default=None, help="What made it, or nothing."
)
@click.option(
    "--web-seed",
    "web_seeds",
    multiple=True,
    metavar="URL",
    help="A web seed (BEP 19); may be repeated.",
)
@click.option(
    "--http-seed",
    "http_seeds",
    multiple=True,
    metavar="URL",
    help="An HTTP seed of the older kind (BEP 17); may be repeated.",
)
@click.option(
    "--node",
    "nodes",
    multiple=True,
    metavar="HOST:PORT",
    help="A node to enter the DHT by (BEP 5); may be repeated.",
)
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Take in what matches; may be repeated."
)
@click.option(
    "--exclude", multiple=True, metavar="GLOB", help="Leave out what matches; include wins."
)
@click.option(
    "--include-dotfiles/--ignore-dotfiles",
    default=None,
    help="Take in names that begin with a dot, or leave them out. [default: leave out]",
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
@click.option("--client", metavar="NAME", help="Which qBittorrent of the settings.")
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
    tracker: tuple[str, ...],
    tier: tuple[str, ...],
    nodes: tuple[str, ...],
    include_dotfiles: bool | None,
    report: Path | None,
    *,
    no_trackers: bool,
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
    options = {
        **as_given,
        "trackers": _trackers(tracker, tier, none=no_trackers),
        "dht_nodes": tuple(map(node_from, nodes)),
        "ignore_dotfiles": None if include_dotfiles is None else not include_dotfiles,
        "force": force or None,
    }
    # One that may be repeated was not given when it is empty; to ask for no trackers is another
    # matter.
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    settings = settings_in(context.obj)
    jobs = jobs_of(paths, folders, batches, given, settings, quiet=quiet)
    batch = Batch(jobs, settings, dry_run=dry_run, as_json=as_json, quiet=quiet, report=report)
    context.exit(batch.run())


def _trackers(
    trackers: Sequence[str], tiers: Sequence[str], *, none: bool
) -> list[tuple[str, ...]] | None:
    if none:
        return []
    if trackers or tiers:
        return list(tiers_from(trackers, tiers))
    return None
