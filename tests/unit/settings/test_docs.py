from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.settings.environment import RESERVED
from seedwright.settings.group import Group, defaults
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings

if TYPE_CHECKING:
    from tests.unit.home import Home

PAGE = (Path(__file__).parents[3] / "docs" / "SETTINGS.md").read_text(encoding="utf-8")


def rows() -> dict[str, str]:
    cells = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    return {row[1].strip(" `"): row[3].strip(" `") for row in cells}


def as_documented(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) if default else "none"


@pytest.mark.parametrize("group", [QBittorrentSettings, TorrentCreationSettings])
def test_every_setting_is_documented_with_its_default(group: type[Group]) -> None:
    expected = {name: as_documented(default) for name, default in defaults(group).items()}
    assert {name: rows().get(name) for name in expected} == expected


def test_no_setting_is_documented_that_there_is_not() -> None:
    known = {*defaults(QBittorrentSettings), *defaults(TorrentCreationSettings)}
    assert set(rows()) - known == {"default_output_dir", "tracker_rules"}


def test_reserved_variables_are_documented() -> None:
    assert all(f"`{name}`" in PAGE for name in RESERVED)


def test_the_examples_load(home: Home) -> None:
    home.write("p", "pw")
    examples = [part.split("```")[0] for part in PAGE.split("```yaml\n")[1:]]
    assert len(examples) == 3
    for example in examples:
        text = example.replace("/run/secrets/qbittorrent_password", "pw")
        settings = home.load(text, QBITTORRENT_PASSWORD="p", SEEDBOX_API_KEY="k")
        assert settings != Settings()
