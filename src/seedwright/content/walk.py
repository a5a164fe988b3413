"""The files of a torrent, in the order of BEP 52, and what is left out of it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol

import seedwright._core as core
from seedwright.content.looking import (
    check_name,
    check_regular,
    content_status,
    entries,
    entry_status,
)
from seedwright.errors import ContentError, EmptyContentError
from seedwright.names import (
    are_alike,
    as_libtorrent_compares,
    is_plain,
    printable,
    respelled_since,
    twins,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from seedwright._core import Look
    from seedwright.names import Version

NAMES_KEPT = 20
"""How many of the names that were left out are kept for the report."""

UNFINISHED = (
    ("*.!qB", "qBittorrent"),
    ("*.!ut", "uTorrent"),
    ("*.bc!", "BitComet"),
    ("*.part", "Transmission, Firefox, yt-dlp"),
    ("*.crdownload", "Chromium"),
    ("*.aria2", "aria2"),
)
"""How downloads are called until they are finished, and by whom."""

LEFT_OUT = (
    (".*", "hidden, and most of what macOS, sync tools and editors leave behind"),
    ("Icon\r", "macOS, a folder's own icon"),
    ("__MACOSX", "macOS, unpacked archives"),
    ("desktop.ini", "Windows, a folder's looks"),
    ("Thumbs.db", "Windows, previews"),
    ("ehthumbs.db", "Windows, previews"),
    ("$RECYCLE.BIN", "Windows, deleted files"),
    ("System Volume Information", "Windows, restore points"),
    ("@eaDir", "Synology, previews and attributes"),
    ("#recycle", "Synology, deleted files"),
    ("#snapshot", "Synology, snapshots"),
    ("@Recycle", "QNAP, deleted files"),
    ("@Recently-Snapshot", "QNAP, snapshots"),
    ("lost+found", "ext4, what a repair found"),
    ("*.torrent", "torrents, often of this very content"),
    *((pattern, f"{program}: unfinished") for pattern, program in UNFINISHED),
)
"""Files and folders that are left out unless asked for, and what they are; case does not count."""

# Windows says no more than size and mtime in a look at many files.
_LOOKS_ARE_SHORT = os.name == "nt"

_NAMES = frozenset(pattern.lower() for pattern, _ in LEFT_OUT if "*" not in pattern)
_ENDINGS = tuple(pattern[1:].lower() for pattern, _ in LEFT_OUT if pattern.startswith("*"))
_UNFINISHED = tuple(pattern[1:].lower() for pattern, _ in UNFINISHED)


_REPLACED = "was replaced by another file"


class Choice(Protocol):
    """What the user says about one path, relative to the content and with ``/`` between names."""

    def __call__(self, path: str, *, is_dir: bool) -> bool | None:
        """True takes it in, False leaves it out, None leaves it to :data:`LEFT_OUT`."""


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


@dataclass(frozen=True, slots=True)
class Content:
    """The files of one torrent, in the order of BEP 52's file tree, and ``size`` in bytes.

    ``left_out`` counts the files that are not taken in, as far as they can be seen;
    ``left_out_names`` holds the first NAMES_KEPT of them, relative, with a folder that is left out
    as a whole as one name that ends with ``/``. ``unfinished`` holds those that LEFT_OUT has as
    unfinished downloads, all of them.

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


def walk(path: Path, *, include_hidden: bool = False, choice: Choice | None = None) -> Content:
    """The content at ``path``, a file or a folder, without opening a file of it.

    Files are sorted by their names as bytes, level by level, a folder among the files by its own
    name: the order of BEP 52's file tree, kept for every format so that a torrent of the same
    content is the same on every machine. Empty files are kept, empty folders cannot be.

    What LEFT_OUT lists is left out, unless ``include_hidden``; ``choice`` is heard first, and what
    it takes in is taken in wherever it lies. A file that is given as ``path`` itself is left out
    by ``choice`` alone. Links are followed to where they lead within the content.

    Raises ContentNotFoundError; EmptyContentError when nothing is left, or only empty files, of
    which no client makes a torrent; ContentNameError for a name that is not UTF-8; and ContentError
    for what cannot be read, a link that leads nowhere, out of the content or to a folder around
    it, and anything that is neither file nor folder.
    """
    check_name(path.name)
    status = content_status(path)
    walker = _Walker(os.path.realpath(path), include_hidden=include_hidden, choice=choice)
    walker.note_name(path.name, str(path))
    is_dir = stat.S_ISDIR(status.st_mode)
    if is_dir:
        walker.walk(_Folder(str(path), status.st_dev, status.st_ino))
    elif choice is not None and choice(path.name, is_dir=False) is False:
        walker.leave_out(path.name)
    else:
        walker.take((), str(path), status)
    files = tuple(sorted(walker.files, key=attrgetter("parts")))
    content = Content(
        path,
        path.name,
        is_dir,
        files,
        sum(file.size for file in files),
        walker.left_out,
        tuple(sorted(walker.left_out_names)),
        walker.respelled,
        twins_of(files) if walker.has_alike else (),
        tuple(sorted(walker.unfinished)),
    )
    _check_not_empty(content)
    return content


def twins_of(files: Iterable[ContentFile]) -> tuple[str, ...]:
    """Two relative paths that libtorrent takes for one, () where there are none."""
    paths = ("/".join(file.parts) for file in files)
    return next(twins(paths, as_libtorrent_compares), ())


def is_unfinished(name: str) -> bool:
    """Whether this is what a program calls a download that it has not finished."""
    return name.lower().endswith(_UNFINISHED)


def changes(
    content: Content, has_own_inodes: Callable[[str], bool] = lambda _path: True
) -> Iterator[str]:
    """What has happened to the files of ``content`` since they were walked, a phrase each.

    Sizes, times, devices and inodes are compared: two looks at the file system, and no reading. A
    file that differs in device or inode alone counts where it ``has_own_inodes``: some file systems
    (FAT, some of FUSE) give a file another inode whenever it has been out of use.
    """
    looks = core.statuses([file.path for file in content.files])
    for file, look in zip(content.files, looks, strict=True):
        if isinstance(look, core.Unseen):
            gone = look.errno == errno.ENOENT
            why = "vanished" if gone else f"can no longer be looked at: {os.strerror(look.errno)}"
            yield f"'{printable(file.path)}' {why}"
        elif not file.is_as(look):
            what = _change(file, file.seen_again(look))
            if what != _REPLACED or has_own_inodes(file.path):
                yield f"'{printable(file.path)}' {what}"


def _change(before: ContentFile, now: ContentFile) -> str:
    if now.size != before.size:
        verb = "grew" if now.size > before.size else "shrank"
        return f"{verb} from {before.size} to {now.size} bytes"
    if now.mtime_ns != before.mtime_ns:
        return "was written to"
    if now.ctime_ns != before.ctime_ns:
        return "was changed, though its time of modification is what it was"
    return _REPLACED


class _Folder(NamedTuple):
    """A folder to visit; ``above`` is the chain of folders it was reached through.

    ``left_out_as`` is what stands for its files in the report, "" where they are taken in.
    """

    path: str
    device: int
    inode: int
    parts: tuple[str, ...] = ()
    left_out_as: str = ""
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

    def __init__(self, root: str, *, include_hidden: bool, choice: Choice | None) -> None:
        self._within = root.rstrip(os.sep) + os.sep
        self._is_left_out: Callable[[str], bool] = _never if include_hidden else is_left_out
        self._choice = choice
        self._pending: list[_Folder] = []
        self.files: list[ContentFile] = []
        self.left_out = 0
        self.left_out_names: set[str] = set()
        self.has_alike = False
        self.respelled: dict[Version, str] = {}
        self.unfinished: list[str] = []

    def walk(self, folder: _Folder) -> None:
        """Take in the files of ``folder`` and of every folder in it."""
        self._pending.append(folder)
        while self._pending:
            self._visit(self._pending.pop())

    def take(self, parts: tuple[str, ...], path: str, status: os.stat_result) -> None:
        """Take in one file."""
        check_regular(path, status)
        self.files.append(ContentFile.of(parts, path, status))

    def leave_out(self, shown: str) -> None:
        """Leave out one file, which ``shown`` stands for in the report."""
        self.left_out += 1
        if len(self.left_out_names) < NAMES_KEPT:
            self.left_out_names.add(printable(shown))

    def note_name(self, name: str, path: str) -> None:
        """Remember ``path`` when libtorrent would change its name."""
        since = respelled_since(name)
        if since is not None:
            self.respelled.setdefault(since, path)

    def _visit(self, folder: _Folder) -> None:
        listed = _listed(folder)
        # Paths can only be alike where two names in one folder are.
        self.has_alike = self.has_alike or are_alike(entry.name for entry in listed)
        for entry in listed:
            parts = (*folder.parts, entry.name)
            if self._leaves_out(entry, parts, folder):
                self._pass_by(entry, parts, folder)
                continue
            if not is_plain(entry.name):
                check_name(entry.path)
                self.note_name(entry.name, entry.path)
            self._take_in(entry, parts, folder)

    def _leaves_out(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> bool:
        if self._choice is not None:
            chosen = self._choice("/".join(parts), is_dir=_is_folder(entry))
            if chosen is not None:
                return not chosen
        if folder.left_out_as:
            return True
        if not self._is_left_out(entry.name):
            return False
        if is_unfinished(entry.name):
            self.unfinished.append(printable("/".join(parts)))
        return True

    def _pass_by(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> None:
        """Leave ``entry`` out, without following a link or minding what cannot be read."""
        shown = folder.left_out_as or "/".join(parts)
        if not entry.is_dir(follow_symlinks=False):
            self.leave_out(shown)
            return
        shown = folder.left_out_as or f"{shown}/"
        # The choice may take in what lies in it, so it is visited like the others.
        self._pending.append(
            _Folder(entry.path, folder.device, entry.inode(), parts, shown, folder)
        )

    def _take_in(self, entry: os.DirEntry[str], parts: tuple[str, ...], folder: _Folder) -> None:
        status = entry_status(entry)
        is_dir = stat.S_ISDIR(status.st_mode)
        # Only a link can lead out or back up, so only links are worth the look.
        if entry.is_symlink():
            if is_dir and folder.is_within(status):
                raise ContentError(
                    f"'{printable(entry.path)}' is a link to a folder that it lies in",
                    hint="remove the link, or leave it out with --exclude",
                )
            if not os.path.realpath(entry.path).startswith(self._within):
                raise ContentError(
                    f"'{printable(entry.path)}' is a link that leads out of the content",
                    hint="put what it leads to in its place, or leave it out with --exclude",
                )
        if is_dir:
            self._pending.append(
                _Folder(entry.path, status.st_dev, status.st_ino, parts, above=folder)
            )
        else:
            self.take(parts, entry.path, status)


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


def is_left_out(name: str) -> bool:
    """Whether LEFT_OUT lists a file or folder of this name."""
    lower = name.lower()
    return lower.startswith(".") or lower in _NAMES or lower.endswith(_ENDINGS)


def _never(_name: str) -> bool:
    return False


def _check_not_empty(content: Content) -> None:
    shown = printable(str(content.path))
    hint = ""
    if content.left_out:
        hint = "--include GLOB takes in what it names, --include-dotfiles all that is hidden"
    if not content.files and not content.left_out:
        raise EmptyContentError(f"'{shown}' is a folder without files")
    if not content.files:
        only = "holds nothing but files that are" if content.is_dir else "is"
        raise EmptyContentError(f"'{shown}' {only} left out", hint=hint)
    if not content.size:
        only = "holds nothing but empty files" if content.is_dir else "is an empty file"
        raise EmptyContentError(f"'{shown}' {only}: there is nothing to hash", hint=hint)
