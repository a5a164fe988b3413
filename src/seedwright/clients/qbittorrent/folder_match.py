"""Whether a folder here and a folder on the client are the same one, judged by what is in them."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.browse import Entry, is_utf8, list_folder, quoted
from seedwright.clients.qbittorrent.capabilities import Feature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.clients.qbittorrent.connection import Connection

MOST_COMPARED = 500
SAME_FOLDER = "check that both are the same folder"
"""What to do where some names match and others do not."""


@dataclass(frozen=True)
class FolderHere:
    """What a folder of this machine holds, as a client would list it: hidden entries left out.

    ``unlisted`` are names that are not UTF-8; qBittorrent stops listing a folder at the first one.
    """

    entries: Mapping[str, Entry]
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderMatch:
    """How two folders compare, name by name; ``differing`` names are another kind or size there.

    At most :data:`MOST_COMPARED` names of the folder here are looked for.
    """

    agreeing: int
    differing: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]

    @property
    def compared(self) -> int:
        """How many names of the folder here were looked for."""
        return self.agreeing + len(self.differing) + len(self.only_here)

    @property
    def share(self) -> float:
        """The part of those names that agree, 0 to 1; 0 when there were none."""
        return self.agreeing / self.compared if self.compared else 0.0

    @property
    def is_exact(self) -> bool:
        """Whether both hold the same and nothing else; two empty folders do."""
        return not (self.differing or self.only_here or self.only_there)

    def explain(self) -> str:
        """What does not agree, for messages; "" when everything does."""
        rows = (
            (self.differing, "another size or kind in qBittorrent"),
            (self.only_here, "only here"),
            (self.only_there, "only in qBittorrent"),
        )
        return "; ".join(f"{what}: {quoted(names)}" for names, what in rows if names)


def folder_here(folder: str) -> FolderHere:
    """What the folder holds. Raises OSError; blocks."""
    with os.scandir(folder) as rows:
        visible = sorted((r for r in rows if not r.name.startswith(".")), key=lambda r: r.name)
    listed = [row for row in visible if is_utf8(row.name)]
    entries: dict[str, Entry] = {}
    for row in listed:
        # Only names that can be compared are worth a look at their sizes.
        entry = _entry(row, with_size=len(entries) < MOST_COMPARED)
        if entry is not None:
            entries[row.name] = entry
    return FolderHere(entries, tuple(row.name for row in visible if not is_utf8(row.name)))


async def folder_there(connection: Connection, folder: str) -> dict[str, Entry] | None:
    """What the client sees in the folder, by name; None: no such folder.

    Raises CapabilityError when the server cannot list folders.
    """
    if (await connection.open()).can(Feature.FOLDER_SIZES):
        entries = await list_folder(connection, folder)
        return None if entries is None else {entry.name: entry for entry in entries}
    folders = await list_folder(connection, folder, mode="dirs")
    files = await list_folder(connection, folder, mode="files")
    if folders is None or files is None:
        return None
    return {
        entry.name: replace(entry, is_folder=is_folder)
        for entries, is_folder in ((folders, True), (files, False))
        for entry in entries
    }


def match(here: Mapping[str, Entry], there: Mapping[str, Entry]) -> FolderMatch:
    """How the folder here compares with the one there."""
    agreeing, differing, only_here = 0, [], []
    for name in sorted(here)[:MOST_COMPARED]:
        if name not in there:
            only_here.append(name)
        elif _agree(here[name], there[name]):
            agreeing += 1
        else:
            differing.append(name)
    only_there = sorted(name for name in there if name not in here)
    return FolderMatch(agreeing, tuple(differing), tuple(only_here), tuple(only_there))


def _agree(here: Entry, there: Entry) -> bool:
    pairs = ((here.is_folder, there.is_folder), (here.size, there.size))
    return all(a == b for a, b in pairs if a is not None and b is not None)


def _entry(row: os.DirEntry[str], *, with_size: bool) -> Entry | None:
    """The entry, or None for what is in no listing: dangling links, pipes, sockets."""
    with contextlib.suppress(OSError):
        if row.is_dir():
            return Entry(row.name, is_folder=True)
        if row.is_file():
            return Entry(row.name, is_folder=False, size=row.stat().st_size if with_size else None)
    return None
