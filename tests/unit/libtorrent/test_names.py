"""What libtorrent makes of names is what we say that it makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libtorrent as lt
import pytest

from seedwright.clients.qbittorrent.capabilities import parse_version
from seedwright.content.policy import QBITTORRENT
from seedwright.content.walk import walk
from seedwright.lint.linter import lint
from seedwright.lint.subject import Subject
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import as_libtorrent_compares, respelled_since, respellings, twins
from tests.unit.builders import torrent
from tests.unit.libtorrent.agreement import files_there
from tests.unit.libtorrent.making import ours
from tests.unit.libtorrent.trees import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.libtorrent.trees import Tree

VERSION = parse_version(lt.__version__)

BLOCK = 16 * 1024
AT_ONCE = 10_000


def looked_for(paths: list[str]) -> list[str]:
    """Where libtorrent looks for the files of a torrent that lists these paths."""
    files = [{b"length": 1, b"path": [name.encode() for name in path.split("/")]} for path in paths]
    info = {b"name": b"c", b"piece length": BLOCK, b"files": files, b"pieces": bytes(20)}
    storage = files_there(torrent(info))
    return [storage.file_path(number).partition("/")[2] for number in range(storage.num_files())]


def is_kept(name: str) -> bool:
    since = respelled_since(name)
    return since is None or since > VERSION


def test_every_character_is_kept_or_not_as_we_say() -> None:
    chars = [chr(number) for number in range(1, 0x110000) if not 0xD800 <= number < 0xE000]
    names = [f"a{char}b{number}" for number, char in enumerate(chars)]
    names = [name for name in names if "/" not in name]
    wrong = [
        name
        for start in range(0, len(names), AT_ONCE)
        for name, found in zip(
            names[start : start + AT_ONCE],
            looked_for(names[start : start + AT_ONCE]),
            strict=True,
        )
        if (name == found) != is_kept(name)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name",
    [
        *(f"a{char}b" for char in "\x01\x1f\x7f\x9f\u200b\u200e\u202e\u2066\ufeff"),
        "x" * 241,
        "x" * 240 + ".mkv",
        "x" * 241 + ".mkv",
        "x" * 245 + ".a.b",
        "x" * 241 + ".12345678",
        "x" * 241 + ".123456789",
        "\xe9" * 125 + ".mkv",
    ],
    ids=repr,
)
def test_a_name_is_respelled_as_we_say(name: str) -> None:
    [found] = looked_for([name, "another"])[:1]
    assert found in (name, *respellings(name))
    assert is_kept(name) == (found == name)


@pytest.mark.parametrize(
    "tree",
    [
        {"a": 1, "A": 1},
        {"a": 1, "A": {"b": 1}},
        {"S": {"x": 1}, "s": {"x": 1}},
        {"S": {"x": 1}, "s": {"y": 1}},
        {"S": {"a": {"x": 1}}, "s": {"A": {"x": {"y": 1}}}},
        {"\xe9": 1, "\xc9": 1},
        {"\xe9a": 1, "\xe9A": 1},
        {"a": {"x": 1}, "b": {"X": 1}},
    ],
    ids=str,
)
@pytest.mark.parametrize("format_", list(Format))
def test_files_are_renamed_where_we_say_so(tmp_path: Path, tree: Tree, format_: Format) -> None:
    content = write(tmp_path / "content", tree)
    files = walk(content).files
    paths = ["/".join(file.parts) for file in files]
    if len(paths) < str(tree).count("1"):
        pytest.skip("this file system takes them for one itself")
    data = ours(content, format_, BLOCK)
    is_renamed = bool(lt.load_torrent_buffer(data).renamed_files)
    assert bool(list(twins(paths, as_libtorrent_compares))) == is_renamed
    assert bool(walk(content).twins) == is_renamed
    assert bool(walk(content, QBITTORRENT).twins) == is_renamed
    names = [finding.name for finding in lint(Subject.made(Metainfo.parse(data)))]
    assert ("renamed-file" in names) == is_renamed
