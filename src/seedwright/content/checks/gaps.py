"""Gaps in what is numbered: episodes of a season, tracks of an album, parts of a set.

Names are first put into series by their numbers, which is quick. Only a series with missing numbers
is examined further: the word before the number says what it counts, or else, for videos, guessit,
which is slow and therefore reads only a few names.
"""

from __future__ import annotations

import re
from itertools import chain, groupby, takewhile
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.checks.guessing import Guesses, Reading
from seedwright.content.checks.media import AUDIO, VIDEO
from seedwright.content.checks.numbering import FEWEST, series_of
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from seedwright.content.checks.archives import Archive
    from seedwright.content.checks.numbering import Series

RANGES_SHOWN = 5
"""How many runs of numbers are named; the others are counted."""

_WIDEST = 3
"""Digits of a number that counts tracks, or episodes with one word before it at most."""

_NOUNS = {
    "part": "part pt",
    "CD": "cd",
    "DVD": "dvd",
    "disc": "disc disk",
    "side": "side",
    "tape": "tape",
    "volume": "vol volume",
    "book": "book",
    "chapter": "chapter ch",
    "issue": "issue",
    "unit": "unit",
    "lecture": "lecture lec",
    "lesson": "lesson",
}
_NOUNS_OF_OTHERS = {"track": "track", "episode": "episode ep", "volume": "v"}
"""What a number counts by the words before it; the others are of what is no video."""

_BY_WORD = {word: noun for noun, words in _NOUNS.items() for word in words.split()}
_BY_WORD_OF_OTHERS = {
    word: noun for noun, words in _NOUNS_OF_OTHERS.items() for word in words.split()
}

_CAMERAS = (
    "c cam camera cimg dji dsc dscf dscn g gh gl gopr gp gx hpim img mah mov mvi p pxl sam vid wp"
)
_DATA = "capture chunk clip data file frame rec recording screen seg segment shard shot video"
_COUNTERS = frozenset((*_CAMERAS.split(), *_DATA.split()))
"""Words before the numbers of cameras and data sets, where one that is left out means nothing."""

_COUNTED = re.compile(r"[^\W\d_]+_\d+")

# "05 title", "1-05 title", "artist - 05 - title".
_BEFORE_TRACK = re.compile(r"[\W_]*(?:\d{1,2}[-.])?|.* - |.*_-_")

_FROM_ONE = frozenset({"part", "CD", "DVD", "disc", "side", "tape", "track"})

_CHECKS = {"episode": "missing-episode", "season": "missing-episode", "track": "missing-track"}
_OTHER_CHECK = "missing-part"


class Gap(NamedTuple):
    """What is missing: the name of the check that finds it, and a clause."""

    check: str
    text: str


class _Lack(NamedTuple):
    """The numbers that are missing from a series."""

    series: Series
    reading: Reading
    missing: list[int]

    @property
    def above(self) -> tuple[str, ...]:
        """The folder that all of the series is in, from the content on."""
        folders = [one.parts[:-1] for one in self.series.members.values()]
        same = takewhile(lambda names: len({*names}) == 1, zip(*folders, strict=False))
        return tuple(names[0] for names in same)

    @property
    def what(self) -> tuple[object, ...]:
        """The same for a folder for each episode, and for the episodes in them."""
        return (self.above, self.reading.noun, self.reading.season, *self.missing)


def gaps(root: str, files: Sequence[tuple[str, tuple[str, ...]]]) -> list[Gap]:
    """The gaps in content called ``root``, whose ``files`` are a kind and the names below it each.

    A series has a gap when it has at least three members and fewer missing numbers than members.
    Numbers before the first are missing from discs, parts, tracks and known seasons, unless another
    series ends there. Numbers after the last one are not checked.
    """
    series, loners = series_of(files)
    guesses = Guesses(root, loners)
    ends = {(_like(one), one.last) for one in series}
    lacks = []
    for one in series:
        reading = _reading(one, guesses) if one.may_lack else None
        if reading is not None:
            goes_on = (_like(one), one.first - 1) in ends
            missing = _missing(one, reading, goes_on=goes_on)
            lacks += [_Lack(one, reading, missing)] if missing else []
    of_folders = {lack.what for lack in lacks if lack.series.of_folders}
    shown = [lack for lack in lacks if lack.series.of_folders or lack.what not in of_folders]
    shown.sort(key=lambda lack: lack.series.in_order[0].parts)
    return [Gap(_CHECKS.get(one.reading.noun, _OTHER_CHECK), _clause(root, one)) for one in shown]


def _missing(series: Series, reading: Reading, *, goes_on: bool) -> list[int]:
    """What is missing from the series; nothing where that would be as much as is present."""
    before = [] if goes_on else reading.before
    for missing in (before + reading.missing, reading.missing):
        if len(missing) < series.present:
            return missing
    return []


def _clause(root: str, lack: _Lack) -> str:
    noun, _, _, season = lack.reading
    whole = f"'{printable(lack.above[-1] if lack.above else root)}'"
    if noun == "episode" and season is not None:
        whole = f"season {season}"
    paths = {number: one.parts for number, one in lack.series.members.items()}
    return f"{whole} is missing {counted(noun, lack.missing)} ({_around(paths, lack.missing[0])})"


def volume_gaps(archives: Iterable[Archive]) -> list[Gap]:
    """The gaps in the volumes of archives with fewer missing volumes than present ones."""
    found = []
    for archive in archives:
        paths = {number: file.parts for number, file in archive.volumes.items()}
        lowest = min(archive.first, *paths)
        missing = [number for number in range(lowest, max(paths)) if number not in paths]
        if missing and FEWEST <= len(paths) > len(missing):
            text = f"'{printable(archive.name)}' is missing {counted('volume', missing)}"
            found.append(Gap(_OTHER_CHECK, f"{text} ({_around(paths, missing[0])})"))
    return found


def counted(noun: str, numbers: Collection[int]) -> str:
    """``numbers``, which are in order, in words: "episodes 5, 7-9"."""
    runs = groupby(enumerate(numbers), key=lambda one: one[1] - one[0])
    spans = [[number for _, number in run] for _, run in runs]
    shown = ", ".join(
        str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans[:RANGES_SHOWN]
    )
    rest = sum(map(len, spans[RANGES_SHOWN:]))
    return f"{noun}{'s' * (len(numbers) > 1)} {shown}" + (f" and {rest} more" if rest else "")


def _like(series: Series) -> tuple[object, ...]:
    """What two series have in common when one may go on where the other ends."""
    return series.kind, series.of_folders, re.sub(r"\d+", "#", series.prefix)


def _around(paths: Mapping[int, tuple[str, ...]], number: int) -> str:
    """The neighbours of a missing number; ``paths`` are the present ones, by their numbers."""
    after = paths[min(one for one in paths if one > number)]
    before = paths.get(max((one for one in paths if one < number), default=number))
    if before is None:
        return f"it begins with '{_shown(after)}'"
    is_beside = before[:-1] == after[:-1]
    return f"'{_shown(before)}' is followed by '{_shown(after[-1:] if is_beside else after)}'"


def _shown(parts: tuple[str, ...]) -> str:
    return printable("/".join(parts))


def _reading(series: Series, guesses: Guesses) -> Reading | None:
    """What the series counts; None where nothing could be missing from it."""
    noun = _noun(series)
    if noun:
        holes = (range(a.until + 1, b.number) for a, b in series.holes())
        before = range(1, series.first) if noun in _FROM_ONE else ()
        return Reading(noun, [*chain.from_iterable(holes)], [*before])
    if series.kind != VIDEO or _is_counter(series):
        return None
    return guesses.reading(series)


def _noun(series: Series) -> str | None:
    """What the series counts, where the names show it."""
    word = _last_word(series)
    if word in _BY_WORD or series.kind == VIDEO:
        return _BY_WORD.get(word)
    if word in _BY_WORD_OF_OTHERS:
        return _BY_WORD_OF_OTHERS[word]
    if series.of_folders or not series.is_unique:
        return None
    members = series.in_order
    if series.kind == AUDIO:
        is_track = all(_BEFORE_TRACK.fullmatch(one.name, 0, one.start) for one in members)
        return "track" if is_track and not _is_wide(series) else None
    # Zeros in front are for what is sorted by name: "012", but not "12".
    is_padded = any(len(str(one.number)) < one.width for one in members)
    return "number" if is_padded and len({one.width for one in members}) == 1 else None


def _is_counter(series: Series) -> bool:
    """Whether it is numbered as cameras and data sets number: "IMG_12", "0012", "jump_3"."""
    word = series.prefix.strip()
    if _last_word(series) in _COUNTERS or (" " not in word and _is_wide(series)):
        return True
    stems = (one.name.rpartition(".")[0] for one in series.members.values())
    return word not in ("ep", "episode") and all(map(_COUNTED.fullmatch, stems))


def _is_wide(series: Series) -> bool:
    return any(one.width > _WIDEST for one in series.members.values())


def _last_word(series: Series) -> str:
    """The word that the number belongs to; in "Book - 01" it belongs to none."""
    first = series.in_order[0]
    if first.name[: first.start].endswith(" - "):
        return ""
    return series.prefix.rstrip().rpartition(" ")[2]
