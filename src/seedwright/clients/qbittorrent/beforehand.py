"""What can stand in the way of seeding, checked before anything is hashed.

qBittorrent accepts a wrong save path, creates an empty folder there and calls the files missing a
second later; it ignores a category that it cannot have, and never seeds names that its options
exclude. Nothing here changes anything on the client.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seedwright.clients.destination import Proof
from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent import browse
from seedwright.clients.qbittorrent.capabilities import Feature
from seedwright.clients.qbittorrent.categories import category_save_path
from seedwright.clients.qbittorrent.grades import required
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.clients.qbittorrent.share_limits import verdict_on
from seedwright.errors import AddingError, ContentDiffersError, SavePathMismatchError
from seedwright.hints import Hint
from seedwright.names import printable
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import PurePath

    from seedwright.clients.destination import Destination, Origin
    from seedwright.clients.qbittorrent.connection import Connection

MOST_FOLDERS = 500
"""How many folders of the content are listed on the client, each with one request."""

UNFINISHED = ".!qB"
"""What qBittorrent appends to the names of incomplete files; it takes it off whatever has it."""

_MISSING = "is missing"


class FileThere(NamedTuple):
    """A file that the folder must hold: its names below that, its bytes, and where it is here."""

    parts: tuple[str, ...]
    size: int
    here: str = ""


async def check_beforehand(
    connection: Connection, destination: Destination, origin: Origin
) -> tuple[str, ...]:
    """Warnings about a seeding that nothing stands in the way of.

    Raises PathNotVisibleError, SavePathMismatchError, ContentDiffersError or AddingError.
    """
    warnings = await _check_place(connection, destination)
    limits = await verdict_on(connection, destination)
    names = [destination.name, *("/".join(file.parts) for file in destination.files if file.parts)]
    await check_names(connection, names)
    graded = await required(connection, destination, origin)
    if graded.proof is not Proof.LISTED:
        await check_harmless(connection, graded.why)
    if graded.proof is not Proof.LISTED or not destination.is_own_folder:
        files = [
            FileThere((destination.name, *file.parts), file.size, file.path)
            for file in destination.files
        ]
        await check_sizes(connection, destination, files)
    return (*warnings, limits.note) if limits.note else warnings


async def _check_place(connection: Connection, destination: Destination) -> tuple[str, ...]:
    category = None
    if destination.category or destination.auto_management:
        category = await category_save_path(connection, destination.category)
    is_new = bool(destination.category) and category is None
    if is_new and not destination.create_category:
        raise connection.failure(
            AddingError,
            f"{connection.title} has no category {destination.category!r}",
            Hint("create it in qBittorrent, or let Seedwright do it: {create_category.setting}"),
        )
    if destination.auto_management:
        _check_automatic_management(connection, destination, category)
    else:
        await _check_save_path(connection, destination)
    return (f"category {destination.category!r} is new to {connection.title}",) if is_new else ()


def _check_automatic_management(
    connection: Connection, destination: Destination, folder: PurePath | None
) -> None:
    """The folder of the category is the one that the content lies in."""
    expected = pure(destination.content.path).parent
    if folder is None:
        raise connection.failure(
            SavePathMismatchError,
            f"{connection.title} has no category {destination.category!r} yet, so automatic"
            f" management would look for {destination.name!r} in its default folder",
            f"create the category in qBittorrent with save path {expected}, or set"
            " auto_torrent_management to false",
        )
    if folder != expected:
        whose = f" (category {destination.category!r})" if destination.category else ""
        raise connection.failure(
            SavePathMismatchError,
            f"{connection.title} looks for {destination.name!r} in {folder}{whose} under automatic"
            f" management, but the content is in {expected}",
            "use the category of that folder, move the content, or set auto_torrent_management to"
            " false",
        )


async def _check_save_path(connection: Connection, destination: Destination) -> None:
    place, expected = destination.save_path, pure(destination.content.path).parent
    if not pure(place.path).is_absolute():
        raise connection.failure(
            SavePathMismatchError,
            f"the save path {place.path} is not absolute, so {connection.title} would look for"
            f" {destination.name!r} below its default folder",
            "write it in full, as in /downloads/films",
        )
    if place.path != place.path.strip():
        raise connection.failure(
            SavePathMismatchError,
            f"{connection.title} strips the spaces at the end of the save path {place.path!r}, so it"
            " would look in another folder",
            "rename that folder",
        )
    wanted = pure(place.path) / destination.name
    here = None if place.mapping else str(wanted)
    if (
        pure(place.path) != expected
        and await browse.sees(connection, str(wanted), destination.kind, here=here) is False
    ):
        raise connection.failure(
            SavePathMismatchError,
            f"{connection.title} does not see {destination.name!r} in the save path"
            f" {place.path} ({place.explain()})",
            f"the content is in {expected}: remove the save path, or correct it",
        )


async def check_names(connection: Connection, names: Iterable[str]) -> None:
    """None of the paths has a name that qBittorrent treats in its own way.

    It would rename a file that is named like an unfinished one, and in the place of the file that
    has the shorter name. What its option "Excluded file names" matches it does not seed: each
    pattern is for any one name of a path, in any case. Raises AddingError.
    """
    first_with: dict[str, str] = {}
    for path in names:
        if path.lower().endswith(UNFINISHED.lower()):
            raise connection.failure(
                AddingError,
                f"{connection.title} would rename '{printable(path)}', because {UNFINISHED} marks"
                " unfinished files",
                Hint("finish the download, rename the file, or exclude it with {exclude}"),
            )
        for name in path.split("/"):
            first_with.setdefault(name, path)
    preferences = await recent_preferences(connection)
    if not preferences.get("excluded_file_names_enabled"):
        return
    lines = filter(None, str(preferences.get("excluded_file_names", "")).split("\n"))
    rules = [(line, re.compile(translate(line), re.IGNORECASE).match) for line in lines]
    for name, path in first_with.items():
        found = next((line for line, matches in rules if matches(name)), None)
        if found is not None:
            raise connection.failure(
                AddingError,
                f"{connection.title} would not seed '{printable(path)}', because its option"
                f" 'Excluded file names' has '{printable(found)}'",
                Hint(
                    "remove the pattern in qBittorrent (Options, Downloads), or exclude the file"
                    " with {exclude}"
                ),
            )


async def check_harmless(connection: Connection, why: str) -> None:
    """The client does not rename files that it finds incomplete.

    A check that fails would otherwise rename content that is not ours to touch. Raises AddingError.
    """
    preferences = await recent_preferences(connection)
    if preferences.get("incomplete_files_ext"):
        raise connection.failure(
            AddingError,
            f"{connection.title} appends {UNFINISHED} to incomplete files, so Seedwright cannot safely"
            f" check whether it has the right ones ({why})",
            Hint(
                "switch that option off in qBittorrent (Options, Downloads), let qBittorrent hash the"
                " content ({engine[qbittorrent]}), or accept its word ({proof[listed]})"
            ),
        )


async def check_sizes(
    connection: Connection, destination: Destination, files: Sequence[FileThere]
) -> None:
    """The files are where they should be, in their sizes, as far as the client lists them.

    Hidden names are in no listing, and a name that is not UTF-8 ends one, so what is next to such a
    name may exist all the same. An empty file that cannot be seen in another folder is refused,
    because qBittorrent makes those that it misses. Before Web API 2.11.8 there are names and no
    sizes. Raises ContentDiffersError.
    """
    if not (await connection.open()).can(Feature.FOLDER_LISTING):
        return
    by_folder: dict[tuple[str, ...], list[FileThere]] = {}
    # Those with empty files first: to miss one of them does harm.
    for file in sorted(files, key=lambda file: file.size > 0):
        by_folder.setdefault(file.parts[:-1], []).append(file)
    for parts, expected in list(by_folder.items())[:MOST_FOLDERS]:
        place = destination.folder.joinpath(*parts)
        listed = await browse.list_folder(connection, str(place))
        if listed is None:
            raise _differs(connection, f"the folder {printable(str(place))} is missing")
        there = {entry.name: entry for entry in listed}
        for file in expected:
            wrong = _wrong_with(there, file, is_elsewhere=not destination.is_own_folder)
            if not wrong or (wrong == _MISSING and await _may_be_cut(file)):
                continue
            raise _differs(connection, f"{printable(str(place / file.parts[-1]))} {wrong}")


async def _may_be_cut(file: FileThere) -> bool:
    """Whether a listing of the folder that the file is in ends before its time."""
    folder = Path(file.here).parent
    return bool(file.here) and await in_thread(partial(browse.ends_listings, folder))


def _wrong_with(there: Mapping[str, browse.Entry], file: FileThere, *, is_elsewhere: bool) -> str:
    """What is wrong with what a listing has under the file's name, "" where nothing is known."""
    entry = there.get(file.parts[-1])
    if entry is None and any(part.startswith(".") for part in file.parts):
        is_risky = is_elsewhere and not file.size
        return "is hidden and empty, so Seedwright cannot see whether it exists" if is_risky else ""
    if entry is None:
        return _MISSING
    if entry.is_folder:
        return "is a folder, not a file"
    if entry.size is not None and entry.size != file.size:
        return f"has {entry.size} bytes instead of {file.size}"
    return ""


def _differs(connection: Connection, what: str) -> ContentDiffersError:
    return connection.failure(
        ContentDiffersError,
        f"{connection.title} does not have the content to seed: {what}",
        "correct the save path, or the row of docker_path_mapping that leads there",
    )
