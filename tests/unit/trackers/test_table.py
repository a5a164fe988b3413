"""The rules that come with Seedwright, at both sides of each boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.errors import UsageError
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH, MIN_PIECE_LENGTH
from seedwright.trackers.applying import Applied, apply, breaches
from seedwright.trackers.tracker_rules import TrackerRule, built_in_rules, rules_for

from .builders import spec
from .expected import BOUNDARIES, GIB, KIB, MIB, TRACKERS

if TYPE_CHECKING:
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.trackers.applying import Measure

BOUND = [(host, known.max_piece) for host, known in TRACKERS.items() if known.max_piece]
LIMITED = [
    (host, known.max_torrent_kib) for host, known in TRACKERS.items() if known.max_torrent_kib
]


def of(host: str) -> TrackerRule:
    (found,) = rules_for([f"https://{host}/announce"])
    return found


def unmeasured(_spec: TorrentSpec, _length: int) -> int:
    return 0


def applied(host: str, size: int, measure: Measure = unmeasured, **fields: object) -> Applied:
    return apply([of(host)], spec(**fields), size, keeps_source=False, measure=measure)


def test_no_tracker_is_missing_and_none_is_unknown() -> None:
    hosts = [host for rule in built_in_rules() for host in rule.hosts]
    assert sorted(hosts) == sorted(TRACKERS)


def test_every_tracker_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in built_in_rules()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("host", "bound", "power", "after"), BOUNDARIES)
def test_content_of_exactly_the_bound_has_the_shorter_pieces(
    host: str, bound: int, power: int, after: int
) -> None:
    assert applied(host, bound * MIB).spec.piece_length == 1 << power
    assert applied(host, bound * MIB + 1).spec.piece_length == 1 << after


@pytest.mark.parametrize("host", TRACKERS)
def test_the_first_and_the_last_length_have_no_end(host: str) -> None:
    assert applied(host, 1).spec.piece_length == 1 << TRACKERS[host].pieces[0][1]
    assert applied(host, 1 << 50).spec.piece_length == 1 << TRACKERS[host].beyond


@pytest.mark.parametrize("host", TRACKERS)
def test_lengths_of_its_own_are_told_and_the_usual_ones_are_not(host: str) -> None:
    told = [text for text in applied(host, MIB).rules if "pieces of" in text]
    assert bool(told) == TRACKERS[host].has_table == bool(of(host).piece_lengths)


@pytest.mark.parametrize("host", TRACKERS)
def test_its_source_is_taken_where_none_is_given(host: str) -> None:
    source = TRACKERS[host].source
    assert applied(host, MIB).spec.source == source
    assert breaches([of(host)], source=source, piece_length=None) == ()
    assert len(breaches([of(host)], source="other", piece_length=None)) == bool(source)


@pytest.mark.parametrize(("host", "power"), BOUND)
def test_the_largest_piece_is_allowed_and_a_larger_one_is_warned_of(host: str, power: int) -> None:
    assert applied(host, GIB, piece_length=1 << power).warnings == ()
    assert len(breaches([of(host)], source=of(host).source, piece_length=(1 << power) + 1)) == 1


@pytest.mark.parametrize("host", [host for host, known in TRACKERS.items() if not known.max_piece])
def test_who_names_no_largest_piece_allows_all(host: str) -> None:
    assert applied(host, GIB, piece_length=MAX_PIECE_LENGTH).warnings == ()


@pytest.mark.parametrize(("host", "kib"), LIMITED)
def test_the_largest_torrent_is_allowed_and_pieces_grow_for_a_larger_one(
    host: str, kib: int
) -> None:
    unraised = applied(host, MIB).spec.piece_length
    assert unraised is not None

    def exactly(_spec: TorrentSpec, length: int) -> int:
        return kib * KIB if length == unraised else 1

    def one_more(_spec: TorrentSpec, length: int) -> int:
        return kib * KIB + 1 if length == unraised else kib * KIB

    assert applied(host, MIB, exactly).spec.piece_length == unraised
    assert applied(host, MIB, one_more).spec.piece_length == 2 * unraised


@pytest.mark.parametrize(("host", "kib"), LIMITED)
def test_pieces_grow_to_the_largest_and_no_further(host: str, kib: int) -> None:
    longest = 1 << (TRACKERS[host].max_piece or 24)

    def fits_from(length: int) -> Measure:
        return lambda _spec, asked: kib * KIB + (asked < length)

    assert applied(host, MIB, fits_from(longest)).spec.piece_length == longest
    with pytest.raises(UsageError, match="at most, but with pieces of"):
        applied(host, MIB, fits_from(2 * longest))


@pytest.mark.parametrize(("host", "kib"), LIMITED)
def test_a_torrent_over_the_limit_is_warned_of(host: str, kib: int) -> None:
    source = of(host).source
    for size, warnings in ((kib * KIB, 0), (kib * KIB + 1, 1)):
        found = breaches(
            [of(host)], source=source, piece_length=MIN_PIECE_LENGTH, torrent_size=size
        )
        assert len(found) == warnings


@pytest.mark.parametrize("host", [host for host in TRACKERS if not TRACKERS[host].max_torrent_kib])
def test_who_names_no_largest_torrent_takes_all(host: str) -> None:
    def huge(_spec: TorrentSpec, _length: int) -> int:
        return GIB

    assert applied(host, MIB, huge).warnings == ()
    assert applied(host, MIB, huge).spec.piece_length == applied(host, MIB).spec.piece_length
