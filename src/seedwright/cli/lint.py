"""``seedwright lint``: what trackers and clients would trip over, made or only planned."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.failures import Failures, named
from seedwright.cli.options import given_options, options_of
from seedwright.cli.output import full_path, print_json, warn
from seedwright.cli.spelling import shown
from seedwright.cli.torrents import STDIN, metainfo_of
from seedwright.errors import ExitCode, MetainfoError, SeedwrightError, SettingsError, UsageError
from seedwright.metainfo.urls import check_tracker
from seedwright.names import printable
from seedwright.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedwright.lint.linter import Finding
    from seedwright.metainfo.parse import Metainfo
    from seedwright.settings.model import Settings
    from seedwright.trackers.tracker_rules import TrackerRule

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1)
@click.option(
    "--allow", multiple=True, metavar="NAME", help="Do not look for this; may be repeated."
)
@click.option("--list", "list_", is_flag=True, help="Print all that is looked for, and stop.")
@options_of("preset", "torrent")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a PATH on stdout, nothing else."
)
@click.option("-q", "--quiet", is_flag=True, help="No report; errors only.")
@click.pass_context
def lint(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    allow: tuple[str, ...],
    *,
    list_: bool,
    as_json: bool,
    quiet: bool,
    **as_given: Any,
) -> None:
    """Find what trackers and clients would trip over; ends with 1 when there is anything.

    PATH is a .torrent; or content, and then it is the torrent that create would make of it with the
    same options. What its trackers ask for is looked up in the tracker rules.
    """
    from seedwright.lint.linter import LINTS, check_allowed

    if list_:
        for name, each in LINTS.items():
            click.echo(f"{name:<25}{each.severity:<9}{each.meaning}")
        return
    if not paths:
        raise UsageError("there is nothing to look at", hint="name a PATH, or give --list")
    check_allowed(allow)
    linter = _Linter(context.obj, given_options(as_given), allow, quiet=quiet)
    failures = Failures(as_json=as_json)
    is_clean = True
    for path in paths:
        try:
            found = linter.findings(path)
        except SettingsError:
            raise  # it ails every path
        except SeedwrightError as error:
            failures.tell(path, named(error, path))
            continue
        is_clean = is_clean and not found
        if as_json:
            print_json(_row(path, found))
        elif not quiet:
            _print(path, found)
    if linter.has_useless_options and not quiet:
        warn(["what is said of a torrent counts for content alone, and no content is named"])
    context.exit(failures.exit_code or (ExitCode.DONE if is_clean else ExitCode.FAILED))


class _Linter:
    """Looks at torrents, and at content under ``options``; settings and rules are read when asked for."""

    def __init__(
        self, config: Path | None, words: Mapping[str, Any], allowed: Sequence[str], *, quiet: bool
    ) -> None:
        self._config = config
        self._allowed = allowed
        self.has_useless_options = bool(words)
        self._request = Request.of_values(".", words)
        if words.keys() & {"preset", "presets"}:
            from seedwright.meaning import with_preset

            settled = with_preset(self._request)
            self._request = settled.request
            if not quiet:
                warn(settled.warnings)

    def findings(self, path: str) -> list[Finding]:
        """What is found at ``path``. Raises SeedwrightError where nothing can be."""
        metainfo = _metainfo_at(path)
        if metainfo is None:
            from seedwright.manager import TorrentManager

            self.has_useless_options = False
            request = self._request.at(path)
            return TorrentManager(self._settings).lint(request, allowed=self._allowed)
        from seedwright.lint.linter import lint
        from seedwright.lint.subject import Subject

        return lint(Subject.made(metainfo, self._rules_of(metainfo)), allowed=self._allowed)

    @cached_property
    def _settings(self) -> Settings:
        from seedwright.cli.settings import settings_in

        return settings_in(self._config)

    @cached_property
    def _own_rules(self) -> tuple[TrackerRule, ...]:
        from seedwright.settings.places import RULES
        from seedwright.trackers.rules_file import read_rules

        file = RULES.find(self._settings.tracker_rules, {}, Path.cwd())
        return read_rules(file) if file else ()

    def _rules_of(self, metainfo: Metainfo) -> tuple[TrackerRule, ...]:
        """Those of the torrent's trackers, without any whose URL cannot be one."""
        urls = [url for tier in metainfo.tiers for url in tier if _is_usable(url)]
        if not urls:
            return ()
        from seedwright.trackers.tracker_rules import rules_for

        return rules_for(urls, self._own_rules)


def _metainfo_at(path: str) -> Metainfo | None:
    """What the ``.torrent`` at ``path`` says, None for content; MetainfoError where it is damaged.

    What is called a ``.torrent`` is one, unless it is a folder; other files are, when they read so.
    """
    is_called_one = path == STDIN or path.lower().endswith(".torrent")
    place = Path(path)
    if place.is_dir() or not (is_called_one or place.is_file()):
        return None
    try:
        return metainfo_of(path)
    except MetainfoError:
        if is_called_one:
            raise
        return None


def _is_usable(url: str) -> bool:
    try:
        check_tracker(url)
    except UsageError:
        return False
    return True


def _print(path: str, found: Sequence[Finding]) -> None:
    click.secho(printable(path), bold=True)
    for finding in found:
        click.secho(f"  {finding.severity:<9}", fg=_COLOURS[finding.severity], nl=False)
        click.echo(f"{finding.name}: {finding.text}")
        click.echo(f"  {'':<9}{shown(finding.hint)}")
    if not found:
        click.echo("  nothing found")


def _row(path: str, found: Sequence[Finding]) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "ok": not found,
        "path": full_path(path),
        "findings": [asdict(finding) for finding in found],
    }
