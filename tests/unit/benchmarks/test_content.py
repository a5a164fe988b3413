"""The content is what its layout says, and every tool can be given the same piece length."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import content
from benchmarks.content import Layout
from benchmarks.scenarios import scenarios
from benchmarks.timed import CommandFailedError, timed

LAYOUT = Layout("set", (("a/b", 70_000), ("c", 5)))


def test_files_have_the_lengths_of_the_layout(tmp_path: Path) -> None:
    made = content.make(LAYOUT, tmp_path, seed="1")
    assert [path.stat().st_size for path, _ in LAYOUT.at(made)] == [70_000, 5]


def test_the_same_seed_makes_the_same_content(tmp_path: Path) -> None:
    one, two = (content.make(LAYOUT, tmp_path / name, seed="1") for name in "ab")
    assert (one / "a/b").read_bytes() == (two / "a/b").read_bytes()


def test_content_without_a_seed_is_new_each_time(tmp_path: Path) -> None:
    before = (content.make(LAYOUT, tmp_path) / "a/b").read_bytes()
    assert (content.make(LAYOUT, tmp_path) / "a/b").read_bytes() != before


def test_half_made_content_is_made_anew(tmp_path: Path) -> None:
    made = content.make(LAYOUT, tmp_path, seed="1")
    (made / "c").write_bytes(b"")
    content.make(LAYOUT, tmp_path, seed="1")
    assert (made / "c").stat().st_size == 5


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(content.NoRoomError, match="'huge' needs"):
        content.make(Layout("huge", (("", 1 << 60),)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_memory_that_is_too_small_is_told() -> None:
    assert content.memory_warning(8 << 30, 8 << 30) is not None
    assert content.memory_warning(8 << 30, 16 << 30) is None


@pytest.mark.parametrize("size", [1 << 28, 1 << 30, 3 << 30, 8 << 30, 20 << 30])
def test_the_piece_length_is_one_that_every_tool_takes(size: int) -> None:
    length = scenarios(size, size, 1)["big"].piece_length
    assert 1 << 16 <= length <= 1 << 22
    assert length * 1024 <= size
    assert length.bit_count() == 1


def test_a_command_is_charged_with_its_own_memory() -> None:
    held = bytearray(b"x" * (200 << 20))
    assert timed(["true"]).peak < len(held) // 2


def test_a_command_that_fails_says_what_it_printed() -> None:
    with pytest.raises(CommandFailedError, match="ended with 3: no such thing"):
        timed(["sh", "-c", "echo no such thing >&2; exit 3"])
