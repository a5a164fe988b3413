"""Checks of names and paths: what some system or client cannot handle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seedwright.metainfo.wrong_paths import odd_names
from seedwright.names import (
    as_file_systems_compare,
    as_libtorrent_compares,
    printable,
    respelled_since,
    twins,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedwright.lint.subject import Subject

LONGEST_PATH = 250
"""Characters of a path: Windows has room for 260, and the folder it lies in needs some."""


class Paths(NamedTuple):
    """The paths of a torrent, and each of its names once with the first path it stands in.

    Bytes that are not UTF-8 are surrogates in the paths. ``odd`` has the names with any of
    PATH_PROBLEMS.
    """

    whole: Sequence[str]
    names: dict[bytes, str]
    odd: dict[bytes, tuple[str, ...]]

    @classmethod
    def of(cls, name: bytes, files: Iterable[tuple[bytes, ...]], *, is_folder: bool) -> Paths:
        """Those of a torrent called ``name``, which holds ``files`` where it is a folder."""
        whole = []
        names = {name: text(name)}
        for path in files:
            whole.append("/".join(map(text, (name, *path) if is_folder else path)))
            for part in path:
                names.setdefault(part, whole[-1])
        return cls(whole, names, odd_names(names))


def with_problem(subject: Subject, problem: str) -> Iterable[str]:
    """Where a name has this one of PATH_PROBLEMS."""
    paths = subject.paths
    return (
        printable(paths.names[name]) for name, problems in paths.odd.items() if problem in problems
    )


def respelled(subject: Subject) -> Iterable[str]:
    """The paths with a name that libtorrent changes and that has no other problem."""
    for name, path in subject.paths.names.items():
        since = respelled_since(text(name))
        if since is not None and name not in subject.paths.odd:
            version = ".".join(map(str, since))
            yield printable(path) + (f" (libtorrent {version} or later)" if since else "")


def long_paths(subject: Subject) -> Iterable[str]:
    """The paths of more than LONGEST_PATH characters."""
    return (printable(path) for path in subject.paths.whole if len(path) > LONGEST_PATH)


def renamed(subject: Subject) -> Iterable[str]:
    """The files that libtorrent renames, because it takes them for another file or for a folder."""
    both = set(_files_and_folders(subject))
    return (
        f"{printable(path)} and {printable(other)}"
        for other, path in twins(subject.paths.whole, as_libtorrent_compares)
        if path not in both
    )


def files_and_folders(subject: Subject) -> Iterable[str]:
    """The paths that are files and folders, spelled alike."""
    return map(printable, _files_and_folders(subject))


def _files_and_folders(subject: Subject) -> Iterable[str]:
    folders: set[str] = set()
    for path in subject.paths.whole:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return (path for path in subject.paths.whole if path in folders)


def colliding(subject: Subject) -> Iterable[str]:
    """The files that differ from another one, or a folder, only in case or the spelling of accents.

    Those that libtorrent renames are not among them.
    """
    return (
        printable(path)
        for other, path in twins(subject.paths.whole, as_file_systems_compare)
        if as_libtorrent_compares(path) != as_libtorrent_compares(other)
    )


def text(name: bytes) -> str:
    """The name, with surrogates for bytes that are not UTF-8."""
    return name.decode("utf-8", "surrogateescape")
