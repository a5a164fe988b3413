"""The files of a torrent, as a policy takes them in, and what it leaves out."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import seedwright._core as core
from seedwright.content.looking import (
    check_name,
    check_regular,
    content_status,
    entries,
    entry_status,
)
from seedwright.content.policy import OURS, is_unfinished
from seedwright.errors import ContentError, EmptyContentError
from seedwright.hints import Hint
from seedwright.names import (
    are_alike,
    as_libtorrent_compares,
    is_plain,
    printable,
    respelled_since,
    twins,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright._core import Look
    from seedwright.content.policy import Policy, Words
    from seedwright.names import Version

NAMES_KEPT = 20
"""How many of the names that were left out are kept for the report."""

# Windows says no more than size and mtime in a look at many files.
_LOOKS_ARE_SHORT = os.name == "nt"


class ContentFile(NamedTuple):
    """One file to be hashed.

    ``parts`` are the names below the content, () when the content is this file. ``size`` is in
    bytes; ``mtime_ns``, ``device``, ``inode`` and ``ctime_ns`` are as ``os.stat`` gives them.
    """

    parts: tuple[str, ...]
    path: str
    size: int
    mtime_ns: int
    device: int
    inode: int
    ctime_ns: int

    @classmethod
    def of(cls, parts: tuple[str, ...], path: str, status: os.stat_result) -> ContentFile:
        """The file as ``os.stat`` has it."""
        return cls(
            parts,
            path,
            status.st_size,
            status.st_mtime_ns,
            status.st_dev,
            status.st_ino,
            status.st_ctime_ns,
        )

    def seen_again(self, look: Look) -> ContentFile:
        """The file as another look has it."""
        now = self._replace(size=look.size, mtime_ns=look.mtime_ns)
        if _LOOKS_ARE_SHORT:
            return now
        return now._replace(device=look.device, inode=look.inode, ctime_ns=look.ctime_ns)

    def is_as(self, look: Look) -> bool:
        """Whether another look shows what the first one did."""
        if (look.size, look.mtime_ns) != (self.size, self.mtime_ns):
            return False
        theirs = (look.device, look.inode, look.ctime_ns)
        return _LOOKS_ARE_SHORT or theirs == (self.device, self.inode, self.ctime_ns)


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """The files of one torrent, in the order of their policy, and ``size`` in bytes.

    ``left_out`` counts the files that are not taken in, as far as they can be seen;
    ``left_out_names`` holds the first NAMES_KEPT of them, relative, with a folder that is left out
    as a whole as one name that ends with ``/``. ``unfinished`` holds those that UNFINISHED has, all
    of them.

    qBittorrent's Torrent Creator sees two kinds of folder in its own way (5.1 and 5.3).
    ``beneath_left_out`` counts the files that it takes in all the same: those left out for a folder
    alone that holds their own folder, such as ``.git/objects/x``. ``beneath_links`` counts the files
    that it leaves out without a word: those in a folder inside a linked one, such as ``link/sub/x``.

    ``respelled`` has the path of the first name that libtorrent would change, by the version of
    RESPELLED that begins to. ``twins`` are two relative paths that libtorrent takes for one, or ()
    where there are none: it renames the second, and cannot seed the content.
    """

    path: Path
    name: str
    is_dir: bool
    files: tuple[ContentFile, ...]
    size: int
    left_out: int = 0
    left_out_names: tuple[str, ...] = ()
    respelled: Mapping[Version, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    beneath_left_out: int = 0
    beneath_links: int = 0


def walk(path: Path, policy: Policy = OURS) -> Content:
    """The content at ``path``, a file or a folder, without opening a file of it.

    The files and their order are those of ``policy``, so that a torrent of the same content is the
    same on every machine. Empty files are kept, empty folders cannot be.

    Raises ContentNotFoundError; EmptyContentError when nothing is left, or only empty files, of
    which no client makes a torrent; ContentNameError for a name that is not UTF-8; and ContentError
    for what cannot be read, a link that leads nowhere, to a folder around it or where the policy
    has none lead, and anything that is neither file nor folder.
    """
    check_name(str(path) if policy.needs_whole_path else path.name)
    status = content_status(path)
    walker = _Walker(os.path.realpath(path), policy)
    walker.note_name(path.name, str(path))
    is_dir = stat.S_ISDIR(status.st_mode)
    if is_dir:
        walker.walk(_Folder(str(path), status.st_dev, status.st_ino))
    elif policy.refuses(path.name):
        walker.leave_out(path.name)
    else:
        walker.take((), str(path), status)
    content = walker.content(path, is_dir=is_dir)
    _check_not_empty(content, policy.words)
    return content


class _Folder(NamedTuple):
    """A folder to visit; ``above`` is the chain of folders it was reached through.

    ``left_out_as`` is what stands for its files in the report, "" where they are taken in.
    ``below_link`` is 1 for a link, one more for each step from there, and 0 elsewhere.
    """

    path: str
    device: int
    inode: int
    parts: tuple[str, ...] = ()
    left_out_as: str = ""
    below_link: int = 0
    above: _Folder | None = None

    def is_within(self, status: os.stat_result) -> bool:
        """Whether the folder of ``status`` is this one or one it was reached through."""
        folder: _Folder | None = self
        while folder is not None:
            if (folder.device, folder.inode) == (status.st_dev, status.st_ino):
                return True
            folder = folder.above
        return False


class _Walker:
    """What a walk has found so far."""

    def __init__(self, root: str, policy: Policy) -> None:
        self._within = root.rstrip(os.sep) + os.sep
        self._policy = policy
        self._choice = policy.choice
        self._pending: list[_Folder] = []
        self._files: list[ContentFile] = []
        self._left_out = 0
        self._left_out_names: set[str] = set()
        self._beneath_left_out = 0
        self._beneath_links = 0
        self._has_alike = False
        self._respelled: dict[Version, str] = {}
        self._unfinished: list[str] = []

    def walk(self, folder: _Folder) -> None:
        """Take in the files of ``folder`` and of every folder in it."""
        self._pending.append(folder)
        while self._pending:
            self._visit(self._pending.pop())

    def take(self, parts: tuple[str, ...], path: str, status: os.stat_result) -> None:
        """Take in one file."""
        check_regular(path, status)
        self._files.append(ContentFile.of(parts, path, status))

    def leave_out(self, shown: str) -> None:
        """Leave out one file, which ``shown`` stands for in the report."""
        self._left_out += 1
        if len(self._left_out_names) < NAMES_KEPT:
            self._left_out_names.add(printable(shown))

    def note_name(self, name: str, path: str) -> None:
        """Remember ``path`` when libtorrent would change its name."""
        since = respelled_since(name)
        if since is not None:
            self._respelled.setdefault(since, path)

    def content(self, path: Path, *, is_dir: bool) -> Content:
        """All that was found at ``path``."""
        files = tuple(sorted(self._files, key=self._policy.order))
        alike = ("/".join(file.parts) for file in files) if self._has_alike else ()
        return Content(
            path,
            path.name,
            is_dir,
            files,
            sum(file.size for file in files),
            left_out=self._left_out,
            left_out_names=tuple(sorted(self._left_out_names)),
            respelled=self._respelled,
            twins=next(twins(alike, as_libtorrent_compares), ()),
            unfinished=tuple(sorted(self._unfinished)),
            beneath_left_out=self._beneath_left_out,
            beneath_links=self._beneath_links,
        )

    def _visit(self, folder: _Folder) -> None:
        if not self._takes_all_of(folder):
            self._look_into(folder)

    def _takes_all_of(self, folder: _Folder) -> bool:
        """Take in all that is in ``folder``; False where something in it needs a closer look."""
        if self._choice is not None or folder.left_out_as:
            return False
        found = core.plain_folder(folder.path, folder.parts)
        if found is None:
            return False
        files, folders = found
        names = [row[0][-1] for row in files] + [row[1][-1] for row in folders]
        if any(map(self._policy.leaves_out, names)):
            return False
        self._has_alike = self._has_alike or are_alike(names)
        self._files += map(ContentFile._make, files)
        self._beneath_links += len(files) if folder.below_link > 1 else 0
        below_link = folder.below_link and folder.below_link + 1
        self._pending += (
            _Folder(path, device, inode, parts, "", below_link, above=folder)
            for path, parts, device, inode in folders
        )
        return True

    def _look_into(self, folder: _Folder) -> None:
        """Take in or leave out what is in ``folder``, one by one."""
        listed = _listed(folder)
        # Paths can only be alike where two names in one folder are.
        self._has_alike = self._has_alike or are_alike(entry.name for entry in listed)
        for entry in listed:
            parts = (*folder.parts, entry.name)
            if self._leaves_out(entry, parts, folder):
                self._pass_by(entry, parts, folder)
                continue
            if not is_plain(entry.name):
                check_name(entry.name, entry.path)
                self.note_name(entry.name, entry.path)
            self._take_in(entry, parts, folder)

    def _leaves_out(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> bool:
        if self._choice is not None:
            chosen = self._choice("/".join(parts), is_dir=_is_folder(entry))
            if chosen is not None:
                return not chosen
        if folder.left_out_as:
            return True
        if not self._policy.leaves_out(entry.name):
            is_link = not self._policy.linked_folders and entry.is_symlink()
            return is_link and _is_folder(entry)
        if is_unfinished(entry.name):
            self._unfinished.append(printable("/".join(parts)))
        return True

    def _pass_by(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> None:
        """Leave ``entry`` out, without following a link or minding what cannot be read."""
        shown = folder.left_out_as or "/".join(parts)
        if not entry.is_dir(follow_symlinks=False):
            self.leave_out(shown)
            self._beneath_left_out += bool(folder.left_out_as) and not any(
                map(self._policy.leaves_out, parts[-2:])
            )
            return
        shown = folder.left_out_as or f"{shown}/"
        # The choice may take in what lies in it, so it is visited like the others.
        self._pending.append(
            _Folder(entry.path, folder.device, entry.inode(), parts, shown, above=folder)
        )

    def _take_in(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> None:
        status = entry_status(entry)
        is_dir = stat.S_ISDIR(status.st_mode)
        # Only a link can lead out or back up, so only links are worth the look.
        is_link = entry.is_symlink()
        if is_link:
            self._check_link(entry.path, status if is_dir else None, folder)
        if is_dir:
            below_link = folder.below_link + 1 if folder.below_link else int(is_link)
            self._pending.append(
                _Folder(
                    entry.path, status.st_dev, status.st_ino, parts, "", below_link, above=folder
                )
            )
        else:
            self._beneath_links += folder.below_link > 1
            self.take(parts, entry.path, status)

    def _check_link(self, path: str, to_folder: os.stat_result | None, folder: _Folder) -> None:
        """Nothing, where the policy has a link in ``folder`` lead where this one does."""
        if to_folder is not None and folder.is_within(to_folder):
            raise ContentError(
                f"'{printable(path)}' is a symlink to a folder that contains it",
                hint=self._policy.words.to_break_circle,
            )
        if self._policy.may_lead_out or os.path.realpath(path).startswith(self._within):
            return
        raise ContentError(
            f"'{printable(path)}' is a symlink that points outside the content",
            hint=Hint("replace it with what it points to, or exclude it with {exclude}"),
        )


def _listed(folder: _Folder) -> list[os.DirEntry[str]]:
    try:
        return sorted(entries(folder.path), key=attrgetter("name"))
    except ContentError:
        if folder.left_out_as:
            return []
        raise


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _check_not_empty(content: Content, words: Words) -> None:
    shown = printable(str(content.path))
    hint = words.to_take_in if content.left_out else ""
    if not content.files and not content.left_out:
        raise EmptyContentError(f"'{shown}' contains no files")
    if not content.files:
        skipped = f"'{shown}' contains only {words.folder}"
        raise EmptyContentError(skipped if content.is_dir else f"'{shown}' {words.file}", hint=hint)
    if not content.size:
        only = "contains only empty files" if content.is_dir else "is an empty file"
        raise EmptyContentError(f"'{shown}' {only}: there is nothing to hash", hint=hint)
