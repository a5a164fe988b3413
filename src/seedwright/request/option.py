"""How an option of a request is declared: its words, and where it is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, auto
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from seedwright.request.kinds import Kind


class Where(Flag):
    """Where an option is allowed, besides the command line and a call."""

    CALL = 0
    PRESET = auto()
    DEFAULTS = auto()
    """The defaults of a batch file's jobs."""
    JOB = auto()
    JOBS = DEFAULTS | JOB
    ANYWHERE = PRESET | JOBS


class Spelling(NamedTuple):
    """How a command line spells an option: ``-t --tracker`` or ``--seed/--no-seed``."""

    flags: str
    help: str
    metavar: str = ""


@dataclass(repr=False, eq=False, match_args=False)
class Option:
    """One option: ``help`` says what it is for, ``part`` which part of a torrent it is about.

    An option that is not given takes its value from ``setting``, below ``torrent_creation.`` or
    ``client.``; any one of several settings switches it on. Without a setting it is ``default``.
    ``everywhere`` says that every engine can honour it, and not only the embedded one. ``also`` are
    further ways to spell it.
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
        """The long flag that requests it; its name if no command line has it."""
        if self.spelling is None:
            return self.name
        return _long(self.spelling.flags.partition("/")[0])

    @property
    def flag_off(self) -> str:
        """The long flag that requests the opposite of a switch."""
        return _long(self.spelling.flags.partition("/")[2]) if self.spelling else self.name


def _long(flags: str) -> str:
    return next(each for each in flags.split() if each.startswith("--"))


def option(
    kind: Kind,
    help: str,  # noqa: A002 - as click calls it
    *,
    flags: str = "",
    metavar: str = "",
    setting: str | tuple[str, ...] = (),
    **declared: Any,
) -> Any:
    """A field of a request that declares an :class:`Option`; None means that it is not given."""
    declared |= {
        "kind": kind,
        "help": help,
        "spelling": Spelling(flags, help, metavar or kind.metavar) if flags else None,
        "setting": (setting,) if isinstance(setting, str) else setting,
    }
    return field(default=None, repr=not kind.secret, metadata={"option": declared})
