"""Random content: trees of files whose names and sizes lie where a torrent could go wrong."""

from __future__ import annotations

import itertools
import random
import sys
import unicodedata
from pathlib import Path
from typing import TypeAlias

from hypothesis import strategies as st

from seedwright.names import respelled_since

BLOCK = 16 * 1024
PIECE_LENGTHS = [BLOCK, 2 * BLOCK, 4 * BLOCK]

Tree: TypeAlias = "int | dict[str, Tree]"
"""The size of a file, or what lies in a folder."""

HIDDEN = ["._a", ".git", "\u00e9.part", "THUMBS.DB", "a.torrent", "@eaDir"]
"""Names that are left out unless they are asked for; no other name is."""

# "/" comes after "-" and ".", and before "0": where a folder stands depends on it.
_SORTED_ODDLY = [
    "".join(chars)
    for length in (1, 2)
    for chars in itertools.product("aB0 -.!\u00e9\U0001f4da", repeat=length)
]
_SPELT_TWICE = [
    unicodedata.normalize(form, name)
    for name in ("\u00e9t\u00e9 1", "\uac00", "A\u030a", "\u1e69")
    for form in ("NFC", "NFD")
]
_LONG = ["n" * 239, "\u65e5" * 79]


def _any_names(count: int) -> list[str]:
    """Names of whatever characters Unicode has, the same ones every time."""
    numbers = random.Random(0)
    return [
        "".join(chr(numbers.randrange(0x20, sys.maxunicode)) for _ in range(numbers.randint(1, 9)))
        for _ in range(count)
    ]


def _can_be_kept(name: str) -> bool:
    is_text = not any(unicodedata.category(char) in {"Cs", "Cc"} for char in name)
    return is_text and not name.startswith(".") and respelled_since(name) is None


names = st.sampled_from(
    [*filter(_can_be_kept, _SORTED_ODDLY + 9 * _SPELT_TWICE + 9 * _LONG + _any_names(100))]
    + 2 * HIDDEN
)

_CONTENT = random.Random(0).randbytes(1 << 18)


def sizes(piece_length: int) -> st.SearchStrategy[int]:
    """Sizes on both sides of the ends of blocks and pieces, and any between."""
    ends = [BLOCK, piece_length, piece_length + BLOCK, 2 * piece_length]
    near = [0, 1, *(end + by for end in ends for by in (-1, 0, 1))]
    return st.sampled_from(near) | st.integers(0, 2 * piece_length)


def trees(piece_length: int) -> st.SearchStrategy[Tree]:
    """A file, or a folder: wide, deep or both."""
    size = sizes(piece_length)
    folder: st.SearchStrategy[Tree] = size
    for _ in range(3):
        folder = st.dictionaries(names, size | folder, min_size=1, max_size=4)
    few: st.SearchStrategy[Tree] = st.integers(0, 40)
    wide = st.dictionaries(names, few, min_size=20, max_size=30)
    deep = st.lists(names, min_size=10, max_size=20).map(_chain)
    kinds: dict[int, st.SearchStrategy[Tree]] = {0: size, 1: size, 2: size, 3: deep, 4: wide}
    return st.integers(0, 30).flatmap(lambda kind: kinds.get(kind, folder))


def _chain(parts: list[str]) -> Tree:
    tree: Tree = BLOCK + 1
    for part in reversed(parts):
        tree = {part: tree}
    return tree


def files_in(tree: Tree, *, include_hidden: bool = True) -> list[tuple[tuple[str, ...], int]]:
    """The files that a torrent takes in, by their names below the content, in BEP 52's order."""
    if isinstance(tree, int):
        return [((), tree)]
    return [
        ((name, *parts), size)
        for name in sorted(tree, key=str.encode)
        if include_hidden or name not in HIDDEN
        for parts, size in files_in(tree[name], include_hidden=include_hidden)
    ]


def write(path: Path, tree: Tree) -> Path:
    """The tree as content at ``path``."""
    if isinstance(tree, int):
        start = random.Random(path.name).randrange(len(_CONTENT) - tree)
        path.write_bytes(_CONTENT[start : start + tree])
    else:
        path.mkdir()
        for name, inner in tree.items():
            write(path / name, inner)
    return path
