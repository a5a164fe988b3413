"""The options of a request as a command line has them, made from their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.parameters import NAME, PATH, Command
from seedwright.errors import UsageError
from seedwright.metainfo.torrent_spec import tiers_from
from seedwright.request import OPTIONS, checked, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedwright.request.option import Option, Spelling

_FLAGS = ("force",)
"""Switches that a command line can only switch on."""

_HEADINGS = {
    "torrent": "The torrent",
    "making": "How it is made",
    "seeding": "Seeding, with --seed",
}
"""The heading in the help of a Sections command for the options about a part of a torrent."""


class Sections(click.Command):
    """A command whose help lists the options of a request by the part that they are about."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each section under its heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if isinstance(param, click.Option) and (row := param.get_help_record(ctx)):
                heading = _HEADINGS.get(getattr(param, "part", ""), "Options")
                sections.setdefault(heading, []).append(row)
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


class _OptionOfRequest(click.Option):
    """An option about one ``part`` of a torrent."""

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part


def options_of(*parts: str, but: Iterable[str] = ()) -> Callable[[Command], Command]:
    """Every option of a request about one of these parts of a torrent, in its order."""
    left_out = frozenset(but)
    return options_named(
        each.name for each in OPTIONS.values() if each.part in parts and each.name not in left_out
    )


def options_named(names: Iterable[str], **changed: Any) -> Callable[[Command], Command]:
    """Options of a request, in this order; ``changed`` replaces what is declared about them."""
    spelled = [click_option for name in names for click_option in _spelled(OPTIONS[name], changed)]

    def decorate(command: Command) -> Command:
        for option in reversed(spelled):
            command = option(command)
        return command

    return decorate


def option_named(name: str, **changed: Any) -> Callable[[Command], Command]:
    """One option of a request; ``changed`` replaces what is declared about it."""
    return options_named([name], **changed)


def _spelled(each: Option, changed: Mapping[str, Any]) -> list[Callable[[Any], Any]]:
    """An option in every way that it is spelled."""
    if each.spelling is None:
        return []
    return [_main(each, each.spelling, changed), *(_also(each, other) for other in each.also)]


def _main(each: Option, spelling: Spelling, changed: Mapping[str, Any]) -> Callable[[Any], Any]:
    settings: dict[str, Any] = {"help": _help(each, spelling), "default": None, "part": each.part}
    if each.kind is kinds.SWITCH:
        if each.name in _FLAGS:
            settings |= {"is_flag": True, "flag_value": True}
    elif each.kind.words:
        settings["type"] = click.Choice(each.kind.words)
    else:
        settings |= {"metavar": spelling.metavar, "multiple": each.kind.many}
        settings["type"] = NAME if each.kind is kinds.PATH else None
    flags = spelling.flags.split(" ")
    return click.option(*flags, each.name, cls=_OptionOfRequest, **{**settings, **changed})


def _also(each: Option, spelling: Spelling) -> Callable[[Any], Any]:
    """A further way to spell an option: with a value, which may be repeated, or without one."""
    value = {"metavar": spelling.metavar, "multiple": True}
    return click.option(
        spelling.flags,
        cls=_OptionOfRequest,
        part=each.part,
        help=spelling.help,
        **(value if spelling.metavar else {"is_flag": True}),
    )


def _help(each: Option, spelling: Spelling) -> str:
    """What the option is for, whether it may be repeated, and what holds without it."""
    sentence = spelling.help
    if each.kind.many:
        sentence = f"{sentence.removesuffix('.')}; may be repeated."
    note = each.default_note or (each.default if each.kind.words else "")
    return f"{sentence} [default: {note}]" if note else sentence


def tiers_given(
    trackers: Iterable[str], tiers: Iterable[str], *, none: bool
) -> tuple[tuple[str, ...], ...] | None:
    """The tiers that -t and --tier name; () for no trackers at all, None where nothing is said."""
    return () if none else tiers_from(trackers, tiers) or None


def given_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the options that were given, by their names in a request.

    An option that may be repeated was not given if it is empty; --no-trackers is another matter.
    Raises UsageError.
    """
    asked = dict(given)
    trackers, tier, none = (asked.pop(name, ()) for name in ("trackers", "tier", "no_trackers"))
    said = {name: value for name, value in asked.items() if value is not None and value != ()}
    return checked({**said, "trackers": tiers_given(trackers, tier, none=bool(none))}, text=True)


def _only_one(
    _context: click.Context, _option: click.Parameter, names: Sequence[str]
) -> str | None:
    """The preset that is given, None without one. Raises UsageError for several."""
    if len(names) > 1:
        raise UsageError("only one preset can be used here", hint="remove every -P except one")
    return names[0] if names else None


preset_option = option_named("preset", multiple=True, callback=_only_one)
presets_option = option_named("presets", type=PATH)
