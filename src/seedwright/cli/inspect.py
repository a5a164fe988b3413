"""``seedwright inspect``: what a torrent contains."""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

import click

from seedwright.cli.failures import Failures, named
from seedwright.cli.output import count, full_path
from seedwright.cli.parameters import NAME, json_option
from seedwright.cli.torrents import metainfo_of
from seedwright.errors import MetainfoError
from seedwright.metainfo.describe import (
    FileRun,
    attributes_in,
    bad_files,
    describe,
    file_groups,
    lines,
    name_problems,
)
from seedwright.metainfo.halves import difference_of_halves
from seedwright.metainfo.magnet import magnet
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.wrong_paths import PATH_PROBLEMS
from seedwright.names import escaped, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seedwright.metainfo.describe import FileLine
    from seedwright.metainfo.parse import Metainfo

Group: TypeAlias = "FileRun | list[FileLine]"
T = TypeVar("T")

WARNED = 10
"""How many files with bad paths are named."""

CUT_AT = 2000
"""How many characters of a text are shown; --json shows all of them."""

MAGNET = "magnet"

_LABEL = 10
_AT_ONCE = 1 << 16


@click.command()
@click.argument("torrents", metavar="FILE...", nargs=-1, required=True, type=NAME)
@click.option("--files", is_flag=True, help="List the files with their numbers and sizes.")
@click.option("--tree", is_flag=True, help="Draw the files as a tree of folders.")
@click.option("--show-secrets", is_flag=True, help="Show passkeys instead of ***.")
@json_option("FILE")
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
    """Show what each .torrent FILE contains; - reads one from standard input.

    Passkeys are shown as ***.
    """
    failures = Failures(as_json=as_json)
    for number, name in enumerate(torrents):
        try:
            metainfo = metainfo_of(name)
        except MetainfoError as error:
            failures.report(name, named(error, name))
            continue
        if as_json:
            _write(_json(name, metainfo, show_secrets=show_secrets))
            continue
        _write(["\n"] if number else [])
        _print(name, metainfo, files=files, tree=tree, show_secrets=show_secrets)
    context.exit(failures.exit_code)


def _write(texts: Iterable[str]) -> None:
    """The texts, many at once: there may be a million, and each click.echo is a system call."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size > _AT_ONCE:
            click.echo("".join(waiting), nl=False)
            waiting, size = [], 0
    click.echo("".join(waiting), nl=False)


def _json(name: str, metainfo: Metainfo, *, show_secrets: bool) -> Iterator[str]:
    """One object on one line, its files group by group."""
    head = {"ok": True, "path": full_path(name), **describe(metainfo, show_secrets=show_secrets)}
    yield escaped(json.dumps(head, ensure_ascii=False))[:-1] + ', "file_list": ['
    before = ""
    for group in file_groups(metainfo):
        yield before + escaped(_json_rows(group))
        before = ", "
    yield "]}\n"


def _json_rows(group: Group) -> str:
    if not isinstance(group, FileRun):
        return ", ".join(json.dumps(line.as_dict(), ensure_ascii=False) for line in group)
    # No name in a run has a sign that JSON would spell in another way.
    row = ', {"path": "%s%s", "length": %d, "attributes": %s, "target": null, "problems": []}'
    words = _each_once(group.attributes, lambda letters: json.dumps(attributes_in(letters)))
    folders = _each_once(group.folders, _path)
    return _filled(row, folders, group.names, group.lengths, words).removeprefix(", ")


def _filled(row: str, *columns: Iterable[object]) -> str:
    """``row`` filled in with each line of ``columns``, with all of them in one go."""
    values = tuple(chain.from_iterable(zip(*columns, strict=True)))
    return row * (len(values) // len(columns)) % values


def _each_once(values: Sequence[T], text: Callable[[T], str]) -> Iterator[str]:
    """The text of each value, made once where many are the same."""
    texts = {value: text(value) for value in set(values)}
    return map(texts.__getitem__, values)


def _path(folders: Sequence[str]) -> str:
    return "".join(f"{folder}/" for folder in folders)


def _print(name: str, metainfo: Metainfo, *, files: bool, tree: bool, show_secrets: bool) -> None:
    click.secho(printable(metainfo.name), bold=True)
    for label, text in _rows(name, metainfo, show_secrets=show_secrets):
        shown = text if label == MAGNET or len(text) <= CUT_AT else f"{text[:CUT_AT]}..."
        click.echo(f"  {label:<{_LABEL}}{printable(shown)}")
    if files:
        _write(_listed(metainfo, file_groups(metainfo)))
    if tree:
        _write(_drawn(file_groups(metainfo)))
    for warning in _warnings(metainfo, list(islice(bad_files(metainfo), WARNED + 1))):
        click.secho(f"  {'warning':<{_LABEL}}", fg="yellow", nl=False)
        click.echo(printable(warning))


def _rows(name: str, metainfo: Metainfo, *, show_secrets: bool) -> Iterator[tuple[str, str]]:
    yield "file", name
    yield "infohash", metainfo.infohash_v1 or str(metainfo.infohash_v2)
    if metainfo.infohash_v1 and metainfo.infohash_v2:
        yield "v2", metainfo.infohash_v2
    pieces = f"{count(metainfo.pieces, 'piece')} of {format_size(metainfo.piece_length)}"
    content = f"{format_size(metainfo.size)} in {count(metainfo.files, 'file')}"
    yield "content", f"{content}, {pieces}"
    yield "format", f"{metainfo.format}, {'private' if metainfo.private else 'public'}"
    yield from lines(metainfo, show_secrets=show_secrets)
    yield MAGNET, magnet(metainfo, show_secrets=show_secrets)


def _warnings(metainfo: Metainfo, bad: Sequence[FileLine]) -> Iterator[str]:
    for key in metainfo.ignored:
        yield f"'{key}' has the wrong type and is ignored"
    if difference := difference_of_halves(metainfo):
        yield f"clients based on libtorrent refuse this hybrid: {difference}"
    for problem in name_problems(metainfo):
        yield f"the torrent {PATH_PROBLEMS[problem]}"
    for line in bad[:WARNED]:
        yield f"'{line.path}' {', '.join(PATH_PROBLEMS[problem] for problem in line.problems)}"
    if len(bad) > WARNED:
        yield "more paths have problems; --json lists them all"


class _Columns(NamedTuple):
    """What is shown of a group of files, a column each; names as the torrent has them."""

    folders: Sequence[tuple[str, ...]]
    names: Sequence[str]
    sizes: Iterable[str]
    notes: Iterable[str]

    @classmethod
    def of(cls, group: Group) -> _Columns:
        if isinstance(group, FileRun):
            notes = _each_once(group.attributes, lambda letters: _notes(attributes_in(letters)))
            return cls(group.folders, group.names, _each_once(group.lengths, format_size), notes)
        return cls(
            [line.parts[:-1] for line in group],
            [line.parts[-1] for line in group],
            [format_size(line.length) for line in group],
            [_notes(line.attributes, line.target) for line in group],
        )

    @property
    def shown_names(self) -> Iterable[str]:
        """The names, safe to print."""
        return self.names if "".join(self.names).isprintable() else map(printable, self.names)


def _listed(metainfo: Metainfo, groups: Iterable[Group]) -> Iterator[str]:
    row = f"  %{len(str(metainfo.listed - 1))}d  %10s  %s%s%s\n"
    numbers = range(0)
    for columns in map(_Columns.of, groups):
        numbers = range(numbers.stop, numbers.stop + len(columns.names))
        paths = _each_once(columns.folders, lambda folders: printable(_path(folders)))
        yield _filled(row, numbers, columns.sizes, paths, columns.shown_names, columns.notes)


def _drawn(groups: Iterable[Group]) -> Iterator[str]:
    """The files below their folders, in the torrent's order; one that is returned to comes again."""
    opened: tuple[str, ...] = ()
    indent = "  "
    for columns in map(_Columns.of, groups):
        rows = zip(columns.folders, columns.shown_names, columns.sizes, columns.notes, strict=True)
        for folders, name, size, notes in rows:
            if folders is not opened:
                yield from _opened(folders, opened)
                opened, indent = folders, "  " * (len(folders) + 1)
            yield f"{indent}{name}  {size}{notes}\n"


def _opened(folders: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """A line for each of ``folders`` from the first on that is another one than ``before``."""
    same = 0
    while same < min(len(folders), len(before)) and folders[same] == before[same]:
        same += 1
    for depth in range(same, len(folders)):
        yield f"{'  ' * (depth + 1)}{printable(folders[depth])}/\n"


def _notes(attributes: Sequence[str], target: str | None = None) -> str:
    notes = ", ".join(attributes)
    arrow = f" -> {printable(target)}" if target else ""
    return f"{arrow} ({notes})" if notes else arrow
