"""Gaps: exactly what was taken out of a set is found, and nothing in what is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwright.content.checks import guessing
from seedwright.content.checks.archives import archives_in
from seedwright.content.checks.gaps import RANGES_SHOWN, counted, gaps, volume_gaps
from seedwright.content.checks.media import KINDS
from seedwright.content.walk import ContentFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seedwright.content.checks.gaps import Gap

EPISODES = (
    "Show.S01E{:02}.1080p.WEB.H264-GRP.mkv",
    "Season 1/Show S01E{:02} The 4400.mkv",
    "Season 1/{:02} - Title.mkv",
    "show.1x{:02}.avi",
    "[Group] Anime - {:02} [1080p][AB12CD34].mkv",
    "Show.S01E{:02}.720p-GRP/grp-show.s01e{:02}.mkv",
    "Show Episode {}.mp4",
    "Naruto - {:03}.mkv",
    "episode_{}.mp4",
)
OTHERS = {
    "{:02} - Title.flac": "track",
    "CD1/{:02}. Title.mp3": "track",
    "Artist - Album - {:02} - Title.opus": "track",
    "Book - {:02} of 99.mp3": "track",
    "Movie.part{}.mkv": "part",
    "Movie.CD{}.avi": "CD",
    "Disc {}/VTS.mkv": "disc",
    "Book Chapter {:02}.m4b": "chapter",
    "Manga v{:02}.cbz": "volume",
    "Saga {:03} (2014).cbz": "number",
}
NOUNS = {**dict.fromkeys(EPISODES, "episode"), **OTHERS}


def found(names: Iterable[str], root: str = "content") -> list[Gap]:
    return gaps(root, [(KINDS[name.rpartition(".")[2]], tuple(name.split("/"))) for name in names])


def texts(names: Iterable[str]) -> list[str]:
    return [gap.text for gap in found(names)]


def numbered(shape: str, numbers: Iterable[int]) -> list[str]:
    return [shape.format(number, number) for number in numbers]


def without(last: int, *missing: int, first: int = 1) -> list[int]:
    return [number for number in range(first, last + 1) if number not in missing]


@st.composite
def broken_sets(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """What is there of 1 to N, both ends included, and what is not: less than that."""
    last = draw(st.integers(4, 40))
    most = (last - 1) // 2
    missing = draw(st.sets(st.integers(2, last - 1), min_size=1, max_size=most))
    return without(last, *missing), sorted(missing)


@settings(max_examples=60)
@given(st.sampled_from(list(NOUNS)), broken_sets())
def test_exactly_what_is_lacking_is_found(shape: str, numbers: tuple[list[int], list[int]]) -> None:
    there, missing = numbers
    (gap,) = found(numbered(shape, there))
    assert f" is missing {counted(NOUNS[shape], missing)} (" in gap.text


@given(st.sampled_from(list(NOUNS)), st.integers(1, 120))
def test_nothing_is_lacking_where_all_is_there(shape: str, last: int) -> None:
    assert found(numbered(shape, range(1, last + 1))) == []


@given(st.sampled_from(list(NOUNS)), st.sets(st.integers(1, 300), max_size=2))
def test_two_are_no_set(shape: str, numbers: set[int]) -> None:
    assert found(numbered(shape, numbers)) == []


def test_a_gap_is_told_with_what_is_around_it() -> None:
    names = numbered("Season 2/Show.S02E{:02}.mkv", without(10, 5))
    assert found(names) == [
        (
            "missing-episode",
            (
                "season 2 is missing episode 5"
                " ('Season 2/Show.S02E04.mkv' is followed by 'Show.S02E06.mkv')"
            ),
        )
    ]


def test_each_set_has_a_gap_of_its_own() -> None:
    names = [
        *numbered("A/S01E{:02}.mkv", without(5, 3)),
        *numbered("B/S01E{:02}.mkv", without(5, 3)),
        *numbered("B/S02E{:02}.mkv", without(8, 2, 4)),
    ]
    assert [text.partition(" (")[0] for text in texts(names)] == [
        "season 1 is missing episode 3",
        "season 1 is missing episode 3",
        "season 2 is missing episodes 2, 4",
    ]


def test_as_much_as_there_is_cannot_be_lacking() -> None:
    assert texts(numbered("{:02} - Title.mp3", [1, 2, 5])) != []
    assert texts(numbered("{:02} - Title.mp3", [1, 2, 6])) == []
    assert texts(numbered("Show.S01E{:02}.mkv", [1, 2, 5])) != []
    assert texts(numbered("Show.S01E{:02}.mkv", [1, 2, 6])) == []


@pytest.mark.parametrize(
    ("shape", "missing"),
    [
        (
            "Show.S01E{:02}.mkv",
            "season 1 is missing episodes 1-2 (it begins with 'Show.S01E03.mkv')",
        ),
        ("{:02} Title.mp3", "'content' is missing tracks 1-2 (it begins with '03 Title.mp3')"),
        ("Movie CD{}.avi", "'content' is missing CDs 1-2 (it begins with 'Movie CD3.avi')"),
        ("[A] Anime - {:02}.mkv", None),
        ("Manga v{:02}.cbz", None),
        ("Book Chapter {}.m4b", None),
    ],
)
def test_what_begins_at_one_lacks_what_is_before_its_first(shape: str, missing: str | None) -> None:
    assert texts(numbered(shape, range(3, 8))) == ([missing] if missing else [])
    assert texts(numbered(shape, range(3, 5))) == []


def test_less_is_before_the_first_than_there_is() -> None:
    assert len(texts(numbered("Show.S01E{:02}.mkv", range(4, 8)))) == 1
    assert texts(numbered("Show.S01E{:02}.mkv", range(4, 7))) == []


def test_a_season_that_goes_on_where_another_ends_lacks_nothing() -> None:
    first = numbered("Show.S01E{:02}.mkv", range(1, 13))
    assert texts([*first, *numbered("Show.S02E{:02}.mkv", range(13, 30))]) == []
    assert len(texts([*first, *numbered("Show.S02E{:02}.mkv", range(14, 30))])) == 1


def test_discs_of_one_season_are_one_set() -> None:
    first = numbered("Disc 1/Show.S01E{:02}.mkv", range(1, 5))
    assert texts([*first, *numbered("Disc 2/Show.S01E{:02}.mkv", range(5, 9))]) == []
    assert texts([*first, *numbered("Disc 2/Show.S01E{:02}.mkv", range(6, 9))]) == [
        (
            "season 1 is missing episode 5"
            " ('Disc 1/Show.S01E04.mkv' is followed by 'Disc 2/Show.S01E06.mkv')"
        )
    ]


def test_albums_that_each_begin_anew_are_sets_of_their_own() -> None:
    names = [
        *numbered("CD1/{:02} - Title.flac", without(10, 3)),
        *numbered("CD2/{:02} - Title.flac", without(9)),
    ]
    assert [text.partition(" (")[0] for text in texts(names)] == ["'CD1' is missing track 3"]


def test_a_season_can_be_lacking() -> None:
    names = [f"Season {n}/Show.S{n:02}E{m:02}.mkv" for n in (1, 2, 4) for m in range(1, 4)]
    assert found(names) == [
        (
            "missing-episode",
            "'content' is missing season 3 ('Season 2' is followed by 'Season 4')",
        )
    ]


@pytest.mark.parametrize(
    "shape",
    [
        "Show.S01E{:02}E{:02}.mkv",
        "Show.S01E{:02}-E{:02}.mkv",
        "Show.S01E{:02}-{:02}.mkv",
        "Show S01E{:02} & E{:02}.mkv",
        "Show.1x{:02}-{:02}.mkv",
        "[A] Anime - {:02}-{:02}.mkv",
    ],
)
def test_a_file_of_two_episodes_has_both(shape: str) -> None:
    names = [shape.format(number, number + 1) for number in range(1, 20, 2)]
    assert texts(names) == []
    (text,) = texts([*names[:3], *names[4:]])
    assert " is missing episodes 7-8 (" in text


@pytest.mark.parametrize(
    "names",
    [
        numbered("Show.S00E{:02}.mkv", without(10, 5)),
        numbered("Specials/Show.S00E{:02}.mkv", without(10, 5)),
        numbered("Show.2024.01.{:02}.mkv", without(20, 6, 7, 13, 14)),
        numbered("IMG_{:04}.MOV".lower(), without(20, 5)),
        numbered("GOPR{:04}.mp4".lower(), without(20, 5)),
        numbered("clip_{:05}.mp4", without(20, 5)),
        numbered("video_{}.mp4", without(20, 5)),
        numbered("{:04}.mp4", without(20, 5)),
        numbered("train/jump/jump_{}.mp4", without(20, 5)),
        numbered("Symphony No. {} in D.flac", [1, 2, 3, 5, 6, 9]),
        numbered("v_Archery_g{:02}_c01.avi", without(20, 5)),
        numbered("Kick {:02}.wav", without(20, 5)),
        numbered("Rocky {} (1980).mkv", [1, 2, 4, 5]),
        numbered("{:02} - Title.mp3", [3, 7, 11, 12]),
        numbered("Show {:02} 1080p x264.pdf", [1, 5, 9]),
        numbered("Magazine {}.pdf", without(20, 5)),
        ["1_a_0.wav", "1_b_0.wav", "1_a_0.WAV".lower(), "2_a_0.wav", "4_a_0.wav", "2_b_1.wav"],
        numbered("Course/{:02} Section/intro.mp4", [1, 2, 4]),
    ],
)
def test_there_is_no_alarm_where_numbers_mean_something_else(names: list[str]) -> None:
    assert texts(names) == []


def test_numbers_of_four_digits_need_more_than_one_word_before_them() -> None:
    assert len(texts(numbered("Bleach {:03}.mkv", without(120, 50)))) == 1
    assert texts(numbered("Bleach {:04}.mkv", without(120, 50))) == []
    assert len(texts(numbered("One Piece - {}.mkv", without(1080, 1050, first=1001)))) == 1


@pytest.mark.parametrize("shape", ["Show.{}.hdtv.mkv", "{} Title.mp3"])
def test_hundreds_are_seasons_or_discs(shape: str) -> None:
    names = numbered(shape, [*without(113, 105, first=101), *without(213, 207, first=201)])
    lacking = [text.partition(" (")[0].rpartition(" ")[2] for text in texts(names)]
    assert lacking == ["105", "207"]


def test_a_number_that_is_there_under_another_name_is_not_lacking() -> None:
    names = numbered("Show.S01E{:02}.mkv", without(10, 5))
    assert texts([*names, "Show (2019) - 1x05.mkv"]) == []
    assert len(texts([*names, "Show (2019) - 2x05.mkv"])) == 1
    names = numbered("Show.S01E{:02}.mkv", range(2, 10))
    assert texts([*names, "Pilot - 1x01.mkv"]) == []
    assert len(texts(names)) == 1


def test_who_made_an_episode_does_not_matter() -> None:
    names = numbered("[A] Anime - {:02}.mkv", without(10, 5))
    assert texts([*names, "[B] Anime - 05.mkv"]) == []


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.text("aE01²٣İ .-_[]x\n", min_size=1, max_size=9), min_size=1, max_size=3),
        unique_by=tuple,
    ),
    st.sampled_from(["mkv", "mp3", "cbz"]),
)
def test_no_name_is_too_odd(names: list[list[str]], suffix: str) -> None:
    for gap in found(f"{'/'.join(parts)}.{suffix}" for parts in names):
        assert gap.text.isprintable()


def test_names_are_shown_safely() -> None:
    (text,) = texts(numbered("A\x1b - {:02} - Title.mp3", without(6, 3)))
    assert r"A\x1b - 02" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("holes", [guessing.MOST_HOLES, guessing.MOST_HOLES + 1, 20])
def test_all_that_is_lacking_is_told_however_many_holes_there_are(holes: int) -> None:
    missing = [2 + 3 * hole for hole in range(holes)]
    (text,) = texts(numbered("Show.S01E{:02}.mkv", without(3 * holes + 2, *missing)))
    assert f" is missing {counted('episode', missing)} (" in text


def test_few_names_are_read_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def guess(path: str) -> Mapping[str, object]:
        read.append(path)
        return {"season": 1, "episode": 1}

    monkeypatch.setattr(guessing, "_guess", guess)
    found(
        name
        for show in "abcdefghijklmnopqrstuvwxyzäöüß"
        for name in numbered(f"{show}/{show} - {{:02}}.mkv", without(9, 3, 5))
    )
    assert len(read) == len(set(read)) == guessing.MOST_NAMES


def test_what_guessit_cannot_read_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from guessit import api

    def fail(*_: object) -> None:
        raise api.GuessitException("x", {})

    monkeypatch.setattr("guessit.guessit", fail)
    assert texts(numbered("Show.S01E{:02}.mkv", without(9, 3))) == []


def test_long_lists_are_shortened() -> None:
    numbers = list(range(1, 2 * RANGES_SHOWN, 2))
    assert counted("part", numbers) == "parts 1, 3, 5, 7, 9"
    assert counted("part", [*numbers, 11, 12]) == "parts 1, 3, 5, 7, 9 and 2 more"
    assert counted("part", [4]) == "part 4"
    assert counted("part", [4, 5, 6, 9]) == "parts 4-6, 9"


def volumes(*names: str) -> list[str]:
    files = [ContentFile((name,), name, 10, 0, 0, 0, 0) for name in names]
    return [gap.text for gap in volume_gaps(archives_in(files))]


@pytest.mark.parametrize(
    ("shape", "first"),
    [("x.part{:02}.rar", 1), ("x.r{:02}", 0), ("x.z{:02}", 1), ("x.7z.{:03}", 1), ("x.{:03}", 1)],
)
def test_a_volume_that_is_lacking_is_found(shape: str, first: int) -> None:
    whole = range(first, first + 6)
    assert volumes(*map(shape.format, whole)) == []
    assert volumes(*(shape.format(number) for number in whole if number != 4)) == [
        f"'x' is missing volume 4 ('{shape.format(3)}' is followed by '{shape.format(5)}')"
    ]


def test_volumes_begin_with_the_first() -> None:
    assert volumes("x.r01", "x.r02", "x.r03") == [
        "'x' is missing volume 0 (it begins with 'x.r01')"
    ]
    assert volumes("x.part2.rar", "x.part3.rar", "x.part4.rar") == [
        "'x' is missing volume 1 (it begins with 'x.part2.rar')"
    ]
    assert volumes("x.000", "x.001", "x.002") == []


def test_of_volumes_too_there_are_three_and_less_is_lacking() -> None:
    assert volumes("x.part1.rar", "x.part3.rar") == []
    assert volumes("x.part1.rar", "x.part2.rar", "x.part5.rar") != []
    assert volumes("x.part1.rar", "x.part2.rar", "x.part6.rar") == []
