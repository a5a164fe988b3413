"""The source and the piece length that mkbrr gives a torrent, by the first of its trackers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from seedwright.metainfo.piece_length import (
    LARGEST_DEFAULT,
    check_asked,
    default_piece_length,
    smallest_that_fits,
)
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH
from seedwright.trackers.applying import Applied, breaches, with_source
from seedwright.trackers.tracker_rules import TrackerRule, built_in_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.trackers.applying import Measure

NO_RULE = TrackerRule("", ())
"""That of a tracker that mkbrr does not know, or of none."""

SHORTEST = 64 * 1024
"""64 KiB: the shortest piece for a number of pieces, and for a tracker that bounds the longest."""

CREATOR = 39
"""How many bytes more than ours its ``created by`` has, with its version and its address."""


def apply_as_mkbrr(
    spec: TorrentSpec,
    size: int,
    *,
    rule: TrackerRule,
    others: Sequence[TrackerRule],
    keeps_source: bool,
    measure: Measure,
) -> Applied:
    """``spec`` with the source and the piece length of mkbrr's, for content of ``size`` bytes.

    ``rule`` is the one that mkbrr follows; the result is compared with all ``others``.
    ``keeps_source`` says that the source of the spec, even an empty one, was requested. Raises
    UsageError when no piece length makes the ``.torrent`` as small as the rule or the spec requires.
    """
    spec, done = with_source(rule, spec, keeps_source=keeps_source)
    more = CREATOR * spec.with_creator + 2 * (len(spec.web_seeds) == 1)  # one is a list there
    length = _piece_length(spec, size, rule, lambda length: measure(spec, length) + more)
    spec = dataclasses.replace(spec, piece_length=length, piece_count=None)
    made = measure(spec, length) if others else 0
    broken = breaches(others, source=spec.source, piece_length=length, torrent_size=made)
    return Applied(spec, done, broken)


def rule_of(spec: TorrentSpec) -> TrackerRule:
    """The rule that mkbrr goes by: it looks for the hosts it knows anywhere in the first URL."""
    first = next((url for tier in spec.tiers for url in tier), "")
    rules = built_in_rules() if first else ()
    return next((rule for rule in rules if any(host in first for host in rule.hosts)), NO_RULE)


def _piece_length(
    spec: TorrentSpec, size: int, rule: TrackerRule, torrent_size: Callable[[int], int]
) -> int:
    check_asked(spec.piece_length, spec.piece_count)
    longest = _smaller(rule.max_piece_length, spec.max_piece_length) or LARGEST_DEFAULT
    if spec.piece_length is not None:
        length = spec.piece_length
    elif spec.piece_count is not None:
        length = min(_by_count(size, spec.piece_count), max(longest, SHORTEST))
    else:
        length = min(_by_size(size, rule), longest)
    limit = _smaller(rule.max_torrent_size, spec.max_torrent_size)
    if limit is None:
        return length
    return smallest_that_fits(limit, torrent_size, at_least=length, at_most=max(length, longest))


def _by_count(size: int, count: int) -> int:
    """The longest piece that makes ``count`` pieces or more, where ours comes nearest to it."""
    return max(1 << (size // count or 1).bit_length() - 1, SHORTEST)


def _by_size(size: int, rule: TrackerRule) -> int:
    step = rule.step_for(size)
    if step is not None:
        return step.length
    usual = default_piece_length(size, at_most=MAX_PIECE_LENGTH)
    is_bounded = rule.max_piece_length is not None and rule.max_piece_length <= LARGEST_DEFAULT
    return max(usual, SHORTEST) if is_bounded else usual


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)
