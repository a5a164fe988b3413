from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seedwright.errors import UsageError
from seedwright.metainfo.pieces import piece_count
from seedwright.trackers.applying import Applied, apply, breaches, exact_size, size_range
from seedwright.trackers.tracker_rules import PieceStep

from .builders import rule, spec

if TYPE_CHECKING:
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.trackers.applying import Measure
    from seedwright.trackers.tracker_rules import TrackerRule

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
TABLE = (PieceStep(GIB, 4 * MIB), PieceStep(None, 8 * MIB))


def unmeasured(_spec: TorrentSpec, _length: int) -> int:
    raise AssertionError("the size of the torrent does not count here")


def of_a_gib(_spec: TorrentSpec, length: int) -> int:
    return 20 * piece_count(GIB, length)


def under(
    *rules: TrackerRule,
    size: int | None = GIB,
    keeps_source: bool = False,
    measure: Measure = unmeasured,
    **options: Any,
) -> Applied:
    return apply(rules, spec(**options), size, keeps_source=keeps_source, measure=measure)


def test_a_rule_that_asks_for_nothing_gives_the_usual_lengths() -> None:
    assert under(rule()) == Applied(spec(piece_length=512 * KIB), (), ())


def test_the_source_of_the_rule_is_taken_and_told() -> None:
    done = under(rule(source="EX"))
    assert (done.spec.source, done.rules) == ("EX", ("Example: source 'EX'",))
    assert done.warnings == ()


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        ("EX", ()),
        ("MINE", ("Example expects the source 'EX', but the source is 'MINE'",)),
        ("", ("Example expects the source 'EX', but there is none",)),
    ],
)
def test_a_source_that_is_asked_for_stays(source: str, warning: tuple[str, ...]) -> None:
    done = under(rule(source="EX"), source=source, keeps_source=True)
    assert (done.spec.source, done.rules, done.warnings) == (source, (), warning)


@pytest.mark.parametrize("private", [True, False])
def test_no_rule_touches_the_private_flag(private: bool) -> None:
    asking = rule(source="EX", piece_lengths=TABLE, max_piece_length=16 * MIB)
    assert under(asking, private=private).spec.private is private


def test_the_lengths_of_the_rule_are_taken_and_told() -> None:
    asking = rule(piece_lengths=TABLE)
    done = under(asking)
    assert done.spec.piece_length == 4 * MIB
    assert done.rules == ("Example: pieces of 4 MiB for content of up to 1 GiB",)
    done = under(asking, size=GIB + 1)
    assert done.spec.piece_length == 8 * MIB
    assert done.rules == ("Example: pieces of 8 MiB for content of more than 1 GiB",)


def test_one_length_for_all_is_told_as_such() -> None:
    done = under(rule(piece_lengths=(PieceStep(None, MIB),)))
    assert done.rules == ("Example: pieces of 1 MiB for content of any size",)


def test_a_lower_bound_ends_the_usual_lengths_earlier() -> None:
    done = under(rule(max_piece_length=256 * KIB))
    assert done.spec.piece_length == 256 * KIB
    assert done.rules == ("Example: pieces of 256 KiB, the longest it allows",)


def test_a_higher_bound_ends_the_usual_lengths_later() -> None:
    done = under(rule(max_piece_length=64 * MIB), size=64 * GIB)
    assert done.spec.piece_length == 32 * MIB
    assert done.rules == ("Example: pieces of 32 MiB, because it allows longer pieces than most",)


def test_a_bound_that_changes_nothing_is_not_told() -> None:
    assert under(rule(max_piece_length=16 * MIB)).rules == ()


@pytest.mark.parametrize(
    ("length", "warnings"),
    [(16 * MIB, ()), (32 * MIB, ("Example allows pieces of 16 MiB at most",))],
)
def test_a_length_that_is_asked_for_stays(length: int, warnings: tuple[str, ...]) -> None:
    done = under(rule(piece_lengths=TABLE, max_piece_length=16 * MIB), piece_length=length)
    assert (done.spec.piece_length, done.rules, done.warnings) == (length, (), warnings)


def test_a_number_of_pieces_that_is_asked_for_stays() -> None:
    done = under(rule(piece_lengths=TABLE, max_piece_length=16 * MIB), piece_count=8)
    assert (done.spec.piece_length, done.spec.piece_count, done.rules) == (None, 8, ())
    assert done.warnings == ("Example allows pieces of 16 MiB at most",)


def test_a_length_and_a_number_of_pieces_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot be combined"):
        under(rule(), piece_length=MIB, piece_count=8)


@pytest.mark.parametrize(("limit", "length"), [(40960, 512 * KIB), (40959, MIB), (20479, 2 * MIB)])
def test_pieces_grow_until_the_torrent_fits(limit: int, length: int) -> None:
    done = under(rule(max_torrent_size=limit), measure=of_a_gib)
    assert done.spec.piece_length == length
    assert done.warnings == ()


def test_growing_pieces_are_told_instead_of_the_lengths_they_grew_from() -> None:
    done = under(rule(piece_lengths=TABLE, max_torrent_size=2 * KIB), measure=of_a_gib)
    assert done.spec.piece_length == 16 * MIB
    assert done.rules == ("Example: pieces of 16 MiB, to keep the .torrent within 2 KiB",)


def test_lengths_that_need_not_grow_are_told() -> None:
    done = under(rule(piece_lengths=TABLE, max_torrent_size=MIB), measure=of_a_gib)
    assert done.rules == ("Example: pieces of 4 MiB for content of up to 1 GiB",)


def test_a_torrent_that_cannot_fit_tells_which_bound_of_the_rule_is_in_the_way() -> None:
    with pytest.raises(UsageError) as caught:
        under(rule(max_torrent_size=639, max_piece_length=16 * MIB), measure=of_a_gib)
    assert caught.value.message == (
        "Example accepts a .torrent of 639 B at most, but with pieces of 16 MiB, the longest it"
        " allows, it has 1280 bytes"
    )
    assert caught.value.hint == (
        "make several torrents, use longer pieces with piece_length='32 MiB', or use"
        " tracker_rules=False"
    )


def test_a_torrent_that_cannot_fit_tells_that_no_larger_pieces_are_chosen_unasked() -> None:
    with pytest.raises(UsageError, match="the longest chosen automatically, it has 1280 bytes"):
        under(rule(max_torrent_size=639), measure=of_a_gib)


def test_where_no_pieces_can_be_larger_none_are_advised() -> None:
    with pytest.raises(UsageError) as caught:
        under(rule(max_torrent_size=1, max_piece_length=128 * MIB), measure=of_a_gib)
    assert caught.value.hint == "make several torrents, or use tracker_rules=False"


def test_pieces_grow_to_the_longest_of_the_rule_where_that_is_longer_than_usual() -> None:
    steps = (PieceStep(GIB, MIB), PieceStep(None, 32 * MIB))
    fitting = under(rule(piece_lengths=steps, max_torrent_size=640), measure=of_a_gib)
    assert fitting.spec.piece_length == 32 * MIB
    with pytest.raises(UsageError, match="with pieces of 32 MiB"):
        under(rule(piece_lengths=steps, max_torrent_size=639), measure=of_a_gib)


def test_a_length_that_is_asked_for_does_not_grow() -> None:
    done = under(rule(max_torrent_size=KIB), piece_length=MIB, measure=of_a_gib)
    assert done.spec.piece_length == MIB
    assert done.warnings == ("Example accepts a .torrent of 1 KiB at most, but this one is larger",)


def test_a_limit_that_is_asked_for_takes_the_place_of_the_rules() -> None:
    limited = rule(max_torrent_size=KIB, max_piece_length=16 * MIB)
    done = under(limited, max_torrent_size=20480, measure=of_a_gib)
    assert (done.spec.piece_length, done.rules) == (MIB, ())
    assert done.warnings == ("Example accepts a .torrent of 1 KiB at most, but this one is larger",)


def test_a_limit_that_is_asked_for_goes_beyond_the_largest_piece_with_a_warning() -> None:
    bound = rule(piece_lengths=TABLE, max_piece_length=16 * MIB)
    done = under(bound, max_torrent_size=640, measure=of_a_gib)
    assert (done.spec.piece_length, done.rules) == (32 * MIB, ())
    assert done.warnings == ("Example allows pieces of 16 MiB at most",)


def test_a_limit_that_is_asked_for_and_kept_leaves_the_rules_lengths() -> None:
    done = under(rule(piece_lengths=TABLE), max_torrent_size=MIB, measure=of_a_gib)
    assert done.rules == ("Example: pieces of 4 MiB for content of up to 1 GiB",)


UP_TO_A_GIB = "Example: pieces of 4 MiB for content of up to 1 GiB"
LONGEST = "Example: pieces of 8 MiB, the longest it allows"


@pytest.mark.parametrize(
    ("fields", "size", "bound", "length", "rules"),
    [
        ({"piece_lengths": TABLE}, GIB, 2 * MIB, 2 * MIB, ()),
        ({"piece_lengths": TABLE}, GIB, 4 * MIB, 4 * MIB, (UP_TO_A_GIB,)),
        ({"max_piece_length": 8 * MIB}, 64 * GIB, 4 * MIB, 4 * MIB, ()),
        ({"max_piece_length": 8 * MIB}, 64 * GIB, 16 * MIB, 8 * MIB, (LONGEST,)),
        ({"max_piece_length": 64 * MIB}, 64 * GIB, 32 * MIB, 32 * MIB, ()),
        ({"source": "EX"}, 64 * GIB, 32 * MIB, 32 * MIB, ("Example: source 'EX'",)),
    ],
)
def test_a_bound_that_is_asked_for_holds_for_what_the_rule_chooses(
    fields: dict[str, Any], size: int, bound: int, length: int, rules: tuple[str, ...]
) -> None:
    done = under(rule(**fields), size=size, max_piece_length=bound)
    assert (done.spec.piece_length, done.rules) == (length, rules)


def test_pieces_grow_no_further_than_the_bound_that_is_asked_for() -> None:
    limited = rule(max_torrent_size=2 * KIB, max_piece_length=64 * MIB)
    fitting = under(limited, max_piece_length=16 * MIB, measure=of_a_gib)
    assert fitting.spec.piece_length == 16 * MIB
    for limit in (None, 2 * KIB):
        with pytest.raises(UsageError, match="with pieces of 8 MiB"):
            under(limited, max_piece_length=8 * MIB, measure=of_a_gib, max_torrent_size=limit)


def test_a_bound_lets_pieces_grow_beyond_what_is_chosen_unasked() -> None:
    done = under(rule(max_torrent_size=639), max_piece_length=64 * MIB, measure=of_a_gib)
    assert done.spec.piece_length == 64 * MIB


def test_a_torrent_that_cannot_be_measured_gets_the_usual_length() -> None:
    done = under(rule(max_torrent_size=KIB), measure=lambda _spec, _length: 0)
    assert (done.spec.piece_length, done.warnings) == (512 * KIB, ())


def test_the_torrent_is_measured_with_the_source_of_the_rule() -> None:
    seen = []

    def measure(asked: TorrentSpec, _length: int) -> int:
        seen.append(asked.source)
        return 1

    under(rule(source="EX", max_torrent_size=KIB), measure=measure)
    assert set(seen) == {"EX"}


def test_the_first_rule_decides_and_the_others_only_warn() -> None:
    first = rule(source="EX", piece_lengths=TABLE)
    other = rule(name="Other", source="OT", max_piece_length=2 * MIB, max_torrent_size=KIB)
    done = under(first, other, measure=of_a_gib)
    assert (done.spec.source, done.spec.piece_length) == ("EX", 4 * MIB)
    assert done.warnings == (
        "Other expects the source 'OT', but the source is 'EX'",
        "Other allows pieces of 2 MiB at most",
        "Other accepts a .torrent of 1 KiB at most, but this one is larger",
    )


UNKNOWN = ("the rules of Example do not apply to the piece length: the content's size is unknown",)


@pytest.mark.parametrize(
    ("fields", "warnings"),
    [
        ({"piece_lengths": TABLE}, UNKNOWN),
        ({"max_piece_length": MIB}, UNKNOWN),
        ({"max_torrent_size": MIB}, UNKNOWN),
        ({"source": "EX"}, ()),
    ],
)
def test_content_of_unknown_size_leaves_the_length_to_the_engine(
    fields: dict[str, Any], warnings: tuple[str, ...]
) -> None:
    done = under(rule(**fields), size=None)
    assert (done.spec.piece_length, done.warnings) == (None, warnings)
    assert done.spec.source == fields.get("source", "")


def test_content_of_unknown_size_is_warned_of_a_length_that_breaks_a_rule() -> None:
    done = under(
        rule(piece_lengths=TABLE, max_piece_length=8 * MIB), size=None, piece_length=GIB >> 3
    )
    assert done.warnings == ("Example allows pieces of 8 MiB at most",)


def test_what_is_not_known_breaks_no_rule() -> None:
    strict = rule(max_piece_length=MIB, max_torrent_size=KIB)
    assert breaches([strict], source="", piece_length=None) == ()


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (KIB, "1 KiB"),
        (250 * KIB, "250 KiB"),
        (14234 * MIB, "14234 MiB"),
        (120 * GIB, "120 GiB"),
        (1024 * GIB, "1024 GiB"),
    ],
)
def test_sizes_of_rules_are_told_without_rounding(size: int, text: str) -> None:
    assert exact_size(size) == text


def test_a_row_tells_for_which_content_it_is() -> None:
    assert [size_range(TABLE, step) for step in TABLE] == ["up to 1 GiB", "more than 1 GiB"]
