from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.config import paths
from seedwright.config.load import locate_settings_file

if TYPE_CHECKING:
    from .conftest import Home


def test_the_platforms_folder_is_ours() -> None:
    found = paths.user_settings_path()
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
    assert paths.user_settings_path() == usual
    if variable:
        monkeypatch.setenv(variable, "relative")
        assert paths.user_settings_path() == usual
        monkeypatch.setenv(variable, str(tmp_path / "named"))
        assert paths.user_settings_path() == tmp_path / "named" / "seedwright" / "seedwright.yaml"


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
    assert paths.user_hashes_path() == tmp_path / folder / "seedwright" / "hashes"
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "named"))
        assert paths.user_hashes_path() == tmp_path / "named" / "seedwright" / "hashes"


def test_files_are_found_in_order(home: Home) -> None:
    def found(path: Path | None = None, **environ: str) -> Path | None:
        return locate_settings_file(path, environ=environ, cwd=home.folder)

    platform = paths.user_settings_path()
    assert found() is None
    home.write("", str(platform))
    assert found() == platform
    here = home.write("")
    assert found() == here
    assert found(SEEDWRIGHT_CONFIG="env.yaml") == home.folder / "env.yaml"
    assert found(Path("flag.yaml"), SEEDWRIGHT_CONFIG="env.yaml") == home.folder / "flag.yaml"
    assert found(SEEDWRIGHT_CONFIG="") == here


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
    assert paths.is_there(Path("x"))
