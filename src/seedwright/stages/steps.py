"""What happens to a torrent on its way, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.clients.seeding import Seeding
    from seedwright.engines.base import Progress
    from seedwright.plan import Plan


class Added(NamedTuple):
    """The client has taken the torrent, which is not proven to seed yet."""

    client: str
    infohash: str


class Written(NamedTuple):
    """The ``.torrent`` is in its place."""

    path: Path


Step: TypeAlias = "Plan | Progress | Added | Seeding | Written"
"""A plan that is final, progress, and what was added, proven (a ``Seeding``) and written."""

OnStep = Callable[[Step], None]
OnSteps = Callable[[int, Step], None]
"""Hears of several torrents, each by its place among the requests."""


def unheard(_: Step) -> None:
    """Nobody listens."""


def each_of(on_steps: OnSteps | None, places: Iterable[Iterable[int]]) -> list[OnStep]:
    """A listener for each torrent, which hears of it as of the requests at all of its places."""
    return [unheard if on_steps is None else _at(on_steps, tuple(own)) for own in places]


def all_of(listeners: Iterable[OnStep]) -> OnStep:
    """A listener for what happens to several torrents at once."""

    def hear(step: Step) -> None:
        for listener in listeners:
            listener(step)

    return hear


def _at(on_steps: OnSteps, places: tuple[int, ...]) -> OnStep:
    def hear(step: Step) -> None:
        for place in places:
            on_steps(place, step)

    return hear
