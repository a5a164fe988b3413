"""Torrents that would have one infohash, of which a client can have only one.

Trackers, comments, categories and tags are no part of the infohash, so two presets that differ in
nothing else make one torrent twice. That is known before anything is hashed: the same content,
with the same words for all that ``info`` depends on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from seedwright.clients.naming import title
from seedwright.errors import SameTorrentError, SeedwrightError, UsageError
from seedwright.hints import Hint
from seedwright.metainfo.fields import ASKED
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from pathlib import Path

    from seedwright.plan import Plan

_WAYS_OUT = Hint(
    "make one torrent with the trackers of all ({merge_same.on}), give each another {source} or"
    " {entropy}, or seed them on different clients"
)


def identity_of(plan: Plan) -> Hashable:
    """A key that is equal for plans that would seed one infohash on one client; None without a seed."""
    if plan.seed is None:
        return None
    spec, seen = plan.spec, plan.survey
    content = None if seen is None else seen.content
    # It does not matter how the files were chosen, only which they are and in what order.
    files = content and tuple((file.parts, file.size) for file in content.files)
    return (
        plan.seed.server,
        os.path.realpath(spec.content),
        spec.name,
        spec.format,
        spec.piece_length,
        # Only mkbrr says of a torrent that it is not private.
        spec.as_mkbrr and not spec.private,
        *(getattr(spec, row.name) for row in ASKED if row.in_info),
        files or spec.ignore_dotfiles,
        None if plan.donor is None else plan.donor.path,
    )


class Same(NamedTuple):
    """Plans that would be one torrent on one client, with their places and their ``names``."""

    places: list[int]
    plans: list[Plan]
    names: list[str]

    @property
    def failure(self) -> SameTorrentError | None:
        """Why they cannot all be made; None if all of them have ``merge_same``."""
        if all(plan.request.merge_same for plan in self.plans):
            return None
        return same_torrent_error(self.plans[0], self.names)

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """The trackers of all in their tiers, each once (BEP 12)."""
        seen: set[str] = set()
        tiers = []
        for tier in (tier for plan in self.plans for tier in plan.spec.tiers):
            new = tuple(url for url in tier if url not in seen)
            seen.update(new)
            tiers += [new] if new else []
        return tuple(tiers)

    @property
    def note(self) -> str:
        """The warning about the torrent that stands for all."""
        shown = [f"'{printable(name)}'" for name in self.names]
        return (
            f"{' and '.join(shown)} are one torrent: it has the trackers of all, and everything else"
            f" from {shown[0]}"
        )


def same_torrents(plans: Sequence[Plan | SeedwrightError], names: Sequence[str] = ()) -> list[Same]:
    """The plans that would be one torrent on one client, in their order.

    ``names`` are those of the plans that have one, "" for the others.
    """
    found: dict[Hashable, Same] = {}
    for place, plan in enumerate(plans):
        identity = None if isinstance(plan, SeedwrightError) else identity_of(plan)
        if identity is not None and is_plan(plan):
            same = found.setdefault(identity, Same([], [], []))
            same.places.append(place)
            same.plans.append(plan)
            same.names.append((names[place] if names else "") or name_of(plan))
    return [same for same in found.values() if len(same.places) > 1]


def same_torrent_error(plan: Plan, names: Sequence[str]) -> SameTorrentError:
    """The failure of all plans with these ``names``."""
    client = plan.client or ""
    first, second, *more = [f"'{printable(name)}'" for name in names]
    shown = f"{first}, {second} and {len(more)} more" if more else f"{first} and {second}"
    return SameTorrentError(
        f"{shown} would make one torrent of '{printable(plan.spec.name)}' twice, with one infohash,"
        f" and {title(client)} can hold it only once",
        client=client,
        hint=_WAYS_OUT,
    )


class Distinct(NamedTuple):
    """Plans with no infohash twice, and for each request the place of its plan."""

    plans: list[Plan | SeedwrightError]
    places: list[int]

    @property
    def requests(self) -> list[list[int]]:
        """For each plan the places of the requests that it stands for."""
        requests: list[list[int]] = [[] for _ in self.plans]
        for request, place in enumerate(self.places):
            requests[place].append(request)
        return requests


def one_plan_each(plans: Sequence[Plan | SeedwrightError]) -> Distinct:
    """The plans, with those for one torrent replaced by one plan, or by a failure each.

    If all of them have ``merge_same``, the first stands for all, with the trackers of all.
    """
    standing: dict[int, int] = {}
    changed: dict[int, Plan | SeedwrightError] = {}
    for same in same_torrents(plans):
        if same.failure is not None:
            changed |= dict.fromkeys(same.places, same.failure)
            continue
        first, *others = same.places
        plan = same.plans[0]
        spec = dataclasses.replace(plan.spec, tiers=same.tiers)
        changed[first] = dataclasses.replace(plan, spec=spec, warnings=(*plan.warnings, same.note))
        standing |= dict.fromkeys(others, first)
    kept = [at for at in range(len(plans)) if at not in standing]
    at_last = {at: place for place, at in enumerate(kept)}
    return Distinct(
        [changed.get(at, plans[at]) for at in kept],
        [at_last[standing.get(at, at)] for at in range(len(plans))],
    )


def one_writer_each(distinct: Distinct) -> Distinct:
    """The plans, with a failure in place of each that would write what an earlier one writes."""
    writers: dict[str, Plan] = {}

    def checked(plan: Plan) -> Plan | SeedwrightError:
        first = writers.setdefault(os.path.realpath(plan.output), plan)
        nothing_is_written = first.done is not None and plan.done is not None
        if first is plan or nothing_is_written:
            return plan
        shown = (f"'{printable(each.label or str(each.spec.content))}'" for each in (first, plan))
        return written_twice(plan.output, *shown)

    plans = [checked(plan) if is_plan(plan) else plan for plan in distinct.plans]
    return distinct._replace(plans=plans)


def written_twice(output: Path, first: str, second: str) -> UsageError:
    """The failure of two torrents with one ``output``, by what messages call them."""
    return UsageError(
        f"'{printable(str(output))}' would be written twice: for {first} and for {second}",
        hint="give one of them another output, or another name",
    )


class UnderWay:
    """The torrents that are on their way to a client, so that none is begun twice at once."""

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


def name_of(plan: Plan) -> str:
    """The name of a plan: its label, or else where its torrent goes."""
    return plan.label or str(plan.output)


def is_plan(plan: Plan | SeedwrightError) -> TypeGuard[Plan]:
    """Whether there is a plan, and no failure."""
    return not isinstance(plan, SeedwrightError)
