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
from seedwright.errors import SameTorrentError, SeedwrightError
from seedwright.hints import Hint
from seedwright.metainfo.fields import ASKED
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from seedwright.plan import Plan

_WAYS_OUT = Hint(
    "make one torrent with the trackers of both ({merge_same.on}), tell them apart with {source} or"
    " {entropy}, or seed them on different clients"
)


def identity_of(plan: Plan) -> Hashable:
    """What two plans have in common that would seed one infohash on one client; None without a seed."""
    if plan.seed is None:
        return None
    spec, seen = plan.spec, plan.survey
    content = None if seen is None else seen.content
    # Not how the files were chosen counts, but which they are, and in what order.
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
    """Plans that would be one torrent on one client, by their places; ``names`` tells them apart."""

    places: list[int]
    plans: list[Plan]
    names: list[str]

    @property
    def failure(self) -> SameTorrentError | None:
        """Why they cannot all be made; None where all of them ask for ``merge_same``."""
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
        """What is to be reported of the torrent that stands for all."""
        shown = [f"'{printable(name)}'" for name in self.names]
        return (
            f"{' and '.join(shown)} are one torrent: it has the trackers of all, and the rest of"
            f" {shown[0]}"
        )


def same_torrents(plans: Sequence[Plan | SeedwrightError], names: Sequence[str] = ()) -> list[Same]:
    """The plans that would be one torrent on one client, in their order.

    ``names`` are what those are called that have a name.
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

    @property
    def requests(self) -> list[list[int]]:
        """For each plan the places of the requests that it stands for."""
        return [
            [request for request, place in enumerate(self.places) if place == number]
            for number in range(len(self.plans))
        ]


def one_plan_each(plans: Sequence[Plan | SeedwrightError]) -> Distinct:
    """The plans, of which those for one torrent are one plan, or a failure each.

    Where all of them ask for ``merge_same`` the first stands for all, with the trackers of all.
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


def name_of(plan: Plan) -> str:
    """What tells a plan apart from others: its label, or where its torrent goes."""
    return plan.label or str(plan.output)


def is_plan(plan: Plan | SeedwrightError) -> TypeGuard[Plan]:
    """Whether there is a plan, and no failure."""
    return not isinstance(plan, SeedwrightError)
