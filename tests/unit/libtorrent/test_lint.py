"""Whatever libtorrent refuses, lint calls an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bencode2 import bencode

from seedwright.errors import MetainfoError
from seedwright.lint.keys import LARGEST_CONTENT, LONGEST_PIECE
from seedwright.lint.linter import Severity, lint
from seedwright.lint.subject import Subject
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.builders import PIECE
from tests.unit.libtorrent.agreement import theirs
from tests.unit.libtorrent.bending import encode, v1
from tests.unit.libtorrent.corpus import BASES, kinds
from tests.unit.libtorrent.making import ours
from tests.unit.libtorrent.making import theirs as theirs_of

if TYPE_CHECKING:
    from pathlib import Path


def errors(data: bytes) -> list[str] | None:
    """The errors that are found, None for what is no torrent."""
    try:
        metainfo = Metainfo.parse(data)
    except MetainfoError:
        return None
    found = lint(Subject.made(metainfo))
    return [finding.name for finding in found if finding.severity is Severity.ERROR]


def test_what_libtorrent_refuses_has_an_error() -> None:
    silent = [kind for kind, data in kinds() if theirs(data) is None and errors(data) == []]
    assert silent == []


@pytest.mark.parametrize("base", BASES)
def test_good_torrents_have_none(base: str) -> None:
    assert errors(encode(BASES[base]())) == []


@pytest.mark.parametrize("format_", Format)
def test_what_libtorrent_and_we_make_has_nothing_wrong(tmp_path: Path, format_: Format) -> None:
    content = tmp_path / "Content"
    sizes = {"a": 5, "b/c": 3 * PIECE + 1, "b/d": PIECE, "e/f/g": 1, "h": 2 * PIECE}
    for name, size in sizes.items():
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_bytes(bytes(size))
    files = [(tuple(name.split("/")), size) for name, size in sizes.items()]
    for data in (ours(content, format_, PIECE), bencode(theirs_of(content, files, format_, PIECE))):
        found = lint(Subject.made(Metainfo.parse(data)))
        assert [finding.name for finding in found] == ["no-tracker"]


@pytest.mark.parametrize(
    ("name", "fields", "is_loaded"),
    [
        ("piece-length-refused", {"length": 1, "piece length": LONGEST_PIECE}, True),
        ("piece-length-refused", {"length": 1, "piece length": LONGEST_PIECE + 1}, False),
        ("total-length", {"length": LARGEST_CONTENT, "piece length": 1 << 28}, True),
        ("total-length", {"length": LARGEST_CONTENT + 1, "piece length": 1 << 28}, False),
        ("total-length", {"length": 1, "piece length": PIECE}, True),
        ("total-length", {"length": 0, "piece length": PIECE}, False),
    ],
)
def test_the_bounds_are_those_of_libtorrent(
    name: str, fields: dict[str, int], *, is_loaded: bool
) -> None:
    info: dict[str, Any] = {**fields}
    info["pieces"] = b"x" * 20 * -(-fields["length"] // fields["piece length"])
    torrent = v1((b"", PIECE), **{key.replace(" ", "_"): each for key, each in info.items()})
    data = encode(torrent)
    assert (theirs(data) is not None) is is_loaded
    assert (name not in (errors(data) or [])) is is_loaded
