"""What becomes of a torrent that has been shared enough, by preferences and categories."""

from __future__ import annotations

from typing import Any

import pytest

from seedwright.clients.qbittorrent.share_limits import ShareLimits, share_limits_in

# As Web API 2.16.2 answers where nothing is set.
UNSET: dict[str, Any] = {
    "max_ratio_enabled": False,
    "max_ratio": -1,
    "max_ratio_act": 0,
    "max_seeding_time_enabled": False,
    "max_seeding_time": -1,
    "max_inactive_seeding_time_enabled": False,
    "max_inactive_seeding_time": -1,
}
DEFAULTS: dict[str, Any] = {
    "ratio_limit": -2,
    "seeding_time_limit": -2,
    "inactive_seeding_time_limit": -2,
    "share_limit_action": "Default",
    "share_limits_mode": "Default",
}


def limits(
    preferences: dict[str, Any] | None = None,
    categories: dict[str, dict[str, Any]] | None = None,
    category: str = "",
) -> ShareLimits:
    rows = {name: {**DEFAULTS, **row} for name, row in (categories or {}).items()}
    return share_limits_in({**UNSET, **(preferences or {})}, rows, category)


def test_nothing_is_met_where_nothing_is_set() -> None:
    assert limits() == ShareLimits("Stop", (-1, -1, -1))
    assert not limits().is_met_at_once
    assert not limits().removes_files


@pytest.mark.parametrize(
    ("number", "removes"), [(0, False), (1, False), (2, False), (3, True), (4, False), (-1, False)]
)
def test_only_one_action_deletes_content(number: int, removes: bool) -> None:
    assert limits({"max_ratio_act": number}).removes_files is removes


@pytest.mark.parametrize("what", ["max_ratio", "max_seeding_time", "max_inactive_seeding_time"])
@pytest.mark.parametrize(("limit", "is_met"), [(0, True), (0.01, False), (1, False), (-1, False)])
def test_a_limit_of_nothing_is_met_at_once(what: str, limit: float, is_met: bool) -> None:
    assert limits({f"{what}_enabled": True, what: limit}).is_met_at_once is is_met
    assert not limits({f"{what}_enabled": False, what: limit}).is_met_at_once


def test_where_all_limits_are_needed_one_is_not_enough() -> None:
    one_met = {"max_ratio_enabled": True, "max_ratio": 0, "max_seeding_time_enabled": True}
    assert limits({**one_met, "max_seeding_time": 9}).is_met_at_once
    both = {**one_met, "share_limits_mode": "MatchAll"}
    assert not limits({**both, "max_seeding_time": 9}).is_met_at_once
    assert limits({**both, "max_seeding_time": 0}).is_met_at_once


def test_a_category_goes_before_its_parent_and_that_before_the_client() -> None:
    categories: dict[str, dict[str, Any]] = {
        "films": {"share_limit_action": "RemoveWithContent", "ratio_limit": 3},
        "films/short": {"ratio_limit": 0},
        "films/kept": {"share_limit_action": "Stop"},
    }
    assert limits(None, categories, "films").limits[0] == 3
    short = limits(None, categories, "films/short")
    assert (short.removes_files, short.limits[0]) == (True, 0)
    assert not limits(None, categories, "films/kept").removes_files
    assert limits(None, categories, "films/new").removes_files
    assert not limits(None, categories, "books").removes_files


def test_it_is_said_whose_limits_they_are() -> None:
    own = limits({"max_ratio_act": 3})
    assert own.in_words("qBittorrent") == (
        "qBittorrent's share limits remove torrents together with their files"
    )
    categories = {"films": {"ratio_limit": 0}}
    assert limits(None, categories, "films").in_words("qBittorrent") == (
        "qBittorrent's share limits for category 'films' stop torrents at once"
    )
