"""libtorrent and Seedwright agree on torrents of every kind, and nothing they hold does harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.libtorrent.agreement import ours, theirs
from tests.unit.libtorrent.bending import encode
from tests.unit.libtorrent.corpus import BASES, kinds
from tests.unit.libtorrent.damage import damaged

KINDS = dict(kinds())
BENT = sorted({kind.partition(":")[0] for kind in KINDS if ":" in kind})

STRICTER = {
    "*: info twice": "other clients take the second, and it would be another torrent",
    "*: meta version inside info is 2*": "libtorrent takes the last 32 bits of it",
    "*: meta version inside info is 20 digits": "libtorrent takes it for 0",
    "v1 with a length of 20 digits": "libtorrent takes it for 0",
    "v2*: files inside info is an empty list": "the v1 half holds nothing",
    "hybrid: files inside info is an empty list": "the v1 half holds nothing",
    "hybrid: pieces inside info is*": "the v1 half can never be checked",
    "hybrid: no v1 hashes": "the v1 half can never be checked",
    "v1 of pads alone": "there is nothing to download",
    "a magnet link": "there is no info",
}
"""What libtorrent loads and we refuse, and why."""

LOOSER = {
    "*: keys of info in reverse": "the infohash is certain all the same",
    "*: a name twice": "the infohash is certain all the same",
    "*with leading zeros": "the infohash is certain all the same",
    "*: piece layers around info is a dictionary": "clients can ask peers for the layers",
    "*: a wrong layer of *": "clients can ask peers for the layers",
    "*: length inside info is *": "of the wrong type it counts as absent",
    "*: pieces inside info is *": "v2 has no need of them",
    "*: its name is *": "it is shown and warned about",
    "*: pieces of *": "another client might take pieces that long",
    "*: piece length inside info is 2[*][*]31": "another client might take pieces that long",
    "*: [0-9]* bytes": "nothing at all, or more than libtorrent can count, has an infohash",
    "v2 with a root of zeros": "only content can tell",
    "v2 with a huge length": "another client might take files that long",
    "v2 with a pad file": "its attribute does no harm",
    "hybrid: the v1 files are in reverse": "both halves hold the same files",
    "99 lists in one another": "libtorrent stops one level earlier",
}
"""What we read and libtorrent does not load, and why."""


def is_like(kind: str, table: Mapping[str, str]) -> bool:
    return any(fnmatchcase(kind, like) for like in table)


def refused_by(judge: Callable[[bytes], object], other: Callable[[bytes], object]) -> list[str]:
    """The kinds that one refuses and the other takes."""
    return [kind for kind, data in KINDS.items() if judge(data) is None and other(data) is not None]


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(KINDS) == sum(1 for _ in kinds())


def test_the_corpus_has_much_that_can_be_loaded_and_much_that_cannot() -> None:
    loaded = sum(theirs(data) is not None for data in KINDS.values())
    assert loaded > 200
    assert len(KINDS) - loaded > 200


@pytest.mark.parametrize("base", [*BENT, ""])
def test_what_libtorrent_loads_has_the_same_infohashes_here(base: str) -> None:
    of_base = [
        kind for kind in KINDS if kind.startswith(f"{base}:") or (not base and ":" not in kind)
    ]
    assert of_base
    wrong = []
    for kind in of_base:
        wanted, got = theirs(KINDS[kind]), ours(KINDS[kind])
        if wanted is not None and got != wanted and not (got is None and is_like(kind, STRICTER)):
            wrong.append(kind)
    assert wrong == []


@pytest.mark.parametrize(
    ("judge", "other", "table"), [(ours, theirs, STRICTER), (theirs, ours, LOOSER)]
)
def test_wherever_we_differ_there_is_a_reason_and_every_reason_is_needed(
    judge: Callable[[bytes], object], other: Callable[[bytes], object], table: Mapping[str, str]
) -> None:
    refused = refused_by(judge, other)
    assert [kind for kind in refused if not is_like(kind, table)] == []
    assert [like for like in table if not any(fnmatchcase(kind, like) for kind in refused)] == []


@settings(max_examples=2000, database=None, deadline=None, derandomize=True)
@given(st.sampled_from([encode(base()) for base in BASES.values()]), st.randoms())
def test_damaged_torrents_have_the_same_infohashes_or_none(data: bytes, random: Random) -> None:
    bent = damaged(data, random)
    wanted = theirs(bent)
    if wanted is not None:
        assert ours(bent) in (wanted, None)
