"""``create PATH -P a -P b``: one content, several torrents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from seedwright.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Seedwright

PRESETS = """\
a: {source: A, piece_size: 16KiB}
b: {source: B, piece_size: 32KiB, format: hybrid}
wrong: {format: v2}
"""


@pytest.fixture
def content(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content, beside the presets, where the command is called."""
    folder = home / "work"
    (folder / "out").mkdir(parents=True)
    (folder / "presets.yaml").write_text(PRESETS)
    (folder / "one").mkdir()
    (folder / "one" / "only").write_bytes(bytes(100_000))
    monkeypatch.chdir(folder)
    return folder / "one"


def several(*names: str) -> list[str]:
    return ["--presets", "presets.yaml", *(word for name in names for word in ("-P", name))]


def test_each_preset_has_a_torrent_with_its_name(seedwright: Seedwright, content: Path) -> None:
    done = seedwright("create", "one", *several("a", "b"), "-o", "out")
    assert (done.code, done.err) == (0, done.err)
    assert "one (a)\n" in done.out
    assert "one (b)\n" in done.out
    made = sorted(path.name for path in (content.parent / "out").iterdir())
    assert made == ["one.a.torrent", "one.b.torrent"]


def test_programs_are_told_which_is_which(seedwright: Seedwright, content: Path) -> None:
    del content
    done = seedwright("create", "one", *several("a", "b"), "-o", "out", "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["label"], row["piece_length"]) for row in rows] == [("a", 16384), ("b", 32768)]


def test_one_that_fails_is_told_by_its_name_and_leaves_the_others(
    seedwright: Seedwright, content: Path
) -> None:
    done = seedwright("create", "one", *several("a", "wrong", "b"), "-o", "out", "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["ok"], row["label"]) for row in rows] == [
        (True, "a"),
        (False, "wrong"),
        (True, "b"),
    ]
    assert done.code == ExitCode.CONTENT
    assert done.err.startswith("error: wrong: ")
    assert len(list((content.parent / "out").iterdir())) == 2


def test_one_file_is_no_place_for_several(seedwright: Seedwright, content: Path) -> None:
    done = seedwright("create", "one", *several("a", "b"), "-o", "x.torrent")
    assert done.code == ExitCode.USAGE
    assert "'x.torrent' is not a folder, and several torrents need one" in done.err
    assert not (content.parent / "x.torrent").exists()


def test_a_preset_that_is_not_there_ends_it_before_anything_is_made(
    seedwright: Seedwright, content: Path
) -> None:
    done = seedwright("create", "one", *several("a", "nobody"), "-o", "out")
    assert done.code == ExitCode.USAGE
    assert "preset 'nobody' does not exist" in done.err
    assert list((content.parent / "out").iterdir()) == []


def test_a_dry_run_tells_all_and_makes_none(seedwright: Seedwright, content: Path) -> None:
    done = seedwright("create", "one", *several("a", "b"), "-o", "out", "--dry-run")
    assert done.code == 0
    assert "one (a) (dry run)" in done.out
    assert "one (b) (dry run)" in done.out
    assert list((content.parent / "out").iterdir()) == []


def test_a_word_that_cannot_be_used_fails_its_own_torrent_alone(
    seedwright: Seedwright, content: Path
) -> None:
    (content.parent / "presets.yaml").write_text(
        "good: {source: G}\nbad: {trackers: [T, T]}\n".replace(
            "T,", "https://t.example/announce,"
        ).replace(" T]", " https://t.example/announce]")
    )
    done = seedwright("create", "one", *several("good", "bad"), "-o", "out")
    assert done.code == ExitCode.USAGE
    assert done.err.startswith("error: bad: tracker 'https://t.example/announce' is given twice")
    assert sorted(path.name for path in (content.parent / "out").iterdir()) == ["one.good.torrent"]


def test_a_report_is_written_over_no_content_and_no_torrent(
    seedwright: Seedwright, content: Path
) -> None:
    before = (content / "only").read_bytes()
    for report in ("one/only", "one/new.json", "out/one.torrent"):
        done = seedwright("create", "one", "-o", "out/", "--report", report, "--dry-run")
        assert (done.code, "would be written over" in done.err) == (ExitCode.USAGE, True)
    assert (content / "only").read_bytes() == before
