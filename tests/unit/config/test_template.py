from __future__ import annotations

import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.config.group import Group, defaults
from seedwright.config.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.config.template import example_settings, write_example
from seedwright.errors import OutputError, OutputExistsError

if TYPE_CHECKING:
    from .conftest import Home


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


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "new" / "seedwright.yaml"
    assert write_example(target) == target
    assert target.read_text(encoding="utf-8") == example_settings()
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_gets_a_file_of_the_usual_name(tmp_path: Path) -> None:
    assert write_example(tmp_path) == tmp_path / "seedwright.yaml"


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "s.yaml"
    target.write_text("mine")
    with pytest.raises(OutputExistsError, match="is there already") as caught:
        write_example(target)
    assert "--force" in caught.value.hint
    assert target.read_text() == "mine"
    write_example(target, force=True)
    assert target.read_text(encoding="utf-8") == example_settings()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_example(tmp_path / "file" / "s.yaml")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="No space left"):
        write_example(tmp_path / "s.yaml")
    assert list(tmp_path.iterdir()) == []
