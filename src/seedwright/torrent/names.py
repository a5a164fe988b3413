"""Names that are safe to show."""

from __future__ import annotations

import re

# Control characters (C0, DEL, C1), line and paragraph separators, the marks, overrides and
# isolates that reorder text, and surrogates, which stand for bytes that are not UTF-8. Joiners
# stay: emoji, Persian and Hindi need them.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def printable(text: str) -> str:
    r"""``text`` for a terminal or a log, what could move the cursor or hide letters as ``\x1b``.

    Backslashes stay as they are, so this is for showing and not for reading back.
    """
    if text.isprintable():
        return text
    return re.sub(_UNSAFE, lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


# What libtorrent drops from a path element, or writes as "_" (2.0; 2.1 adds some invisible marks).
_RESPELLED = "[\x00-\x1f/\\\\\u200e\u200f\u202a-\u202e]"
_CUT_AT = 240
_SHORT = _CUT_AT // 4
_LONGEST_EXTENSION = 9


def is_plain(name: str) -> bool:
    """Whether every system and every client takes ``name`` as it is: short, in ASCII, no signs.

    A quick answer for most names; what is not plain needs a closer look, and may be fine.
    """
    return len(name) < _SHORT and name.isascii() and name.isprintable() and "\\" not in name


def kept_by_libtorrent(name: str) -> bool:
    """Whether libtorrent looks for a file or folder of this name under this very name.

    A client that does not cannot seed it: libtorrent takes out backslashes and marks that turn
    the direction of text, writes control characters as ``_``, and cuts names at 240 bytes, but for
    an extension that begins right there.
    """
    if ("\\" in name or "/" in name or not name.isprintable()) and re.search(_RESPELLED, name):
        return False
    # A character takes four bytes at most, and nearly every name is too short to be cut.
    if len(name) < _SHORT:
        return True
    room = 0
    for position, char in enumerate(name):
        room += len(char.encode("utf-8", "surrogateescape"))
        if room >= _CUT_AT:
            rest = name[position + 1 :]
            return not rest or (rest.rfind(".") == 0 and len(rest.encode()) <= _LONGEST_EXTENSION)
    return True
