"""What is wrong with the paths in a torrent, for whoever would write files there."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

PATH_PROBLEMS = {
    "leads-out": "points outside the content",
    "empty-name": "has an empty name",
    "long-name": "has a name longer than 255 bytes",
    "not-utf8": "has a name that is not UTF-8",
    "windows-name": "has a name that Windows does not allow",
}
"""Each kind by its name for programs, and in words that follow the path."""

# Most names, told from the others in one look.
_PLAIN = rb"[A-Za-z0-9_()\[\]-]{5,80}(?:[. ][A-Za-z0-9_()\[\]-]{1,80})?"

_PATTERNS = {
    "leads-out": rb"\.\.?|(?s:.*[/\\\0].*)|(?s:[A-Za-z]:.*)",
    "empty-name": rb"",
    "long-name": rb"(?s).{256,}",
    "windows-name": (
        rb"(?is)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*[<>:\"|?*\x00-\x1f].*|.*[. ]"
    ),
}

# To compile them takes longer than all else that is done to make a small torrent.
_compiled = cache(re.compile)


# The same for many names at once, with a slash before, between and after them.
_FINE = bytes(set(range(0x20, 0x100)) - set(b'<>:"|?*\\'))
_LONGEST = 255
_AT_ONCE = 1024
_NOT_FINE = (b"//", b"./", b" /")
_RESERVED = rb"/(?:con|prn|aux|nul|com[0-9]|lpt[0-9])[./]"


class SplitPaths(NamedTuple):
    """Many paths: the last name of each, the folders it lies in, and these folders once each."""

    names: list[bytes]
    folders: list[tuple[bytes, ...]]
    above: set[tuple[bytes, ...]]

    @classmethod
    def of(cls, paths: Sequence[tuple[bytes, ...]]) -> SplitPaths:
        """The paths of files, which often lie in the same folders."""
        folders = list(map(itemgetter(slice(None, -1)), paths))
        return cls(list(map(itemgetter(-1), paths)), folders, set(folders))

    @property
    def are_fine(self) -> bool:
        """Whether nothing is wrong with any of them, in far less time than a look at each."""
        return _are_fine([*self.names, *chain.from_iterable(self.above)])


def _are_fine(names: Collection[bytes]) -> bool:
    text = b"/".join((b"", *names, b""))
    if text.translate(None, _FINE) or any(each in text for each in _NOT_FINE):
        return False
    if text.count(b"/") > len(names) + 1 or _compiled(_RESERVED, re.IGNORECASE).search(text):
        return False
    return max(map(len, names), default=0) <= _LONGEST and _is_utf8(text)


def odd_names(names: Iterable[bytes]) -> dict[bytes, tuple[str, ...]]:
    """Those of ``names`` with which anything is wrong, each with what :func:`path_problems` says."""
    found = {}
    waiting = iter(names)
    while some := list(islice(waiting, _AT_ONCE)):
        if not _are_fine(some):
            found.update({name: wrong for name in some if (wrong := path_problems([name]))})
    return found


def path_problems(path: Collection[bytes]) -> tuple[str, ...]:
    """The names in PATH_PROBLEMS of what is wrong with ``path``, in their order."""
    if all(map(_compiled(_PLAIN).fullmatch, path)):
        return ()
    found = {problem for part in path for problem in _problems_of(part)}
    return tuple(filter(found.__contains__, PATH_PROBLEMS))


def _problems_of(part: bytes) -> tuple[str, ...]:
    found = [name for name, pattern in _PATTERNS.items() if _compiled(pattern).fullmatch(part)]
    return tuple(found) if _is_utf8(part) else (*found, "not-utf8")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
