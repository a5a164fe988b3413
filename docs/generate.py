"""Fills in what the code knows better than a writer: ``python -m docs.generate``.

The pages are written by hand, but for blocks such as this one, whose inside is replaced::

    <!-- generated: help tasks list -->
    <!-- end -->

The word after ``generated:`` is a key of :data:`BLOCKS`; what follows it is for the function there.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedwright import errors
from seedwright.cli.main import app
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.request import OPTIONS
from seedwright.request.option import Where
from seedwright.trackers.applying import exact_size, size_range
from seedwright.trackers.tracker_rules import built_in_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seedwright.trackers.tracker_rules import PieceStep

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SOURCE = ROOT / "src" / "seedwright"

HELP_WIDTH = 78
"""What a terminal of 80 columns leaves to a help text."""

_BLOCK = re.compile(
    r"(?P<begin><!-- generated: (?P<what>[^>\n]+) -->\n).*?(?P<end>^<!-- end -->$)",
    re.DOTALL | re.MULTILINE,
)


def filled(page: str) -> str:
    """The text of ``page`` with every block as it should be.

    Raises ValueError for a block that nobody knows how to fill.
    """
    return _BLOCK.sub(
        lambda block: f"{block['begin']}\n{_content(block['what'])}\n\n{block['end']}", page
    )


def help_of(*names: str) -> str:
    """What ``seedwright NAMES --help`` prints, whatever the terminal is."""
    return str(_context(names).get_help())


def parameters(*names: str) -> list[tuple[str, ...]]:
    """Every way to spell each option of a command that its help shows; arguments are left out."""
    context = _context(names)
    options = [
        param
        for param in context.command.get_params(context)
        if isinstance(param, click.Option) and not param.hidden
    ]
    return [(*option.opts, *option.secondary_opts) for option in options]


def commands() -> Iterator[tuple[str, ...]]:
    """The names that lead to each command, the empty one of ``seedwright`` itself included."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        names = waiting.pop(0)
        yield names
        waiting += [(*names, name) for name in children(_context(names).command)]


def children(command: click.Command) -> dict[str, click.Command]:
    """The commands of a group by their names; none where the command is no group."""
    if not isinstance(command, click.Group):
        return {}
    context = click.Context(command)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: child for name, child in found.items() if child is not None}


def modules() -> dict[str, str]:
    """The first sentence or two of every module, by its path below ``src/seedwright``."""
    paths = sorted(path for path in SOURCE.rglob("*.py*") if path.suffix in (".py", ".pyi"))
    return {path.relative_to(SOURCE).as_posix(): _summary(path) for path in paths}


def main() -> None:
    """Bring every page up to date, and name those that were not."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if text != (wanted := filled(text)):
            page.write_text(wanted, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


def _content(what: str) -> str:
    kind, *arguments = what.split()
    if kind not in BLOCKS:
        raise ValueError(f"nobody knows how to generate {what!r}, but {', '.join(BLOCKS)}")
    return BLOCKS[kind](*arguments)


def _context(names: tuple[str, ...]) -> click.Context:
    command: click.Command = app
    settings: dict[str, Any] = {"resilient_parsing": True, "terminal_width": HELP_WIDTH}
    context = command.make_context("seedwright", [], **settings)
    for name in names:
        command = children(command)[name]
        context = command.make_context(name, [], parent=context, **settings)
    return context


def _help(*names: str) -> str:
    return f"```text\n{help_of(*names)}\n```"


def _error_tree() -> str:
    lines = [errors.SeedwrightError.__name__, *_branches(errors.SeedwrightError)]
    return "```text\n" + "\n".join(lines) + "\n```"


def _branches(parent: type[errors.SeedwrightError], margin: str = "") -> Iterator[str]:
    children = _children(parent)
    for child in children:
        is_last = child is children[-1]
        yield f"{margin}{'└──' if is_last else '├──'} {child.__name__}"
        yield from _branches(child, f"{margin}{'   ' if is_last else '│  '} ")


def _error_table() -> str:
    rows = [
        (f"`{kind.__name__}`", f"`{kind.code}`", str(int(kind.exit_code)), _prose(kind.__doc__))
        for kind in _descendants(errors.SeedwrightError)
    ]
    return _table(("exception", "code", "exit code", "what it means"), rows)


def _descendants(
    parent: type[errors.SeedwrightError],
) -> Iterator[type[errors.SeedwrightError]]:
    yield parent
    for child in _children(parent):
        yield from _descendants(child)


def _children(parent: type[errors.SeedwrightError]) -> list[type[errors.SeedwrightError]]:
    # Whoever imported this may have derived some of their own.
    return [child for child in parent.__subclasses__() if child.__module__ == errors.__name__]


def _capabilities() -> str:
    rows = []
    for feature in Feature:
        api = ".".join(map(str, feature.api)) or "any"
        rows.append((feature.title, feature.released, api))
    return _table(("what", "who has it", "Web API from"), rows)


def _tracker_rules() -> str:
    rows = []
    for rule in built_in_rules():
        hosts = ", ".join(f"`{host}`" for host in rule.hosts)
        source = f"`{rule.source}`" if rule.source else ""
        bounds = (rule.max_piece_length, rule.max_torrent_size)
        rows.append((rule.name, hosts, source, *(exact_size(n) if n else "" for n in bounds)))
    return _table(("tracker", "host", "source", "largest piece", "largest `.torrent`"), rows)


def _tracker_pieces() -> str:
    """One line for all trackers that have the same piece lengths."""
    names: dict[tuple[PieceStep, ...], list[str]] = {}
    for rule in built_in_rules():
        if rule.piece_lengths:
            names.setdefault(rule.piece_lengths, []).append(rule.name)
    rows = [
        (
            ", ".join(trackers),
            "; ".join(f"{exact_size(row.length)} for {size_range(steps, row)}" for row in steps),
        )
        for steps, trackers in names.items()
    ]
    return _table(("trackers", "piece length, and for which content"), rows)


def _modules(folder: str) -> str:
    """One line a module of the folder, which is ``.`` for the package itself."""
    rows = []
    for path, summary in modules().items():
        parent, _, name = path.rpartition("/")
        if (parent or ".") == folder and name != "__init__.py":
            rows.append((f"`{name}`", summary))
    return _table(("module", "subject"), rows)


def _summary(module: Path) -> str:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return _prose(ast.get_docstring(tree))


def _prose(docstring: str | None) -> str:
    """A docstring's first paragraph, its reStructuredText as Markdown."""
    paragraph = " ".join((docstring or "").strip().partition("\n\n")[0].split())
    return re.sub(r"(?::\w+:)?`+~?([^`]+)`+", r"`\1`", paragraph)


def _options(where: str = "") -> str:
    """The options of a request; those alone that can stand ``where``: in a preset, or in a job."""
    asked = Where[where.upper()] if where else Where.CALL
    rows = [
        (f"`{each.name}`", each.kind.expected, f"`{each.flag}`" if each.spelling else "", each.help)
        for each in OPTIONS.values()
        if asked in each.where
    ]
    return _table(("option", "value", "command line", "what it does"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(map(_row, (head, ("---",) * len(head), *rows)))


def _row(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


BLOCKS: dict[str, Callable[..., str]] = {
    "help": _help,
    "error-tree": _error_tree,
    "error-table": _error_table,
    "options": _options,
    "capabilities": _capabilities,
    "modules": _modules,
    "tracker-rules": _tracker_rules,
    "tracker-pieces": _tracker_pieces,
}
"""What can be generated, by the word that stands for it in a page."""

if __name__ == "__main__":
    main()
