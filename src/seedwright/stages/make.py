"""From a plan to a torrent: hashed here, with no client and no event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.engines.base import MadeTorrent
from seedwright.engines.hashing import never
from seedwright.engines.local import Order, make_torrents, take_over, walk_of
from seedwright.engines.turn import AT_ONCE
from seedwright.errors import SeedwrightError, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedwright.content.walk import Content
    from seedwright.engines.base import OnProgress
    from seedwright.engines.turn import Turn
    from seedwright.plan import Plan


def make_here(
    plans: Sequence[Plan],
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
    *,
    turn: Turn = AT_ONCE,
) -> list[MadeTorrent | SeedwrightError]:
    """The torrent of each plan, hashed here and not written yet, or why there is none.

    Plans of the same content, as one walk found it, read it once; each read waits for its ``turn``.
    Raises ``_core.Cancelled``.
    """
    made: dict[int, MadeTorrent | SeedwrightError] = {}
    together: list[tuple[Content, list[int]]] = []
    for number, plan in enumerate(plans):
        if plan.done is not None:
            made[number] = MadeTorrent(plan.done)
            continue
        content = outcome(_content_of, plan)
        if isinstance(content, SeedwrightError):
            made[number] = content
        elif plan.donor is not None:
            made[number] = outcome(take_over, plan.spec, content, plan.donor, cancelled)
        else:
            same = next((numbers for each, numbers in together if each is content), None)
            if same is None:
                together.append((content, [number]))
            else:
                same.append(number)
    for content, numbers in together:
        some = [plans[number] for number in numbers]
        torrents = outcome(
            make_torrents,
            [Order(plan.spec, plan.cache, plan.time_limit) for plan in some],
            content,
            on_progress=on_progress,
            cancelled=cancelled,
            turn=turn,
        )
        for place, number in enumerate(numbers):
            made[number] = torrents if isinstance(torrents, SeedwrightError) else torrents[place]
    return [made[number] for number in range(len(plans))]


def _content_of(plan: Plan) -> Content:
    """The content as it was found when the plan was made."""
    return (plan.survey and plan.survey.content) or walk_of(plan.spec)
