"""Names that are safe to show."""

from __future__ import annotations

import re

# Control characters (C0, DEL, C1), line and paragraph separators, the marks, overrides and
# isolates that reorder text, and surrogates, which stand for bytes that are not UTF-8. Joiners
# stay: emoji, Persian and Hindi need them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""``text`` for a terminal or a log, what could move the cursor or hide letters as ``\x1b``.

    Backslashes stay as they are, so this is for showing and not for reading back.
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
