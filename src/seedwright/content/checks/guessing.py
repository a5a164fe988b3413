"""What guessit makes of the names in a series; it is slow, so it reads only a few."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seedwright.content.checks.numbering import Member, Series

MOST_NAMES = 60
"""How many names are read for one torrent, at about 8 ms each."""

MOST_HOLES = 6
"""How many holes of a series are examined, by the names around them; the others are like these."""

MOST_LONERS = 3
"""How many names outside of a series are read for a number that is missing from it."""

# A number of three digits is one number here, and never season and episode.
_OPTIONS = {"type": "episode", "episode_prefer_number": True, "no_user_config": True}

_NOUNS = {"episode": "episode", "season": "season", "cd": "CD", "disc": "disc", "part": "part"}
"""What a number counts, by guessit's word for it."""

_LOCK = threading.Lock()


class Reading(NamedTuple):
    """What the numbers of a series count, those that are missing, and those before its first.

    ``before`` is empty where it need not begin at 1. ``season`` is None where it is not known.
    """

    noun: str
    missing: list[int]
    before: list[int]
    season: int | None = None


class _Hole(NamedTuple):
    """What the numbers around a hole count, as guessit reads them, and those missing in it."""

    word: str
    season: int | None
    missing: range


class Guesses:
    """What guessit says of the names in one torrent, which is called ``root``.

    ``loners`` are the files that are in no series, by the numbers in their names.
    """

    def __init__(self, root: str, loners: Mapping[int, Sequence[Member]]) -> None:
        self._root = root
        self._loners = loners
        self._known: dict[tuple[str, ...], Mapping[str, Any]] = {}

    def reading(self, series: Series) -> Reading | None:
        """What ``series`` counts; None when guessit does not know, and for dates and specials, of
        which nothing can be missing.
        """
        around = list(series.holes())
        members = series.in_order
        looks = around[:MOST_HOLES] or [(members[0], members[-1])]
        holes = [hole for before, after in looks if (hole := self._hole(before, after))]
        if not holes:
            return None
        word, season, _ = holes[0]
        if season == 0 or (word == "episode" and series.of_folders and season is None):
            return None
        missing: list[int] = []
        if around:
            missing += (number for hole in holes for number in hole.missing)
        for before, after in around[MOST_HOLES:]:
            missing += range(before.until + 1, after.number)
        before_first = [*range(1, series.first)]
        if word != "episode":
            return Reading(_NOUNS[word], missing, [] if word == "season" else before_first)
        return Reading(
            word,
            self._nowhere(missing, season),
            [] if season is None else self._nowhere(before_first, season),
            season,
        )

    def _hole(self, before: Member, after: Member) -> _Hole | None:
        first, last = self._guess(before.parts), self._guess(after.parts)
        for word in _NOUNS:
            from_, until = _numbers(first, word), _numbers(last, word)
            if before.number not in from_ or after.number not in until:
                continue
            if word != "episode":
                return _Hole(word, None, range(max(from_) + 1, min(until)))
            if _season(first) == _season(last) and "episode_details" not in first:
                return _Hole(word, _season(first), range(max(from_) + 1, min(until)))
        return None

    def _nowhere(self, episodes: list[int], season: int | None) -> list[int]:
        return [episode for episode in episodes if not self._is_elsewhere(episode, season)]

    def _is_elsewhere(self, episode: int, season: int | None) -> bool:
        """Whether a file outside of all series is this episode, under another name."""
        guesses = (self._guess(one.parts) for one in self._loners.get(episode, ())[:MOST_LONERS])
        return any(
            episode in _numbers(one, "episode") and _season(one) == season for one in guesses
        )

    def _guess(self, parts: tuple[str, ...]) -> Mapping[str, Any]:
        if parts not in self._known:
            if len(self._known) >= MOST_NAMES:
                return {}
            self._known[parts] = _guess("/".join((self._root, *parts)))
        return self._known[parts]


def _guess(path: str) -> Mapping[str, Any]:
    from guessit import guessit
    from guessit.api import GuessitException

    with _LOCK:  # its rules are built at the first call
        try:
            return guessit(path, _OPTIONS)
        except GuessitException:
            return {}


def _numbers(guess: Mapping[str, Any], word: str) -> Collection[int]:
    found = guess.get(word, ())
    return found if isinstance(found, list) else (found,) if isinstance(found, int) else ()


def _season(guess: Mapping[str, Any]) -> int | None:
    """The season; None where it is not known, or several, or only the year."""
    season = guess.get("season")
    return season if isinstance(season, int) and season != guess.get("year") else None
