"""What can stand in the way of seeding, looked for before anything is hashed.

qBittorrent takes a wrong save path without a word, creates an empty folder there and calls the
files missing a second later; a category it cannot have it leaves out; names that its options
exclude it never seeds. Nothing here changes anything on the client.
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

    from seedwright.clients.destination import Destination, Origin
    from seedwright.clients.qbittorrent.connection import Connection

MOST_FOLDERS = 500
"""How many folders of the content are listed on the client, each with one request."""


UNFINISHED = ".!qB"
"""What qBittorrent appends to the names of incomplete files; it takes it off whatever has it."""

_MISSING = "is not there"


class FileThere(NamedTuple):
    """A file that is to be in the folder: its names below that, its bytes, and where it is here."""

    parts: tuple[str, ...]
    size: int
    here: str = ""


async def check_beforehand(
    connection: Connection, destination: Destination, origin: Origin
) -> tuple[str, ...]:
    """Nothing stands in the way of seeding; gives warnings.

    Raises :class:`~seedwright.errors.PathNotVisibleError`,
    :class:`~seedwright.errors.SavePathMismatchError`,
    :class:`~seedwright.errors.ContentDiffersError` or :class:`~seedwright.errors.AddingError`.
    """
    warnings = await _check_place(connection, destination)
    limits = await verdict_on(connection, destination)
    names = [destination.name, *("/".join(file.parts) for file in destination.files if file.parts)]
    check_not_unfinished(connection, names)
    await check_not_excluded(connection, names)
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
        raise AddingError(
            f"{connection.title} has no category {destination.category!r}",
            client=connection.name,
            hint=Hint("create it in qBittorrent, or allow it here: {create_category.setting}"),
        )
    expected = pure(destination.content.path).parent
    if destination.auto_management:
        if is_new or category is None:
            raise SavePathMismatchError(
                f"category {destination.category!r} is not there yet, so automatic management would"
                f" look for {destination.name!r} in its default folder",
                client=connection.name,
                hint=f"create the category in qBittorrent with save path {expected}, or switch"
                " auto_torrent_management off",
            )
        if category != expected:
            raise SavePathMismatchError(
                f"under automatic management {connection.title} looks for {destination.name!r} in"
                f" {category}"
                + (f" (category {destination.category!r})" if destination.category else "")
                + f", but it lies in {expected}",
                client=connection.name,
                hint="take the category of that folder, move the content, or switch"
                " auto_torrent_management off",
            )
    else:
        await _check_save_path(connection, destination)
    return (f"category {destination.category!r} is new to {connection.title}",) if is_new else ()


async def _check_save_path(connection: Connection, destination: Destination) -> None:
    place, expected = destination.save_path, pure(destination.content.path).parent
    if not pure(place.path).is_absolute():
        raise SavePathMismatchError(
            f"the save path {place.path} is not absolute, so {connection.title} would look for"
            f" {destination.name!r} somewhere below its default folder",
            client=connection.name,
            hint="write it in full, as in /downloads/films",
        )
    if place.path != place.path.strip():
        raise SavePathMismatchError(
            f"{connection.title} cuts the spaces off the end of the save path {place.path!r}, and so"
            " would look in another folder",
            client=connection.name,
            hint="rename that folder",
        )
    if pure(place.path) == expected:
        return
    wanted = pure(place.path) / destination.name
    here = None if place.mapping else str(wanted)
    if await browse.sees(connection, str(wanted), destination.kind, here=here) is False:
        raise SavePathMismatchError(
            f"{connection.title} does not see {destination.name!r} in the save path"
            f" {place.path} ({place.explain()})",
            client=connection.name,
            hint=f"the content lies in {expected}: leave the save path out, or correct it",
        )


def check_not_unfinished(connection: Connection, names: Iterable[str]) -> None:
    """No file is called as qBittorrent calls an unfinished one.

    It would be renamed, and in the place of the file that has the shorter name. Raises
    :class:`~seedwright.errors.AddingError`.
    """
    for path in names:
        if path.lower().endswith(UNFINISHED.lower()):
            raise AddingError(
                f"{connection.title} would rename '{printable(path)}', since it calls unfinished"
                f" files so ({UNFINISHED})",
                client=connection.name,
                hint=Hint("finish the download or rename the file, or leave it out with {exclude}"),
            )


async def check_not_excluded(connection: Connection, names: Iterable[str]) -> None:
    """None of the paths is one that qBittorrent's option "Excluded file names" leaves out.

    Raises :class:`~seedwright.errors.AddingError`, which names the file and the pattern. A pattern
    is for any one name of a path, in any case.
    """
    preferences = await recent_preferences(connection)
    if not preferences.get("excluded_file_names_enabled"):
        return
    patterns = [
        line for line in str(preferences.get("excluded_file_names", "")).split("\n") if line
    ]
    rules = [(line, re.compile(translate(line), re.IGNORECASE).match) for line in patterns]
    checked: set[str] = set()
    for path in names:
        for name in path.split("/"):
            if name in checked:
                continue
            checked.add(name)
            found = next((line for line, matches in rules if matches(name)), None)
            if found is not None:
                raise AddingError(
                    f"{connection.title} would not seed '{printable(path)}': its option 'Excluded"
                    f" file names' has '{printable(found)}'",
                    client=connection.name,
                    hint=Hint(
                        "take the pattern out in qBittorrent (Options, Downloads), or leave the file"
                        " out with {exclude}"
                    ),
                )


async def check_harmless(connection: Connection, why: str) -> None:
    """The client does not rename files that it finds incomplete.

    A check that fails would otherwise rename content that is not ours to touch. Raises
    :class:`~seedwright.errors.AddingError`.
    """
    preferences = await recent_preferences(connection)
    if preferences.get("incomplete_files_ext"):
        raise AddingError(
            f"{connection.title} appends .!qB to files it finds incomplete, so it cannot be asked"
            f" safely whether it has the right ones ({why})",
            client=connection.name,
            hint=Hint(
                "switch that option off in qBittorrent (Options, Downloads), let qBittorrent hash the"
                " content ({engine[qbittorrent]}), or take its word for it ({proof[listed]})"
            ),
        )


async def check_sizes(
    connection: Connection, destination: Destination, files: Sequence[FileThere]
) -> None:
    """The files are where they are to be, in their sizes, as far as the client lists them.

    Hidden names are in no listing, and a name that is not UTF-8 ends one, so that what is beside
    such a name may be there all the same. An empty file that cannot be seen in another folder is
    refused, since qBittorrent makes those that it misses. Before Web API 2.11.8 there are names and
    no sizes. Raises :class:`~seedwright.errors.ContentDiffersError`.
    """
    if not (await connection.open()).can(Feature.FOLDER_LISTING):
        return
    by_folder: dict[tuple[str, ...], list[FileThere]] = {}
    # Those with empty files first: to miss one of them does harm.
    for file in sorted(files, key=_has_bytes):
        by_folder.setdefault(file.parts[:-1], []).append(file)
    for parts, expected in list(by_folder.items())[:MOST_FOLDERS]:
        place = destination.folder.joinpath(*parts)
        listed = await browse.list_folder(connection, str(place))
        if listed is None:
            raise _differs(connection, f"there is no folder {printable(str(place))}")
        there = {entry.name: entry for entry in listed}
        for file in expected:
            wrong = _wrong_with(there, file, is_elsewhere=not destination.is_own_folder)
            if wrong == _MISSING and file.here and await in_thread(partial(_is_cut, file.here)):
                continue
            if wrong:
                shown = printable(str(place / file.parts[-1]))
                raise _differs(connection, f"{shown} {wrong}")


def _has_bytes(file: FileThere) -> bool:
    return file.size > 0


def _is_cut(here: str) -> bool:
    """Whether a listing of the folder that the file lies in here ends before its time."""
    return browse.ends_listings(Path(here).parent)


def _wrong_with(there: Mapping[str, browse.Entry], file: FileThere, *, is_elsewhere: bool) -> str:
    """What is wrong with what a listing has under the file's name, "" where nothing is known."""
    entry = there.get(file.parts[-1])
    if entry is None and any(part.startswith(".") for part in file.parts):
        is_risky = is_elsewhere and not file.size
        return "is hidden and empty, so that nobody can see whether it is there" if is_risky else ""
    if entry is None:
        return _MISSING
    if entry.is_folder:
        return "is a folder there"
    if entry.size is not None and entry.size != file.size:
        return f"has {entry.size} bytes there instead of {file.size}"
    return ""


def _differs(connection: Connection, what: str) -> ContentDiffersError:
    return ContentDiffersError(
        f"{connection.title} does not have the content that is to be seeded: {what}",
        client=connection.name,
        hint="correct the save path, or the row of docker_path_mapping that leads there",
    )
