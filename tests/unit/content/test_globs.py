from __future__ import annotations

from pathlib import Path

import pytest

from seedwright.content.globs import Globs
from seedwright.content.policy import OURS
from seedwright.content.walk import walk
from seedwright.errors import UsageError


def names(
    include: list[str], exclude: list[str], path: str, *, is_dir: bool = False
) -> bool | None:
    return Globs(include, exclude)(path, is_dir=is_dir)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*.nfo", "a.nfo"),
        ("*.nfo", "sub/deep/A.NFO"),
        ("*.NFO", "a.nfo"),
        ("?.nfo", "sub/a.nfo"),
        ("[ab].nfo", "b.nfo"),
        ("*.{nfo,txt}", "sub/a.txt"),
        ("Extras/*.mkv", "extras/a.mkv"),
        ("Extras/**", "Extras/deep/a.mkv"),
        ("**/deep/*", "Extras/deep/a.mkv"),
        ("/a.nfo", "a.nfo"),
        ("./a.nfo", "a.nfo"),
        ("Sample", "Sample/a.mkv"),
        ("Sample", "sub/sample/deep/a.mkv"),
        ("Sample/", "sub/Sample/a.mkv"),
        ("/sub", "sub/a.mkv"),
        ("é*", "e\u0301t\u0301"),
        ("e\u0301*", "été"),
        ("a b", "a b"),
        ("*", ".hidden"),
        ("*.mkv", "._a.mkv"),
        ("*", "new\nline"),
        (r"\[x\]", "[x]"),
        ("[x", "[x"),
        ("!a", "!a"),
    ],
)
def test_an_exclude_leaves_out_what_it_names(glob: str, path: str) -> None:
    assert names([], [glob], path) is False


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*.nfo", "a.nfo.txt"),
        ("Extras/*.mkv", "sub/Extras/a.mkv"),
        ("Extras/*.mkv", "Extras/deep/a.mkv"),
        ("/a.nfo", "sub/a.nfo"),
        ("./a.nfo", "sub/a.nfo"),
        ("Sample/", "Sample"),
        ("/sub", "deep/sub/a.mkv"),
        ("sub", "subs/a.mkv"),
        ("!a", "b"),
        ("@(a|b)", "a"),
    ],
)
def test_an_exclude_says_nothing_of_what_it_does_not_name(glob: str, path: str) -> None:
    assert names([], [glob], path) is None


def test_an_exclude_names_folders_as_well() -> None:
    assert names([], ["Sample/"], "Sample", is_dir=True) is False
    assert names([], ["*.nfo"], "Sample", is_dir=True) is None


def test_include_wins() -> None:
    assert names(["keep.txt"], ["*.txt"], "keep.txt") is True
    assert names(["keep.txt"], ["*.txt"], "drop.txt") is False
    assert names(["keep.txt"], ["*.txt"], "other") is None
    assert names(["Extras"], ["*.txt", "deep"], "Extras", is_dir=True) is True
    assert names(["Extras"], ["*.txt", "deep"], "Extras/a.txt") is None
    assert names(["Extras"], ["*.txt", "deep"], "Extras/deep/a.txt") is None
    assert names(["a.mkv"], ["Extras"], "Extras/a.mkv") is True


def test_with_includes_alone_nothing_else_is_taken_in() -> None:
    assert names(["*.mkv"], [], "a.mkv") is True
    assert names(["*.mkv"], [], "a.txt") is False
    assert names(["*.mkv"], [], "sub", is_dir=True) is None


@pytest.mark.parametrize("path", ["._a.mkv", ".trash/a.mkv"])
def test_an_include_takes_in_hidden_names_only_when_it_writes_their_dot(path: str) -> None:
    assert names(["*.mkv"], ["x"], path) is None
    assert names([".*"], ["x"], path.split("/", maxsplit=1)[0]) is True


def test_without_globs_nothing_is_said() -> None:
    assert names([], [], "a") is None


@pytest.mark.parametrize("glob", ["", "/", "./", "//"])
def test_a_glob_that_names_nothing_is_refused(glob: str) -> None:
    with pytest.raises(UsageError, match="is not a valid glob"):
        Globs(exclude=[glob])


def test_a_glob_of_too_many_names_is_refused() -> None:
    with pytest.raises(UsageError, match="too many alternatives"):
        Globs(include=["{1..2000}"])


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        ([], [], ["Extras/b.mkv", "a.mkv", "a.nfo"]),
        (["*.mkv"], [], ["Extras/b.mkv", "a.mkv"]),
        (["Extras"], [], ["Extras/b.mkv"]),
        ([], ["extras/"], ["a.mkv", "a.nfo"]),
        (["b.mkv"], ["Extras"], ["Extras/b.mkv", "a.mkv", "a.nfo"]),
        (["*.torrent"], ["Extras"], ["a.mkv", "a.nfo", "a.torrent"]),
        ([".git"], ["*.*"], [".git/config"]),
        ([".git/.keep"], ["*.mkv"], [".git/.keep", "a.nfo"]),
    ],
)
def test_a_walk_keeps_to_the_globs(
    tmp_path: Path, include: list[str], exclude: list[str], taken: list[str]
) -> None:
    for name in ["a.mkv", "a.nfo", "a.torrent", "Extras/b.mkv", "Extras/Thumbs.db"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    for name in ["config", ".keep"]:
        (tmp_path / ".git" / name).write_bytes(b"x")
    policy = OURS.as_asked(include_hidden=False, choice=Globs(include, exclude))
    content = walk(tmp_path, policy)
    assert ["/".join(file.parts) for file in content.files] == taken
    assert content.left_out == 7 - len(taken)
