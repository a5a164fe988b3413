from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from seedwright.errors import OutputError, OutputExistsError
from seedwright.settings.private_file import write_private


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "new" / "mine.yaml"
    write_private(target, "ä: {}\n")
    assert target.read_text(encoding="utf-8") == "ä: {}\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "s.yaml"
    target.write_text("mine")
    with pytest.raises(OutputExistsError, match="already exists") as caught:
        write_private(target, "other")
    assert "force=True" in caught.value.hint
    assert target.read_text() == "mine"
    write_private(target, "other", force=True)
    assert target.read_text() == "other"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_private(tmp_path / "file" / "s.yaml", "x")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="No space left"):
        write_private(tmp_path / "s.yaml", "x")
    assert list(tmp_path.iterdir()) == []
