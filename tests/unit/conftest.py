from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from seedwright.settings import places
from tests.unit.home import Home

# A busy machine is no failure.
settings.register_profile(
    "unhurried",
    settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder called content, with room beside it."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    absent = tmp_path / "platform" / "seedwright.yaml"
    monkeypatch.setattr(places, "user_settings_path", lambda: absent)
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder)
