"""The options of a request as a command line has them, out of their declarations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seedwright.errors import UsageError
from seedwright.metainfo.torrent_spec import tiers_from
from seedwright.request import OPTIONS, checked
from seedwright.request.kinds import SWITCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seedwright.request.option import Option, Spelling

Command = TypeVar("Command", bound="Callable[..., Any]")

_TIERS = ("trackers", "tier", "no_trackers")
"""The three options that trackers are given by."""

_FLAGS = ("force",)
"""Switches that a command line can only switch on."""


def options_of(*parts: str, but: Iterable[str] = ()) -> Callable[[Command], Command]:
    """Every option of a request that is about one of these parts of a torrent, in its order."""
    left_out = frozenset(but)
    asked = [each for each in OPTIONS.values() if each.part in parts and each.name not in left_out]
    return _all(click_option for each in asked for click_option in _spelt(each))


def options_named(names: Iterable[str]) -> Callable[[Command], Command]:
    """Some options of a request, in this order."""
    return _all(click_option for name in names for click_option in _spelt(OPTIONS[name]))


def option_named(name: str, **changed: Any) -> Callable[[Command], Command]:
    """One option of a request, with its declared words unless they are ``changed``."""
    return _all(_spelt(OPTIONS[name], **changed))


def _all(options: Iterable[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    kept = list(options)

    def decorate(command: Command) -> Command:
        for option in reversed(kept):
            command = option(command)
        return command

    return decorate


def _spelt(each: Option, **changed: Any) -> list[Callable[[Any], Any]]:
    """An option in every way that it is spelt."""
    if each.spelling is None:
        return []
    return [_click_option(each, each.spelling, **changed), *map(_also, each.also)]


def _also(spelling: Spelling) -> Callable[[Any], Any]:
    """A further way to spell an option: with a value that may be repeated, or with none."""
    if not spelling.metavar:
        return click.option(spelling.flags, is_flag=True, help=spelling.help)
    return click.option(spelling.flags, metavar=spelling.metavar, multiple=True, help=spelling.help)


def _click_option(each: Option, spelling: Spelling, **changed: Any) -> Callable[[Any], Any]:
    settings: dict[str, Any] = {"help": _help(each, spelling), "default": None}
    if each.kind is SWITCH:
        if each.name in _FLAGS:
            settings |= {"is_flag": True, "flag_value": True}
    elif each.kind.words:
        settings["type"] = click.Choice(each.kind.words)
    else:
        settings["metavar"] = spelling.metavar
        settings["multiple"] = each.kind.many
    return click.option(*spelling.flags.split(" "), each.name, **{**settings, **changed})


def _help(each: Option, spelling: Spelling) -> str:
    """What ``--help`` says: what it is for, how often, and what is so without it."""
    sentence = spelling.help
    if each.kind.many:
        sentence = f"{sentence.removesuffix('.')}; may be repeated."
    if each.part == "seeding":
        sentence = f"With --seed: {sentence[0].lower()}{sentence[1:]}"
    note = each.default_note or (each.default if each.kind.words else "")
    return f"{sentence} [default: {note}]" if note else sentence


def tiers_given(
    trackers: Iterable[str], tiers: Iterable[str], *, none: bool
) -> tuple[tuple[str, ...], ...] | None:
    """What -t and --tier name; () for no trackers at all, None where nothing is said."""
    return () if none else tiers_from(trackers, tiers) or None


def given_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the options that were given ask for, by their names in a request.

    One that may be repeated was not given when it is empty; to ask for no trackers is another
    matter. Raises UsageError.
    """
    asked = dict(given)
    trackers, tier, no_trackers = (asked.pop(name, ()) for name in _TIERS)
    tiers = tiers_given(trackers, tier, none=bool(no_trackers))
    said = {name: value for name, value in asked.items() if value is not None and value != ()}
    return checked(said if tiers is None else {**said, "trackers": tiers}, text=True)


def _only_one(
    _context: click.Context, _option: click.Parameter, names: Sequence[str]
) -> str | None:
    """The preset that is given, None without one. Raises UsageError for several."""
    if len(names) > 1:
        raise UsageError("only one preset can be used here", hint="remove every -P except one")
    return names[0] if names else None


preset_option = option_named("preset", multiple=True, callback=_only_one)
presets_option = option_named("presets", type=click.Path(path_type=Path))
tier_option = _also(OPTIONS["trackers"].also[0])
