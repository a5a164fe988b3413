from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from seedwright.errors import ExitCode, SettingsError
from seedwright.settings.load import find_mistakes, load_settings, locate_settings_file
from seedwright.settings.model import Settings
from tests.unit.home import junk

if TYPE_CHECKING:
    from tests.unit.home import Home

HOST = "SEEDWRIGHT_QBITTORRENT__HOST"


def test_without_any_source_the_defaults_are_given(home: Home) -> None:
    loaded = load_settings(environ={}, cwd=home.folder)
    assert (loaded.settings, loaded.path) == (Settings(), None)


def test_each_source_beats_the_one_before(home: Home) -> None:
    hosts = []
    environ: dict[str, str] = {}
    overrides: dict[str, object] = {}

    def note() -> None:
        loaded = load_settings(environ=environ, overrides=overrides, cwd=home.folder)
        hosts.append(loaded.settings.qbittorrent.host)

    note()
    home.write("qbittorrent: {host: file, category: kept}")
    note()
    home.write(f"{HOST}=dotenv\n", ".env")
    note()
    environ[HOST] = "environment"
    note()
    overrides["qbittorrent"] = {"host": "flag"}
    note()
    assert hosts == ["localhost", "file", "dotenv", "environment", "flag"]
    assert load_settings(environ=environ, cwd=home.folder).settings.qbittorrent.category == "kept"


def test_lists_and_mappings_are_replaced_as_a_whole(home: Home) -> None:
    settings = home.load(
        "qbittorrent: {tags: [a, b], docker_path_mapping: {/a: /b}}",
        SEEDWRIGHT_QBITTORRENT__TAGS='["c"]',
        SEEDWRIGHT_QBITTORRENT__DOCKER_PATH_MAPPING='{"/c": "/d"}',
    )
    assert settings.qbittorrent.tags == ["c"]
    assert settings.qbittorrent.docker_path_mapping == {"/c": "/d"}


def test_a_flag_that_is_not_given_changes_nothing(home: Home) -> None:
    home.write("qbittorrent: {category: books}\nclients: {nas: {port: 1}}")
    overrides = {"qbittorrent": {"category": None}, "clients": {"nas": None}}
    settings = load_settings(overrides=overrides, environ={}, cwd=home.folder).settings
    assert settings.qbittorrent.category == "books"
    assert settings.clients["nas"].port == 1


def test_flags_may_hold_values_of_their_types(home: Home) -> None:
    overrides = {
        "qbittorrent": {"port": 1, "tags": ["a"], "seed_mode": False},
        "torrent_creation": {"piece_size": 16384},
        "default_output_dir": Path("out"),
    }
    settings = load_settings(overrides=overrides, environ={}, cwd=home.folder).settings
    assert (settings.qbittorrent.port, settings.qbittorrent.tags) == (1, ["a"])
    assert settings.torrent_creation.piece_size == 16384
    assert settings.default_output_dir == home.folder / "out"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"qbittorrent": {"hots": "x"}}, "unknown key 'hots' in qbittorrent"),
        ({"qbittorrent": {"port": "x"}}, "qbittorrent.port must be a whole number, not 'x'"),
        (
            {"torrent_creation": {"piece_size": True}},
            "torrent_creation.piece_size must be auto or a size such as 4MiB, not True",
        ),
        ({"qbittorrent": {"category": 5}}, "qbittorrent.category must be text, not 5"),
    ],
)
def test_a_mistake_in_a_flag_has_no_place(
    home: Home, overrides: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(overrides=overrides, environ={}, cwd=home.folder)
    assert caught.value.message == message


def test_variables_in_flags_are_not_put_in(home: Home) -> None:
    overrides = {"torrent_creation": {"comment": "${HOME} $$"}}
    settings = load_settings(overrides=overrides, environ={}, cwd=home.folder).settings
    assert settings.torrent_creation.comment == "${HOME} $$"


def test_the_first_mistake_is_raised_and_the_others_are_counted(home: Home) -> None:
    home.write("qbittorrent:\n  port: x\n  hots: y\n  read_timeout: 0\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(environ={}, cwd=home.folder)
    assert caught.value.message.startswith("seedwright.yaml:2: ")
    assert caught.value.hint == "`seedwright config check` lists 2 more"
    assert caught.value.exit_code is ExitCode.USAGE


def test_the_hint_of_the_first_mistake_comes_before_the_count(home: Home) -> None:
    home.write("hots: y\nqbittorrent:\n  port: x\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(environ={}, cwd=home.folder)
    assert caught.value.hint.endswith("; `seedwright config check` lists 1 more")


def test_all_mistakes_are_found_in_the_order_of_their_lines(home: Home) -> None:
    errors = home.mistakes(
        "torrent_creation:\n  timeout: 0\nqbittorrent:\n  hots: y\n  port: x\n  host: ${NONE}\n"
    )
    assert [error.message.split(": ")[0] for error in errors] == [
        "seedwright.yaml:2",
        "seedwright.yaml:4",
        "seedwright.yaml:5",
        "seedwright.yaml:6",
    ]


def test_a_misspelt_password_is_not_reported_as_a_missing_one_too(home: Home) -> None:
    error = home.mistake("qbittorrent: {username: u, pasword: p}")
    assert "unknown key 'pasword'" in error.message
    assert error.hint == "did you mean 'password'?"


def test_mistakes_in_each_client_are_found(home: Home) -> None:
    errors = home.mistakes("clients:\n  a: {port: x}\n  b: {username: u}\n  c: {port: y}\n")
    assert [error.message.split(": ")[1].split()[0] for error in errors] == [
        "clients.a.port",
        "clients.b.username",
        "clients.c.port",
    ]


def test_a_long_value_is_cut_short(home: Home) -> None:
    error = home.mistake(f"qbittorrent: {{port: {'9x' * 100}}}")
    assert error.message.endswith("...")
    assert len(error.message) < 150


def test_secrets_are_in_no_message(home: Home) -> None:
    errors = home.mistakes(
        "qbittorrent:\n  password: [hunter2]\n  api_key: {a: hunter2}\n"
        "clients: {nas: {username: u, api_key: hunter2}}\n"
    )
    assert len(errors) == 3
    assert not any("hunter2" in error.message + error.hint for error in errors)


@pytest.mark.parametrize(
    "text", ["qbittorrent: 'hunter2'", "clients: [a]", "clients: {nas: hunter2}"]
)
def test_a_group_that_holds_no_settings_is_refused(home: Home, text: str) -> None:
    error = home.mistake(text)
    assert "must hold settings of its own" in error.message
    assert "hunter2" not in error.message


@pytest.mark.parametrize("written", ['"\\ud800"', '"a\\0b"'])
def test_characters_that_are_no_text_are_refused(home: Home, written: str) -> None:
    error = home.mistake(f"qbittorrent:\n  category: {written}\n")
    assert error.message == (
        "seedwright.yaml:2: qbittorrent.category contains characters that are not text"
    )


def test_a_file_that_is_named_and_absent_is_an_error(home: Home) -> None:
    with pytest.raises(SettingsError, match=r"settings file none\.yaml does not exist") as caught:
        load_settings(Path("none.yaml"), environ={}, cwd=home.folder)
    assert "config init" in caught.value.hint


def test_a_folder_is_no_settings_file(home: Home) -> None:
    (home.folder / "seedwright.yaml").mkdir()
    assert "cannot read settings file seedwright.yaml" in home.mistake().message


def test_a_file_that_is_not_utf_8_is_told_with_its_line(home: Home) -> None:
    (home.folder / "seedwright.yaml").write_bytes(b"qbittorrent:\n  host: caf\xe9\n")
    assert home.mistake().message == "seedwright.yaml:2: not UTF-8 text"


def test_a_byte_order_mark_is_passed_over(home: Home) -> None:
    (home.folder / "seedwright.yaml").write_bytes(b"\xef\xbb\xbfqbittorrent: {host: nas}\n")
    assert home.load().qbittorrent.host == "nas"


def test_a_file_elsewhere_is_named_in_full(home: Home, tmp_path: Path) -> None:
    path = home.write("a: 1", str(tmp_path / "other.yaml"))
    (error,) = find_mistakes(path, environ={}, cwd=home.folder)
    assert error.message.startswith(f"{path}:1: ")


def test_this_process_is_the_default_surrounding(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.folder)
    monkeypatch.setenv(HOST, "from-here")
    monkeypatch.delenv("SEEDWRIGHT_CONFIG", raising=False)
    path = home.write("qbittorrent: {port: 1}")
    loaded = load_settings()
    assert (loaded.settings.qbittorrent.host, loaded.settings.qbittorrent.port) == ("from-here", 1)
    assert loaded.path == locate_settings_file() == path


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk("qbittorrent", "clients", "nas", "host", "tags", "trackers", "<<", "a"))
def test_whatever_is_in_the_file_ends_in_settings_or_in_one_sentence(home: Home, text: str) -> None:
    (home.folder / "seedwright.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    for error in home.mistakes():
        assert error.message
        assert "\n" not in error.message + error.hint
