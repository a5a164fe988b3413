"""mkbrr's words for the options of a torrent, put into ours, each with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from seedwright.metainfo.entropy import drawn
from seedwright.metainfo.pieces import format_size
from seedwright.names import nearest
from seedwright.settings.problems import Problem
from seedwright.settings.values import switch
from seedwright.settings.written import Block, Items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LARGEST_EXPONENT = 40


class Word(NamedTuple):
    """One of its keys, in our words."""

    ours: str
    meaning: Callable[[object], object]
    """From a value of mkbrr's to ours; None when it says nothing, itself when it is wrong."""


def taken_over(
    body: Block,
    words: Mapping[str, Word],
    without: Mapping[str, tuple[bool, str]],
    lost: list[Problem],
) -> Block:
    """What ``body`` says in our words, each in its place; what has none goes to ``lost``."""
    taken = Block(body.here)
    for key, value in body.items():
        here = body.place(key)
        if key in without:
            harmless, instead = without[key]
            if value and switch(value) is not harmless:
                lost.append(Problem(here, f"{key} has no counterpart", instead))
        elif key not in words:
            lost.append(unknown(body, key, (*words, *without)))
        elif value and (meant := words[key].meaning(value)) is not None:
            taken.put(words[key].ours, meant, here)
    return taken


def unknown(body: Block, key: str, known: Iterable[str]) -> Problem:
    """That ``key``, which is in ``body``, is none of those that are ``known``."""
    return Problem(body.place(key), f"unknown key {key!r} is ignored", nearest(key, known))


def _opposite(value: object) -> object:
    meant = switch(value)
    return not meant if isinstance(meant, bool) else value


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
    meant = switch(value)
    if isinstance(meant, bool):
        return drawn() if meant else ""
    return value


def literal(value: object) -> object:
    """``value`` so that no ``$`` in it begins a variable, which mkbrr does not have."""
    if isinstance(value, Items):
        return Items(map(literal, value), value.places)
    return re.sub(r"\$(?=[${])", "$$", value) if isinstance(value, str) else value


def _globs(value: object) -> object:
    """The globs one by one; a comma outside of braces separates two."""
    if not isinstance(value, Items):
        return literal(value)
    globs = [
        (part, value.places[index])
        for index, item in enumerate(value)
        for part in (_parts(item) if isinstance(item, str) else [item])
    ]
    return Items((literal(part) for part, _ in globs), dict(enumerate(here for _, here in globs)))


def _parts(globs: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^{}]*\})", globs)]


WORDS = {
    "trackers": Word("trackers", literal),
    "webseeds": Word("web_seeds", literal),
    "private": Word("private", switch),
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
    "fail_on_season_warning": Word("strict", switch),
}

WITHOUT = {
    "workers": (False, "the number of threads is chosen automatically"),
    "skip_prefix": (True, "the .torrent is named after its content only"),
}
"""What has no counterpart: the value that changes nothing, and what is so instead."""
