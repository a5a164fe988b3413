"""Groups of commands that are imported only when one of them is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Entry(NamedTuple):
    """Where a command is (``module:object``), and what the list of commands says of it."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is run.

    What the other commands import would be most of the time that a short one takes.
    """

    def __init__(
        self,
        *args: Any,
        entries: Mapping[str, Entry],
        prepare: Callable[[click.Command], None],
        **kwargs: Any,
    ) -> None:
        """Take where the commands are, and what each is handed to once it is imported."""
        super().__init__(*args, **kwargs)
        self._entries = entries
        self._prepare = prepare

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        del ctx
        if cmd_name not in self._entries:
            return None
        module, _, attribute = self._entries[cmd_name].place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so
        self._prepare(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])
