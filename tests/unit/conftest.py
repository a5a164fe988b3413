from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder called content, with room beside it."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder
