"""``seedwright lint``: what trackers and clients would trip over in a torrent."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.failures import Failures, named
from seedwright.cli.output import print_json
from seedwright.errors import ExitCode, MetainfoError, UsageError
from seedwright.torrent.names import printable
from seedwright.torrent.urls import check_tracker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedwright.torrent.lint import Finding
    from seedwright.torrent.metainfo import Metainfo
    from seedwright.trackers.rules import TrackerRule

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command(epilog=EXIT_CODES)
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option(
    "--allow", multiple=True, metavar="NAME", help="Do not look for this; may be repeated."
)
@click.option("--list", "list_", is_flag=True, help="Print all that is looked for, and stop.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a FILE on stdout, nothing else."
)
@click.option("-q", "--quiet", is_flag=True, help="No report; errors only.")
@click.pass_context
def lint(
    context: click.Context,
    files: tuple[str, ...],
    allow: tuple[str, ...],
    *,
    list_: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find what trackers and clients would trip over; ends with 1 when there is anything.

    What a torrent's own trackers ask for is looked up in the tracker rules.
    """
    from seedwright.torrent.lint import LINTS, check_allowed

    if list_:
        for name, each in LINTS.items():
            click.echo(f"{name:<25}{each.severity:<9}{each.meaning}")
        return
    if not files:
        raise UsageError("there is no torrent to look at", hint="name a FILE, or give --list")
    check_allowed(allow)
    rules = _Rules(context.obj)
    failures = Failures(as_json=as_json)
    is_clean = True
    for file in files:
        try:
            found = _findings(file, rules, allow)
        except MetainfoError as error:
            failures.tell(file, named(error, file))
            continue
        is_clean = is_clean and not found
        if as_json:
            print_json(_row(file, found))
        elif not quiet:
            _print(file, found)
    context.exit(failures.exit_code or (ExitCode.DONE if is_clean else ExitCode.FAILED))


class _Rules:
    """The rules of trackers, read when the first torrent that has a tracker asks for them."""

    def __init__(self, config: Path | None) -> None:
        self._config = config

    @cached_property
    def _own(self) -> tuple[TrackerRule, ...]:
        from seedwright.cli.settings import settings_in
        from seedwright.ruling import rules_file
        from seedwright.trackers.reading import read_rules

        file = rules_file(settings_in(self._config))
        return read_rules(file) if file else ()

    def of(self, metainfo: Metainfo) -> tuple[TrackerRule, ...]:
        """Those of the torrent's trackers, without any whose URL cannot be one."""
        urls = [url for tier in metainfo.tiers for url in tier if _is_usable(url)]
        if not urls:
            return ()
        from seedwright.trackers.rules import rules_for

        return rules_for(urls, self._own)


def _is_usable(url: str) -> bool:
    try:
        check_tracker(url)
    except UsageError:
        return False
    return True


def _findings(file: str, rules: _Rules, allowed: Sequence[str]) -> list[Finding]:
    from seedwright.cli.torrents import metainfo_of
    from seedwright.torrent.lint import lint

    metainfo = metainfo_of(file)
    return lint(metainfo, rules.of(metainfo), allowed=allowed)


def _print(file: str, found: Sequence[Finding]) -> None:
    click.secho(printable(file), bold=True)
    for finding in found:
        click.secho(f"  {finding.severity:<9}", fg=_COLOURS[finding.severity], nl=False)
        click.echo(f"{finding.name}: {finding.text}")
        click.echo(f"  {'':<9}{finding.hint}")
    if not found:
        click.echo("  nothing found")


def _row(file: str, found: Sequence[Finding]) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "ok": not found,
        "path": os.path.abspath(file),  # noqa: PTH100 - as the other commands spell it
        "findings": [asdict(finding) for finding in found],
    }
