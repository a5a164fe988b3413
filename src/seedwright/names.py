"""Names: showing them safely, and what libtorrent makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Version = tuple[int, ...]

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


def escaped(text: str) -> str:
    r"""JSON for a terminal: what could upset one as ``\u009b``, which reads as the same letter."""
    if text.isprintable():
        return text
    return re.sub(_UNSAFE, lambda found: f"\\u{ord(found[0]):04x}", text)


RESPELLED: dict[Version, str] = {
    (): r"[\x00-\x1f/\\\u200e\u200f\u202a-\u202e]",
    (2, 1): (
        r"[\x00-\x1f/\\\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    ),
}
"""What libtorrent drops from a name or writes as ``_``, by the version that has it so first.

() stands for every version; each row holds all that the rows before it hold.
"""

_CUT_AT = 240
_SHORT = _CUT_AT // 4
_LONGEST_EXTENSION = 9

LONGEST_PLAIN = _SHORT - 1
"""The most characters of a name that is plain for certain, as :func:`is_plain` has it."""


def is_plain(name: str) -> bool:
    """Whether every system and every client takes ``name`` as it is: short, in ASCII, no signs.

    A quick answer for most names; what is not plain needs a closer look, and may be fine.
    """
    return len(name) < _SHORT and name.isascii() and name.isprintable() and "\\" not in name


def respelled_since(name: str) -> Version | None:
    """The first libtorrent that looks for a file or folder of this name under another one.

    One of RESPELLED, or None where all of them look for this very name. A client that does not
    cannot seed it: libtorrent takes out backslashes and marks that turn the direction of text or
    cannot be seen, writes control characters as ``_``, and cuts names at 240 bytes, but for an
    extension that begins right there.
    """
    if "\\" in name or "/" in name or not name.isprintable():
        for since, pattern in RESPELLED.items():
            if re.search(pattern, name):
                return since
    return None if _cut(name) == name else ()


def respellings(name: str) -> Iterator[str]:
    """The other names under which one libtorrent or another looks for a file or folder."""
    if not is_plain(name):
        for pattern in RESPELLED.values():
            spelled = _cut(
                re.sub(pattern, lambda found: "_" if _is_control(found[0]) else "", name)
            )
            if spelled != name:
                yield spelled


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char <= "\x9f"


def _cut(name: str) -> str:
    """What libtorrent leaves of a name that is too long: its start, and a short extension."""
    # A character takes four bytes at most, and nearly every name is too short to be cut.
    if len(name) < _SHORT:
        return name
    room = 0
    for position, char in enumerate(name):
        room += len(_bytes(char))
        if room >= _CUT_AT:
            start, rest = name[: position + 1], name[position + 1 :]
            dot = rest.rfind(".")
            is_kept = dot >= 0 and len(_bytes(rest[dot:])) <= _LONGEST_EXTENSION
            return start + rest[dot:] if is_kept else start
    return name


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def as_libtorrent_compares(path: str) -> bytes:
    """What two paths have in common that libtorrent takes for one: all but the case of ASCII."""
    return _bytes(path).lower()


def as_file_systems_compare(path: str) -> str:
    """What two paths have in common that some file systems take for one.

    They mind neither case nor how Unicode spells an accent.
    """
    if path.isascii():
        return path.lower()
    import unicodedata  # most content has no need of it

    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def are_alike(names: Iterable[str]) -> bool:
    """Whether libtorrent takes two of these names for one."""
    keys = [name.lower() if name.isascii() else as_libtorrent_compares(name) for name in names]
    return len(set(keys)) < len(keys)


def twins(paths: Iterable[str], key: Callable[[str], bytes | str]) -> Iterator[tuple[str, str]]:
    """Each file with an earlier one, or a folder, of the same key; ``/`` stands between names.

    That is how libtorrent goes about it: of two such files it renames the later one, of a file and
    a folder the file. Folders of the same key are as one.
    """
    files = list(paths)
    seen: dict[bytes | str, str] = {}
    known: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in known:
            known.add(folder)
            seen.setdefault(key(folder), folder)
            folder = folder.rpartition("/")[0]
    for path in files:
        same = key(path)
        if same in seen:
            yield seen[same], path
        else:
            seen[same] = path


def nearest(word: str, known: Iterable[str], *, prefix: str = "") -> str:
    """``"did you mean 'host'?"`` for the name in ``known`` nearest to ``word``, or nothing.

    A ``prefix`` that they share does not count as likeness.
    """
    import difflib  # only failures pay for it

    by_folded = {name.removeprefix(prefix).casefold(): name for name in known}
    found = difflib.get_close_matches(word.removeprefix(prefix).casefold(), by_folded, n=1)
    return f"did you mean {by_folded[found[0]]!r}?" if found else ""
