"""A look at the content before anything is hashed."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.looking import (
    check_name,
    check_regular,
    content_status,
    entries,
    entry_status,
)
from seedwright.content.walk import Content, ContentFile, twins_of
from seedwright.errors import ContentError, EmptyContentError
from seedwright.names import are_alike, printable, respelled_since

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from seedwright.names import Version
_DOTFILES_HINT = "pass --include-dotfiles (ignore_dotfiles: false) to take them in"


@dataclass(frozen=True, slots=True)
class ContentSurvey:
    """What a torrent of ``path`` would hold: ``files``, and ``size`` in bytes.

    ``skipped`` counts the files left out: dotfiles, and whatever lies in hidden folders.

    qBittorrent's Torrent Creator sees two kinds of folder in its own way (5.1 and 5.3).
    ``beneath_hidden`` counts the skipped files that it takes in all the same: those in a folder
    inside a hidden one, such as ``.git/objects/x``. ``beneath_links`` counts the files that it
    leaves out without a word: those in a folder inside a linked one, such as ``link/sub/x``.

    ``respelled`` has a path whose name libtorrent would change, so that a client made with it
    cannot seed the content, by the version of RESPELLED that begins to. ``twins`` are two relative
    paths that libtorrent takes for one, with the same outcome; () when there are none. ``only_file`` is the one file's path where a
    folder holds one, relative to it; "" elsewhere. ``walked`` holds the files themselves, where the
    embedded engine is to hash them, and ``listed`` where a client is to.
    """

    path: Path
    name: str
    is_dir: bool
    files: int
    size: int
    skipped: int
    beneath_hidden: int = 0
    beneath_links: int = 0
    respelled: Mapping[Version, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    only_file: str = ""
    walked: Content | None = field(default=None, repr=False, compare=False)
    listed: Content | None = field(default=None, repr=False, compare=False)


def survey(
    path: Path, *, ignore_dotfiles: bool, seen: list[ContentFile] | None = None
) -> ContentSurvey:
    """What lies at ``path``, a file or a folder, counted without opening a file.

    Links are followed. With ``ignore_dotfiles``, names that begin with a dot are left out, and so
    are folders with such a name and all that is in them; a folder given as ``path`` itself is not.
    ``seen`` gets each file that is counted.

    Raises ContentNotFoundError; EmptyContentError when nothing is left, or only empty files, of
    which libtorrent makes no torrent; ContentNameError for a name that is not UTF-8; and
    ContentError for what cannot be read, a link to nowhere or to a folder around it, and anything
    that is neither file nor folder.
    """
    check_name(str(path))
    status = content_status(path)
    is_dir = stat.S_ISDIR(status.st_mode)
    tally = _Tally()
    seen = [] if seen is None else seen
    tally.note_name(path.name, str(path))
    if is_dir:
        _tally_folder(tally, str(path), status, ignore_dotfiles=ignore_dotfiles, seen=seen)
    elif ignore_dotfiles and path.name.startswith("."):
        tally.skipped = 1
    else:
        tally.files, tally.size = 1, _file_size(str(path), status)
        seen.append(ContentFile.of((), str(path), status))
    _check_not_empty(path, is_dir, tally)
    listed = Content(path, path.name, is_dir, tuple(seen), tally.size)
    return ContentSurvey(path, path.name, is_dir, **dataclasses.asdict(tally), listed=listed)


@dataclass(slots=True)
class _Tally:
    files: int = 0
    size: int = 0
    skipped: int = 0
    beneath_hidden: int = 0
    beneath_links: int = 0
    respelled: dict[Version, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    only_file: str = ""

    def note_name(self, name: str, path: str) -> None:
        since = respelled_since(name)
        if since is not None:
            self.respelled.setdefault(since, path)


class _Folder(NamedTuple):
    """A folder to visit; ``above`` is the chain of folders it was reached through."""

    path: str
    device: int
    inode: int
    parts: tuple[str, ...] = ()
    is_link: bool = False
    above: _Folder | None = None

    def is_within(self, status: os.stat_result) -> bool:
        """Whether the folder of ``status`` is this one or one it was reached through."""
        here = (status.st_dev, status.st_ino)
        return any((folder.device, folder.inode) == here for folder in self.upwards())

    def is_beneath_link(self) -> bool:
        """Whether a folder it was reached through, and not only itself, is a link."""
        return self.above is not None and any(folder.is_link for folder in self.above.upwards())

    def upwards(self) -> Iterator[_Folder]:
        """This folder and those it was reached through."""
        folder: _Folder | None = self
        while folder is not None:
            yield folder
            folder = folder.above


def _tally_folder(
    tally: _Tally,
    path: str,
    status: os.stat_result,
    *,
    ignore_dotfiles: bool,
    seen: list[ContentFile],
) -> None:
    pending = [_Folder(path, status.st_dev, status.st_ino)]
    has_alike = False
    while pending:
        folder = pending.pop()
        files_before = tally.files
        listed = list(entries(folder.path))
        # Paths can only be alike where two names in one folder are.
        has_alike = has_alike or are_alike(entry.name for entry in listed)
        for entry in listed:
            if ignore_dotfiles and entry.name.startswith("."):
                _tally_hidden(tally, entry)
                continue
            check_name(entry.path)
            tally.note_name(entry.name, entry.path)
            status = entry_status(entry)
            if not stat.S_ISDIR(status.st_mode):
                tally.files += 1
                tally.size += _file_size(entry.path, status)
                tally.only_file = "" if tally.files > 1 else os.path.relpath(entry.path, path)
                seen.append(ContentFile.of((*folder.parts, entry.name), entry.path, status))
                continue
            # Only a link can lead back up, so only links are worth the climb.
            is_link = entry.is_symlink()
            if is_link and folder.is_within(status):
                raise ContentError(
                    f"'{printable(entry.path)}' is a link to a folder that it lies in",
                    hint="remove the link, or make the torrent of a folder without it",
                )
            parts = (*folder.parts, entry.name)
            pending.append(
                _Folder(entry.path, status.st_dev, status.st_ino, parts, is_link, folder)
            )
        if folder.is_beneath_link():
            tally.beneath_links += tally.files - files_before
    if has_alike:
        tally.twins = twins_of(sorted(seen))


def _tally_hidden(tally: _Tally, hidden: os.DirEntry[str]) -> None:
    """Count the files that leaving ``hidden`` out leaves out, as far as they can be seen."""
    if not hidden.is_dir(follow_symlinks=False):
        tally.skipped += 1
        return
    pending = [hidden]
    while pending:
        folder = pending.pop()
        in_plain_folder = not folder.name.startswith(".")
        with contextlib.suppress(OSError), os.scandir(folder) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry)
                else:
                    tally.skipped += 1
                    tally.beneath_hidden += in_plain_folder and not entry.name.startswith(".")


def _file_size(path: str, status: os.stat_result) -> int:
    check_regular(path, status)
    return status.st_size


def _check_not_empty(path: Path, is_dir: bool, tally: _Tally) -> None:
    shown = printable(str(path))
    if not tally.files and not tally.skipped:
        raise EmptyContentError(f"'{shown}' is a folder without files")
    if not tally.files:
        only = "holds nothing but dotfiles" if is_dir else "is a dotfile"
        raise EmptyContentError(f"'{shown}' {only}, and these are left out", hint=_DOTFILES_HINT)
    if not tally.size:
        only = "holds nothing but empty files" if is_dir else "is an empty file"
        raise EmptyContentError(
            f"'{shown}' {only}: there is nothing to hash",
            hint=_DOTFILES_HINT if tally.skipped else "",
        )
