"""``seedwright verify``: content compared with its torrent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seedwright.cli.output import print_json
from seedwright.cli.parameters import NAME, json_option, quiet_option
from seedwright.cli.running import interruptible
from seedwright.errors import ExitCode
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
@click.argument("torrent", metavar="FILE.torrent", type=NAME)
@click.argument("content", metavar="PATH", type=NAME)
@json_option()
@quiet_option
@click.pass_context
def verify(
    context: click.Context, torrent: str, content: str, *, as_json: bool, quiet: bool
) -> None:
    """Hash the content at PATH and compare it with FILE.torrent.

    PATH is the content itself, or the folder that holds it. The exit code is 1 if anything is
    missing or differs.
    """
    from pathlib import Path

    from seedwright.cli.progress import display
    from seedwright.stages.verdict import verify as verdict_on

    with interruptible(), display(quiet=quiet or as_json) as bars:
        found = verdict_on(
            Path(torrent), Path(content), lambda progress: bars.show(content, progress)
        )
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        _print(found)
    context.exit(ExitCode.DONE if found.is_complete else ExitCode.FAILED)


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
