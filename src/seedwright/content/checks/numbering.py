"""Names that differ in a number, put into series, and the numbers missing from these."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FEWEST = 3
"""Fewer members than this are no series."""

_RUN = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_NO_WORD = re.compile(r"[\W_]+")
_GROUP = re.compile(r"\[(?!\d+\])[^\]]*\]")
"""Who made it, in front of the name; a number alone is not that."""

# "S01E01E02", "1x01-02", "01-02"; what the number is preceded by decides.
_MORE = {
    "e": re.compile(r"(?:(?:[ ._&+-]{0,3}ep?|[-&+])(\d{1,4})(?!\d))+", re.IGNORECASE),
    "x": re.compile(r"(?:[x&+-](\d{1,4})(?!\d))+", re.IGNORECASE),
    "": re.compile(r"(?:[&+-](\d{1,4})(?!\d))+"),
}
_MOST_IN_ONE = 20

# Seasons and discs go before the number of two digits in names such as "Show.105".
_MOST_IN_HUNDRED = 60


class Member(NamedTuple):
    """A file or folder as one of a series.

    ``parts`` are its names below the content; in the last one the number begins at ``start`` and is
    ``width`` digits long. ``until`` is the last number where it stands for several.
    """

    parts: tuple[str, ...]
    start: int
    width: int
    number: int
    until: int

    @property
    def name(self) -> str:
        """What it is called."""
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class Series:
    """Siblings of one kind whose names are the same up to a number: ``prefix``, in lower case.

    ``members`` has one for each number. ``is_unique`` says that no other file of the same type has
    a number that is taken.
    """

    kind: str
    of_folders: bool
    prefix: str
    members: Mapping[int, Member]
    is_unique: bool = True

    @property
    def in_order(self) -> list[Member]:
        """The members by their numbers."""
        return [self.members[number] for number in sorted(self.members)]

    @property
    def first(self) -> int:
        """The lowest number."""
        return min(self.members)

    @property
    def last(self) -> int:
        """The highest number."""
        return max(member.until for member in self.members.values())

    @property
    def present(self) -> int:
        """How many numbers are there."""
        return len({n for one in self.members.values() for n in range(one.number, one.until + 1)})

    def holes(self) -> Iterator[tuple[Member, Member]]:
        """The members before and after each run of missing numbers."""
        reached = self.in_order[0]
        for _, member in pairwise(self.in_order):
            if member.number > reached.until + 1:
                yield reached, member
            if member.until > reached.until:
                reached = member

    @property
    def may_lack(self) -> bool:
        """Whether fewer numbers are missing, within it or before its first, than are present."""
        present = self.present
        within = self.last - self.first + 1 - present
        return 0 < within < present or (not within and 0 < self.first - 1 < present)


class Found(NamedTuple):
    """The series, and the files that are in none by the numbers in their names."""

    series: list[Series]
    loners: Mapping[int, Sequence[Member]]


def series_of(files: Iterable[tuple[str, tuple[str, ...]]]) -> Found:
    """The series among ``files``, each a kind and the names below the content, and their folders.

    Files in folders that differ in numbers alone, such as discs, are one series where no number is
    there twice. A folder is of the kind of the first file in it.
    """
    groups: dict[_Key, dict[tuple[str, ...], _Group]] = defaultdict(lambda: defaultdict(_Group))
    folders: dict[tuple[str, ...], str] = {}
    masked = cache(_masked)
    for kind, parts in files:
        parent = parts[:-1]
        stem, _, suffix = parts[-1].rpartition(".")
        for prefix, member in _numbered(parts, stem or suffix):
            groups[_Key(kind, False, masked(parent), prefix)][parent].add(member, suffix)
        while parent and parent not in folders:
            folders[parent] = kind
            parent = parent[:-1]
    for folder, kind in folders.items():
        for prefix, member in _numbered(folder, folder[-1]):
            groups[_Key(kind, True, "/".join(folder[:-1]), prefix)][folder[:-1]].add(member, "")
    found: list[Series] = []
    loners: dict[int, list[Member]] = defaultdict(list)
    for key, by_parent in groups.items():
        for group in _joined(list(by_parent.values())):
            made = list(_split(key, group))
            found += made
            if not made and not key.of_folders:
                for number, member in group.members.items():
                    loners[number].append(member)
    return Found(found, loners)


class _Key(NamedTuple):
    kind: str
    of_folders: bool
    parents: str
    prefix: str


class _Group:
    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.taken: set[tuple[int, str]] = set()
        self.is_unique = True

    def add(self, member: Member, suffix: str) -> None:
        self.is_unique = self.is_unique and (member.number, suffix) not in self.taken
        self.taken.add((member.number, suffix))
        self.members.setdefault(member.number, member)


def _numbered(parts: tuple[str, ...], stem: str) -> Iterator[tuple[str, Member]]:
    """Each number in the name, with the text before it as it is compared."""
    group = _GROUP.match(stem)
    done, prefix = group.end() if group else 0, ""
    for run in _RUN.finditer(stem, done):
        prefix = (prefix + _NO_WORD.sub(" ", stem[done : run.start()].lower())).lstrip()
        number = int(run[0])
        yield prefix, Member(parts, run.start(), len(run[0]), number, _until(stem, run))
        prefix += str(number)
        done = run.end()


def _until(stem: str, run: re.Match[str]) -> int:
    """The last number that a name stands for, which is its number as a rule."""
    before = stem[: run.start()].lower()
    kind = "e" if before.endswith(("e", "ep")) else "x" if before.endswith("x") else ""
    more = _MORE[kind].match(stem, run.end())
    number = int(run[0])
    return int(more[1]) if more and number < int(more[1]) <= number + _MOST_IN_ONE else number


def _masked(folder: tuple[str, ...]) -> str:
    return re.sub(r"\d+", "#", "/".join(folder))


def _joined(groups: list[_Group]) -> list[_Group]:
    """One group where no number is in two of them, and most have several; else as they are."""
    joined = _Group()
    for group in groups:
        joined.members |= group.members
        joined.is_unique &= group.is_unique
    count = len(joined.members)
    is_one = count == sum(len(one.members) for one in groups) and count >= 2 * len(groups)
    return [joined] if is_one else groups


def _split(key: _Key, group: _Group) -> Iterator[Series]:
    """The series of a group: one, or one for each hundred where that is a season or a disc."""
    parts = [group.members]
    if all(n > 100 and 0 < n % 100 <= _MOST_IN_HUNDRED for n in group.members):
        hundreds: dict[int, dict[int, Member]] = defaultdict(dict)
        for number, member in group.members.items():
            hundreds[number // 100][number] = member
        parts = list(hundreds.values())
    for members in parts:
        if len(members) >= FEWEST:
            yield Series(key.kind, key.of_folders, key.prefix, members, group.is_unique)
