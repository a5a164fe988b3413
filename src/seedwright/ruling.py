"""What the rules of its trackers make of a plan."""

from __future__ import annotations

import contextlib
import dataclasses
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seedwright.engines.local import blueprint_of, walk_of
from seedwright.errors import ContentError
from seedwright.metainfo.build import torrent_size
from seedwright.settings.places import RULES
from seedwright.trackers.applying import apply
from seedwright.trackers.rules import rules_for
from seedwright.trackers.rules_file import read_rules

if TYPE_CHECKING:
    from seedwright.content.walk import Content
    from seedwright.metainfo.spec import TorrentSpec
    from seedwright.plan import Plan
    from seedwright.settings.model import Settings
    from seedwright.trackers.applying import Applied, Measure
    from seedwright.trackers.rules import TrackerRule

SIGNATURE = 64
"""Bytes to spare for what qBittorrent writes beside ``info``, such as its version."""


def under_rules(plan: Plan, settings: Settings, *, keeps_source: bool) -> Plan:
    """The plan as the rules of its trackers have it; the same plan where none has any.

    ``keeps_source`` says that the source was asked for. Raises SettingsError for a file of rules
    that cannot be used, and UsageError for a ``.torrent`` that cannot be as small as is asked.
    """
    rules = _rules_for(plan, settings)
    if not rules:
        return plan
    applied = apply(
        rules,
        plan.spec,
        plan.survey.size if plan.survey else None,
        keeps_source=keeps_source,
        measure=_measure(plan),
    )
    return _put_under(plan, rules, applied)


def as_mkbrr(plan: Plan, settings: Settings, *, keeps_source: bool, heeds_rules: bool) -> Plan:
    """The plan with the source and the piece length that mkbrr would give it.

    It goes by one of the trackers at most, and by that only where ``heeds_rules``; the rules of the
    others, and those of the user's own file, then only warn. Raises what :func:`under_rules` does.
    """
    from seedwright.mkbrr.choice import NO_RULE, apply_as_mkbrr, rule_of

    rules = _rules_for(plan, settings) if heeds_rules else ()
    assert plan.survey is not None  # noqa: S101 - the embedded engine has looked at the content
    applied = apply_as_mkbrr(
        plan.spec,
        plan.survey.size,
        rule=rule_of(plan.spec) if heeds_rules else NO_RULE,
        others=rules,
        keeps_source=keeps_source,
        measure=_measure(plan),
    )
    return _put_under(plan, rules, applied)


def _rules_for(plan: Plan, settings: Settings) -> tuple[TrackerRule, ...]:
    """The rules of the plan's trackers; most have none."""
    urls = [url for tier in plan.spec.tiers for url in tier]
    file = RULES.find(settings.tracker_rules, {}, Path.cwd()) if urls else None
    return rules_for(urls, read_rules(file) if file else ())


def _put_under(plan: Plan, rules: tuple[TrackerRule, ...], applied: Applied) -> Plan:
    return dataclasses.replace(
        plan,
        spec=applied.spec,
        tracker_rules=rules,
        rules=applied.rules,
        warnings=plan.warnings + applied.warnings,
    )


def _measure(plan: Plan) -> Measure:
    """What tells the size of the ``.torrent``, looking for the files the first time it is asked."""

    @cache
    def content() -> Content | None:
        if plan.survey is not None and plan.survey.walked is not None:
            return plan.survey.walked
        # qBittorrent is to hash, so what is in the way of counting here is not in its way.
        with contextlib.suppress(ContentError):
            return walk_of(plan.spec)
        return None

    def measure(spec: TorrentSpec, piece_length: int) -> int:
        files = content()
        if files is None:
            return 0
        if plan.donor is not None:
            return len(plan.donor.torrent(blueprint_of(spec, files)))
        signature = SIGNATURE if plan.engine == "qbittorrent" else 0
        return torrent_size(blueprint_of(spec, files), piece_length) + signature

    return measure
