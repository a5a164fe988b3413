"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, cast

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.failures import Failures
from seedwright.cli.presets import presets_option, warn
from seedwright.cli.running import interruptible, run_async
from seedwright.errors import (
    ClientConnectionError,
    SeedwrightError,
    SignInError,
    UsageError,
)
from seedwright.torrent.spec import Format, tiers_from
from seedwright.torrent.urls import node_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedwright.cli.progress import Display
    from seedwright.config.model import Settings
    from seedwright.manager import TorrentManager
    from seedwright.options import CreateOptions
    from seedwright.plan import Plan
    from seedwright.report import Report

AT_ONCE = 8


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-P", "--preset", metavar="NAME", help="A preset, for what is not given here.")
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
@click.option("--dry-run", is_flag=True, help="Check everything, say what would be done, stop.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a torrent on stdout, nothing else."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no report; errors only.")
@click.pass_context
def create(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    tracker: tuple[str, ...],
    tier: tuple[str, ...],
    nodes: tuple[str, ...],
    tags: tuple[str, ...],
    include_dotfiles: bool | None,
    *,
    no_trackers: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **as_given: Any,
) -> None:
    """Make a torrent of each PATH, and with --seed prove that it seeds in qBittorrent."""
    from seedwright.cli.settings import settings_in

    if as_given["from_torrent"] is not None and len(paths) > 1:
        raise UsageError("--from is for one PATH", hint="give each its own command")
    # What is left has the name and the meaning that CreateOptions gives it.
    options = {
        **as_given,
        "several": len(paths) > 1,
        "trackers": _trackers(tracker, tier, none=no_trackers),
        "dht_nodes": tuple(map(node_from, nodes)),
        "ignore_dotfiles": None if include_dotfiles is None else not include_dotfiles,
        "tags": tags,
    }
    settings = settings_in(context.obj)
    batch = _Batch(
        paths, _given(options, quiet=quiet), dry_run=dry_run, as_json=as_json, quiet=quiet
    )
    context.exit(batch.run(settings))


def _given(options: dict[str, Any], *, quiet: bool) -> CreateOptions:
    """The options without those that were not given, and with those of the preset.

    An option that may be repeated was not given when it is empty; to ask for no trackers is
    another matter.
    """
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    if "preset" in given or "presets" in given:
        from seedwright.config.presets import with_preset

        given, warnings = with_preset(given)
        if not quiet:
            warn(warnings)
    return cast("CreateOptions", given)


def _trackers(
    trackers: Sequence[str], tiers: Sequence[str], *, none: bool
) -> list[tuple[str, ...]] | None:
    if none:
        return []
    if trackers or tiers:
        return list(tiers_from(trackers, tiers))
    return None


class _Batch:
    """The torrents of one command: a few at once, each told as soon as it is done."""

    def __init__(
        self,
        paths: Sequence[str],
        options: CreateOptions,
        *,
        dry_run: bool,
        as_json: bool,
        quiet: bool,
    ) -> None:
        self._paths = paths
        self._options = options
        self._dry_run = dry_run
        self._as_json = as_json
        self._quiet = quiet
        self._failures = Failures(as_json=as_json)
        self._fatal: SeedwrightError | None = None

    def run(self, settings: Settings) -> int:
        """The exit code, when every torrent has been made or has failed."""
        from seedwright.cli.progress import display

        with display(quiet=self._quiet or self._as_json) as bars:
            with interruptible():
                rest = self._here(settings, bars)
            if rest:
                run_async(self._with_clients(settings, bars, rest))
        return self._failures.exit_code

    def _here(self, settings: Settings, bars: Display) -> Sequence[str]:
        """Make what needs no client, one after the other; gives the paths from the first that does.

        Without a client there is no need of an event loop, and to import one takes longer than
        making a small torrent.
        """
        from seedwright.drafting import draft
        from seedwright.making import make_here

        for number, path in enumerate(self._paths):
            started = time.monotonic()
            with self._telling(path, bars):
                plan = draft(path, settings, self._options)
                if plan.needs_client:
                    return self._paths[number:]
                self._tell_aside(
                    bars, plan if self._dry_run else make_here(plan, started, bars.of(path))
                )
        return ()

    async def _with_clients(self, settings: Settings, bars: Display, paths: Sequence[str]) -> None:
        import asyncio

        from seedwright.manager import TorrentManager

        places = asyncio.Semaphore(AT_ONCE)

        async def in_its_turn(path: str) -> None:
            async with places:
                with self._telling(path, bars):
                    self._tell_aside(bars, await self._one(manager, bars, path))

        async with TorrentManager(settings) as manager:
            await asyncio.gather(*map(in_its_turn, paths))

    async def _one(self, manager: TorrentManager, bars: Display, path: str) -> Plan | Report:
        if self._fatal is not None:
            raise self._fatal
        if self._dry_run:
            return await manager.plan_torrent(path, **self._options)
        return await manager.create_torrent(path, bars.of(path), **self._options)

    @contextlib.contextmanager
    def _telling(self, path: str, bars: Display) -> Iterator[None]:
        """A context whose failure is told and kept for the end."""
        try:
            yield
        except SeedwrightError as error:
            bars.finish(path)
            with bars.aside():
                self._tell_failure(path, error)
        else:
            bars.finish(path)

    def _tell_aside(self, bars: Display, outcome: Plan | Report) -> None:
        with bars.aside():
            self._tell(outcome)

    def _tell(self, outcome: Plan | Report) -> None:
        from seedwright.cli import output
        from seedwright.plan import Plan

        if self._as_json:
            output.print_json({"ok": True, **outcome.as_dict()})
        elif self._quiet:
            return
        elif isinstance(outcome, Plan):
            output.print_plan(outcome)
        else:
            output.print_report(outcome)

    def _tell_failure(self, path: str, error: SeedwrightError) -> None:
        # What ails the client ails every torrent after this one.
        if isinstance(error, ClientConnectionError | SignInError):
            self._fatal = error
        self._failures.tell(path, error)
