"""What shares a v1 piece with bytes that are not there is unknown, which is not bad."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.metainfo.torrent_spec import Format
from tests.unit.hashes.test_verify import PIECE, put, torrent_of, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.hashes.verify import Verification

# "before" ends and "after" begins within the piece of "small"; "far" has pieces of its own.
FILES = {"a-before": PIECE + 100, "b-small": 50, "c-after": 2 * PIECE, "d-far": PIECE}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return put(tmp_path / "book", FILES)


def marks(found: Verification) -> dict[str, Any]:
    return {
        file.path: (file.state, file.bad, file.unknown, file.shares_with) for file in found.files
    }


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def cut(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])


END_OF_SMALL_PIECE = PIECE - 150
"""Where in "c-after" the piece of "b-small" ends."""


def test_the_neighbours_of_a_missing_file_are_unknown_in_the_piece_that_they_share(
    content: Path,
) -> None:
    metainfo = torrent_of(content, Format.V1)
    (content / "b-small").unlink()
    found = verdict(metainfo, content)
    assert marks(found) == {
        "a-before": ("unknown", (), ((PIECE, PIECE + 100),), ("b-small",)),
        "b-small": ("missing", ((0, 50),), (), ()),
        "c-after": ("unknown", (), ((0, END_OF_SMALL_PIECE),), ("b-small",)),
    }
    assert not found.is_complete
    assert found.good_bytes == found.size - PIECE


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_of_v2_and_hybrid_torrents_nothing_is_unknown(content: Path, format_: Format) -> None:
    metainfo = torrent_of(content, format_)
    (content / "b-small").unlink()
    assert marks(verdict(metainfo, content)) == {"b-small": ("missing", ((0, 50),), (), ())}


@pytest.mark.parametrize(
    ("at", "state", "bad"),
    [
        (END_OF_SMALL_PIECE - 1, "unknown", ()),
        (END_OF_SMALL_PIECE, "bad", ((END_OF_SMALL_PIECE, END_OF_SMALL_PIECE + PIECE),)),
    ],
)
def test_what_is_wrong_in_a_piece_that_is_all_there_is_bad(
    content: Path, at: int, state: str, bad: tuple[Any, ...]
) -> None:
    metainfo = torrent_of(content, Format.V1)
    (content / "b-small").unlink()
    flip(content / "c-after", at)
    after = marks(verdict(metainfo, content))["c-after"]
    assert after == (state, bad, ((0, END_OF_SMALL_PIECE),), ("b-small",))


def test_a_piece_of_two_files_that_are_there_is_bad_in_both(content: Path) -> None:
    metainfo = torrent_of(content, Format.V1)
    flip(content / "b-small", 0)
    states = {path: row[0] for path, row in marks(verdict(metainfo, content)).items()}
    assert states == {"a-before": "bad", "b-small": "bad", "c-after": "bad"}


@pytest.mark.parametrize(("size", "start"), [(PIECE + 99, PIECE), (PIECE, PIECE), (PIECE - 1, 0)])
def test_a_short_file_leaves_its_neighbours_unknown_and_is_short_itself(
    content: Path, size: int, start: int
) -> None:
    metainfo = torrent_of(content, Format.V1)
    cut(content / "a-before", size)
    found = marks(verdict(metainfo, content))
    assert found["a-before"] == ("short", ((start, PIECE + 100),), (), ())
    assert found["b-small"] == ("unknown", (), ((0, 50),), ("a-before",))


def test_a_gap_that_ends_with_its_piece_leaves_nothing_unknown(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {"a": PIECE, "b": PIECE, "c": PIECE})
    metainfo = torrent_of(content, Format.V1)
    (content / "b").unlink()
    assert marks(verdict(metainfo, content)) == {"b": ("missing", ((0, PIECE),), (), ())}


def test_a_long_file_that_is_unknown_too_is_long(content: Path) -> None:
    metainfo = torrent_of(content, Format.V1)
    (content / "b-small").unlink()
    with (content / "c-after").open("ab") as file:
        file.write(b"more")
    state, bad, unknown, _ = marks(verdict(metainfo, content))["c-after"]
    assert (state, bad, unknown) == ("long", (), ((0, END_OF_SMALL_PIECE),))


def test_of_many_missing_files_three_are_named(tmp_path: Path) -> None:
    content = put(tmp_path / "book", {f"{number}": 10 for number in range(8)})
    metainfo = torrent_of(content, Format.V1)
    for number in range(7):
        (content / str(number)).unlink()
    found = marks(verdict(metainfo, content))
    assert found["7"] == ("unknown", (), ((0, 10),), ("0", "1", "2"))
    assert [row[0] for row in found.values()] == ["missing"] * 7 + ["unknown"]


@pytest.mark.parametrize("remove", [Path.unlink, lambda path: cut(path, 0)])
def test_gone_and_emptied_are_alike_for_the_neighbours(
    content: Path, remove: Callable[[Path], None]
) -> None:
    metainfo = torrent_of(content, Format.V1)
    remove(content / "b-small")
    assert marks(verdict(metainfo, content))["a-before"][0] == "unknown"
