"""How one option of a request is declared: its words, and where it can stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, auto
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from seedwright.request.kinds import Kind


class Where(Flag):
    """Where an option can stand beside the command line and a call."""

    CALL = 0
    PRESET = auto()
    DEFAULTS = auto()
    """The defaults of a batch file's jobs."""
    JOB = auto()
    JOBS = DEFAULTS | JOB
    ANYWHERE = PRESET | JOBS


class Spelling(NamedTuple):
    """How a command line spells an option: ``-t --tracker``, or ``--seed/--no-seed``."""

    flags: str
    help: str
    metavar: str = ""


@dataclass(repr=False, eq=False, match_args=False)
class Option:
    """One option: ``help`` says what it is for, ``part`` what of a torrent it is about.

    ``setting`` names the settings that it takes its value from where it is not given, from
    ``torrent_creation.`` or ``client.``; of several any one switches it on. ``default`` is what it is
    where they say nothing either. ``everywhere`` says that every engine can honour it; else the
    embedded one alone. ``also`` are further ways to spell it.
    """

    name: str
    kind: Kind
    help: str
    part: str
    where: Where = Where.ANYWHERE
    spelling: Spelling | None = None
    also: tuple[Spelling, ...] = ()
    aliases: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    default: Any = None
    default_note: str = ""
    everywhere: bool = True
    examples: tuple[Any, ...] = ()

    @property
    def flag(self) -> str:
        """The long flag that asks for it; its name where no command line has it."""
        if self.spelling is None:
            return self.name
        return _long(self.spelling.flags.partition("/")[0])

    @property
    def flag_off(self) -> str:
        """The long flag of a switch that asks for the opposite."""
        return _long(self.spelling.flags.partition("/")[2]) if self.spelling else self.name


def _long(flags: str) -> str:
    return next(each for each in flags.split() if each.startswith("--"))


def option(
    kind: Kind,
    help: str,  # noqa: A002 - as click calls it
    *,
    flags: str = "",
    metavar: str = "",
    also: tuple[Spelling, ...] = (),
    aliases: tuple[str, ...] = (),
    where: Where = Where.ANYWHERE,
    setting: str | tuple[str, ...] = (),
    default: Any = None,
    default_note: str = "",
    everywhere: bool = True,
    examples: tuple[Any, ...] = (),
) -> Any:
    """The field of a request that an :class:`Option` declares; None says nothing."""
    declared = {
        "kind": kind,
        "help": help,
        "where": where,
        "spelling": Spelling(flags, help, metavar or kind.metavar) if flags else None,
        "also": also,
        "aliases": aliases,
        "setting": (setting,) if isinstance(setting, str) else setting,
        "default": default,
        "default_note": default_note,
        "everywhere": everywhere,
        "examples": examples,
    }
    return field(default=None, repr=not kind.secret, metadata={"option": declared})
