from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core
from seedwright.content.changes import changes
from seedwright.content.globs import Globs
from seedwright.content.policy import LEFT_OUT, OURS, QBITTORRENT, Choice, Policy
from seedwright.content.walk import NAMES_KEPT, Content, ContentFile, walk
from seedwright.errors import (
    ContentError,
    ContentNameError,
    ContentNotFoundError,
    EmptyContentError,
)
from tests.unit.files import needs_a_closer_look, put


def names(content: Content) -> list[str]:
    return ["/".join(file.parts) for file in content.files]


def picking(choice: Choice) -> Policy:
    return OURS.as_asked(include_hidden=False, choice=choice)


def chosen(**verdicts: bool) -> Choice:
    """A choice by the last name of a path, with ``_`` for a dot."""
    table = {name.replace("_", "."): verdict for name, verdict in verdicts.items()}

    def choice(path: str, *, is_dir: bool) -> bool | None:
        return table.get(path.rsplit("/", 1)[-1] + "/" * is_dir, table.get(path.rsplit("/", 1)[-1]))

    return choice


def test_a_file_is_content(tmp_path: Path) -> None:
    path = put(tmp_path / "Bücher 📚.epub", 7)
    status = path.stat()
    identity = (status.st_mtime_ns, status.st_dev, status.st_ino, status.st_ctime_ns)
    file = ContentFile((), str(path), 7, *identity)
    assert walk(path) == Content(path, "Bücher 📚.epub", is_dir=False, files=(file,), size=7)


def test_a_folder_is_walked_to_its_leaves(folder: Path) -> None:
    for name, size in [("a", 3), ("b/c", 5), ("b/d/e", 0), ("f g/h", 7)]:
        put(folder / name, size)
    (folder / "hollow").mkdir()
    content = walk(folder)
    assert (content.name, content.is_dir, content.size) == ("content", True, 15)
    assert [(file.parts, file.size) for file in content.files] == [
        (("a",), 3),
        (("b", "c"), 5),
        (("b", "d", "e"), 0),
        (("f g", "h"), 7),
    ]
    assert [file.path for file in content.files] == [
        str(folder.joinpath(*file.parts)) for file in content.files
    ]


def test_a_folder_stands_among_the_files_by_its_own_name(folder: Path) -> None:
    for name in ["a-b", "a.txt", "a/z", "a b", "B", "aa"]:
        put(folder / name)
    assert names(walk(folder)) == ["B", "a/z", "a b", "a-b", "a.txt", "aa"]


@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), min_size=2))
def test_the_order_of_text_is_the_order_of_its_bytes(texts: set[str]) -> None:
    assert sorted(texts) == sorted(texts, key=str.encode)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in LEFT_OUT])
def test_hidden_and_system_files_are_left_out_and_counted(folder: Path, pattern: str) -> None:
    name = pattern.replace("*", "x")
    put(folder / "seen")
    put(folder / "sub" / name)
    put(folder / name.swapcase() / "inner" / "file")
    content = walk(folder)
    assert names(content) == ["seen"]
    assert content.left_out == 2
    assert {name.rstrip("/").lower() for name in content.left_out_names} == {
        f"sub/{name}".lower().replace("\r", "\\r"),
        name.lower().replace("\r", "\\r"),
    }
    assert len(walk(folder, Policy()).files) == 3


@pytest.mark.parametrize("name", ["torrent", "part", "x.part1.rar", "thumbs.db.txt", "a.", "x!qB"])
def test_names_that_only_look_like_it_are_kept(folder: Path, name: str) -> None:
    put(folder / name)
    assert walk(folder).left_out == 0


def test_what_is_given_itself_is_content_whatever_its_name(tmp_path: Path) -> None:
    assert walk(put(tmp_path / ".config" / "x.torrent")).left_out == 0
    assert walk(tmp_path / ".config", Policy()).size == 1


def test_a_folder_that_is_left_out_is_one_name(folder: Path) -> None:
    put(folder / "seen")
    for name in [".git/config", ".git/objects/x", ".git/.inner/y"]:
        put(folder / name)
    content = walk(folder)
    assert (content.left_out, content.left_out_names) == (3, (".git/",))


def test_only_so_many_names_are_kept(folder: Path) -> None:
    put(folder / "seen")
    for index in range(NAMES_KEPT + 5):
        put(folder / f".{index:03}")
    content = walk(folder)
    assert content.left_out == NAMES_KEPT + 5
    assert content.left_out_names == tuple(f".{index:03}" for index in range(NAMES_KEPT))


def test_what_is_left_out_is_not_looked_behind(folder: Path, tmp_path: Path) -> None:
    put(folder / "seen")
    put(tmp_path / "outside" / "x")
    (folder / ".broken").symlink_to("nowhere")
    (folder / ".loop").symlink_to(folder)
    (folder / ".outside").symlink_to(tmp_path / "outside")
    (folder / ".self").symlink_to(".self")
    os.mkfifo(folder / ".pipe")
    assert walk(folder).left_out == 5


def test_a_folder_that_is_left_out_may_be_closed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "seen")
    put(folder / ".closed" / "x")
    scandir = os.scandir

    def closed(path: str) -> object:
        if path.endswith(".closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    monkeypatch.setattr(os, "scandir", closed)
    assert walk(folder).left_out == 0


def test_the_choice_leaves_out_what_would_be_taken_in(folder: Path) -> None:
    for name in ["keep", "drop", "sub/drop", "out/x", "out/y"]:
        put(folder / name)
    content = walk(folder, picking(chosen(drop=False, out=False)))
    assert names(content) == ["keep"]
    assert (content.left_out, content.left_out_names) == (4, ("drop", "out/", "sub/drop"))


def test_the_choice_takes_in_what_would_be_left_out(folder: Path) -> None:
    for name in [".git/config", ".git/other", "x.part", "seen"]:
        put(folder / name)
    content = walk(folder, picking(chosen(config=True, x_part=True)))
    assert names(content) == [".git/config", "seen", "x.part"]
    assert (content.left_out, content.left_out_names) == (1, (".git/",))


def test_the_choice_is_told_of_folders(folder: Path) -> None:
    put(folder / "a" / "b")
    (folder / "link").symlink_to("a")
    (folder / "self").symlink_to("self")
    seen = set()

    def choice(path: str, *, is_dir: bool) -> bool | None:
        seen.add((path, is_dir))
        return False if path == "self" else None

    walk(folder, picking(choice))
    assert seen == {("a", True), ("a/b", False), ("link", True), ("link/b", False), ("self", False)}


def test_the_choice_is_asked_about_a_single_file(tmp_path: Path) -> None:
    path = put(tmp_path / "file")
    assert walk(path, picking(chosen(other=False))).size == 1
    with pytest.raises(EmptyContentError, match=r"'.*/file' is skipped"):
        walk(path, picking(chosen(file=False)))


def test_links_within_the_content_are_followed(folder: Path) -> None:
    put(folder / "real" / "a", 3)
    (folder / "linked").symlink_to("real")
    (folder / "file").symlink_to(folder / "real" / "a")
    content = walk(folder)
    assert names(content) == ["file", "linked/a", "real/a"]
    assert content.size == 9
    assert len({file.inode for file in content.files}) == 1


def test_a_link_to_the_content_is_followed(tmp_path: Path, folder: Path) -> None:
    put(folder / "real", 3)
    (folder / "linked").symlink_to("real")
    (tmp_path / "other").symlink_to(folder)
    content = walk(tmp_path / "other")
    assert (content.name, names(content)) == ("other", ["linked", "real"])
    (tmp_path / "file").symlink_to(folder / "real")
    assert walk(tmp_path / "file").size == 3


@pytest.mark.parametrize("target", ["outside", "outside/x", "content-2/x", "."])
def test_a_link_out_of_the_content_is_refused(tmp_path: Path, folder: Path, target: str) -> None:
    put(tmp_path / "outside" / "x")
    put(tmp_path / "content-2" / "x")
    put(folder / "sub" / "file")
    (folder / "sub" / "link").symlink_to(tmp_path / target)
    with pytest.raises(
        ContentError, match=r"'.*/sub/link' is a symlink that points outside"
    ) as caught:
        walk(folder)
    assert "exclude" in caught.value.hint
    assert walk(folder, picking(chosen(link=False))).size == 1


@pytest.mark.parametrize("target", ["..", ".", "../sub"])
def test_a_link_to_a_folder_around_it_is_refused(folder: Path, target: str) -> None:
    put(folder / "sub" / "file")
    (folder / "sub" / "link").symlink_to(target)
    with pytest.raises(
        ContentError, match=r"'.*/sub/link' is a symlink to a folder that contains it"
    ):
        walk(folder)


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    for name, other in [("a", "b"), ("b", "a")]:
        put(folder / name / "file")
        (folder / name / "to").symlink_to(f"../{other}")
    with pytest.raises(ContentError, match="a folder that contains it"):
        walk(folder)


def test_a_loop_in_a_folder_that_is_left_out_ends_when_it_is_taken_in(folder: Path) -> None:
    put(folder / "seen")
    put(folder / ".cache" / "file")
    (folder / ".cache" / "loop").symlink_to(".")
    with pytest.raises(ContentError, match="a folder that contains it"):
        walk(folder, picking(chosen(loop=True)))


@pytest.mark.parametrize(
    ("target", "message"),
    [("nowhere", "'.*/link' is a broken symlink"), ("link", "symlink to itself")],
)
def test_a_broken_link_is_refused(folder: Path, target: str, message: str) -> None:
    (folder / "link").symlink_to(target)
    with pytest.raises(ContentError, match=message):
        walk(folder)


def test_what_vanishes_while_it_is_looked_at_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "file")

    def look(path: str) -> object:
        with os_scandir(path) as found:
            entries = list(found)
        (folder / "file").unlink()
        return Scanned(entries)

    os_scandir = os.scandir
    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    monkeypatch.setattr(os, "scandir", look)
    with pytest.raises(ContentError, match=r"'.*/file' disappeared"):
        walk(folder)


class Scanned(list["os.DirEntry[str]"]):
    """What ``os.scandir`` gives, kept."""

    def __enter__(self) -> Scanned:
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize("name", ["absent", "file/below"])
def test_content_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    put(tmp_path / "file")
    with pytest.raises(ContentNotFoundError, match=f"'.*{name}' does not exist"):
        walk(tmp_path / name)


def test_a_link_to_nowhere_is_not_content(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(ContentNotFoundError, match="broken symlink"):
        walk(tmp_path / "link")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ContentError, match="a symlink to itself"):
        walk(tmp_path / "loop")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "cannot read '.*/content': permission denied"),
        (OSError(5, "Input/output error"), "cannot read '.*/content': Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_read_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    def refuse(_path: str) -> object:
        raise error

    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ContentError, match=message):
        walk(folder)


@pytest.mark.parametrize("policy", [Policy(), OURS, QBITTORRENT])
def test_a_folder_is_the_same_taken_at_once_and_one_by_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    for name in (
        "b/c",
        "b/B",
        "b/d/e f",
        "a",
        "a.b/x",
        "b-",
        "Z",
        "hidden/.x",
        "hidden/y",
        "link/x",
    ):
        put(folder / name, 3)
    (folder / "link" / "to").symlink_to("../b")
    os.utime(folder / "a", ns=(1, -1))
    at_once = walk(folder, policy)
    monkeypatch.setattr(_core, "plain_folder", needs_a_closer_look)
    assert walk(folder, policy) == at_once


def test_plain_names_are_taken_without_a_look_at_each(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "a" / "b" / "c", 3)
    monkeypatch.setattr(os, "scandir", lambda _: pytest.fail("it was looked into"))
    assert names(walk(folder)) == ["a/b/c"]


def test_what_is_no_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(ContentError, match=r"'.*/pipe' is neither a file nor a folder"):
        walk(folder)


@pytest.mark.skipif(sys.platform == "darwin", reason="paths of sockets must be short there")
def test_a_socket_is_no_content(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / "s"))
        with pytest.raises(ContentError, match="neither a file nor a folder"):
            walk(tmp_path / "s")


@pytest.mark.skipif(sys.platform != "linux", reason="only there may names be any bytes")
def test_a_name_that_is_not_utf8_is_refused_unless_it_is_left_out(folder: Path) -> None:
    put(folder / "seen")
    put(folder / os.fsdecode(b".\xff"))
    content = walk(folder)
    assert content.left_out_names == (".\\udcff",)
    put(folder / os.fsdecode(b"sub") / os.fsdecode(b"\xff"))
    with pytest.raises(ContentNameError, match=r"sub/\\udcff' has a name that is not UTF-8"):
        walk(folder)
    with pytest.raises(ContentNameError, match="not UTF-8"):
        walk(folder / "sub" / os.fsdecode(b"\xff"))


@pytest.mark.skipif(sys.platform != "linux", reason="only there may names be any bytes")
def test_the_names_above_the_content_are_nothing_to_the_torrent(tmp_path: Path) -> None:
    content = tmp_path / os.fsdecode(b"\xff") / "content"
    put(content / "B\xfccher")
    assert names(walk(content)) == ["B\xfccher"]
    with pytest.raises(ContentNameError, match="not UTF-8"):
        walk(content, QBITTORRENT)


def test_a_name_with_a_null_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentNameError, match="null"):
        walk(tmp_path / "a\0b")


def test_a_name_that_libtorrent_would_change_is_named(folder: Path) -> None:
    put(folder / "plain")
    assert walk(folder).respelled == {}
    put(folder / "sub\n" / "x")
    put(folder / "zero\u200bwidth")
    assert walk(folder).respelled == {
        (): str(folder / "sub\n"),
        (2, 1): str(folder / "zero\u200bwidth"),
    }


def test_what_is_left_out_is_nobodys_twin(folder: Path) -> None:
    for name in ["a.PART", "a.part", ".x/y", ".X/Y", "z/.Y", "z/.y"]:
        put(folder / name)
    put(folder / "seen")
    assert walk(folder).twins == ()


def test_what_is_taken_in_from_a_folder_that_is_left_out_may_have_a_twin(folder: Path) -> None:
    for name in [".Sub/x", ".sub/X"]:
        put(folder / name)
    if len(os.listdir(folder)) == 1:
        pytest.skip("this file system takes them for one itself")
    content = walk(folder, picking(Globs((".sub/x",), ())))
    assert content.twins == (".Sub/x", ".sub/X")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "'.*/content' contains no files"),
        ({".a": 1, "x.part": 1}, "'.*/content' contains only files that are skipped"),
        ({"a": 0, "b": 0}, "'.*/content' contains only empty files: there is nothing to hash"),
    ],
)
def test_a_folder_with_nothing_to_hash_is_refused(
    folder: Path, files: dict[str, int], message: str
) -> None:
    for name, size in files.items():
        put(folder / name, size)
    with pytest.raises(EmptyContentError, match=message) as caught:
        walk(folder)
    assert ("include" in caught.value.hint) == (".a" in files)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyContentError, match="is an empty file: there is nothing to hash"):
        walk(put(tmp_path / "file", 0))


def test_content_that_stays_as_it_was_has_no_changes(folder: Path) -> None:
    put(folder / "a", 3)
    put(folder / "b", 0)
    assert list(changes(walk(folder))) == []


def test_every_change_is_told(folder: Path) -> None:
    for name in ["gone", "grown", "same", "shrunk", "touched"]:
        put(folder / name, 3)
    content = walk(folder)
    (folder / "gone").unlink()
    (folder / "grown").write_bytes(bytes(4))
    (folder / "shrunk").write_bytes(bytes(2))
    os.utime(folder / "touched", ns=(0, 1))
    assert list(changes(content)) == [
        f"'{folder}/gone' disappeared",
        f"'{folder}/grown' grew from 3 to 4 bytes",
        f"'{folder}/shrunk' shrank from 3 to 2 bytes",
        f"'{folder}/touched' was modified",
    ]


def test_a_file_that_can_no_longer_be_looked_at_is_a_change(folder: Path) -> None:
    path = put(folder / "file")
    content = walk(folder)
    path.unlink()
    path.symlink_to("file")
    (change,) = changes(content)
    assert change.startswith(f"'{path}' can no longer be read: ")


def test_unfinished_downloads_that_are_left_out_are_all_named(folder: Path) -> None:
    names = [f"{number:02}.mkv.part" for number in range(NAMES_KEPT + 1)]
    for name in (*names, "film.mkv", "x.torrent", ".hidden/b.part"):
        put(folder / name)
    assert walk(folder).unfinished == tuple(names)
    assert walk(folder, Policy()).unfinished == ()


def test_what_the_user_leaves_out_or_takes_in_is_not_unfinished(folder: Path) -> None:
    for name in ("a.part", "b.part", "film.mkv"):
        put(folder / name)
    assert walk(folder, picking(chosen(a_part=False, b_part=True))).unfinished == ()
