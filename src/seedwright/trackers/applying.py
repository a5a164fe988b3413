"""What tracker rules make of a spec, and which of them a torrent breaks, in sentences."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from seedwright.errors import UsageError
from seedwright.hints import Hint, joined, named
from seedwright.metainfo.piece_length import (
    LARGEST_DEFAULT,
    choose_piece_length,
    default_piece_length,
    smallest_that_fits,
)
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH, format_size

if TYPE_CHECKING:
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.trackers.tracker_rules import PieceStep, TrackerRule

Measure = Callable[["TorrentSpec", int], int]
"""How many bytes the ``.torrent`` of a spec has with pieces of a length; 0 if unknown."""


class Applied(NamedTuple):
    """The spec under the rules, what they changed, and which of them it breaks."""

    spec: TorrentSpec
    rules: tuple[str, ...]
    warnings: tuple[str, ...]


def apply(
    rules: Sequence[TrackerRule],
    spec: TorrentSpec,
    size: int | None,
    *,
    keeps_source: bool,
    measure: Measure,
) -> Applied:
    """``spec`` under ``rules``: the first one decides, and the result is compared with all of them.

    ``size`` is the size of the content in bytes, None where it is unknown. ``keeps_source`` says that
    the source of the spec, even an empty one, was requested; a piece length, a number of pieces and
    a limit always were. What was requested stays, with a warning where it breaks a rule. No rule
    changes the private flag (BEP 27).

    Raises UsageError when no piece length makes the ``.torrent`` as small as the first rule or the
    spec requires.
    """
    first = rules[0]
    spec, done = with_source(first, spec, keeps_source=keeps_source)
    if size is None:
        broken = breaches(rules, source=spec.source, piece_length=spec.piece_length)
        return Applied(spec, done, _about_unknown_size(first, spec) + broken)
    length, sentence = _piece_length(first, spec, size, partial(measure, spec))
    if sentence:
        done += (f"{first.name}: {sentence}",)
    is_limited = any(rule.max_torrent_size is not None for rule in rules)
    made = measure(spec, length) if is_limited else 0
    broken = breaches(rules, source=spec.source, piece_length=length, torrent_size=made)
    if spec.piece_count is None:
        spec = dataclasses.replace(spec, piece_length=length)
    return Applied(spec, done, broken)


def with_source(
    rule: TrackerRule, spec: TorrentSpec, *, keeps_source: bool
) -> tuple[TorrentSpec, tuple[str, ...]]:
    """``spec`` with the source of ``rule``, unless it keeps its own, and what the rule did."""
    if not rule.source or keeps_source:
        return spec, ()
    spec = dataclasses.replace(spec, source=rule.source)
    return spec, (f"{rule.name}: source '{rule.source}'",)


def breaches(
    rules: Sequence[TrackerRule], *, source: str, piece_length: int | None, torrent_size: int = 0
) -> tuple[str, ...]:
    """A sentence for each way in which a torrent breaks one of ``rules``.

    ``piece_length`` and ``torrent_size`` are in bytes, None and 0 where they are not known.
    """
    found = []
    for rule in rules:
        if rule.source and source != rule.source:
            given = f"but the source is '{source}'" if source else "but there is none"
            found.append(f"{rule.name} expects the source '{rule.source}', {given}")
        if rule.max_piece_length is not None and (piece_length or 0) > rule.max_piece_length:
            found.append(
                f"{rule.name} allows pieces of {format_size(rule.max_piece_length)} at most"
            )
        if rule.max_torrent_size is not None and torrent_size > rule.max_torrent_size:
            found.append(
                f"{rule.name} accepts a .torrent of {exact_size(rule.max_torrent_size)} at most, but"
                " this one is larger"
            )
    return tuple(found)


def exact_size(n: int) -> str:
    """``n`` bytes in the largest unit that gives a whole number of them: ``"14234 MiB"``."""
    power = 0
    while n and n % 1024 == 0 and power < 3:
        n, power = n // 1024, power + 1
    return f"{n} {('B', 'KiB', 'MiB', 'GiB')[power]}"


def size_range(steps: Sequence[PieceStep], step: PieceStep) -> str:
    """Which content the row is for: ``"up to 58 MiB"``, ``"more than 14234 MiB"``, ``"any size"``."""
    if step.up_to is not None:
        return f"up to {exact_size(step.up_to)}"
    before = [row.up_to for row in steps if row.up_to is not None]
    return f"more than {exact_size(before[-1])}" if before else "any size"


def _piece_length(
    rule: TrackerRule, spec: TorrentSpec, size: int, torrent_size: Callable[[int], int]
) -> tuple[int, str]:
    """The piece length in bytes, and what the rule did to it, "" for nothing."""
    if spec.piece_length is not None or spec.piece_count is not None:
        asked = choose_piece_length(
            size,
            torrent_size,
            asked=spec.piece_length,
            count=spec.piece_count,
            at_most=spec.max_piece_length,
            max_torrent_size=spec.max_torrent_size,
        )
        return asked, ""
    bound = spec.max_piece_length
    length, sentence = _by_size(rule, size, bound)
    if bound is not None and length > bound:
        length, sentence = bound, ""
    if spec.max_torrent_size is not None:
        fitting = smallest_that_fits(
            spec.max_torrent_size,
            torrent_size,
            at_least=length,
            at_most=bound or MAX_PIECE_LENGTH,
        )
        return fitting, sentence if fitting == length else ""
    if rule.max_torrent_size is None:
        return length, sentence
    fitting = _within_limit(rule, rule.max_torrent_size, torrent_size, bound, at_least=length)
    if fitting == length:
        return length, sentence
    return fitting, (
        f"pieces of {format_size(fitting)}, to keep the .torrent within"
        f" {exact_size(rule.max_torrent_size)}"
    )


def _by_size(rule: TrackerRule, size: int, bound: int | None) -> tuple[int, str]:
    step = rule.step_for(size)
    if step is not None:
        content = size_range(rule.piece_lengths, step)
        return step.length, f"pieces of {format_size(step.length)} for content of {content}"
    longest = bound or LARGEST_DEFAULT
    usual = default_piece_length(size, at_most=longest)
    length = default_piece_length(size, at_most=rule.max_piece_length or longest)
    if length < usual:
        return length, f"pieces of {format_size(length)}, the longest it allows"
    if length > usual:
        return length, f"pieces of {format_size(length)}, because it allows longer pieces than most"
    return length, ""


def _within_limit(
    rule: TrackerRule,
    limit: int,
    torrent_size: Callable[[int], int],
    bound: int | None,
    *,
    at_least: int,
) -> int:
    own = (step.length for step in rule.piece_lengths)
    allowed = rule.max_piece_length or bound or max(LARGEST_DEFAULT, at_least, *own)
    longest = min(allowed, bound or allowed)
    try:
        return smallest_that_fits(limit, torrent_size, at_least=at_least, at_most=longest)
    except UsageError:
        why = "it allows" if longest == rule.max_piece_length else "chosen automatically"
        ways: list[str] = ["make several torrents"]
        if longest < MAX_PIECE_LENGTH:
            larger = named("piece_length", format_size(2 * longest))
            ways.append(Hint("use longer pieces with {larger}", larger=larger))
        raise UsageError(
            f"{rule.name} accepts a .torrent of {exact_size(limit)} at most, but with pieces of"
            f" {format_size(longest)}, the longest {why}, it has {torrent_size(longest)} bytes",
            hint=joined((*ways, Hint("or use {tracker_rules.off}")), ", "),
        ) from None


def _about_unknown_size(rule: TrackerRule, spec: TorrentSpec) -> tuple[str, ...]:
    bounds = (rule.max_piece_length, rule.max_torrent_size)
    if spec.piece_length is not None or not (rule.piece_lengths or any(bounds)):
        return ()
    return (
        f"the rules of {rule.name} do not apply to the piece length: the content's size is unknown",
    )
