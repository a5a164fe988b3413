"""Share limits: what a client does with a torrent that has been shared enough.

qBittorrent can stop it, remove it, remove it **together with its files**, or switch super seeding
on. A torrent whose own limits are switched off (-1) is exempt, whatever its category and the client
say. Categories have limits of their own from Web API 2.16 on, and a default there is the parent
category's, and the client's in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.clients.destination import AUTO
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.errors import AddingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.clients.destination import Destination
    from seedwright.clients.qbittorrent.connection import Connection

# What a client does, by its name in categories; the preferences have its number.
_ACTIONS = {
    "Stop": "stop torrents",
    "Remove": "remove torrents",
    "EnableSuperSeeding": "switch super seeding on",
    "RemoveWithContent": "remove torrents together with their files",
}
# The key of a limit in a category and in the preferences, where "_enabled" ends that of its switch.
_LIMITS = {
    "ratio_limit": "max_ratio",
    "seeding_time_limit": "max_seeding_time",
    "inactive_seeding_time_limit": "max_inactive_seeding_time",
}
_NO_LIMIT, _DEFAULT = -1, -2

LIFTED = dict.fromkeys(_LIMITS, _NO_LIMIT)
"""What ``torrents/add`` gets so that no limit ever counts for a torrent."""


@dataclass(frozen=True)
class ShareLimits:
    """The limits that a new torrent of one category gets from its client.

    ``limits`` are ratio, minutes of seeding and minutes without a peer, -1 where there is none;
    ``needs_all`` says that all of them must be reached. ``category`` is the one whose own they are,
    "" where they are the client's.
    """

    action: str
    limits: tuple[float, ...]
    needs_all: bool = False
    category: str = ""

    @property
    def removes_files(self) -> bool:
        """Whether content would be deleted, now or once a limit is set."""
        return self.action == "RemoveWithContent"

    @property
    def is_met_at_once(self) -> bool:
        """Whether a torrent that is complete and has never been shared has reached them."""
        set_ones = [limit for limit in self.limits if limit >= 0]
        met = [limit == 0 for limit in set_ones]
        return bool(met) and (all(met) if self.needs_all else any(met))

    def in_words(self, client: str) -> str:
        """What they do: "qBittorrent's share limits remove torrents together with their files"."""
        whose = f"{client}'s share limits"
        whose += f" for category {self.category!r}" if self.category else ""
        at_once = "" if self.removes_files else " at once"
        return f"{whose} {_ACTIONS[self.action]}{at_once}"


async def share_limits_of(connection: Connection, category: str = "") -> ShareLimits:
    """The limits that a new torrent of ``category`` gets; the client's own for a new category."""
    preferences = await recent_preferences(connection)
    rows: Any = {}
    if category:
        rows = await connection.call(lambda client: client.torrents_categories())
    return share_limits_in(preferences, rows, category)


def share_limits_in(
    preferences: Mapping[str, Any], categories: Mapping[str, Any], category: str
) -> ShareLimits:
    """The same, from what the client answers."""
    number = int(preferences.get("max_ratio_act") or 0)
    action = dict(enumerate(_ACTIONS)).get(number, "Stop")
    mode = str(preferences.get("share_limits_mode", "MatchAny"))
    limits = {
        key: float(preferences.get(value, _NO_LIMIT))
        if preferences.get(f"{value}_enabled")
        else _NO_LIMIT
        for key, value in _LIMITS.items()
    }
    whose = ""
    for name in _from_the_outermost(category):
        row = categories.get(name, {})
        own = {key: row[key] for key in limits if row.get(key, _DEFAULT) != _DEFAULT}
        limits |= own
        if row.get("share_limit_action", "Default") != "Default":
            action, whose = str(row["share_limit_action"]), name
        mode = row.get("share_limits_mode", "Default").replace("Default", mode)
        whose = name if own else whose
    return ShareLimits(action, tuple(limits.values()), mode == "MatchAll", whose)


class Verdict(NamedTuple):
    """Whether a torrent gets no limits, and a warning about that, if any."""

    are_lifted: bool
    note: str = ""


async def verdict_on(connection: Connection, destination: Destination) -> Verdict:
    """Whether the torrent gets none of the limits that the client would give it.

    Raises AddingError where it would get limits that delete content.
    """
    if destination.share_limits == "none":
        return Verdict(are_lifted=True)
    found = await share_limits_of(connection, destination.category)
    words = found.in_words(connection.title)
    if destination.share_limits == AUTO:
        harmful = found.removes_files or found.is_met_at_once
        return Verdict(harmful, f"{words}, so the torrent gets none" if harmful else "")
    if found.removes_files:
        raise connection.failure(
            AddingError,
            f"{connection.title} would delete '{destination.name}' once it is shared enough: {words}",
            "set share_limits to auto, or choose another action in qBittorrent's options"
            " (BitTorrent, seeding limits)",
        )
    return Verdict(are_lifted=False)


def _from_the_outermost(category: str) -> list[str]:
    parts = category.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))] if category else []
