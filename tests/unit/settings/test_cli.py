from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner, Result

from seedwright.cli.config import config as group
from seedwright.errors import OutputExistsError, SettingsError
from seedwright.settings.load import load_settings
from seedwright.settings.template import example_settings

if TYPE_CHECKING:
    from tests.unit.home import Home


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(home.folder)
    monkeypatch.delenv("SEEDWRIGHT_CONFIG", raising=False)
    return home


def run(*arguments: str, config: str | None = None) -> Result:
    """``seedwright --config CONFIG config ARGUMENTS``."""
    return CliRunner().invoke(group, arguments, obj=Path(config) if config else None)


def failure(result: Result) -> BaseException:
    assert result.exception is not None
    return result.exception


def test_init_writes_the_example_here(here: Home) -> None:
    result = run("init")
    assert (result.exit_code, result.output) == (0, "wrote seedwright.yaml\n")
    assert (here.folder / "seedwright.yaml").read_text(encoding="utf-8") == example_settings()


def test_init_writes_where_it_is_told(here: Home) -> None:
    assert run("init", "a.yaml").exit_code == 0
    assert run("init", config="b.yaml").exit_code == 0
    assert {path.name for path in here.folder.iterdir()} == {"a.yaml", "b.yaml"}


def test_init_replaces_a_file_only_when_forced(here: Home) -> None:
    here.write("qbittorrent: {host: mine}")
    assert isinstance(failure(run("init")), OutputExistsError)
    assert run("init", "--force").exit_code == 0


def test_show_prints_what_is_in_force_and_masks_secrets(here: Home) -> None:
    here.write("qbittorrent: {host: nas, username: ü, password: hunter2}")
    result = run("show")
    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert "username: ü" in result.output
    assert yaml.safe_load(result.output)["qbittorrent"]["password"] == "********"


def test_show_prints_json(here: Home) -> None:
    here.write("qbittorrent: {host: nas}")
    assert json.loads(run("show", "--json").output)["qbittorrent"]["host"] == "nas"


@pytest.mark.parametrize("command", ["show", "check", "path"])
def test_the_file_is_named_before_or_after(here: Home, command: str) -> None:
    path = here.write("qbittorrent: {host: other}", "other.yaml")
    outputs = {
        run(command, "--config", "other.yaml").output,
        run(command, config="other.yaml").output,
        run(command, "--config", "other.yaml", config="none.yaml").output,
    }
    assert len(outputs) == 1
    assert load_settings(path).settings.qbittorrent.host == "other"


def test_the_file_named_is_the_one_that_is_shown(here: Home) -> None:
    here.write("qbittorrent: {host: usual}")
    here.write("qbittorrent: {host: other}", "other.yaml")
    assert "host: other" in run("show", config="other.yaml").output


def test_check_is_content_with_right_settings(here: Home) -> None:
    here.write("qbittorrent: {host: nas}")
    result = run("check")
    assert (result.exit_code, result.output) == (0, "the settings are fine\n")


def test_check_lists_every_mistake_and_fails(here: Home) -> None:
    here.write("qbittorrent:\n  hots: nas\n  port: x\n")
    result = run("check")
    assert result.output.splitlines() == [
        "seedwright.yaml:2: unknown key 'hots' in qbittorrent (did you mean 'host'?)",
        "seedwright.yaml:3: qbittorrent.port must be a whole number, not 'x'",
    ]
    assert isinstance(failure(result), SettingsError)
    assert str(failure(result)) == "the settings have 2 mistakes"


def test_check_tells_of_a_file_that_is_no_yaml(here: Home) -> None:
    here.write("a: b: c")
    result = run("check")
    assert result.output.startswith("seedwright.yaml:1: not valid YAML")
    assert str(failure(result)) == "the settings have 1 mistake"


def test_path_prints_the_file_in_use(here: Home) -> None:
    path = here.write("not even: [valid")
    assert run("path").output == f"{path}\n"


def test_path_without_a_file_tells_where_it_looked(here: Home) -> None:
    error = failure(run("path"))
    assert isinstance(error, SettingsError)
    assert "./seedwright.yaml" in error.message
    assert "config init" in error.hint


def test_schema_prints_json() -> None:
    assert "qbittorrent" in json.loads(run("schema").output)["properties"]


def test_the_commands_are_known_without_loading_the_settings_library() -> None:
    code = "import sys, seedwright.cli.config; print({'pydantic', 'yaml'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"
