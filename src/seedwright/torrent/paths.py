"""What is wrong with the paths in a torrent, for whoever would write files there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

PATH_PROBLEMS = {
    "leads-out": "leads out of the content",
    "empty-name": "has an empty name",
    "long-name": "has a name of more than 255 bytes",
    "not-utf8": "has a name that is not UTF-8",
    "windows-name": "has a name that Windows does not take",
}
"""Each kind by its name for programs, and in words that follow the path."""

# Most names, told from the others in one look.
_PLAIN = re.compile(rb"[A-Za-z0-9_()\[\]-]{5,80}(?:[. ][A-Za-z0-9_()\[\]-]{1,80})?")

_PATTERNS = {
    "leads-out": re.compile(rb"\.\.?|(?s:.*[/\\\0].*)|(?s:[A-Za-z]:.*)"),
    "empty-name": re.compile(rb""),
    "long-name": re.compile(rb"(?s).{256,}"),
    "windows-name": re.compile(
        rb"(?is)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*[<>:\"|?*\x00-\x1f].*|.*[. ]"
    ),
}


def path_problems(path: Collection[bytes]) -> tuple[str, ...]:
    """The names in PATH_PROBLEMS of what is wrong with ``path``, in their order."""
    if all(map(_PLAIN.fullmatch, path)):
        return ()
    found = {problem for part in path for problem in _problems_of(part)}
    return tuple(filter(found.__contains__, PATH_PROBLEMS))


def _problems_of(part: bytes) -> tuple[str, ...]:
    found = [name for name, pattern in _PATTERNS.items() if pattern.fullmatch(part)]
    try:
        part.decode()
    except UnicodeDecodeError:
        found.append("not-utf8")
    return tuple(found)
