"""``seedwright browse`` beside real folders, as both versions list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.qbittorrent.support import CommandLine, fill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.testbed.server import Server


@pytest.fixture
def content(content_dir: Path) -> Path:
    fill(content_dir, {"z.bin": 2048, "a/x.bin": 10, "book/book": 5})
    return content_dir


def test_a_folder_is_listed_folders_first(server: Server, tmp_path: Path, content: Path) -> None:
    ended = CommandLine(tmp_path / "out", server).run("browse", content, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert [(row["kind"], row["path"]) for row in ended.rows] == [
        ("folder", str(content / "a")),
        ("folder", str(content / "book")),
        ("file", str(content / "z.bin")),
    ]
    # Sizes are listed from 5.2 on.
    assert [row["size"] for row in ended.rows] in ([None, None, 2048], [None, None, None])


@pytest.mark.parametrize("place", ["z.bin", "book/book"])
def test_a_file_is_listed_by_itself(
    server: Server, tmp_path: Path, content: Path, place: str
) -> None:
    [row] = CommandLine(tmp_path / "out", server).run("browse", content / place, "--json").rows
    assert (row["kind"], row["path"]) == ("file", str(content / place))


def test_a_file_called_as_its_folder_is_listed_beneath_it(
    server: Server, tmp_path: Path, content: Path
) -> None:
    [row] = CommandLine(tmp_path / "out", server).run("browse", content / "book", "--json").rows
    assert (row["kind"], row["path"]) == ("file", str(content / "book" / "book"))


def test_people_see_where_it_is_here(server: Server, tmp_path: Path, content: Path) -> None:
    mapping = {"/mnt/media": str(content)}
    seedwright = CommandLine(tmp_path / "out", server, docker_path_mapping=mapping)
    ended = seedwright.run("browse", content / "book")
    title, row = ended.out.splitlines()
    assert title == f"{content / 'book'} on qBittorrent (here: /mnt/media/book)"
    assert row.split()[-1] == "book"


def test_without_a_path_the_default_save_path_is_listed(server: Server, tmp_path: Path) -> None:
    with server.api() as api:
        place = api.app_default_save_path()
    ended = CommandLine(tmp_path / "out", server).run("browse")
    assert ended.out.splitlines()[0] == f"{place} on qBittorrent"


def test_a_client_is_named_before_a_colon(server: Server, tmp_path: Path, content: Path) -> None:
    seedwright = CommandLine(tmp_path / "out", server)
    ended = seedwright.run("browse", f"default:{content}", "--json")
    assert [row["client"] for row in ended.rows] == ["default"] * 3


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("{content}/nope", 5, "hint: in {content} it sees 'a', 'book', 'z.bin'"),
        ("content/book", 2, "is not an absolute path"),
        ("", 2, "PLACE is empty; it must be a path"),
        ("nas:/downloads", 2, "is not an absolute path"),
    ],
)
def test_what_cannot_be_listed_is_one_sentence(
    server: Server, tmp_path: Path, content: Path, place: str, code: int, said: str
) -> None:
    ended = CommandLine(tmp_path / "out", server).run("browse", place.format(content=content))
    assert (ended.code, ended.out) == (code, "")
    assert said.format(content=content) in ended.err
    assert ended.err.startswith("error: ")
