"""A group of commands, each imported only when it is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from seedwright.errors import UsageError
from seedwright.names import nearest, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Entry(NamedTuple):
    """Where a command is (``module:object``), and its line in the list of commands."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is run.

    Importing all commands would take longer than running a short one.
    """

    def __init__(
        self,
        *args: Any,
        entries: Mapping[str, Entry],
        prepare: Callable[[click.Command], None],
        **kwargs: Any,
    ) -> None:
        """Take the table of commands, and a function that is called with each imported command."""
        super().__init__(*args, **kwargs)
        self._entries = entries
        self._prepare = prepare

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        del ctx
        if cmd_name not in self._entries:
            return None
        module, _, attribute = self._entries[cmd_name].place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so
        self._prepare(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises UsageError, with the nearest name."""
        if args[0] not in self._entries and not ctx.resilient_parsing:
            hint = nearest(args[0], self._entries) or f"see `{ctx.command_path} --help`"
            raise UsageError(f"unknown command '{printable(args[0])}'", hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])
