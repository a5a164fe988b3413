"""What ``seedwright create`` asks on a terminal when it is given no PATH."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from seedwright.errors import SettingsError
from seedwright.names import nearest, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedwright.settings.model import Settings

_QUOTES = ("'", '"')


class Answers(NamedTuple):
    """The content, the presets, and whether to seed."""

    path: str
    presets: tuple[str, ...]
    seed: bool


def can_ask() -> bool:
    """Whether somebody sits at a terminal, and can both read questions and answer them."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def ask(
    settings: Settings,
    *,
    presets: Sequence[str] = (),
    file: Path | None = None,
    seed: bool | None = None,
) -> Answers:
    """The answers; what was given as an option already is not asked again.

    Raises ``click.Abort`` at the end of the input.
    """
    click.echo("Make a torrent. Tab completes paths and names, Ctrl-C ends this.", err=True)
    path = _path()
    known = () if presets else _known_presets(file)
    chosen = tuple(presets) or (_presets(known) if known else ())
    if seed is None:
        name, client = settings.client(None)
        usual = settings.torrent_creation.start_seeding or client.auto_add_after_creation
        where = "qBittorrent" if name == "default" else f"qBittorrent '{name}'"
        seed = confirmed(f"Add it to {where}, and prove that it seeds?", default=usual)
    return Answers(path, chosen, seed)


def confirmed(question: str, *, default: bool) -> bool:
    """The answer to a yes-or-no question; Enter takes the default. Raises ``click.Abort``."""
    words = {"y": True, "yes": True, "n": False, "no": False, "": default}
    while True:
        answer = _answer(f"{question} [{'Y/n' if default else 'y/N'}] ").lower()
        if answer in words:
            return words[answer]
        click.echo("answer y or n", err=True)


def _path() -> str:
    """An existing file or folder."""
    while True:
        text = _answer("File or folder: ", _paths_like)
        if text[:1] in _QUOTES and text[-1:] == text[:1] and len(text) > 1:
            text = text[1:-1]  # as terminals write what is dropped on them
        path = os.path.expanduser(text)  # noqa: PTH111 - of which what is typed is kept
        if os.path.lexists(path):
            return path
        said = f"'{printable(path)}' does not exist" if path else "name a file or a folder"
        click.echo(said, err=True)


def _presets(known: Sequence[str]) -> tuple[str, ...]:
    """The names of existing presets."""
    click.echo(f"Presets: {', '.join(map(printable, known))}", err=True)
    while True:
        text = _answer("Preset, or several with commas [none]: ", _names_in(known))
        names = tuple(filter(None, (name.strip() for name in text.split(","))))
        wrong = next((name for name in names if name not in known), None)
        if wrong is None:
            return names
        hint = nearest(wrong, known)
        more = f"; {hint}" if hint else ""
        click.echo(f"there is no preset '{printable(wrong)}'{more}", err=True)


def _known_presets(file: Path | None) -> tuple[str, ...]:
    from seedwright.presets.presets_file import find_presets

    try:
        return tuple(sorted(find_presets(file).presets))
    except SettingsError:
        return ()  # a mistake in the file is reported where a preset is used


def _answer(question: str, completions: Callable[[str], list[str]] | None = None) -> str:
    try:
        with _completing(completions):
            return input(question).strip()
    except EOFError:
        click.echo(err=True)
        raise click.Abort from None


@contextlib.contextmanager
def _completing(completions: Callable[[str], list[str]] | None) -> Iterator[None]:
    """A context in which Tab completes; where there is no readline, it does nothing."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(text: str, number: int) -> str | None:
        found = completions(text) if completions else []
        return found[number] if number < len(found) else None

    before, delimiters = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(complete)
    readline.set_completer_delims("")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.set_completer_delims(delimiters)


def _paths_like(text: str) -> list[str]:
    """The paths that begin like this, folders with a slash at the end."""
    written, start = os.path.split(text)
    folder = Path(os.path.expanduser(written) or ".")  # noqa: PTH111 - "" stays ""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        os.path.join(written, entry.name) + ("/" if entry.is_dir() else "")  # noqa: PTH118
        for entry in entries
        if entry.name.startswith(start) and (start or not entry.name.startswith("."))
    ]


def _names_in(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Completes the last of several names."""

    def names_like(text: str) -> list[str]:
        before, comma, start = text.rpartition(",")
        blank = " " if comma else ""
        return [f"{before}{comma}{blank}{name}" for name in known if name.startswith(start.strip())]

    return names_like
