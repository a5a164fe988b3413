"""Torrents that would have one infohash, of which a client can have only one.

Trackers, comments, categories and tags are no part of the infohash, so two presets that differ in
nothing else make one torrent twice. That is known before anything is hashed: the same content,
with the same words for all that ``info`` depends on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from seedwright.clients.naming import title
from seedwright.errors import SameTorrentError, SeedwrightError, outcome
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from seedwright.options import CreateOptions
    from seedwright.plan import Plan

_WAYS_OUT = (
    "make one torrent with the trackers of both (--merge-same), tell them apart with a source or"
    " --entropy, or seed them on different clients"
)


def identity_of(plan: Plan) -> Hashable:
    """What two plans have in common that would seed one infohash on one client; None without a seed."""
    if plan.seed is None:
        return None
    spec, seen = plan.spec, plan.survey
    content = None if seen is None else seen.walked or seen.listed
    # Not how the files were chosen counts, but which they are, and in what order.
    files = content and tuple((file.parts, file.size) for file in content.files)
    return (
        plan.seed.server,
        os.path.realpath(spec.content),
        spec.name,
        spec.format,
        _piece_length(plan),
        # Only mkbrr says of a torrent that it is not private.
        spec.private or (False if spec.as_mkbrr else None),
        spec.source,
        spec.entropy,
        files or spec.ignore_dotfiles,
        None if plan.donor is None else plan.donor.path,
    )


def same_torrents(plans: Iterable[Plan | SeedwrightError]) -> list[list[int]]:
    """The places of plans that would be one torrent on one client, in their order."""
    found: dict[Hashable, list[int]] = {}
    for place, plan in enumerate(plans):
        identity = None if isinstance(plan, SeedwrightError) else identity_of(plan)
        if identity is not None:
            found.setdefault(identity, []).append(place)
    return [places for places in found.values() if len(places) > 1]


def same_torrent_error(plan: Plan, names: Sequence[str]) -> SameTorrentError:
    """The failure of all of them; ``names`` are what tells them apart."""
    client = plan.client or ""
    first, second, *more = [f"'{printable(name)}'" for name in names]
    told = f"{first}, {second} and {len(more)} more" if more else f"{first} and {second}"
    return SameTorrentError(
        f"{told} would make one torrent of '{printable(plan.spec.name)}' twice, with one infohash,"
        f" and {title(client)} can have it only once",
        client=client,
        hint=_WAYS_OUT,
    )


class Distinct(NamedTuple):
    """Plans with no infohash twice, and for each plan that was given the place of its own there."""

    plans: list[Plan | SeedwrightError]
    places: list[int]


def one_plan_each(
    plans: Sequence[Plan | SeedwrightError], variants: Sequence[CreateOptions]
) -> Distinct:
    """The plans, of which those for one torrent are one plan, or a failure each.

    Where all of them ask for ``merge_same`` the first stands for all, with the trackers of all.
    """
    standing: dict[int, int] = {}
    changed: dict[int, Plan | SeedwrightError] = {}
    for same in same_torrents(plans):
        those = [plan for at in same if is_plan(plan := plans[at])]
        names = [name_of(plan) for plan in those]
        if all(variants[at].get("merge_same") for at in same):
            changed[same[0]] = merged(those, names)
            standing |= dict.fromkeys(same[1:], same[0])
        else:
            changed |= dict.fromkeys(same, same_torrent_error(those[0], names))
    kept = [at for at in range(len(plans)) if at not in standing]
    at_last = {at: place for place, at in enumerate(kept)}
    return Distinct(
        [changed.get(at, plans[at]) for at in kept],
        [at_last[standing.get(at, at)] for at in range(len(plans))],
    )


class UnderWay:
    """The torrents that are being made to seed, so that none is begun twice at once."""

    def __init__(self) -> None:
        self._names: dict[Hashable, str] = {}

    @contextlib.contextmanager
    def claim(
        self, plans: Sequence[Plan | SeedwrightError]
    ) -> Iterator[list[Plan | SeedwrightError]]:
        """A context with the plans, a failure in place of each whose torrent is under way."""
        mine: list[Hashable] = []
        claimed: list[Plan | SeedwrightError] = []
        for plan in plans:
            identity = identity_of(plan) if is_plan(plan) else None
            if not is_plan(plan) or identity is None:
                claimed.append(plan)
            elif identity in self._names:
                names = [self._names[identity], name_of(plan)]
                claimed.append(same_torrent_error(plan, names))
            else:
                self._names[identity] = name_of(plan)
                mine.append(identity)
                claimed.append(plan)
        try:
            yield claimed
        finally:
            for identity in mine:
                del self._names[identity]


def merged(plans: Sequence[Plan], names: Sequence[str]) -> Plan:
    """The first plan, with the trackers of all."""
    first = plans[0]
    spec = dataclasses.replace(first.spec, tiers=merged_tiers(plans))
    note = merge_note(names)
    return dataclasses.replace(first, spec=spec, warnings=(*first.warnings, note))


def merge_note(names: Sequence[str]) -> str:
    """What is to be reported of a torrent that stands for several."""
    shown = [f"'{printable(name)}'" for name in names]
    return (
        f"{' and '.join(shown)} are one torrent: it has the trackers of all, and the rest of"
        f" {shown[0]}"
    )


def name_of(plan: Plan) -> str:
    """What tells a plan apart from others: its label, or where its torrent goes."""
    return plan.label or str(plan.output)


def merged_tiers(plans: Iterable[Plan]) -> tuple[tuple[str, ...], ...]:
    """The trackers of all plans in their tiers, each once (BEP 12)."""
    seen: set[str] = set()
    tiers = []
    for tier in (tier for plan in plans for tier in plan.spec.tiers):
        new = tuple(url for url in tier if url not in seen)
        seen.update(new)
        tiers += [new] if new else []
    return tuple(tiers)


def is_plan(plan: Plan | SeedwrightError) -> TypeGuard[Plan]:
    """Whether there is a plan, and no failure."""
    return not isinstance(plan, SeedwrightError)


def _piece_length(plan: Plan) -> Any:
    spec = plan.spec
    if spec.piece_length is not None or plan.survey is None or plan.survey.walked is None:
        return spec.piece_length or spec.piece_count
    from seedwright.engines.local import blueprint_of, piece_length_of

    content = plan.survey.walked
    length = outcome(piece_length_of, spec, content, blueprint_of(spec, content))
    return None if isinstance(length, SeedwrightError) else length
