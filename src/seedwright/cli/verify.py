"""``seedwright verify``: content compared with its torrent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli.failures import Failures, named
from seedwright.cli.output import count, full_path, print_json
from seedwright.cli.parameters import NAME, json_option, quiet_option
from seedwright.cli.running import interruptible
from seedwright.errors import ExitCode, SeedwrightError, UsageError
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedwright.hashes.verify import FileVerdict, Range, Verification

SHOWN = 20

_SPELLINGS = {
    "unicode": "the same letters in another Unicode form",
    "libtorrent": "as libtorrent spells it",
}


@click.command()
@click.argument("torrents", metavar="FILE.torrent... PATH", nargs=-1, required=True, type=NAME)
@click.option(
    "--in",
    "folder",
    metavar="DIR",
    type=NAME,
    help="Folder that holds the content of every FILE.torrent; takes the place of PATH.",
)
@json_option("FILE.torrent")
@quiet_option
@click.pass_context
def verify(
    context: click.Context,
    torrents: tuple[str, ...],
    folder: str | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Hash the content at PATH and compare it with FILE.torrent.

    PATH is the content itself, or the folder that holds it. Several torrents are verified with --in,
    each with one read of its content, and a table at the end. The exit code is 1 if anything is
    missing or differs.
    """
    if folder is not None:
        context.exit(_verify_each(torrents, folder, as_json=as_json, quiet=quiet))
    if len(torrents) != 2:
        raise UsageError(
            "verify needs one FILE.torrent and one PATH",
            hint="for several torrents, name the folder of their content with --in DIR",
        )
    torrent, content = torrents
    found = _verdict(torrent, content, content, quiet=quiet or as_json)
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        _print(found)
    context.exit(ExitCode.DONE if found.is_complete else ExitCode.FAILED)


def _verify_each(torrents: Sequence[str], folder: str, *, as_json: bool, quiet: bool) -> ExitCode:
    """FAILED unless the content of all torrents is complete; what cannot be verified counts as well."""
    failures = Failures(as_json=as_json)
    verdicts: list[tuple[str, Verification | None]] = []
    for torrent in torrents:
        try:
            found = _verdict(torrent, folder, torrent, quiet=quiet or as_json)
        except SeedwrightError as error:
            failures.report(torrent, named(error, torrent))
            verdicts.append((torrent, None))
            continue
        verdicts.append((torrent, found))
        if as_json:
            print_json({"path": full_path(torrent), **found.as_dict()})
        elif not quiet and (found.files or found.respelled):
            _print(found)
    if not (as_json or quiet):
        _print_table(verdicts)
    is_complete = all(found is not None and found.is_complete for _, found in verdicts)
    return ExitCode.DONE if is_complete else ExitCode.FAILED


def _verdict(torrent: str, content: str, title: str, *, quiet: bool) -> Verification:
    """The verdict on the content, with progress under the ``title``."""
    from pathlib import Path

    from seedwright.cli.progress import display
    from seedwright.stages.verdict import verify as verdict_on

    with interruptible(), display(quiet=quiet) as bars:
        return verdict_on(Path(torrent), Path(content), lambda progress: bars.show(title, progress))


def _print_table(verdicts: Sequence[tuple[str, Verification | None]]) -> None:
    """A line for each torrent, and how many of them are complete."""
    complete = 0
    for torrent, found in verdicts:
        if found is None:
            state, percent, size = "failed", "", ""
        else:
            complete += found.is_complete
            state = "complete" if found.is_complete else "incomplete"
            percent, size = f"{_percent(found)} %", format_size(found.size)
        click.echo(f"{state:<11}{percent:>8}{size:>11}  {printable(torrent)}")
    click.echo(f"{complete} of {count(len(verdicts), 'torrent')} complete")


def _print(found: Verification) -> None:
    click.secho(printable(found.name), bold=True)
    click.echo(f"  content   {printable(str(found.content))}")
    click.echo(
        f"  good      {_percent(found)} %, {format_size(found.good_bytes)} of"
        f" {format_size(found.size)}, {found.good_files} of"
        f" {found.good_files + len(found.files)} files"
    )
    if found.bad_pieces:
        click.echo(f"  pieces    {len(found.bad_pieces)} bad")
    for path, respelled in found.respelled[:SHOWN]:
        label, name = f"  {'respelled':<11}", printable(path or found.name)
        how = _SPELLINGS[respelled.spelling]
        click.echo(f"{label}{name}: found as '{printable(respelled.path)}', {how}")
    if len(found.respelled) > SHOWN:
        click.echo(f"  and {len(found.respelled) - SHOWN} more respelled; --json lists them all")
    for file in found.files[:SHOWN]:
        click.echo(f"  {file.state:<11}{printable(file.path or found.name)}{_details(file)}")
    if len(found.files) > SHOWN:
        click.echo(f"  and {len(found.files) - SHOWN} more; --json lists them all")


def _percent(found: Verification) -> str:
    """Rounded down, so that only what is whole is called 100."""
    return f"{int(found.fraction * 10_000) / 100:g}"


def _details(file: FileVerdict) -> str:
    if file.state in ("missing", "unreadable", "unfinished"):
        return f": {file.reason}" if file.reason else ""
    if file.state == "mislinked":
        there = f"leads to '{printable(file.leads_to)}'" if file.leads_to else "is not a link"
        return f": {there}, but should lead to '{printable(file.target or '')}'"
    said = [f"{file.actual} bytes instead of {file.length}"] if file.state == "long" else []
    if file.bad:
        said.append(f"bytes {_ranges(file.bad)}")
    if file.unknown:
        others = ", ".join(f"'{printable(other)}'" for other in file.shares_with)
        ranges = _ranges(file.unknown)
        said.append(f"bytes {ranges} cannot be checked: they share a piece with {others}")
    return f": {'; '.join(said)}" if said else ""


def _ranges(ranges: Sequence[Range]) -> str:
    shown = ", ".join(f"{start}-{end - 1}" for start, end in ranges[:4])
    return shown if len(ranges) <= 4 else f"{shown} and {len(ranges) - 4} more ranges"
