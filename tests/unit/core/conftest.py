from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.core.reference import LONG


@pytest.fixture
def long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of LONG bytes, which take one slow thread long enough to be disturbed at it."""
    monkeypatch.setenv("SEEDWRIGHT_LANES", "portable")
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.truncate(LONG)
    return path
