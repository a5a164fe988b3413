"""Archives and the volumes they are split into, by the names of files."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seedwright.content.walk import ContentFile

_FIRST = {"part": 1, "r": 0, "z": 1, "split": 1}
"""The ways to number volumes, with the number of the first."""

_NAMES = {
    "part": re.compile(r"(.+)\.part(\d{1,4})\.rar", re.IGNORECASE),
    "r": re.compile(r"(.+)\.r(\d\d)", re.IGNORECASE),
    "z": re.compile(r"(.+)\.z(\d\d)", re.IGNORECASE),
    "split": re.compile(r"(.+?)(?:\.rar|\.zip|\.7z)?\.(\d{3})", re.IGNORECASE),
    "whole": re.compile(r"(.+)\.(rar|zip|7z)", re.IGNORECASE),
}


class Archive(NamedTuple):
    """One archive: the folder it is in, its name without suffixes, and all its files.

    ``volumes`` are the numbered ones by their numbers, none where it is whole, and ``first`` is the
    number that they begin with.
    """

    folder: tuple[str, ...]
    name: str
    files: list[ContentFile]
    volumes: Mapping[int, ContentFile]
    first: int

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def archives_in(files: Iterable[ContentFile]) -> list[Archive]:
    """The archives among ``files``.

    Files that end with three digits are volumes where they begin at 0 or 1, and all but the last are
    of one size.
    """
    archives: dict[tuple[tuple[str, ...], str], dict[str, list[_Named]]] = defaultdict(dict)
    for file in files:
        *folder, name = file.parts
        for way, pattern in _NAMES.items():
            if found := pattern.fullmatch(name):
                ways = archives[tuple(folder), found[1].lower()]
                ways.setdefault(way, []).append(_Named(found[1], found[2], file))
                break
    return [
        archive for (folder, _), ways in archives.items() if (archive := _archive(folder, ways))
    ]


class _Named(NamedTuple):
    stem: str
    number: str
    file: ContentFile


def _archive(folder: tuple[str, ...], ways: dict[str, list[_Named]]) -> Archive | None:
    if not _is_split(ways.get("split", [])):
        ways.pop("split", None)
    named = [one for each in ways.values() for one in each]
    if not named:
        return None
    way = max(_FIRST, key=lambda way: len(ways.get(way, ())))
    volumes = {int(one.number): one.file for one in ways.get(way, ())}
    return Archive(folder, named[0].stem, [one.file for one in named], volumes, _FIRST[way])


def _is_split(named: list[_Named]) -> bool:
    others = sorted(named, key=lambda one: one.number)[:-1]
    return len({one.file.size for one in others}) == 1 and int(others[0].number) <= 1
