"""What there is of a torrent's files, at the content or in the folder that it lies in."""

from __future__ import annotations

import errno
import os
import stat
from array import array
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import seedwright._core as core
from seedwright.content.looking import unreadable
from seedwright.errors import ContentError, ContentNotFoundError, MetainfoError
from seedwright.hashes.listing import Listing, listing
from seedwright.hashes.spelled import Respelled, Spellings
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from seedwright.hashes.listing import ListedFiles
    from seedwright.metainfo.parse import Metainfo

Absence = Literal["missing", "unreadable", "unfinished"]

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
"""Why a file cannot be looked at that is not there."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What there is of a torrent's files: their sizes here, -1 where a file is not.

    A symlink has no size of its own, and is not there when it leads nowhere. ``mislinked`` holds by
    their numbers those that lead elsewhere, and what they say, "" for one that is no link.
    ``unreadable`` holds why the files cannot be read that are here and yet as if they were not.
    ``respelled`` holds where files are that are not at their own paths, and ``root`` the same of the
    content in the folder it lies in.
    """

    metainfo: Metainfo
    listed: Listing
    content: Path
    sizes: array[int] = field(repr=False)
    mislinked: Mapping[int, str] = field(default_factory=dict, repr=False)
    unreadable: Mapping[int, str] = field(default_factory=dict, repr=False)
    respelled: Mapping[int, Respelled] = field(default_factory=dict, repr=False)
    root: Respelled | None = None

    def layout(self) -> core.Entries:
        """What to hash: of each file the bytes that are there, and zeros in the place of the others."""
        is_padded = self.metainfo.format is not Format.V2
        columns = self.listed.files.columns
        rows = columns.entries(self.content, self.sizes.tobytes(), is_padded)
        if not self.respelled:
            return rows
        places = [
            self.place(number, "") if row.length and number in self.respelled else row.path
            for number, row in enumerate(rows)
        ]
        return core.Entries(places, [row.length for row in rows], [row.pad for row in rows])

    @property
    def has_any(self) -> bool:
        """Whether anything at all is in the place of one of the files, as far as is known."""
        if self.respelled or max(self.sizes) >= 0:
            return True
        paths = self.listed.files.paths()
        return not all(_is_nothing(self.place(number, name)) for number, name in paths)

    def without_unreadable(self, error: ContentError) -> Examination:
        """The same without the file that the system refused to read, which ``error`` is about, and
        without all others that cannot be opened.

        Raises ``error`` itself where that is about something else.
        """
        refusal = error.__cause__
        if not isinstance(refusal, core.ReadError) or refusal.reason not in ("permission", "io"):
            raise error
        at = f" at byte {refusal.offset}" if refusal.reason == "io" else ""
        reason = os.strerror(refusal.errno or errno.EIO).lower() + at
        sizes, unreadable = self.sizes[:], dict(self.unreadable)
        for number, name in self.listed.files.paths():
            place = self.place(number, name)
            if sizes[number] > 0 and (
                why := reason if place == refusal.path else _why_not_opened(place)
            ):
                unreadable[number], sizes[number] = why, -1
        if sizes == self.sizes:
            raise error
        return replace(self, sizes=sizes, unreadable=unreadable)

    def place(self, number: int, name: str) -> str:
        """Where a file lies that is listed as ``name``; without one it is the content itself."""
        if number in self.respelled:
            name = self.respelled[number].path
        return os.path.join(self.content, name) if name else str(self.content)  # noqa: PTH118

    def why_absent(self, number: int) -> tuple[Absence, str | None]:
        """What a file without a size is, and why; None where it is just not there."""
        if reason := self.unreadable.get(number):
            return "unreadable", reason
        respelled = self.respelled.get(number)
        if respelled is not None and respelled.spelling == "unfinished":
            return "unfinished", _unfinished(respelled)
        file = self.listed.files[number]
        if file.target is not None:
            return "missing", None
        return _why_absent(self.place(number, "/".join(file.parts)))


def examine(metainfo: Metainfo, path: Path) -> Examination:
    """The sizes of a torrent's files at ``path``, the content itself or the folder it lies in.

    What is not there is looked for under other spellings. Raises ContentNotFoundError when neither is
    there or no file at all, ContentError for a symlink that points outside the content, and
    MetainfoError for a torrent whose paths lead out of its content or whose halves cannot be hashed
    together.
    """
    listed = listing(metainfo)
    if metainfo.format is Format.HYBRID:
        _check_aligned(listed.files, metainfo.piece_length)
    content, root = _content_at(path, metainfo, is_dir=listed.is_folder)
    if listed.is_folder:
        _check_inside(listed.files, content)
    sizes = array("q", listed.files.columns.sizes(content))
    mislinked = {}
    for number, target in listed.files.links.items():
        path = content.joinpath(*listed.files[number].parts)
        is_there, says = _link(path, content.joinpath(*target))
        sizes[number] = 0 if is_there else -1
        if says is not None:
            mislinked[number] = says
    respelled = _respelled(listed.files, content, sizes) if listed.is_folder else {}
    found = Examination(metainfo, listed, content, sizes, mislinked, {}, respelled, root)
    if listed.is_folder and not found.has_any:
        raise ContentNotFoundError(
            f"'{printable(str(content))}' contains no file of '{printable(metainfo.name)}'",
            hint="give the content itself, or the folder that contains it",
        )
    return found


def _check_aligned(files: ListedFiles, piece_length: int) -> None:
    """Nothing, when every file of a hybrid starts at a piece boundary; else MetainfoError."""
    starts = accumulate(files.lengths, initial=0)
    for number, (start, length) in enumerate(zip(starts, files.lengths, strict=False)):
        if start % piece_length and length and not files[number].is_pad:
            raise MetainfoError(
                "not a valid hybrid torrent: its files do not start at piece boundaries",
                hint="make a new torrent of the content",
            )


def _content_at(path: Path, metainfo: Metainfo, *, is_dir: bool) -> tuple[Path, Respelled | None]:
    """Where the content is, and how it is spelled if that is not as in the torrent."""
    # Unlike those of Path, these take whatever cannot be looked at for absent.
    is_there = os.path.isdir if is_dir else os.path.isfile
    inside = path / metainfo.name
    if is_there(inside) and (path.name != metainfo.name or not is_dir or is_there(path)):
        return inside, None
    respelled = Spellings(path).find(metainfo.name) if os.path.isdir(path) else None  # noqa: PTH112
    if respelled is not None and is_there(path / respelled.path):
        if respelled.spelling != "unfinished":
            return path / respelled.path, respelled
        if not is_dir:
            raise ContentNotFoundError(
                f"'{printable(metainfo.name)}' is not complete: {_unfinished(respelled)}",
                hint="wait for the download to finish",
            )
    if is_there(path):
        return path, None
    for place in (path, inside):
        _check_can_be_looked_at(place)
    raise ContentNotFoundError(
        f"'{printable(str(path))}' is not '{printable(metainfo.name)}' and does not contain it",
        hint="give the content itself, or the folder that contains it",
    )


def _respelled(files: ListedFiles, content: Path, sizes: array[int]) -> dict[int, Respelled]:
    """Where the files without a size are found; those that can be read get theirs in ``sizes``."""
    respelled = {}
    spellings, taken = Spellings(content), set[str]()
    within = os.path.join(os.path.realpath(content), "")  # noqa: PTH118
    for number in files.columns.differing(sizes.tobytes()):
        if sizes[number] >= 0 or number in files.links:
            continue
        found = spellings.find("/".join(files[number].parts))
        if found is None:
            continue
        # What is listed itself is that file, and no other.
        taken = taken or {path for _, path in files.paths()}
        place = os.path.join(content, found.path)  # noqa: PTH118
        if found.path in taken or not os.path.isfile(place):  # noqa: PTH113
            continue
        _check_leads_inside(place, within)
        taken.add(found.path)
        respelled[number] = found
        if found.spelling != "unfinished":
            sizes[number] = os.path.getsize(place)  # noqa: PTH202
    return respelled


def _unfinished(found: Respelled) -> str:
    return f"'{printable(found.path)}' is an unfinished download ({found.program})"


def _check_can_be_looked_at(path: Path) -> None:
    """Nothing, when ``path`` can be looked at or cannot exist; else ContentError."""
    try:
        path.stat()
    except OSError as error:
        if error.errno not in _ABSENT:
            raise unreadable(str(path), error) from error


def _check_inside(files: ListedFiles, content: Path) -> None:
    """Nothing, when all files with bytes to read lie in the content; ContentError for another.

    Each folder is listed once, which is far cheaper than a look at each file.
    """
    within = os.path.join(os.path.realpath(content), "")  # noqa: PTH118 - cheaper for many
    links: dict[str, Collection[str] | None] = {}
    for number, path in files.paths():
        folder, _, name = path.rpartition("/")
        if folder not in links:
            place = os.path.join(content, folder)  # noqa: PTH118 - cheaper for many
            _check_leads_inside(place, within)
            links[folder] = _links_in(place)
        suspects = links[folder]
        if (suspects is None or name in suspects) and number not in files.links:
            _check_leads_inside(os.path.join(content, path), within)  # noqa: PTH118


def _links_in(folder: str) -> Collection[str] | None:
    """The names of the symlinks in a folder; None when it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            return {entry.name for entry in found if entry.is_symlink()}
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError:
        return None


def _check_leads_inside(path: str, within: str) -> None:
    if not os.path.join(os.path.realpath(path), "").startswith(within):  # noqa: PTH118
        raise ContentError(
            f"'{printable(path)}' is or lies below a symlink that points outside the content",
            hint="replace the symlink with what it points to",
        )


def _link(path: Path, target: Path) -> tuple[bool, str | None]:
    """Whether there is a symlink that leads anywhere, and what it says unless it is ``target``."""
    try:
        if path.samefile(target):
            return True, None
        return True, str(path.readlink()) if path.is_symlink() else ""
    except OSError:
        return False, None


def _why_not_opened(path: str) -> str | None:
    """Why a file cannot be opened, None when it can."""
    try:
        with open(path, "rb", buffering=0):  # noqa: PTH123 - cheaper for many
            return None
    except OSError as error:
        return _words_of(error)


def _is_nothing(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _why_absent(path: str) -> tuple[Absence, str | None]:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - cheaper for many
    except OSError as error:
        if error.errno not in _ABSENT:
            return "unreadable", _words_of(error)
        if error.errno == errno.ENAMETOOLONG:
            return "missing", _words_of(error)
        return "missing", "a broken symlink" if os.path.islink(path) else None  # noqa: PTH114
    if stat.S_ISREG(mode):
        return "missing", None
    return "missing", "a folder, not a file" if stat.S_ISDIR(mode) else "not a regular file"


def _words_of(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
