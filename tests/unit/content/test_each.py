"""The entries of a folder: which of them, and in what order."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.content.each import each_in, natural
from seedwright.errors import ContentError, ContentNotFoundError, EmptyContentError


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


def names(folder: Path) -> list[str]:
    return [path.rpartition(os.sep)[2] for path in each_in(folder)]


def test_each_entry_has_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    fill(tmp_path, "b.mkv")
    assert each_in(tmp_path) == [str(tmp_path / "a"), str(tmp_path / "b.mkv")]


def test_a_relative_folder_gives_relative_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    fill(tmp_path / "in", "a")
    monkeypatch.chdir(tmp_path)
    assert each_in(Path("in")) == [f"in{os.sep}a"]


def test_numbers_count_as_such() -> None:
    ordered = ["2", "10", "a", "B", "b1c2", "b1c10", "b2", "b10", "c"]
    shuffled = random.Random(1).sample(ordered, len(ordered))
    assert sorted(shuffled, key=natural) == ordered


def test_what_only_case_or_zeros_tell_apart_has_one_order() -> None:
    assert sorted(["a", "A", "7", "07"], key=natural) == ["07", "7", "A", "a"]


@given(st.data(), st.lists(st.text(max_size=20), unique=True))
def test_any_names_have_one_order(data: st.DataObject, texts: list[str]) -> None:
    shuffled = data.draw(st.permutations(texts))
    assert sorted(shuffled, key=natural) == sorted(texts, key=natural)


def test_what_a_walk_leaves_out_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "@eaDir").mkdir()
    fill(tmp_path, ".x", "Thumbs.db", "thumbs.DB", "old.torrent", "film.mkv.part", "kept", "~kept")
    assert names(tmp_path) == ["kept", "~kept"]


def test_odd_names_are_entries_like_others(tmp_path: Path) -> None:
    odd = [" blank ", "-dash", "line\nbreak", "'quote\"", "日本", "é", "😀", "a.", "*"]
    fill(tmp_path, *odd)
    assert sorted(names(tmp_path)) == sorted(odd)


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems have no such names")
def test_a_name_that_is_not_utf_8_is_an_entry(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xffd")).touch()
    assert names(tmp_path) == ["b\udcffd"]


def test_a_link_that_leads_nowhere_is_an_entry(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    assert names(tmp_path) == ["gone"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmptyContentError, match="is empty"):
        each_in(tmp_path)
    fill(tmp_path, ".x")
    with pytest.raises(EmptyContentError, match="contains only names that are skipped"):
        each_in(tmp_path)


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentNotFoundError):
        each_in(tmp_path / "none")
    with pytest.raises(ContentError, match="is not a folder"):
        each_in(fill(tmp_path, "a") / "a")
