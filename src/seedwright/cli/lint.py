"""``seedwright lint``: what trackers and clients would refuse or misread in a torrent."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.failures import Failures, named
from seedwright.cli.options import Sections, given_options, option_named, options_of, preset_option
from seedwright.cli.output import full_path, print_json, warn
from seedwright.cli.parameters import NAME, json_option, quiet_option
from seedwright.cli.torrents import STDIN, metainfo_of
from seedwright.cli.wording import shown
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


@click.command(cls=Sections)
@click.argument("paths", metavar="PATH...", nargs=-1, type=NAME)
@click.option(
    "--allow", multiple=True, metavar="NAME", help="Name of a problem to ignore; may be repeated."
)
@click.option(
    "--list", "list_", is_flag=True, help="List the problems that are looked for, and exit."
)
@preset_option
@option_named("presets")
@option_named("client", part="preset")
@json_option("PATH")
@quiet_option
@options_of("torrent")
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
    """Find what trackers or clients would refuse or misread in the torrent at each PATH.

    PATH is a .torrent, or content: then lint examines the torrent that create would make of it with
    the same options. The rules of known trackers apply. The exit code is 1 if anything is found.
    """
    from seedwright.lint.linter import LINTS, check_allowed

    if list_:
        for name, each in LINTS.items():
            click.echo(f"{name:<25}{each.severity:<9}{each.meaning}")
        return
    if not paths:
        raise UsageError("nothing to examine", hint="name a PATH, or use --list")
    check_allowed(allow)
    linter = _Linter(context.obj, given_options(as_given), allow, quiet=quiet)
    failures = Failures(as_json=as_json)
    is_clean = True
    for path in paths:
        try:
            found = linter.findings(path)
        except SettingsError:
            raise  # every path would fail with it
        except SeedwrightError as error:
            failures.report(path, named(error, path))
            continue
        is_clean = is_clean and not found
        if as_json:
            print_json(_row(path, found))
        elif not quiet:
            _print(path, found)
    if linter.has_useless_options and not quiet:
        warn(["options of a torrent only affect content, and no PATH is content"])
    context.exit(failures.exit_code or (ExitCode.DONE if is_clean else ExitCode.FAILED))


class _Linter:
    """Examines torrents, and content under ``words``; settings and rules are read when needed."""

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
        """The problems of the torrent at ``path``. Raises SeedwrightError if it cannot be examined."""
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
        """The rules of the torrent's trackers, as far as their URLs are valid."""
        urls = [url for tier in metainfo.tiers for url in tier if _is_usable(url)]
        if not urls:
            return ()
        from seedwright.trackers.tracker_rules import rules_for

        return rules_for(urls, self._own_rules)


def _metainfo_at(path: str) -> Metainfo | None:
    """The metainfo of the ``.torrent`` at ``path``, None for content; MetainfoError if damaged.

    A file with that ending is always a torrent; any other file is one if it can be read as one.
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
