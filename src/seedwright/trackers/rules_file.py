"""From a TOML file to tracker rules; errors name the file and the key."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from seedwright.errors import SettingsError, UsageError
from seedwright.metainfo.pieces import check_piece_length, format_size, parse_size
from seedwright.names import printable
from seedwright.trackers.tracker_rules import PieceStep, TrackerRule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANY = "any"
"""What stands for the size of all content that the rows before have no place for."""

_HOST = r"[^\s/@:?#\[\].]+(\.[^\s/@:?#\[\].]+)*"
_SHAPE = "write each rule under [[tracker]]"
_ROWS_HINT = (
    f'write pairs in ascending order, the last for any size, such as [["1 GiB", "512 KiB"],'
    f' ["{ANY}", "1 MiB"]]'
)


def read_rules(path: Path) -> tuple[TrackerRule, ...]:
    """The rules in the file, in their order.

    Raises SettingsError for a file that cannot be read and for the first thing in it that cannot
    be used.
    """
    shown = printable(str(path))
    try:
        tree = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise SettingsError(
            f"the tracker rules file '{shown}' does not exist",
            hint="create it, or remove tracker_rules from the settings",
        ) from None
    except OSError as error:
        raise SettingsError(f"cannot read the tracker rules '{shown}': {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{shown}: not valid UTF-8", hint="save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{shown}: not valid TOML: {str(error).lower()}") from None
    rows = tree.pop("tracker", [])
    if tree:
        raise SettingsError(f"{shown}: unknown key '{printable(next(iter(tree)))}'", hint=_SHAPE)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(f"{shown}: tracker must be tables", hint=_SHAPE)
    return tuple(_rule(row, shown, f"tracker {number}") for number, row in enumerate(rows, 1))


def _rule(row: dict[str, Any], file: str, which: str) -> TrackerRule:
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key not in _READERS:
            raise SettingsError(
                f"{file}: unknown key '{printable(key)}' in {which}",
                hint=f"use one of {', '.join(_READERS)}",
            )
        try:
            values[key] = _READERS[key](value)
        except UsageError as error:
            raise SettingsError(
                f"{file}: {key} of {which} cannot be used: {error.message}", hint=error.hint
            ) from None
    if "hosts" not in values:
        raise SettingsError(
            f"{file}: {which} has no hosts", hint="name the hosts of its announce URLs"
        )
    rule = TrackerRule(**{"name": values["hosts"][0], **values})
    bound = rule.max_piece_length
    longest = max((step.length for step in rule.piece_lengths), default=0)
    if bound is not None and longest > bound:
        raise SettingsError(
            f"{file}: piece_lengths of {which} go up to {format_size(longest)}, beyond its"
            f" max_piece_length of {format_size(bound)}",
            hint="raise max_piece_length, or remove these rows",
        )
    return rule


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise UsageError(f"{value!r} is not a text", hint='write it in quotes, such as "EXAMPLE"')


def _hosts(value: object) -> tuple[str, ...]:
    hosts = value if isinstance(value, list) else []
    if hosts and all(isinstance(host, str) and re.fullmatch(_HOST, host) for host in hosts):
        return tuple(host.lower() for host in hosts)
    raise UsageError(
        "it is not a list of hosts",
        hint='write host names without scheme and port, such as ["tracker.example"]',
    )


def _size(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise UsageError(f"{value!r} is not a valid size", hint='write it as "16 MiB" or in bytes')
    return parse_size(str(value))


def _piece_length(value: object) -> int:
    return check_piece_length(_size(value))


def _piece_lengths(value: object) -> tuple[PieceStep, ...]:
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        raise UsageError("it is not a list of pairs", hint=_ROWS_HINT)
    *_, (last, _) = rows
    if last != ANY:
        raise UsageError(f"its last row is not for '{ANY}' size", hint=_ROWS_HINT)
    bounds = [_size(up_to) for up_to, _ in rows[:-1]]
    lengths = [_piece_length(length) for _, length in rows]
    if not (_grows(bounds) and _grows(lengths)):
        raise UsageError("its rows are not in ascending order", hint=_ROWS_HINT)
    return tuple(map(PieceStep, [*bounds, None], lengths))


def _grows(numbers: list[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


_READERS: dict[str, Callable[[object], Any]] = {
    "name": _text,
    "hosts": _hosts,
    "source": _text,
    "piece_lengths": _piece_lengths,
    "max_piece_length": _piece_length,
    "max_torrent_size": _size,
}
"""The keys of a rule, which are the fields of TrackerRule, and what reads the value of each."""
