from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.errors import SettingsError
from seedwright.presets.presets_file import find_presets
from seedwright.settings import places
from seedwright.settings.load import find_mistakes, load_settings, locate_settings_file
from seedwright.settings.model import Settings

if TYPE_CHECKING:
    from tests.unit.home import Home


def test_the_platforms_folder_is_ours() -> None:
    found = places.user_settings_path()
    assert found is not None
    assert found.is_absolute()
    assert (found.name, found.parent.name) == ("seedwright.yaml", "seedwright")


@pytest.mark.parametrize(
    ("platform", "variable", "folder"),
    [
        ("linux", "XDG_CONFIG_HOME", ".config"),
        ("freebsd14", "XDG_CONFIG_HOME", ".config"),
        ("darwin", "", "Library/Application Support"),
        ("win32", "LOCALAPPDATA", "AppData/Local"),
    ],
)
def test_each_platform_has_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    usual = tmp_path / folder / "seedwright" / "seedwright.yaml"
    assert places.user_settings_path() == usual
    if variable:
        monkeypatch.setenv(variable, "relative")
        assert places.user_settings_path() == usual
        monkeypatch.setenv(variable, str(tmp_path / "named"))
        assert places.user_settings_path() == tmp_path / "named" / "seedwright" / "seedwright.yaml"


@pytest.mark.parametrize(
    ("platform", "variable", "folder"),
    [
        ("linux", "XDG_CACHE_HOME", ".cache"),
        ("freebsd14", "XDG_CACHE_HOME", ".cache"),
        ("darwin", "", "Library/Caches"),
        ("win32", "LOCALAPPDATA", "AppData/Local"),
    ],
)
def test_each_platform_has_its_folder_for_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert places.user_hashes_path() == tmp_path / folder / "seedwright" / "hashes"
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "named"))
        assert places.user_hashes_path() == tmp_path / "named" / "seedwright" / "hashes"


def test_files_are_found_in_order(home: Home) -> None:
    def found(path: Path | None = None, **environ: str) -> Path | None:
        return locate_settings_file(path, environ=environ, cwd=home.folder)

    platform = places.user_settings_path()
    assert found() is None
    home.write("", str(platform))
    assert found() == platform
    here = home.write("")
    assert found() == here
    assert found(SEEDWRIGHT_CONFIG="env.yaml") == home.folder / "env.yaml"
    assert found(Path("flag.yaml"), SEEDWRIGHT_CONFIG="env.yaml") == home.folder / "flag.yaml"
    assert found(SEEDWRIGHT_CONFIG="") == here


@pytest.fixture
def homeless(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """No home folder, as for a user whom a container does not know."""

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.undo()
    for name in ("XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    return home


def test_without_a_home_files_are_looked_for_here_alone(homeless: Home) -> None:
    assert places.user_settings_path() is None
    assert locate_settings_file(environ={}, cwd=homeless.folder) is None
    assert load_settings(environ={}, cwd=homeless.folder) == (Settings(), None)
    with pytest.raises(SettingsError, match=r"^no presets file found: \./seedwright-presets\."):
        find_presets(environ={}, cwd=homeless.folder)
    assert places.RULES.find(None, {}, homeless.folder) is None
    here = homeless.write("")
    rules = homeless.write("", places.RULES.here)
    assert locate_settings_file(environ={}, cwd=homeless.folder) == here
    assert places.RULES.find(None, {}, homeless.folder) == rules


def test_rules_are_looked_for_here_and_then_in_the_folder_for_settings(home: Home) -> None:
    def found(named: Path | None = None) -> Path | None:
        return places.RULES.find(named, {}, home.folder)

    users = places.user_settings_path()
    assert users is not None
    assert found() is None
    home.write("", str(users.with_name(places.RULES.here)))
    assert found() == users.with_name(places.RULES.here)
    here = home.write("", places.RULES.here)
    assert found() == here
    assert found(Path("/absent")) == Path("/absent")


@pytest.mark.parametrize("by", ["flag", "variable"])
def test_rules_beside_settings_that_are_asked_for_are_theirs(home: Home, by: str) -> None:
    home.write("", places.RULES.here)
    home.write("", "work/s.yaml")
    file = Path("work") / "s.yaml"
    path = file if by == "flag" else None
    environ = {"SEEDWRIGHT_CONFIG": str(file)} if by == "variable" else {}

    def rules() -> Path | None:
        return load_settings(path, environ=environ, cwd=home.folder).settings.tracker_rules

    assert rules() is None
    beside = home.write("", f"work/{places.RULES.here}")
    assert rules() == beside
    other = home.write("", "work/other.toml")
    home.write("tracker_rules: other.toml\n", "work/s.yaml")
    assert rules() == other


def test_settings_that_are_found_leave_the_rules_to_be_found(home: Home) -> None:
    home.write("")
    home.write("", places.RULES.here)
    assert home.load().tracker_rules is None


def test_a_mistake_in_the_rules_is_one_of_the_settings(home: Home) -> None:
    def mistakes() -> list[str]:
        return [each.message for each in find_mistakes(environ={}, cwd=home.folder)]

    rules = home.write("[[tracker]]\n", places.RULES.here)
    assert mistakes() == [f"{rules}: tracker 1 has no hosts"]
    home.write("tracker_rules: absent.toml\n")
    assert mistakes() == [f"the tracker rules file '{home.folder / 'absent.toml'}' does not exist"]
    home.write("nonsense: 1\n")
    assert len(mistakes()) == 1
    rules.unlink()
    home.write("")
    assert mistakes() == []


def test_a_dotenv_file_may_name_the_file(home: Home) -> None:
    home.write("SEEDWRIGHT_CONFIG=other.yaml\n", ".env")
    home.write("qbittorrent: {host: nas}", "other.yaml")
    assert home.load().qbittorrent.host == "nas"


def test_a_tilde_in_the_variable_is_the_home_folder(home: Home) -> None:
    found = locate_settings_file(environ={"SEEDWRIGHT_CONFIG": "~/s.yaml"}, cwd=home.folder)
    assert found == Path.home() / "s.yaml"


def test_what_cannot_be_looked_at_is_taken_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", refuse)
    assert places.is_there(Path("x"))
