"""Two folders are compared by what is in them."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePosixPath

import pytest

from seedwright.clients.qbittorrent.browse import Entry, quoted, worth_a_look
from seedwright.clients.qbittorrent.folder_match import (
    MOST_COMPARED,
    folder_here,
    match,
)


def entries(*rows: Entry) -> dict[str, Entry]:
    return {row.name: row for row in rows}


def files(*names: str) -> dict[str, Entry]:
    return entries(*(Entry(name, is_folder=False) for name in names))


def test_the_same_names_are_an_exact_match() -> None:
    found = match(files("a", "b"), files("b", "a"))

    assert (found.agreeing, found.compared, found.share) == (2, 2, 1.0)
    assert found.is_exact
    assert found.explain() == ""


def test_what_does_not_agree_is_told_apart() -> None:
    here = entries(Entry("both", is_folder=True), Entry("grown", False, 5), Entry("here", True))
    there = entries(Entry("both", is_folder=True), Entry("grown", False, 6), Entry("there", False))

    found = match(here, there)

    assert (found.agreeing, found.compared) == (1, 3)
    assert not found.is_exact
    assert found.explain() == (
        "another size or kind in qBittorrent: 'grown'; only here: 'here'; only in qBittorrent: 'there'"
    )


@pytest.mark.parametrize(
    ("here", "there", "agrees"),
    [
        (Entry("x", False, 5), Entry("x", False, 5), True),
        (Entry("x", False, 5), Entry("x", False, 6), False),
        (Entry("x", False, 5), Entry("x", False, None), True),
        (Entry("x", False, 5), Entry("x", None, None), True),
        (Entry("x", True), Entry("x", True), True),
        (Entry("x", True), Entry("x", False, 0), False),
        (Entry("x", True), Entry("x", None), True),
    ],
)
def test_kind_and_size_count_where_both_sides_know_them(
    here: Entry, there: Entry, agrees: bool
) -> None:
    assert match(entries(here), entries(there)).is_exact == agrees


def test_two_empty_folders_match_without_a_share() -> None:
    found = match({}, {})

    assert found.is_exact
    assert (found.compared, found.share) == (0, 0.0)


@pytest.mark.parametrize("more", [0, 1])
def test_a_huge_folder_is_compared_by_its_first_names(more: int) -> None:
    names = [f"{number:05}" for number in range(MOST_COMPARED + more)]

    found = match(files(*names), files(*names))

    assert found.compared == MOST_COMPARED
    assert found.is_exact


def test_a_folder_is_read_as_qbittorrent_lists_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "folder").mkdir()
    (tmp_path / ".hidden").touch()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")

    assert folder_here(str(tmp_path)).entries == entries(
        Entry("file", is_folder=False, size=5),
        Entry("folder", is_folder=True),
        Entry("link", is_folder=True),
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such names")
def test_names_that_are_not_utf8_are_kept_apart(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    (tmp_path / name).touch()
    (tmp_path / "café").touch()

    here = folder_here(str(tmp_path))

    assert list(here.entries) == ["café"]
    assert here.unlisted == (name,)


@pytest.mark.parametrize("more", [0, 1])
def test_sizes_are_looked_up_only_for_names_that_are_compared(tmp_path: Path, more: int) -> None:
    for number in range(MOST_COMPARED + more):
        (tmp_path / f"{number:05}").touch()

    here = folder_here(str(tmp_path))

    assert [entry.size for entry in here.entries.values()].count(None) == more


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder_here(str(tmp_path / "nothing"))


def test_long_lists_of_names_are_cut() -> None:
    assert quoted("dcba") == "'a', 'b', 'c', 'd'"
    assert quoted("edcba") == "'a', 'b', 'c', 'd' and 1 more"


def test_the_folders_of_the_system_are_left_out_in_a_root_only() -> None:
    assert worth_a_look(PurePosixPath("/"), ["proc", "data"]) == ["data"]
    assert worth_a_look(PurePosixPath("/data"), ["proc", "data"]) == ["proc", "data"]
