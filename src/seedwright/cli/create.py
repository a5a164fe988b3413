"""``seedwright create``: from content to a torrent that seeds."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seedwright.cli.running import run_async
from seedwright.errors import ClientConnectionError, ExitCode, SeedwrightError, SignInError
from seedwright.torrent.spec import Format, tiers_from

if TYPE_CHECKING:
    from seedwright.cli.progress import Display
    from seedwright.config.model import Settings
    from seedwright.manager import TorrentManager
    from seedwright.options import CreateOptions
    from seedwright.plan import Plan
    from seedwright.report import Report

AT_ONCE = 8


class Engine(StrEnum):
    """What can be asked to hash."""

    AUTO = "auto"
    LOCAL = "local"
    QBITTORRENT = "qbittorrent"


def create(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files or folders, one torrent each.")
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE|DIR",
            help="The .torrent to write, or a folder for NAME.torrent. [default: here]",
        ),
    ] = None,
    tracker: Annotated[
        list[str] | None,
        typer.Option("-t", "--tracker", metavar="URL", help="A tracker in a tier of its own."),
    ] = None,
    tier: Annotated[
        list[str] | None,
        typer.Option("--tier", metavar="URL,URL", help="A tier of several trackers, after -t's."),
    ] = None,
    no_trackers: Annotated[
        bool, typer.Option("--no-trackers", help="No trackers, whatever the settings say.")
    ] = False,
    private: Annotated[
        bool | None,
        typer.Option(
            "--private/--public", help="Forbid peers from anywhere but its trackers, or not."
        ),
    ] = None,
    engine: Annotated[
        Engine | None,
        typer.Option(help="What hashes. [default: auto, the one nearest to the content]"),
    ] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", help="The kind of torrent (BEP 3, BEP 52).")
    ] = None,
    piece_size: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE", help="Piece length: auto, or a power of two from 16KiB to 128MiB."
        ),
    ] = None,
    piece_count: Annotated[
        int | None, typer.Option(metavar="N", help="About how many pieces, instead of a size.")
    ] = None,
    max_torrent_size: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Raise the piece length until the .torrent fits."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="S", help="The source tag; part of the infohash.")
    ] = None,
    comment: Annotated[str | None, typer.Option(metavar="C", help="The comment.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="N", help="Another name for the torrent.")
    ] = None,
    entropy: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="A text in info that makes another infohash."),
    ] = None,
    no_date: Annotated[bool, typer.Option("--no-date", help="No creation date.")] = False,
    no_creator: Annotated[bool, typer.Option("--no-creator", help="No creator.")] = False,
    web_seed: Annotated[
        list[str] | None,
        typer.Option("--web-seed", metavar="URL", help="A web seed (BEP 19); may be repeated."),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option("--include", metavar="GLOB", help="Take in what matches; may be repeated."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave out what matches; include wins."),
    ] = None,
    include_dotfiles: Annotated[
        bool | None,
        typer.Option(
            "--include-dotfiles/--ignore-dotfiles",
            help="Take in names that begin with a dot, or leave them out. [default: leave out]",
        ),
    ] = None,
    client: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which qBittorrent of the settings.")
    ] = None,
    seed: Annotated[
        bool | None,
        typer.Option("--seed/--no-seed", help="Add the torrent and prove that it seeds."),
    ] = None,
    category: Annotated[
        str | None, typer.Option(metavar="C", help="With --seed: its category.")
    ] = None,
    create_category: Annotated[
        bool | None,
        typer.Option(
            "--create-category/--no-create-category",
            help="With --seed: create an absent category, or not.",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="T", help="With --seed: a tag; may be repeated."),
    ] = None,
    save_path: Annotated[
        str | None,
        typer.Option(metavar="P", help="With --seed: the folder it lies in. [default: its own]"),
    ] = None,
    auto_management: Annotated[
        bool | None,
        typer.Option(
            "--auto-management/--no-auto-management",
            help="With --seed: let the category decide the folder.",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="S", help="Seconds one torrent may take, its turn in the queue included."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing .torrent.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, say what would be done, stop.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a torrent on stdout, nothing else.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress and no report; errors only.")
    ] = False,
) -> None:
    """Make a torrent of each PATH, and with --seed prove that it seeds in qBittorrent."""
    from seedwright.cli.settings import settings_of

    options: CreateOptions = {
        "output": output,
        "several": len(paths) > 1,
        "force": force,
        "trackers": _trackers(tracker, tier, none=no_trackers),
        "web_seeds": web_seed or (),
        "engine": engine.value if engine else None,
        "name": name,
        "entropy": entropy,
        "with_date": not no_date,
        "with_creator": not no_creator,
        "format": format_.value if format_ else None,
        "private": private,
        "piece_size": piece_size,
        "piece_count": piece_count,
        "max_torrent_size": max_torrent_size,
        "source": source,
        "comment": comment,
        "include": include or (),
        "exclude": exclude or (),
        "ignore_dotfiles": None if include_dotfiles is None else not include_dotfiles,
        "client": client,
        "seed": seed,
        "category": category,
        "create_category": create_category,
        "tags": tag,
        "save_path": save_path,
        "auto_management": auto_management,
        "timeout": timeout,
    }
    batch = _Batch(paths, options, dry_run=dry_run, as_json=as_json, quiet=quiet)
    raise typer.Exit(run_async(batch.run(settings_of(context))))


def _trackers(
    trackers: list[str] | None, tiers: list[str] | None, *, none: bool
) -> list[tuple[str, ...]] | None:
    if none:
        return []
    if trackers or tiers:
        return list(tiers_from(trackers or [], tiers or []))
    return None


class _Batch:
    """The torrents of one command: a few at once, each told as soon as it is done."""

    def __init__(
        self, paths: list[str], options: CreateOptions, *, dry_run: bool, as_json: bool, quiet: bool
    ) -> None:
        self._paths = paths
        self._options = options
        self._dry_run = dry_run
        self._as_json = as_json
        self._quiet = quiet
        self._failures: list[SeedwrightError] = []
        self._fatal: SeedwrightError | None = None

    async def run(self, settings: Settings) -> int:
        """The exit code, when every torrent has been made or has failed."""
        import asyncio

        from seedwright.cli.progress import display
        from seedwright.manager import TorrentManager

        places = asyncio.Semaphore(AT_ONCE)

        async def in_its_turn(path: str) -> None:
            async with places:
                await self._one(manager, bars, path)

        async with TorrentManager(settings) as manager:
            with display(quiet=self._quiet or self._as_json) as bars:
                await asyncio.gather(*(in_its_turn(path) for path in self._paths))
        return self._exit_code()

    async def _one(self, manager: TorrentManager, bars: Display, path: str) -> None:
        try:
            if self._fatal is not None:
                raise self._fatal
            outcome: Plan | Report
            if self._dry_run:
                outcome = await manager.plan_torrent(path, **self._options)
            else:
                outcome = await manager.create_torrent(
                    path, lambda progress: bars.show(path, progress), **self._options
                )
        except SeedwrightError as error:
            bars.finish(path)
            with bars.aside():
                self._tell_failure(path, error)
        else:
            bars.finish(path)
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
        from seedwright.cli import output

        known = {failure.message for failure in self._failures}
        self._failures.append(error)
        # What ails the client ails every torrent after this one.
        if isinstance(error, ClientConnectionError | SignInError):
            self._fatal = error
        if self._as_json:
            row: dict[str, Any] = {"ok": False, "path": os.path.abspath(path)}  # noqa: PTH100
            output.print_json({**row, "error": error.as_dict()})
        if error.message not in known:
            output.fail(error)

    def _exit_code(self) -> int:
        codes = {failure.exit_code for failure in self._failures}
        if not codes:
            return ExitCode.DONE
        return codes.pop() if len(codes) == 1 else ExitCode.FAILED
