"""Finding a path mapping: the folder on the client that holds what a folder here holds.

The client's folders are looked through level by level, from where torrents usually lie (its save
paths, the folders of Docker images) and from the root; within bounds, since disks can be deep and
slow.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from seedwright.clients.examination import failed, os_reason, passed, warned
from seedwright.clients.path_map import PathMapping, pure
from seedwright.clients.qbittorrent.browse import worth_a_look
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.clients.qbittorrent.categories import category_save_path
from seedwright.clients.qbittorrent.folder_match import (
    SAME_FOLDER,
    FolderMatch,
    folder_here,
    folder_there,
    match,
)
from seedwright.errors import ContentNotFoundError, EmptyContentError
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from pathlib import PurePath

    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import PathMap
    from seedwright.clients.qbittorrent.browse import Entry
    from seedwright.clients.qbittorrent.connection import Connection

    Entries = Mapping[str, Entry]
    Look = Callable[[PurePath], Awaitable[Entries | None]]

_USUAL = ("data", "downloads", "media", "mnt", "config", "torrents", "srv", "share", "volume1")


@dataclass(frozen=True)
class Bounds:
    """How far a search goes: levels below each start, folders in all and in one, and seconds."""

    depth: int = 4
    folders: int = 500
    children: int = 50
    seconds: float = 20.0


@dataclass(frozen=True)
class Candidate:
    """A mapping that would be right, and how well its two folders match."""

    mapping: PathMapping
    match: FolderMatch


@dataclass(frozen=True)
class Suggestion:
    """What a search for ``host`` brought: equally good candidates, the likeliest first, or none.

    ``in_force`` says that the settings take the folder there already. ``is_complete`` is false
    where a bound ended the search; ``folders`` counts those that were looked into.
    """

    host: PurePath
    candidates: tuple[Candidate, ...]
    in_force: bool
    folders: int
    is_complete: bool

    def as_finding(self, step: str) -> Finding:
        """The same for people."""
        if not self.candidates:
            return self._nothing(step)
        best, *others = self.candidates
        agreement = f"{best.match.agreeing} of {best.match.compared} names match"
        if self.in_force and best.mapping.host == best.mapping.client:
            text = f"no mapping is needed: qBittorrent sees {self.host} under the same path"
            text += f"; {agreement}"
        else:
            text = f"{best.mapping}{' is already set' if self.in_force else ''}: {agreement}"
        if others:
            equals = " and ".join(str(other.mapping.client) for other in others[:3])
            hint = (
                "if they are the same folder, use any of them; else name a folder with more in it"
            )
            return warned(step, f"{text}; as many match in {equals}", hint)
        if not best.match.is_exact:
            return warned(step, f"{text}; {best.match.explain()}", SAME_FOLDER)
        return passed(step, text)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of it."""
        return {
            "in_force": self.in_force,
            "suggestions": [
                {
                    "host": str(candidate.mapping.host),
                    "client": str(candidate.mapping.client),
                    "agreeing": candidate.match.agreeing,
                    "compared": candidate.match.compared,
                }
                for candidate in self.candidates
            ],
        }

    def _nothing(self, step: str) -> Finding:
        searched = f"{self.folders} folders were searched"
        return failed(
            step,
            f"no folder that qBittorrent sees holds what {self.host} holds ({searched})",
            "check that qBittorrent sees the folder; in Docker, that it is one of the volumes"
            if self.is_complete
            else "write the mapping by hand, because qBittorrent has more folders than are searched;"
            " `seedwright doctor` tests it",
        )


async def suggest(
    connection: Connection, host_dir: str, path_map: PathMap, *, bounds: Bounds | None = None
) -> Suggestion:
    """The mappings that would give the client's name for ``host_dir``, an absolute path here.

    Raises CapabilityError when the server cannot list folders, and ContentError when there is
    nothing to compare in ``host_dir``.
    """

    async def look_here(folder: PurePath) -> Entries | None:
        with contextlib.suppress(OSError):
            return (await in_thread(lambda: folder_here(str(folder)))).entries
        return None

    async def look_there(folder: PurePath) -> Entries | None:
        return await folder_there(connection, str(folder))

    (await connection.open()).need(Feature.FOLDER_LISTING)
    here = await _to_compare(host_dir)
    host, current = pure(host_dir), pure(path_map.to_client(host_dir).path)
    starts = await _starts(connection, path_map)
    search = FolderSearch(look_there, here, host, bounds or Bounds())
    await search.run([current, *starts])
    best = search.best()
    in_force = current in best
    likely = {current: best[current]} if in_force else best
    found = [Candidate(PathMapping(host, client), how) for client, how in likely.items()]
    if not in_force:
        found = [await generalised(candidate, look_here, look_there) for candidate in found]
    return Suggestion(host, tuple(found), in_force, search.folders, search.is_complete)


class FolderSearch:
    """A search on the client for the folder that holds ``here``, known as ``host`` on this side."""

    def __init__(self, look: Look, here: Entries, host: PurePath, bounds: Bounds) -> None:
        self._look = look
        self._here = here
        self._host = host
        self._bounds = bounds
        self._found: dict[PurePath, FolderMatch] = {}
        self.folders = 0
        self.is_complete = True

    async def run(self, starts: Iterable[PurePath]) -> None:
        """Look through the folders, from ``starts`` on, until there are none or a bound is met."""
        try:
            async with asyncio.timeout(self._bounds.seconds):
                await self._look_through(starts)
        except TimeoutError:
            self.is_complete = False

    def best(self) -> dict[PurePath, FolderMatch]:
        """The folders that match equally well and best of all, the likeliest first.

        More than half of the names have to agree. Of two such folders the better one holds more
        of the names, then fewer others; the likelier one has more of its path in common.
        """
        merits = {
            folder: (found.share, -len(found.only_there)) for folder, found in self._found.items()
        }
        most = max(merits.values(), default=None)
        equals = [folder for folder, merit in merits.items() if merit == most]
        equals.sort(key=lambda folder: -_common_tail(folder, self._host))
        return {folder: self._found[folder] for folder in equals}

    async def _look_through(self, starts: Iterable[PurePath]) -> None:
        waiting = deque((folder, 0) for folder in starts)
        known: set[PurePath] = set()
        while waiting:
            folder, depth = waiting.popleft()
            if folder in known:
                continue
            known.add(folder)
            if self.folders == self._bounds.folders:
                self.is_complete = False
                return
            there = await self._look(folder)
            if there is None:
                continue
            self.folders += 1
            found = match(self._here, there)
            if found.share > 0.5:
                self._found[folder] = found
            if depth < self._bounds.depth:
                waiting.extend((child, depth + 1) for child in self._children(folder, there))

    def _children(self, folder: PurePath, there: Entries) -> list[PurePath]:
        names = [name for name in worth_a_look(folder, there) if there[name].is_folder]
        names.sort(key=lambda name: (name not in self._host.parts, name))
        if len(names) > self._bounds.children:
            self.is_complete = False
        return [folder / name for name in names[: self._bounds.children]]


async def generalised(candidate: Candidate, look_here: Look, look_there: Look) -> Candidate:
    """The same mapping from as far up as both sides hold exactly the same, short of a root.

    ``/srv/media/tv → /data/tv`` becomes ``/srv/media → /data`` where these two agree as well.
    """
    mapping = candidate.mapping
    while mapping.host.name == mapping.client.name:
        mapping = PathMapping(mapping.host.parent, mapping.client.parent)
        if mapping.host == mapping.host.parent or mapping.client == mapping.client.parent:
            break
        here, there = await look_here(mapping.host), await look_there(mapping.client)
        if here is None or there is None or not (found := match(here, there)).is_exact:
            break
        candidate = Candidate(mapping, found)
    return candidate


async def _to_compare(host_dir: str) -> Entries:
    try:
        here = await in_thread(lambda: folder_here(host_dir))
    except OSError as error:
        raise ContentNotFoundError(
            f"cannot read '{host_dir}' on this machine: {os_reason(error)}",
            hint="name a folder of this machine that qBittorrent sees, too",
        ) from error
    if not here.entries:
        raise EmptyContentError(
            f"'{host_dir}' has nothing in it to compare",
            hint="name a folder with files or folders that are not hidden",
        )
    return here.entries


async def _starts(connection: Connection, path_map: PathMap) -> list[PurePath]:
    """Where on the client to begin, the likeliest first."""
    default = await category_save_path(connection, "") or pure("/")
    rows: Any = await connection.call(lambda client: client.torrents_categories())
    # A relative one lies below the default.
    own = [pure(str(row.get("savePath", ""))) for row in rows.values()]
    likely = [default, *(path for path in own if path.is_absolute())]
    likely += [mapping.client for mapping in path_map.mappings]
    usual = [pure(f"/{name}") for name in _USUAL] if default.anchor == "/" else []
    above = [parent for path in likely for parent in path.parents]
    return [*likely, *usual, *sorted(above, key=lambda path: -len(path.parts))]


def _common_tail(one: PurePath, other: PurePath) -> int:
    """How many names at the end two paths have in common."""
    pairs = zip(reversed(one.parts), reversed(other.parts), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
