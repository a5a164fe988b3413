"""A hybrid whose halves libtorrent finds different is one whose halves we find different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwright.lint.linter import Severity, lint
from seedwright.lint.subject import Subject
from seedwright.metainfo.halves import UNEVEN, difference_of_halves
from seedwright.metainfo.parse import Metainfo
from tests.unit.builders import PIECE
from tests.unit.libtorrent.agreement import theirs
from tests.unit.libtorrent.bending import encode, v2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.builders import Fields

Row = tuple[bytes, int]
PAD = b""


def hybrid_of(tree: Sequence[Row], listed: Sequence[Row]) -> bytes:
    """A hybrid of this file tree and these v1 files; those without a name are pad files."""
    torrent = v2(*tree)
    files: list[Fields] = [
        {b"length": length, b"path": name.split(b"/")}
        if name
        else {b"attr": b"p", b"length": length, b"path": [b".pad", b"%d" % length]}
        for name, length in listed
    ]
    pieces = -(-sum(length for _, length in listed) // PIECE)
    torrent[b"info"] |= {b"files": files, b"pieces": b"x" * 20 * pieces}
    return encode(torrent)


A, B, EMPTY, WHOLE = (b"a", 5), (b"b", 7), (b"aa", 0), (b"a", PIECE)
TO_A, TO_B = (PAD, PIECE - 5), (PAD, PIECE - 7)

SAME: dict[str, list[Row]] = {
    "every pad": [A, TO_A, B, TO_B],
    "no last pad": [A, TO_A, B],
    "an empty file after the pad": [A, TO_A, EMPTY, B, TO_B],
    "an empty file before the pad": [A, EMPTY, TO_A, B, TO_B],
    "a whole piece": [WHOLE, B, TO_B],
    "an empty file at the end": [A, TO_A, (b"b", 0)],
    "an empty file at the end, and no pad": [A, (b"b", 0)],
}
DIFFERENT: dict[str, tuple[list[Row], str]] = {
    "another order": ([B, TO_B, A, TO_A], "lists 'b' out of order"),
    "no pad": ([A, B], UNEVEN),
    "a longer pad": ([A, (PAD, 2 * PIECE - 5), B], "a pad file of 32763 bytes where 16379"),
    "a shorter last pad": ([A, TO_A, B, (PAD, 3)], "a pad file of 3 bytes where 16377"),
    "a pad too much": ([A, TO_A, B, TO_B, (PAD, PIECE)], "of 16384 bytes where 0 are needed"),
    "a pad in two": ([A, (PAD, 9), (PAD, PIECE - 14), B], "a pad file of 9 bytes where 16379"),
    "a pad first": ([(PAD, PIECE), A, TO_A, B], "of 16384 bytes where 0 are needed"),
    "an empty pad": ([A, TO_A, (PAD, 0), B], "a pad file of 0 bytes where 0 are needed"),
    "a pad after a whole piece": ([WHOLE, (PAD, PIECE), B], "of 16384 bytes where 0 are needed"),
    "an empty file elsewhere": ([B, TO_B, EMPTY], "lists 'b' out of order"),
}


def tree_of(listed: Sequence[Row]) -> list[Row]:
    return sorted(row for row in listed if row[0] != PAD)


@pytest.mark.parametrize("listed", SAME.values(), ids=SAME)
def test_halves_that_libtorrent_loads_are_the_same(listed: list[Row]) -> None:
    data = hybrid_of(tree_of(listed), listed)
    assert theirs(data) is not None
    assert difference_of_halves(Metainfo.parse(data)) == ""


@pytest.mark.parametrize(("listed", "words"), DIFFERENT.values(), ids=DIFFERENT)
def test_halves_that_libtorrent_refuses_differ(listed: list[Row], words: str) -> None:
    data = hybrid_of(tree_of(listed), listed)
    assert theirs(data) is None
    metainfo = Metainfo.parse(data)
    assert words in difference_of_halves(metainfo)
    found = lint(Subject.made(metainfo))
    wanted = "uneven-hybrid" if words == UNEVEN else "halves-differ"
    assert [each.name for each in found if each.severity is Severity.ERROR] == [wanted]


@st.composite
def layouts(draw: st.DrawFn) -> list[Row]:
    """Files as a hybrid lists them, with a slip or two."""
    sizes = draw(st.lists(st.sampled_from([0, 1, 5, PIECE, PIECE + 1]), min_size=2, max_size=4))
    listed: list[Row] = []
    for number, size in enumerate(sizes):
        listed.append((b"%d" % number, size))
        if pad := -size % PIECE:
            listed.append((PAD, pad))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(listed) - 1))
        slip: Any = draw(st.sampled_from(["swap", "pad", "drop"]))
        if slip == "swap":
            listed.insert(draw(st.integers(0, len(listed) - 1)), listed.pop(place))
        elif slip == "pad":
            listed.insert(place, (PAD, draw(st.sampled_from([1, PIECE - 5, PIECE]))))
        elif listed[place][0] == PAD:
            listed.pop(place)
    return listed


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(layouts())
def test_libtorrent_and_we_agree_on_any_layout(listed: list[Row]) -> None:
    if sum(length for _, length in listed) == 0:
        return
    data = hybrid_of(tree_of(listed), listed)
    assert (difference_of_halves(Metainfo.parse(data)) == "") is (theirs(data) is not None)
