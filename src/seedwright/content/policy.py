"""Which files a walk takes in, and in which order: the embedded engine's policy, and qBittorrent's.

mkbrr's is in ``mkbrr/order.py``, and that of a torrent whose files are found again in
``hashes/donor.py``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from seedwright.hints import Hint

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.content.walk import ContentFile

UNFINISHED = (
    ("*.!qB", "qBittorrent"),
    ("*.!ut", "uTorrent"),
    ("*.bc!", "BitComet"),
    ("*.part", "Transmission, Firefox, yt-dlp"),
    ("*.crdownload", "Chromium"),
    ("*.aria2", "aria2"),
)
"""The names of unfinished downloads, and the programs that use them."""

LEFT_OUT = (
    (".*", "hidden files, and most leftovers of macOS, sync tools and editors"),
    ("Icon\r", "macOS, the icon of a folder"),
    ("__MACOSX", "macOS, unpacked archives"),
    ("desktop.ini", "Windows, the view settings of a folder"),
    ("Thumbs.db", "Windows, previews"),
    ("ehthumbs.db", "Windows, previews"),
    ("$RECYCLE.BIN", "Windows, deleted files"),
    ("System Volume Information", "Windows, restore points"),
    ("@eaDir", "Synology, previews and attributes"),
    ("#recycle", "Synology, deleted files"),
    ("#snapshot", "Synology, snapshots"),
    ("@Recycle", "QNAP, deleted files"),
    ("@Recently-Snapshot", "QNAP, snapshots"),
    ("lost+found", "ext4, files that a repair recovered"),
    ("*.torrent", "torrents, often of the same content"),
    *((pattern, f"{program}: unfinished") for pattern, program in UNFINISHED),
)
"""Files and folders that are skipped by default, and what they are; case does not count."""

_NAMES = frozenset(pattern.lower() for pattern, _ in LEFT_OUT if "*" not in pattern)
_ENDINGS = tuple(pattern[1:].lower() for pattern, _ in LEFT_OUT if pattern.startswith("*"))
_UNFINISHED = tuple(pattern[1:].lower() for pattern, _ in UNFINISHED)


def is_left_out(name: str) -> bool:
    """Whether LEFT_OUT lists a file or folder of this name."""
    lower = name.lower()
    return lower.startswith(".") or lower in _NAMES or lower.endswith(_ENDINGS)


def is_unfinished(name: str) -> bool:
    """Whether a program gives this name to an unfinished download."""
    return name.lower().endswith(_UNFINISHED)


def is_dotfile(name: str) -> bool:
    """Whether a file or folder of this name is hidden."""
    return name.startswith(".")


def nothing(_name: str) -> bool:
    """No name is left out."""
    return False


class Choice(Protocol):
    """What the user says about one path, relative to the content and with ``/`` between names."""

    def __call__(self, path: str, *, is_dir: bool) -> bool | None:
        """True takes it in, False leaves it out, None leaves it to the policy."""


class Words(NamedTuple):
    """What messages call the skipped files of a folder, and a skipped file; and what to do about
    these, and about a symlink in a circle.
    """

    folder: str = "files that are skipped"
    file: str = "is skipped"
    to_take_in: str = Hint(
        "include files by pattern with {include}, or all hidden files with {ignore_dotfiles.off}"
    )
    to_break_circle: str = Hint("remove the symlink, or exclude it with {exclude}")


by_parts: Callable[[ContentFile], Any] = attrgetter("parts")
"""The order of BEP 52: level by level, a folder among the files by its own name."""


def by_path(file: ContentFile) -> str:
    """What to sort by for the order of whole paths, in which ``a.b`` comes before ``a/b``."""
    return "/".join(file.parts)


_WORDS = Words()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Policy:
    """Which files of some content go into its torrent.

    ``choice`` decides first, and what it takes in is taken in wherever it is. It alone decides about
    a file that is the content itself, unless names are left out ``even_itself``. Then ``leaves_out``
    decides by the name of a file or folder; a folder is left out with all that is in it.

    Symlinks are followed. One that points outside the content is refused, unless links
    ``may_lead_out``. Without ``linked_folders`` symlinks to folders are left out.

    ``order`` gives what the files are sorted by. ``needs_whole_path`` is for a client that gets the
    path: then the names above the content must be UTF-8, too.
    """

    leaves_out: Callable[[str], bool] = nothing
    choice: Choice | None = None
    even_itself: bool = False
    may_lead_out: bool = False
    linked_folders: bool = True
    order: Callable[[ContentFile], Any] = by_parts
    needs_whole_path: bool = False
    words: Words = _WORDS

    def refuses(self, name: str) -> bool:
        """Whether a file of this name is left out although it is the content itself."""
        chosen = None if self.choice is None else self.choice(name, is_dir=False)
        if chosen is not None:
            return not chosen
        return self.even_itself and self.leaves_out(name)

    def as_asked(self, *, include_hidden: bool, choice: Choice | None = None) -> Policy:
        """This policy with the user's ``choice``; with ``include_hidden`` no name is left out."""
        leaves_out = nothing if include_hidden else self.leaves_out
        return dataclasses.replace(self, leaves_out=leaves_out, choice=choice)


OURS = Policy(leaves_out=is_left_out)
"""What the embedded engine takes in."""

QBITTORRENT = Policy(
    leaves_out=is_dotfile,
    even_itself=True,
    may_lead_out=True,
    needs_whole_path=True,
    words=Words(
        folder="dotfiles, which are skipped",
        file="is a dotfile, which is skipped",
        to_take_in=Hint("include dotfiles with {ignore_dotfiles.off}"),
        to_break_circle="remove the symlink, or use a folder without it",
    ),
)
"""What qBittorrent's Torrent Creator takes in, except for two kinds of folder that ``Content`` counts."""
