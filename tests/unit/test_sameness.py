"""Torrents that would have one infohash are known before anything is hashed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import Settings
from seedwright.engines.local import Order, make_torrents, walk_of
from seedwright.errors import SameTorrentError, SeedwrightError, UsageError
from seedwright.plan import Plan
from seedwright.stages.sameness import (
    UnderWay,
    identity_of,
    one_plan_each,
    one_writer_each,
    same_torrents,
)
from tests.unit.planned import plan_of

if TYPE_CHECKING:
    from pathlib import Path

ONE: dict[str, Any] = {"seed": True, "engine": "local", "trackers": ["http://one.example/a"]}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"a" * 100_000)
    (folder / "b.bin").write_bytes(b"b" * 50_000)
    return folder


def plan(path: Path, **options: Any) -> Plan:
    return plan_of(path, Settings(), {**ONE, "output": str(path.parent / "x.torrent"), **options})


# What is no part of info, and so makes no other torrent.
SAME: list[dict[str, Any]] = [
    {},
    {"trackers": ["http://two.example/a"]},
    {"comment": "another"},
    {"category": "films", "tags": ["x"]},
    {"with_date": False},
    {"piece_size": "32KiB"},
    {"web_seeds": ["http://w.example/"]},
    {"label": "two"},
    {"exclude": ["*.nfo"]},
    {"include": ["*.bin"]},
    {"ignore_dotfiles": False},
]
OTHER: list[dict[str, Any]] = [
    {"private": True},
    {"source": "X"},
    {"entropy": "x"},
    {"format": "v2"},
    {"format": "hybrid"},
    {"piece_size": "16KiB"},
    {"exclude": ["b.bin"]},
]


@pytest.mark.parametrize("options", SAME)
def test_the_same_identity_is_the_same_infohash(book: Path, options: dict[str, Any]) -> None:
    both = plan(book), plan(book, **options)
    assert identity_of(both[0]) == identity_of(both[1])
    assert len({infohash(each) for each in both}) == 1


@pytest.mark.parametrize("options", OTHER)
def test_another_infohash_is_another_identity(book: Path, options: dict[str, Any]) -> None:
    both = plan(book), plan(book, **options)
    assert identity_of(both[0]) != identity_of(both[1])
    assert len({infohash(each) for each in both}) == 2


def infohash(each: Plan) -> str:
    [made] = make_torrents([Order(each.spec)], walk_of(each.spec))
    assert not isinstance(made, SeedwrightError)
    return made.metainfo.client_hash


def test_torrents_that_do_not_seed_or_seed_elsewhere_may_be_the_same(book: Path) -> None:
    alone = plan(book, seed=False)
    assert identity_of(alone) is None
    here = plan(book)
    assert here.seed is not None
    there = replace(here, seed=replace(here.seed, server="seedbox:8080"))
    plans: list[Plan | SeedwrightError] = [here, there, alone, alone]
    assert one_plan_each(plans).plans == plans


def test_two_names_for_one_server_are_one_client(book: Path) -> None:
    assert identity_of(plan(book)) == identity_of(replace(plan(book), client="another name"))


def test_all_of_them_fail_and_the_others_go_on(book: Path) -> None:
    plans = [plan(book, label="one"), plan(book, source="X"), plan(book, label="two")]
    distinct = one_plan_each(plans)
    first, other, second = distinct.plans
    assert isinstance(first, SameTorrentError)
    assert first is second
    assert "'one' and 'two' would make one torrent of 'book' twice" in first.message
    assert other is plans[1]
    assert distinct.places == [0, 1, 2]


def test_merged_they_are_the_first_with_the_trackers_of_all(book: Path) -> None:
    plans = [
        plan(book, label="one", merge_same=True),
        plan(book, source="X"),
        plan(
            book,
            label="two",
            trackers=[["http://one.example/a", "http://two.example/a"]],
            merge_same=True,
        ),
    ]
    merged, other = one_plan_each(plans).plans
    assert isinstance(merged, Plan)
    assert merged.spec.tiers == (("http://one.example/a",), ("http://two.example/a",))
    assert merged.label == "one"
    assert any("are one torrent" in warning for warning in merged.warnings)
    assert other is plans[1]
    assert one_plan_each(plans).places == [0, 1, 0]


def test_no_torrent_is_written_over_another_of_the_same_call(book: Path) -> None:
    file = str(book.parent / "x.torrent")
    plans = [plan(each, seed=False, force=True, output=file) for each in (book, book / "a.bin")]
    first, second = one_writer_each(one_plan_each(plans)).plans
    assert first is plans[0]
    assert isinstance(second, UsageError)
    assert second.message == (
        f"'{file}' would be written twice: for '{book}' and for '{book / 'a.bin'}'"
    )


def test_tiers_are_merged_without_repeats(book: Path) -> None:
    plans = [plan(book), plan(book), plan(book, trackers=["http://two.example/a"])]
    [same] = same_torrents(plans)
    assert same.tiers == (("http://one.example/a",), ("http://two.example/a",))


def test_what_is_under_way_is_not_begun_again_until_it_has_ended(book: Path) -> None:
    under_way = UnderWay()
    with under_way.claim([plan(book)]) as first:
        assert isinstance(first[0], Plan)
        with under_way.claim([plan(book), plan(book, source="X")]) as others:
            assert isinstance(others[0], SameTorrentError)
            assert isinstance(others[1], Plan)
    with under_way.claim([plan(book)]) as again:
        assert isinstance(again[0], Plan)
