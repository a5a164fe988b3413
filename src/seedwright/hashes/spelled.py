"""Files that lie under another spelling of their names than the torrent lists."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from seedwright.content.policy import UNFINISHED
from seedwright.names import respellings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Spelling = Literal["unicode", "libtorrent", "unfinished"]

_ENDINGS = {pattern[1:]: program for pattern, program in UNFINISHED}


class Respelled(NamedTuple):
    """Where a file was found: its path, and in which way that is another one.

    "unicode" is another form of the same letters (NFC or NFD), "libtorrent" what libtorrent makes of
    the name, and "unfinished" the name of an unfinished download.
    """

    path: str
    spelling: Spelling

    @property
    def program(self) -> str:
        """The program that gives unfinished downloads such a name."""
        return next(name for ending, name in _ENDINGS.items() if self.path.endswith(ending))


class Spellings:
    """Looks for files under other spellings; each folder is listed once at most."""

    def __init__(self, content: Path | str) -> None:
        """Look in the folder at ``content``."""
        self._content = content
        self._names: dict[str, dict[str, str]] = {}
        self._folders: dict[str, Respelled | None] = {}

    def find(self, path: str) -> Respelled | None:
        """The file or folder that is not at ``path``, or None where no spelling of it is there."""
        above, _, name = path.rpartition("/")
        folder = self._folder(above) if above else Respelled("", "unicode")
        if folder is None:
            return None
        for respelling, spelling in _spellings(name):
            names = self._in(folder.path)
            if found := names.get(respelling) or names.get(_composed(respelling)):
                return Respelled(_joined(folder.path, found), spelling or folder.spelling)
        return None

    def _folder(self, path: str) -> Respelled | None:
        """The folder at ``path`` as it is spelled; its own name may be the same."""
        if path not in self._folders:
            found = self.find(path)
            is_folder = found is not None and found.spelling != "unfinished"
            self._folders[path] = found if is_folder else None
        return self._folders[path]

    def _in(self, folder: str) -> dict[str, str]:
        """The names in a folder, by themselves and by their composed forms."""
        if folder not in self._names:
            try:
                names = os.listdir(os.path.join(self._content, folder))  # noqa: PTH118, PTH208
            except OSError:
                names = []
            by_name = {name: name for name in names}
            self._names[folder] = {_composed(name): name for name in names} | by_name
        return self._names[folder]


def _spellings(name: str) -> Iterator[tuple[str, Spelling | None]]:
    """What a file may be called; None where that is the name itself in one of its forms."""
    others = list(respellings(name))
    yield name, None
    for other in others:
        yield other, "libtorrent"
    for base in (name, *others):
        for ending in _ENDINGS:
            yield base + ending, "unfinished"


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)
