"""What a client sees of the file system: whether a path exists, and what is where it should be.

Uses ``app/getDirectoryContent`` (Web API 2.11.2 and later), which answers 404 for a folder that is
not there and leaves out hidden entries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import qbittorrentapi

from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.errors import PathNotVisibleError
from seedwright.hints import Hint, joined
from seedwright.names import printable
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

    from seedwright.clients.destination import Kind
    from seedwright.clients.path_map import MappedPath
    from seedwright.clients.qbittorrent.connection import Connection

_SHOWN = 4
_SYSTEM = frozenset(
    {"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "lost+found", "proc", "run"}
    | {"sbin", "snap", "sys", "usr", "$RECYCLE.BIN", "Program Files", "Program Files (x86)"}
    | {"ProgramData", "Windows"}
)
"""Folders in a root that hold the system and no content."""


@dataclass(frozen=True)
class Entry:
    """One name in a folder; ``size`` in bytes, None where the server does not report it."""

    name: str
    is_folder: bool | None = None
    size: int | None = None


async def list_folder(
    connection: Connection, folder: str, *, mode: Literal["all", "dirs", "files"] = "all"
) -> list[Entry] | None:
    """The entries of a folder as the client sees it (hidden ones left out); None: no such folder.

    Raises CapabilityError when the server cannot list folders.
    """
    capabilities = await connection.open()
    capabilities.need(Feature.FOLDER_LISTING)
    options: dict[str, Any] = {"mode": mode}
    if capabilities.can(Feature.FOLDER_SIZES):
        options["with_metadata"] = True
    refusals = (qbittorrentapi.NotFound404Error, qbittorrentapi.InvalidRequest400Error)
    try:
        rows: Any = await connection.call(
            lambda client: client.app_get_directory_content(folder, **options), passing=refusals
        )
    except refusals:
        return None
    return [
        Entry(pure(row).name)
        if isinstance(row, str)
        else Entry(row["name"], row.get("type") == "dir", row.get("size"))
        for row in rows
    ]


class Listing(NamedTuple):
    """What is at a path: a folder with its entries, the folders first, or a file that is one itself."""

    is_folder: bool
    entries: list[Entry]


async def listing_of(connection: Connection, path: str) -> Listing:
    """What the client has at a path; hidden entries are left out.

    Raises :class:`~seedwright.errors.PathNotVisibleError` where it has neither, and
    :class:`~seedwright.errors.CapabilityError` when it cannot list folders.
    """
    location = pure(path)
    folders = await list_folder(connection, path, mode="dirs")
    if folders is not None:
        files = await list_folder(connection, path, mode="files") or []
    else:
        there = await list_folder(connection, str(location.parent), mode="files") or []
        files = [entry for entry in there if entry.name == location.name]
        if not files:
            raise PathNotVisibleError(
                f"{connection.title} does not see '{printable(path)}'",
                client=connection.name,
                hint=await what_is_there(connection, path),
            )
    known = [replace(each, is_folder=True) for each in folders or []]
    known += [replace(each, is_folder=False) for each in files]
    known.sort(key=lambda entry: (not entry.is_folder, entry.name))
    return Listing(folders is not None, known)


async def sees(
    connection: Connection, path: str, kind: Kind | None, *, here: str | None = None
) -> bool | None:
    """Whether the client sees the path as a folder or file (either, without a kind).

    ``here`` is the same path on this machine, where there is one. None where nobody can know: an
    old server, a hidden file, which listings leave out, or a folder with a name that is not UTF-8,
    which ends its listing.
    """
    if not (await connection.open()).can(Feature.FOLDER_LISTING):
        return None
    if kind != "file" and await list_folder(connection, path, mode="dirs") is not None:
        return True
    if kind == "folder":
        return False
    location = pure(path)
    files = await list_folder(connection, str(location.parent), mode="files")
    if files is None or any(entry.name == location.name for entry in files):
        return files is not None
    if location.name.startswith("."):
        return None
    may_be_cut = here is not None and await in_thread(partial(ends_listings, Path(here).parent))
    return None if may_be_cut else False


def ends_listings(folder: Path) -> bool:
    """Whether a folder here has a name that is not UTF-8."""
    try:
        return any(not is_utf8(entry.name) for entry in folder.iterdir())
    except OSError:
        return False


def is_utf8(name: str) -> bool:
    """Whether the name of a file is UTF-8 on the disk."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


async def require_visible(
    connection: Connection, path: MappedPath, kind: Kind | None, *, here: str | None = None
) -> None:
    """Nothing where the client sees the path, or may see it; ``here`` as in :func:`sees`.

    Raises PathNotVisibleError, which names the mapping that was used and what the client does see
    on the way there.
    """
    if await sees(connection, path.path, kind, here=here) is False:
        raise connection.failure(
            PathNotVisibleError,
            f"{connection.title} does not see {path.path} ({path.explain()})",
            joined((await what_is_there(connection, path.path), _remedy(path)), "; "),
        )


def _remedy(path: MappedPath) -> str:
    if path.mapping is None:
        return Hint(
            "if it has the folder under another path,"
            " `{seedwright.doctor[suggest_mapping]} HOSTDIR` finds the docker_path_mapping"
        )
    return "correct docker_path_mapping; `seedwright doctor` tests every row on both sides"


async def what_is_there(connection: Connection, path: str) -> str:
    """Words on the nearest folder that the client does see, and what is in it."""
    for folder in pure(path).parents:
        entries = await list_folder(connection, str(folder))
        if entries is not None:
            names = quoted(worth_a_look(folder, (entry.name for entry in entries)))
            return f"in {folder} it sees {names or 'nothing'}"
    return "it sees none of the parent folders"


def worth_a_look(folder: PurePath, there: Iterable[str]) -> list[str]:
    """The names in a folder of the client where content may be: in a root, not the system's."""
    return [name for name in there if folder != folder.parent or name not in _SYSTEM]


def quoted(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    every = sorted(names)
    shown = ", ".join(f"'{name}'" for name in every[:_SHOWN])
    return f"{shown} and {len(every) - _SHOWN} more" if len(every) > _SHOWN else shown
