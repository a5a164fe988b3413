"""What mkbrr answers is recorded so that it can be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.mkbrr_answers import write

from tests.unit.mkbrr import answers

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_record_is_as_it_would_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = answers.FILE.read_text(encoding="utf-8")
    found = answers.read_answers()
    monkeypatch.setattr(answers, "FILE", tmp_path / "answers.yaml")
    write(found)
    assert answers.FILE.read_text(encoding="utf-8") == recorded
