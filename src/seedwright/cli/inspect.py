"""``seedwright inspect``: what a torrent says."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

import click

from seedwright.cli import EXIT_CODES
from seedwright.errors import ExitCode, SeedwrightError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedwright.torrent.description import FileLine
    from seedwright.torrent.metainfo import Metainfo

WARNED = 10
"""How many files with bad paths are named one by one."""

CUT_AT = 2000
"""How many characters of one text are shown; --json has it whole."""

MAGNET = "magnet"

_LABEL = 10
_AT_ONCE = 1000


@click.command(epilog=EXIT_CODES)
@click.argument("torrents", metavar="FILE...", nargs=-1, required=True)
@click.option("--files", is_flag=True, help="List the files, with their numbers and sizes.")
@click.option("--tree", is_flag=True, help="Draw the files as a tree of folders.")
@click.option("--show-secrets", is_flag=True, help="Show passkeys instead of ***.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a torrent on stdout, nothing else."
)
@click.pass_context
def inspect(
    context: click.Context,
    torrents: tuple[str, ...],
    *,
    files: bool,
    tree: bool,
    show_secrets: bool,
    as_json: bool,
) -> None:
    """Show what torrents say, whoever made them; - reads one from standard input.

    Passkeys are shown as ***. A file that is no torrent is told, and the others go on.
    """
    from seedwright.cli.output import fail
    from seedwright.cli.torrents import metainfo_of

    code = ExitCode.DONE
    for number, name in enumerate(torrents):
        try:
            metainfo = metainfo_of(name)
            if as_json:
                _write(_json(name, metainfo, show_secrets=show_secrets))
                continue
            _write(["\n"] if number else [])
            _print(name, metainfo, show_secrets=show_secrets)
            if files:
                _write(_listed(metainfo))
            if tree:
                _write(_drawn(metainfo))
        except SeedwrightError as error:
            code = ExitCode.FAILED
            if as_json:
                row = {"ok": False, "torrent": name, "error": error.as_dict()}
                _write([json.dumps(row, ensure_ascii=False), "\n"])
            fail(_named(error, name))
    context.exit(code)


def _named(error: SeedwrightError, name: str) -> SeedwrightError:
    """The failure with the name of its torrent, unless it has it already."""
    if name in error.message:
        return error
    return type(error)(f"{name}: {error.message}", hint=error.hint)


def _write(texts: Iterable[str]) -> None:
    """The texts, many at once: there may be a million, and each click.echo is a system call."""
    waiting = iter(texts)
    while some := "".join(islice(waiting, _AT_ONCE)):
        click.echo(some, nl=False)


def _json(name: str, metainfo: Metainfo, *, show_secrets: bool) -> Iterator[str]:
    """One object on one line, its files one by one."""
    from seedwright.torrent.description import describe, file_lines

    head = {"ok": True, "torrent": name, **describe(metainfo, show_secrets=show_secrets)}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "file_list": ['
    for number, line in enumerate(file_lines(metainfo)):
        yield (", " if number else "") + json.dumps(line.as_dict(), ensure_ascii=False)
    yield "]}\n"


def _print(name: str, metainfo: Metainfo, *, show_secrets: bool) -> None:
    from seedwright.torrent.names import printable

    click.secho(printable(metainfo.name), bold=True)
    for label, text in _rows(name, metainfo, show_secrets=show_secrets):
        shown = text if label == MAGNET or len(text) <= CUT_AT else f"{text[:CUT_AT]}..."
        click.echo(f"  {label:<{_LABEL}}{printable(shown)}")
    for warning in _warnings(metainfo):
        click.secho(f"  {'warning':<{_LABEL}}", fg="yellow", nl=False)
        click.echo(printable(warning))


def _rows(name: str, metainfo: Metainfo, *, show_secrets: bool) -> Iterator[tuple[str, str]]:
    from seedwright.torrent.magnet import magnet
    from seedwright.torrent.pieces import format_size
    from seedwright.torrent.urls import mask_url

    shown = str if show_secrets else mask_url
    yield "file", name
    yield "infohash", metainfo.infohash_v1 or str(metainfo.infohash_v2)
    if metainfo.infohash_v1 and metainfo.infohash_v2:
        yield "v2", metainfo.infohash_v2
    pieces = f"{_count(metainfo.pieces, 'piece')} of {format_size(metainfo.piece_length)}"
    content = f"{format_size(metainfo.size)} in {_count(metainfo.files, 'file')}"
    yield "content", f"{content}, {pieces}"
    yield "format", f"{metainfo.format}, {'private' if metainfo.private else 'public'}"
    made = [_moment(metainfo.creation_date)] if metainfo.creation_date is not None else []
    made += [f"by {metainfo.created_by}"] if metainfo.created_by else []
    texts = {
        "source": metainfo.source,
        "comment": metainfo.comment,
        "created": " ".join(made),
        "encoding": metainfo.encoding,
    }
    yield from ((label, text) for label, text in texts.items() if text)
    yield from (("tier", ", ".join(map(shown, tier))) for tier in metainfo.tiers)
    yield from (("web seed", shown(url)) for url in metainfo.web_seeds)
    yield from (("http seed", shown(url)) for url in metainfo.http_seeds)
    yield from (("node", f"{host}:{port}") for host, port in metainfo.dht_nodes)
    if metainfo.unknown:
        yield "unknown", ", ".join(metainfo.unknown)
    yield MAGNET, magnet(metainfo, show_secrets=show_secrets)


def _warnings(metainfo: Metainfo) -> Iterator[str]:
    from seedwright.torrent.description import file_lines, name_problems
    from seedwright.torrent.paths import PATH_PROBLEMS

    for key in metainfo.ignored:
        yield f"'{key}' is of the wrong type, and counts as absent"
    for problem in name_problems(metainfo):
        yield f"the torrent {PATH_PROBLEMS[problem]}"
    bad = (line for line in file_lines(metainfo) if line.problems)
    for line in islice(bad, WARNED):
        yield f"'{line.path}' {', '.join(PATH_PROBLEMS[problem] for problem in line.problems)}"
    if more := sum(1 for _ in bad):
        yield f"{more} more paths are like these; --json lists them all"


def _listed(metainfo: Metainfo) -> Iterator[str]:
    from seedwright.torrent.description import file_lines
    from seedwright.torrent.names import printable
    from seedwright.torrent.pieces import format_size

    width = len(str(metainfo.listed - 1))
    for number, line in enumerate(file_lines(metainfo)):
        size = format_size(line.length)
        yield f"  {number:>{width}}  {size:>10}  {printable(line.path)}{_notes(line)}\n"


def _drawn(metainfo: Metainfo) -> Iterator[str]:
    """The files below their folders, in the torrent's order; one that is returned to comes again."""
    from seedwright.torrent.description import file_lines
    from seedwright.torrent.names import printable
    from seedwright.torrent.pieces import format_size

    open_folders: tuple[str, ...] = ()
    for line in file_lines(metainfo):
        *folders, name = line.parts
        same = 0
        while same < min(len(folders), len(open_folders)) and folders[same] == open_folders[same]:
            same += 1
        for depth in range(same, len(folders)):
            yield f"{'  ' * (depth + 1)}{printable(folders[depth])}/\n"
        open_folders = tuple(folders)
        size = format_size(line.length)
        yield f"{'  ' * (len(folders) + 1)}{printable(name)}  {size}{_notes(line)}\n"


def _notes(line: FileLine) -> str:
    from seedwright.torrent.names import printable

    notes = ", ".join(line.attributes)
    arrow = f" -> {printable(line.target)}" if line.target else ""
    return f"{arrow} ({notes})" if notes else arrow


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"at {seconds}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
