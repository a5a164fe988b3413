from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.settings.group import Group, defaults
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.template import example_settings, write_example

if TYPE_CHECKING:
    from tests.unit.home import Home


def uncommented() -> str:
    return re.sub(r"^( *)#(?=\S)", r"\1", example_settings(), flags=re.MULTILINE)


def test_the_example_as_written_changes_nothing(home: Home) -> None:
    assert home.load(example_settings()) == Settings()


def test_the_example_loads_with_every_setting_taken_in(home: Home) -> None:
    settings = home.load(uncommented(), QBITTORRENT_PASSWORD="p", NAS_API_KEY="k")
    assert settings.client_names() == ("default", "nas")


def test_every_setting_with_a_default_is_shown_with_it(home: Home) -> None:
    settings = home.load(uncommented(), QBITTORRENT_PASSWORD="p", NAS_API_KEY="k")
    for group in (settings.qbittorrent, settings.torrent_creation):
        for name, default in defaults(type(group)).items():
            if default is False or default:
                assert getattr(group, name) == default


@pytest.mark.parametrize("group", [Settings, QBittorrentSettings, TorrentCreationSettings])
def test_the_example_names_every_setting(group: type[Group]) -> None:
    for name in defaults(group):
        assert re.search(rf"^ *#?{name}:", example_settings(), flags=re.MULTILINE), name


def test_the_example_fits_the_screen() -> None:
    assert max(map(len, example_settings().splitlines())) <= 100


def test_it_is_written_to_a_file_or_under_its_usual_name_into_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "new" / "mine.yaml"
    assert write_example(target) == target
    assert target.read_text(encoding="utf-8") == example_settings()
    assert write_example(tmp_path) == tmp_path / "seedwright.yaml"
