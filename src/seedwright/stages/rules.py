"""From a spec and its content to the piece length, the source, and what tracker rules say of both."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from seedwright.engines.local import blueprint_of, walk_of
from seedwright.errors import ContentError
from seedwright.metainfo.build import SIGNATURE, torrent_size
from seedwright.metainfo.piece_length import choose_piece_length
from seedwright.stages.checks import Vetted

if TYPE_CHECKING:
    from seedwright.content.walk import Content
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.trackers.applying import Applied, Measure
    from seedwright.trackers.tracker_rules import TrackerRule


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Ruled(Vetted):
    """A torrent with everything decided.

    ``piece_length`` is in bytes, None if the content is not visible here and nobody chose one.
    ``tracker_rules`` are those of its trackers, ``told`` says what they did, and ``breaches`` lists
    what the torrent breaks.
    """

    piece_length: int | None
    tracker_rules: tuple[TrackerRule, ...] = ()
    told: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()


def rule(vetted: Vetted) -> Ruled:
    """The torrent with its piece length and its source, each from the first that says one.

    ==========================  ================================================================
    the piece length            the request, by itself or as a number of pieces;
                                the first tracker rule, by a row for the content's size;
                                the default for the content's size, within that rule's maximum
    and then, if not asked for  not longer than the request's maximum;
                                raised until the ``.torrent`` is within the request's limit,
                                or else within the first rule's
    the source                  the request, the first tracker rule
    ==========================  ================================================================

    mkbrr has an order of its own, :func:`~seedwright.mkbrr.choice.apply_as_mkbrr`. Raises UsageError
    for a ``.torrent`` that cannot be as small as is asked.
    """
    rules = vetted.request.rules or ()
    if vetted.spec.as_mkbrr:
        return _ruled(vetted, rules, _as_mkbrr(vetted, rules))
    if rules:
        from seedwright.trackers.applying import apply

        size = vetted.survey.size if vetted.survey else None
        keeps = vetted.request.source is not None
        applied = apply(rules, vetted.spec, size, keeps_source=keeps, measure=_measure(vetted))
        return _ruled(vetted, rules, applied)
    return Ruled(**vars(vetted), piece_length=_piece_length(vetted, vetted.spec))


def _ruled(vetted: Vetted, rules: tuple[TrackerRule, ...], applied: Applied) -> Ruled:
    return Ruled(
        **{**vars(vetted), "spec": applied.spec},
        piece_length=_piece_length(vetted, applied.spec),
        tracker_rules=rules,
        told=applied.rules,
        breaches=applied.warnings,
    )


def _as_mkbrr(vetted: Vetted, rules: tuple[TrackerRule, ...]) -> Applied:
    """The source and the piece length that mkbrr would choose.

    mkbrr follows the rule of one tracker at most, and only if rules are switched on; all other rules,
    and those of the user's own file, only warn.
    """
    from seedwright.mkbrr.choice import NO_RULE, apply_as_mkbrr, rule_of

    assert vetted.survey is not None  # noqa: S101 - the embedded engine has looked at the content
    return apply_as_mkbrr(
        vetted.spec,
        vetted.survey.size,
        rule=rule_of(vetted.spec) if vetted.request.tracker_rules else NO_RULE,
        others=rules,
        keeps_source=vetted.request.source is not None,
        measure=_measure(vetted),
    )


def _piece_length(vetted: Vetted, spec: TorrentSpec) -> int | None:
    if vetted.survey is None or vetted.donor is not None:
        return spec.piece_length
    return choose_piece_length(
        vetted.survey.size,
        partial(_measure(vetted), spec),
        asked=spec.piece_length,
        count=spec.piece_count,
        at_most=spec.max_piece_length,
        max_torrent_size=spec.max_torrent_size,
    )


def _measure(vetted: Vetted) -> Measure:
    """A function that gives the size of the ``.torrent``; its first call looks for the files."""

    @cache
    def content() -> Content | None:
        if vetted.survey is not None and vetted.chosen.engine == "local":
            return vetted.survey.content
        # qBittorrent hashes, and what prevents counting here does not prevent that.
        with contextlib.suppress(ContentError):
            return walk_of(vetted.spec)
        return None

    def measure(spec: TorrentSpec, piece_length: int) -> int:
        files = content()
        if files is None:
            return 0
        if vetted.donor is not None:
            return len(vetted.donor.torrent(blueprint_of(spec, files)))
        signature = SIGNATURE if vetted.chosen.engine == "qbittorrent" else 0
        return torrent_size(blueprint_of(spec, files), piece_length) + signature

    return measure


def decided(ruled: Ruled) -> TorrentSpec:
    """The spec with its final piece length, and nothing left to choose."""
    if ruled.piece_length is None:
        return ruled.spec
    return dataclasses.replace(ruled.spec, piece_length=ruled.piece_length, piece_count=None)
