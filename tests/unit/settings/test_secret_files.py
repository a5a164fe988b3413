from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from seedwright.settings.secret import Secret
    from tests.unit.home import Home


def secret(value: Secret | None) -> str:
    assert value is not None
    return value.get_secret_value()


@pytest.mark.parametrize(
    ("content", "password"),
    [
        ("p", "p"),
        ("p\n", "p"),
        ("p\r\n", "p"),
        ("p\n\n", "p\n"),
        (" p ", " p "),
        ("${HOME} $$", "${HOME} $$"),
        ("pässwörd", "pässwörd"),
    ],
)
def test_a_secret_is_the_content_without_one_newline(
    home: Home, content: str, password: str
) -> None:
    (home.folder / "pw").write_bytes(content.encode())
    settings = home.load("qbittorrent: {username: u, password_file: pw}")
    assert secret(settings.qbittorrent.password) == password


def test_user_names_and_api_keys_can_stand_in_files_too(home: Home) -> None:
    home.write("me\n", "user")
    home.write("k\n", "key")
    settings = home.load(
        "qbittorrent: {username_file: user, password: p}\nclients: {nas: {api_key_file: key}}"
    )
    assert settings.qbittorrent.username == "me"
    assert secret(settings.clients["nas"].api_key) == "k"


def test_a_relative_path_starts_at_the_folder_of_the_file(home: Home) -> None:
    home.write("k", "etc/key")
    home.write("qbittorrent: {api_key_file: key}", "etc/s.yaml")
    settings = home.load(SEEDWRIGHT_CONFIG="etc/s.yaml")
    assert secret(settings.qbittorrent.api_key) == "k"


def test_a_relative_path_in_a_variable_starts_at_the_current_folder(home: Home) -> None:
    home.write("k", "key")
    settings = home.load(SEEDWRIGHT_CLIENTS__NAS__API_KEY_FILE="key")
    assert secret(settings.clients["nas"].api_key) == "k"


def test_a_variable_can_stand_in_the_path(home: Home) -> None:
    home.write("k", "secrets/key")
    settings = home.load("qbittorrent: {api_key_file: '${DIR}/key'}", DIR="secrets")
    assert secret(settings.qbittorrent.api_key) == "k"


def test_a_secret_and_its_file_in_one_place_are_refused(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  username: u\n  password: p\n  password_file: absent\n")
    assert error.message == (
        "seedwright.yaml:4: qbittorrent.password_file and password cannot be combined"
    )


def test_a_secret_and_its_file_in_the_environment_are_refused(home: Home) -> None:
    error = home.mistake(
        SEEDWRIGHT_QBITTORRENT__API_KEY="k", SEEDWRIGHT_QBITTORRENT__API_KEY_FILE="absent"
    )
    assert error.message.startswith("SEEDWRIGHT_QBITTORRENT__API_KEY_FILE: ")


def test_a_stronger_secret_beats_a_file_that_need_not_be_there(home: Home) -> None:
    settings = home.load(
        "qbittorrent: {api_key_file: absent}", SEEDWRIGHT_QBITTORRENT__API_KEY="strong"
    )
    assert secret(settings.qbittorrent.api_key) == "strong"


def test_a_stronger_file_beats_a_secret(home: Home) -> None:
    home.write("strong", "key")
    settings = home.load("qbittorrent: {api_key: weak}", SEEDWRIGHT_QBITTORRENT__API_KEY_FILE="key")
    assert secret(settings.qbittorrent.api_key) == "strong"


def test_an_empty_path_means_none(home: Home) -> None:
    settings = home.load("qbittorrent: {api_key_file: '${KEY_FILE:-}'}")
    assert settings.qbittorrent.api_key is None


def test_a_file_that_is_not_there_is_told_with_the_line(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  username: u\n  password_file: absent\n")
    path = home.folder / "absent"
    assert error.message == (
        f"seedwright.yaml:3: qbittorrent.password_file names {path}, which does not exist"
    )


@pytest.mark.parametrize(
    ("content", "end"),
    [(b"", "which is empty"), (b"\n", "which is empty"), (b"\xff", "which is not UTF-8 text")],
)
def test_a_file_without_a_secret_is_told(home: Home, content: bytes, end: str) -> None:
    (home.folder / "key").write_bytes(content)
    assert home.mistake("qbittorrent: {api_key_file: key}").message.endswith(end)


def test_a_file_that_cannot_be_read_is_told(home: Home) -> None:
    (home.folder / "key").mkdir()
    error = home.mistake("qbittorrent: {api_key_file: key}")
    assert f"names {home.folder / 'key'}, which cannot be read: " in error.message


def test_a_path_of_another_kind_is_refused(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  api_key_file: [a]\n")
    assert error.message == "seedwright.yaml:2: qbittorrent.api_key_file must be a path"


def test_the_home_of_somebody_unknown_is_a_file_that_is_not_there(home: Home) -> None:
    error = home.mistake("qbittorrent: {api_key_file: '~nobody-of-that-name/key'}")
    assert str(Path("~nobody-of-that-name/key")) in error.message
