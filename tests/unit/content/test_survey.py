from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright import _core
from seedwright.content.policy import QBITTORRENT, Policy
from seedwright.content.survey import ContentSurvey, survey_of
from seedwright.content.walk import walk
from seedwright.errors import (
    ContentError,
    ContentNameError,
    ContentNotFoundError,
    EmptyContentError,
)
from tests.unit.files import needs_a_closer_look, put

if TYPE_CHECKING:
    from collections.abc import Callable

TWINS = [
    (["a", "b"], ()),
    (["b", "README", "ReadMe"], ("README", "ReadMe")),
    (["A/x", "a"], ("A", "a")),
    (["sub/a", "sub/A/b/c"], ("sub/A", "sub/a")),
    (["Sub/x", "sub/x"], ("Sub/x", "sub/x")),
    (["Sub/x", "sub/y"], ()),
    (["d/S/a/x", "d/s/A/x"], ("d/S/a/x", "d/s/A/x")),
    (["d/x", "e/X"], ()),
    (["\xe9", "\xc9"], ()),
    (["\xe9a", "\xe9A"], ("\xe9A", "\xe9a")),
]
"""Names of files, and the first two paths that libtorrent takes for one."""


def survey(path: Path, *, ignore_dotfiles: bool) -> ContentSurvey:
    policy = QBITTORRENT.as_asked(include_hidden=not ignore_dotfiles)
    return survey_of(walk(path, policy))


def test_a_file_is_content(tmp_path: Path) -> None:
    path = put(tmp_path / "Bücher 📚.epub", 7)
    assert survey(path, ignore_dotfiles=True) == ContentSurvey(
        path, "Bücher 📚.epub", is_dir=False, files=1, size=7, skipped=0
    )


def test_a_folder_is_counted_to_its_leaves(folder: Path) -> None:
    for name, size in [("a", 3), ("b/c", 5), ("b/d/e", 0), ("f g/h", 7)]:
        put(folder / name, size)
    (folder / "hollow").mkdir()
    assert survey(folder, ignore_dotfiles=True) == ContentSurvey(
        folder, "content", is_dir=True, files=4, size=15, skipped=0
    )


def test_a_name_that_libtorrent_would_change_is_named(folder: Path) -> None:
    put(folder / "plain")
    assert survey(folder, ignore_dotfiles=True).respelled == {}
    put(folder / "sub\n" / "x")
    put(folder / "zero\u200bwidth")
    assert survey(folder, ignore_dotfiles=True).respelled == {
        (): str(folder / "sub\n"),
        (2, 1): str(folder / "zero\u200bwidth"),
    }


@pytest.mark.parametrize(("names", "pair"), TWINS)
def test_names_that_libtorrent_takes_for_one_are_told(
    folder: Path, names: list[str], pair: tuple[str, ...]
) -> None:
    for name in names:
        put(folder / name)
    if len(walk(folder, Policy()).files) < len(names):
        pytest.skip("this file system takes them for one itself")
    assert survey(folder, ignore_dotfiles=False).twins == pair
    assert walk(folder, Policy()).twins == pair


def test_dotfiles_and_hidden_folders_are_left_out_and_counted(folder: Path) -> None:
    for name in ["seen", ".dotfile", ".git/config", "sub/.dotfile"]:
        put(folder / name)
    (folder / ".link").symlink_to("nowhere")
    found = survey(folder, ignore_dotfiles=True)
    assert (found.files, found.size, found.skipped) == (1, 1, 4)


def test_dotfiles_are_taken_in_when_asked_for(folder: Path) -> None:
    for name in ["seen", ".dotfile", ".git/objects/x"]:
        put(folder / name)
    found = survey(folder, ignore_dotfiles=False)
    assert (found.files, found.skipped, found.beneath_hidden) == (3, 0, 0)


def test_what_qbittorrent_takes_in_beneath_hidden_folders_is_counted(folder: Path) -> None:
    for name in ["seen", ".git/config", ".git/objects/x", ".git/objects/ab/y"]:
        put(folder / name)
    for name in [".git/objects/.z", ".git/.inner/x", "sub/.git/objects/x"]:
        put(folder / name)
    found = survey(folder, ignore_dotfiles=True)
    assert (found.files, found.skipped, found.beneath_hidden) == (1, 6, 3)


def test_a_hidden_folder_given_itself_is_content(tmp_path: Path) -> None:
    put(tmp_path / ".config" / "file")
    assert survey(tmp_path / ".config", ignore_dotfiles=True).files == 1


def test_links_are_followed(tmp_path: Path, folder: Path) -> None:
    put(tmp_path / "elsewhere" / "a", 3)
    put(tmp_path / "alone", 5)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "twice").symlink_to(tmp_path / "elsewhere")
    (folder / "file").symlink_to(tmp_path / "alone")
    found = survey(folder, ignore_dotfiles=True)
    assert (found.files, found.size, found.beneath_links) == (3, 11, 0)


def test_what_qbittorrent_leaves_out_beneath_links_is_counted(tmp_path: Path, folder: Path) -> None:
    for name in ["a", "sub/b", "sub/deeper/c"]:
        put(tmp_path / "elsewhere" / name)
    put(folder / "plain" / "d")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    found = survey(folder, ignore_dotfiles=True)
    assert (found.files, found.beneath_links) == (4, 2)


def test_a_link_given_itself_is_what_it_leads_to(tmp_path: Path, folder: Path) -> None:
    put(folder / "sub" / "a")
    (tmp_path / "link").symlink_to(folder)
    found = survey(tmp_path / "link", ignore_dotfiles=True)
    assert (found.name, found.is_dir, found.files, found.beneath_links) == ("link", True, 1, 0)


def test_content_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", put(tmp_path / "file") / "below"):
        with pytest.raises(ContentNotFoundError, match="does not exist") as caught:
            survey(path, ignore_dotfiles=True)
        assert str(path) in caught.value.message


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, folder: Path) -> None:
    put(folder / "a")
    (folder / "broken").symlink_to("nowhere")
    with pytest.raises(ContentError, match=r"broken' is a broken symlink"):
        survey(folder, ignore_dotfiles=True)
    with pytest.raises(ContentNotFoundError, match=r"broken' is a broken symlink"):
        survey(folder / "broken", ignore_dotfiles=True)


def test_a_link_to_itself_is_named(folder: Path) -> None:
    (folder / "ouroboros").symlink_to("ouroboros")
    for path in (folder, folder / "ouroboros"):
        with pytest.raises(ContentError, match=r"ouroboros' is a symlink to itself"):
            survey(path, ignore_dotfiles=True)


@pytest.mark.parametrize("target", [".", "..", "../.."])
def test_a_link_back_up_is_refused(folder: Path, target: str) -> None:
    put(folder / "a" / "b" / "file")
    (folder / "a" / "b" / "up").symlink_to(target)
    with pytest.raises(ContentError, match=r"up' is a symlink to a folder that contains it"):
        survey(folder, ignore_dotfiles=True)


def test_a_loop_through_two_links_is_found(tmp_path: Path, folder: Path) -> None:
    put(tmp_path / "other" / "file")
    (folder / "there").symlink_to(tmp_path / "other")
    (tmp_path / "other" / "back").symlink_to(folder)
    with pytest.raises(ContentError, match=r"back' is a symlink to a folder that contains it"):
        survey(folder, ignore_dotfiles=True)


def test_an_empty_folder_is_told_as_such(folder: Path) -> None:
    (folder / "hollow").mkdir()
    with pytest.raises(EmptyContentError, match="contains no files"):
        survey(folder, ignore_dotfiles=True)


def test_a_folder_of_dotfiles_says_how_to_take_them_in(folder: Path) -> None:
    put(folder / ".a")
    put(folder / ".b" / "c")
    with pytest.raises(EmptyContentError, match="contains only dotfiles") as caught:
        survey(folder, ignore_dotfiles=True)
    assert "ignore_dotfiles=False" in caught.value.hint
    assert survey(folder, ignore_dotfiles=False).files == 2


def test_a_dotfile_given_itself_says_how_to_take_it_in(tmp_path: Path) -> None:
    path = put(tmp_path / ".hidden")
    with pytest.raises(EmptyContentError, match="is a dotfile") as caught:
        survey(path, ignore_dotfiles=True)
    assert "ignore_dotfiles=False" in caught.value.hint
    assert survey(path, ignore_dotfiles=False).files == 1


def test_empty_files_alone_are_nothing_to_hash(folder: Path) -> None:
    path = put(folder / "a", 0)
    with pytest.raises(EmptyContentError, match="is an empty file") as caught:
        survey(path, ignore_dotfiles=True)
    assert caught.value.hint == ""
    put(folder / ".b")
    with pytest.raises(EmptyContentError, match="contains only empty files") as caught:
        survey(folder, ignore_dotfiles=True)
    assert "ignore_dotfiles=False" in caught.value.hint


def test_a_name_that_is_not_utf8_is_named(folder: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9"))
    put(path)
    for content in (path, folder):
        with pytest.raises(ContentNameError) as caught:
            survey(content, ignore_dotfiles=True)
        assert r"content/caf\udce9' has a name that is not UTF-8" in caught.value.message


def test_a_null_character_is_no_name(folder: Path) -> None:
    with pytest.raises(ContentNameError, match="null character"):
        survey(folder / "a\0b", ignore_dotfiles=True)


def test_a_name_that_is_left_out_may_be_anything(folder: Path) -> None:
    put(folder / "seen")
    put(Path(os.fsdecode(os.fsencode(folder) + b"/.caf\xe9")))
    assert survey(folder, ignore_dotfiles=True).skipped == 1


def make_pipe() -> None:
    os.mkfifo("odd")


def make_socket() -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("odd")


def make_link_to_device() -> None:
    Path("odd").symlink_to(os.devnull)


@pytest.mark.parametrize("make", [make_pipe, make_socket, make_link_to_device])
def test_what_is_neither_file_nor_folder_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[], None]
) -> None:
    put(folder / "seen")
    # The path of a socket has to be short.
    monkeypatch.chdir(folder)
    make()
    for content in (folder, folder / "odd"):
        with pytest.raises(ContentError, match=r"odd' is neither a file nor a folder"):
            survey(content, ignore_dotfiles=True)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "cannot read '.*locked': permission denied"),
        (OSError(5, "Input/output error"), "cannot read '.*locked': Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    put(folder / "locked" / "a")
    put(folder / ".locked" / "a")
    put(folder / "seen")
    scandir = os.scandir

    def refusing(path: str | os.DirEntry[str]) -> object:
        if os.fspath(path).endswith("locked"):
            raise error
        return scandir(path)

    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(ContentError, match=message):
        survey(folder, ignore_dotfiles=True)


def test_content_that_may_not_be_looked_at_is_no_missing_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refusing)
    with pytest.raises(ContentError, match=r"cannot read '.*content': permission denied") as caught:
        survey(folder, ignore_dotfiles=True)
    assert not isinstance(caught.value, ContentNotFoundError)


def test_a_path_longer_than_the_system_takes_is_an_error(folder: Path) -> None:
    with pytest.raises(ContentError, match="cannot read"):
        survey(folder / ("a" * 300), ignore_dotfiles=True)


def test_a_file_that_vanishes_meanwhile_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "a")
    scandir = os.scandir

    class Vanishing:
        """A listing of which every file is gone by the time it is looked at."""

        def __init__(self, path: str) -> None:
            self._entries = scandir(path)

        def __enter__(self) -> object:
            return self._vanish()

        def __exit__(self, *_: object) -> None:
            self._entries.close()

        def _vanish(self) -> object:
            for entry in self._entries:
                Path(entry.path).unlink()
                yield entry

    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    monkeypatch.setattr(os, "scandir", Vanishing)
    with pytest.raises(ContentError, match="a' disappeared"):
        survey(folder, ignore_dotfiles=True)


@pytest.mark.parametrize("name", ["seen", ".hidden"])
def test_a_tree_deeper_than_pythons_stack_is_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    put(folder / "file")
    monkeypatch.chdir(folder)
    depth = sys.getrecursionlimit() + 100
    for step in (name, *["a"] * depth):
        Path(step).mkdir()
        monkeypatch.chdir(step)
    put(Path("file"))
    try:
        found = survey(folder, ignore_dotfiles=True)
        assert found.files + found.skipped == 2
    finally:
        # Neither can pytest's own clearing up go that deep.
        Path("file").unlink()
        for step in (*["a"] * depth, name):
            monkeypatch.chdir("..")
            Path(step).rmdir()


def test_a_name_that_could_fool_a_terminal_is_shown_safely(tmp_path: Path) -> None:
    with pytest.raises(ContentNotFoundError) as caught:
        survey(tmp_path / "a\n\x1b[2J", ignore_dotfiles=True)
    assert r"a\n\x1b[2J" in caught.value.message


def test_the_files_are_those_of_the_embedded_engine(folder: Path) -> None:
    for name, size in [("a", 3), ("b/c d", 5), ("b/.hidden/x", 1), (".x", 1)]:
        put(folder / name, size)
    listed = survey(folder, ignore_dotfiles=True).content
    assert listed is not None
    assert [(file.parts, file.size) for file in listed.files] == [(("a",), 3), (("b", "c d"), 5)]
    assert listed.files == walk(folder).files


def test_a_file_is_told_as_the_content_itself(tmp_path: Path) -> None:
    listed = survey(put(tmp_path / "a", 3), ignore_dotfiles=True).content
    assert listed is not None
    assert listed.files == walk(tmp_path / "a").files
