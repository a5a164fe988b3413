"""mkbrr's words for the options of a torrent, put into ours, each with its line."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seedwright.metainfo.pieces import format_size
from seedwright.settings.problems import Loc, Place, Problem, nearest
from seedwright.settings.values import SWITCHES
from seedwright.settings.written import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LARGEST_EXPONENT = 40


class Word(NamedTuple):
    """One of its keys, in our words."""

    ours: str
    meaning: Callable[[object], object]
    """From a value of mkbrr's to ours; None when it says nothing, itself when it is wrong."""


class TakenOver(NamedTuple):
    """What one of its bodies of options says, in our words."""

    said: dict[str, object]
    places: dict[Loc, Place]
    lost: list[Problem]


def taken_over(
    body: Mapping[str, object],
    places: Mapping[Loc, Place],
    words: Mapping[str, Word],
    without: Mapping[str, tuple[bool, str]],
) -> TakenOver:
    """What ``body`` says in our words, where each of it stands, and what has none of them."""
    place = Source(Path(), places).place
    taken = TakenOver({}, {}, [])
    for key, value in body.items():
        if key in without:
            harmless, instead = without[key]
            if value and _switch(value) is not harmless:
                taken.lost.append(Problem(place((key,)), f"{key} has no counterpart", instead))
        elif key not in words:
            hint = nearest(key, (*words, *without))
            taken.lost.append(Problem(place((key,)), f"{key!r} is unknown and left out", hint))
        elif value and (meant := words[key].meaning(value)) is not None:
            ours = words[key].ours
            taken.said[ours] = meant
            taken.places.update(
                ((ours, *loc[1:]), found) for loc, found in places.items() if loc[:1] == (key,)
            )
    return taken


def _switch(value: object) -> object:
    return SWITCHES.get(value.lower(), value) if isinstance(value, str) else value


def _opposite(value: object) -> object:
    switch = _switch(value)
    return not switch if isinstance(switch, bool) else value


def _number(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value) or None
    return value


def _power_of_two(value: object) -> object:
    exponent = _number(value)
    if isinstance(exponent, int) and exponent <= _LARGEST_EXPONENT:
        return format_size(1 << exponent).replace(" ", "")
    return exponent


def _anything(value: object) -> object:
    """Another text at each reading, where mkbrr has another one for each torrent; or none."""
    switch = _switch(value)
    if isinstance(switch, bool):
        return os.urandom(32).hex() if switch else ""
    return value


def literal(value: object) -> object:
    """``value`` so that no ``$`` in it begins a variable, which mkbrr does not have."""
    if isinstance(value, list):
        return [literal(item) for item in value]
    return re.sub(r"\$(?=[${])", "$$", value) if isinstance(value, str) else value


def _globs(value: object) -> object:
    """The globs one by one; a comma outside of braces separates two."""
    if not isinstance(value, list):
        return literal(value)
    globs: list[object] = []
    for item in value:
        if isinstance(item, str):
            globs += (part.strip() for part in re.split(r",(?![^{}]*\})", item))
        else:
            globs.append(item)
    return literal(globs)


WORDS = {
    "trackers": Word("trackers", literal),
    "webseeds": Word("web_seeds", literal),
    "private": Word("private", _switch),
    "piece_length": Word("piece_size", _power_of_two),
    "max_piece_length": Word("max_piece_size", _power_of_two),
    "target_piece_count": Word("piece_count", _number),
    "source": Word("source", literal),
    "comment": Word("comment", literal),
    "entropy": Word("entropy", _anything),
    "no_date": Word("with_date", _opposite),
    "no_creator": Word("with_creator", _opposite),
    "include_patterns": Word("include", _globs),
    "exclude_patterns": Word("exclude", _globs),
    "output_dir": Word("output_dir", literal),
    "fail_on_season_warning": Word("strict", _switch),
}

WITHOUT = {
    "workers": (False, "the number of threads is chosen by itself"),
    "skip_prefix": (True, "a .torrent is named after its content alone"),
}
"""What has no counterpart: the value that changes nothing, and what is so instead."""
