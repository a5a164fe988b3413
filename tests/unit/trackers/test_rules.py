from __future__ import annotations

import pytest

from seedwright.trackers.tracker_rules import PieceStep, rules_for

from .builders import EXAMPLE, rule


@pytest.mark.parametrize(
    "url",
    [
        "https://tracker.example/announce",
        "http://tracker.example:8080/0123456789abcdef/announce",
        "udp://tracker.example:80",
        "https://TRACKER.Example/announce",
        "https://tracker.example./announce",
        "https://a.b.tracker.example/announce",
        "https://user:pass@tracker.example/announce",
    ],
)
def test_a_rule_is_for_its_host_and_all_below_it(url: str) -> None:
    assert rule().matches(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example/announce",
        "https://mytracker.example/announce",
        "https://tracker.example.org/announce",
        "https://other.example/tracker.example",
        "https://tracker.example@other.example/announce",
        "udp://[::1]:80",
    ],
)
def test_a_rule_is_for_no_other_host(url: str) -> None:
    assert not rule().matches(url)


def test_each_of_its_hosts_counts() -> None:
    both = rule(hosts=("one.example", "two.example"))
    assert both.matches("http://one.example/a")
    assert both.matches("http://two.example/a")


def test_a_size_on_the_bound_belongs_to_the_row_that_ends_there() -> None:
    steps = (PieceStep(10, 1), PieceStep(20, 2), PieceStep(None, 4))
    found = [rule(piece_lengths=steps).step_for(size) for size in (0, 10, 11, 20, 21, 1 << 60)]
    assert found == [steps[0], steps[0], steps[1], steps[1], steps[2], steps[2]]


def test_a_rule_without_lengths_has_no_row_for_any_size() -> None:
    assert rule().step_for(1) is None


def test_a_tracker_of_its_own_kind_has_no_rule() -> None:
    assert rules_for([EXAMPLE]) == ()


def test_the_rules_come_in_the_order_of_the_trackers_and_each_once() -> None:
    urls = [
        EXAMPLE,
        "https://lst.gg/announce",
        "https://aither.cc/announce",
        "https://x.lst.gg/announce",
    ]
    assert [found.name for found in rules_for(urls)] == ["LST", "Aither"]


def test_the_users_rules_come_first_and_stand_alone() -> None:
    own = rule(name="mine", hosts=("aither.cc",))
    assert rules_for(["https://aither.cc/announce"], [own]) == (own,)


def test_of_two_rules_for_a_tracker_the_first_counts() -> None:
    one, other = rule(source="1"), rule(source="2")
    assert rules_for([EXAMPLE], [one, other]) == (one,)
