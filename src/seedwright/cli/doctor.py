"""``seedwright doctor``: test the connection and the path mappings, or find a mapping."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import AbstractContextManager, aclosing, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.options import option_named
from seedwright.cli.output import print_json
from seedwright.cli.parameters import NAME, json_option
from seedwright.cli.running import run_async
from seedwright.cli.wording import shown
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from seedwright.clients.examination import Finding
    from seedwright.clients.qbittorrent.client import QBittorrent
    from seedwright.clients.qbittorrent.mapping_search import Suggestion
    from seedwright.errors import ExitCode
    from seedwright.settings.model import Settings

_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}
_STEP_WIDTH = len("torrent creator")
_TEXT_COLUMN = len("  pass  ") + _STEP_WIDTH + 2


@click.command()
@option_named("client", help="qBittorrent to test, by its name in the settings. [default: all]")
@json_option("qBittorrent")
@click.option(
    "--suggest-mapping",
    metavar="HOSTDIR",
    type=NAME,
    help="Do not test: find this folder among those that qBittorrent sees, and print the path"
    " mapping for it.",
)
@click.pass_context
def doctor(
    context: click.Context, client: str | None, suggest_mapping: str | None, *, as_json: bool
) -> None:
    """Test the connection to qBittorrent step by step, and every path mapping from both sides."""
    from seedwright.cli.settings import settings_in

    settings = settings_in(context.obj)
    names = _names(settings, client)
    host_dir = os.path.abspath(suggest_mapping) if suggest_mapping else ""  # noqa: PTH100 - keeps links
    report = _JsonReport() if as_json else _TextReport()

    async def visit_all() -> ExitCode:
        return max([await _visit(name, settings, report, host_dir) for name in names])

    context.exit(run_async(visit_all()))


def _names(settings: Settings, client: str | None) -> tuple[str, ...]:
    """The clients to visit: the named one, or all in the settings."""
    if client is not None:
        return (settings.client(client)[0],)
    default, *others = settings.client_names()
    if others and not settings.describes_default_client:
        return tuple(others)
    return (default, *others)


async def _visit(
    name: str, settings: Settings, report: _TextReport | _JsonReport, host_dir: str
) -> ExitCode:
    """The exit code for this client. The session is always closed."""
    from seedwright.errors import ExitCode
    from seedwright.fleet import qbittorrent_of

    client = qbittorrent_of(name, settings.client(name)[1], settings.torrent_creation)
    codes = [ExitCode.DONE]
    report.begin(client)
    try:
        with report.waiting():
            findings = _search(client, host_dir, report) if host_dir else client.examine()
            async with aclosing(findings):
                async for finding in findings:
                    report.add(finding)
                    codes.append(finding.exit_code)
        if isinstance(report, _JsonReport) and client.connection.is_open and not host_dir:
            await report.ask(client)
    finally:
        await client.close()
    report.end()
    return max(codes)


async def _search(
    client: QBittorrent, host_dir: str, report: _TextReport | _JsonReport
) -> AsyncGenerator[Finding, None]:
    from seedwright.clients.examination import failed_with
    from seedwright.clients.qbittorrent.doctor import MAPPING
    from seedwright.clients.qbittorrent.mapping_search import suggest
    from seedwright.errors import SeedwrightError

    try:
        suggestion = await suggest(client.connection, host_dir, client.path_map)
    except SeedwrightError as error:
        yield failed_with(MAPPING, error)
    else:
        yield suggestion.as_finding(MAPPING)
        report.suggest(client.name, suggestion)


class _JsonReport:
    """One object for each client, once everything about it is known."""

    def begin(self, client: QBittorrent) -> None:
        self._name = client.name
        self._findings: list[Finding] = []
        self._suggestion: dict[str, Any] = {}
        self._info: dict[str, Any] = {}

    def waiting(self) -> AbstractContextManager[object]:
        return nullcontext()

    def add(self, finding: Finding) -> None:
        self._findings.append(finding)

    async def ask(self, client: QBittorrent) -> None:
        """Add what the client reports about itself, if it answers."""
        from seedwright.errors import ClientError

        with suppress(ClientError):
            self._info = {"info": await client.info()}

    def suggest(self, _: str, suggestion: Suggestion) -> None:
        self._suggestion = suggestion.as_dict()

    def end(self) -> None:
        print_json(
            {
                "client": self._name,
                "ok": not any(finding.exit_code for finding in self._findings),
                "findings": [finding.as_dict() for finding in self._findings],
                **self._info,
                **self._suggestion,
            }
        )


class _TextReport:
    """A line for each finding as soon as it is known, its hint below; in colour on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False, markup=False, soft_wrap=True)
        self._visits = 0

    def begin(self, client: QBittorrent) -> None:
        if self._visits:
            self._console.print()
        self._visits += 1
        self._verdicts: Counter[str] = Counter()
        self._ended = self._is_cut = False
        heading = f"{client.title} at {client.connection.endpoint.url}"
        self._console.print(printable(heading), style="bold")

    def waiting(self) -> AbstractContextManager[object]:
        # Without a terminal rich would print the word itself.
        return self._console.status("testing") if self._console.is_terminal else nullcontext()

    def add(self, finding: Finding) -> None:
        if self._ended:
            # One line for everything that is skipped because of the finding before.
            if not self._is_cut:
                self._line("skip", "the rest", finding.text)
            self._is_cut = True
            return
        self._verdicts[finding.verdict.value] += 1
        self._line(finding.verdict.value, finding.step, finding.text, finding.hint)
        self._ended = finding.ends_the_examination

    def suggest(self, client: str, suggestion: Suggestion) -> None:
        if not suggestion.candidates or suggestion.in_force:
            return
        import yaml

        from seedwright.settings.model import DEFAULT_CLIENT

        mapping = suggestion.candidates[0].mapping
        block: dict[str, Any] = {"docker_path_mapping": {str(mapping.host): str(mapping.client)}}
        settings = (
            {"qbittorrent": block} if client == DEFAULT_CLIENT else {"clients": {client: block}}
        )
        text = yaml.safe_dump(settings, allow_unicode=True, width=float("inf"))
        self._console.print(f"\n{text}", end="")

    def end(self) -> None:
        if self._verdicts.total() > 1 or self._is_cut:
            self._console.print(self._summary())

    def _summary(self) -> str:
        counts = (("failure", self._verdicts["fail"]), ("warning", self._verdicts["warn"]))
        said = [f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts if count]
        return f"  {', '.join(said)}" if said else "  all is well"

    def _line(self, verdict: str, step: str, text: str, hint: str = "") -> None:
        from rich.text import Text

        first, *more = self._wrapped(text)
        self._console.print(
            Text.assemble("  ", (verdict, _STYLES[verdict]), f"  {step:<{_STEP_WIDTH}}  {first}")
        )
        for line in more + (self._wrapped(f"hint: {shown(hint)}") if hint else []):
            self._console.print(" " * _TEXT_COLUMN + line)

    def _wrapped(self, text: str) -> list[str]:
        """The text in lines that fit the terminal; elsewhere in one line, to be searched."""
        import textwrap

        if not self._console.is_terminal:
            return [shown(text)]
        width = max(self._console.width - _TEXT_COLUMN, 30)
        return textwrap.wrap(shown(text), width, break_long_words=False, break_on_hyphens=False)
