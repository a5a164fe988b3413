from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.settings.dotenv_file import read_dotenv
from seedwright.settings.model import Settings

if TYPE_CHECKING:
    from tests.unit.home import Home


def test_every_setting_has_its_variable(home: Home) -> None:
    settings = home.load(
        SEEDWRIGHT_QBITTORRENT__PORT="1",
        SEEDWRIGHT_QBITTORRENT__USE_HTTPS="yes",
        SEEDWRIGHT_QBITTORRENT__TRACKERS='["http://a", ["http://b", "http://c"]]',
        SEEDWRIGHT_TORRENT_CREATION__PIECE_SIZE="4MiB",
        SEEDWRIGHT_DEFAULT_OUTPUT_DIR="out",
        SEEDWRIGHT_CLIENTS__NAS__HOST="nas",
    )
    assert (settings.qbittorrent.port, settings.qbittorrent.use_https) == (1, True)
    assert settings.qbittorrent.trackers == ["http://a", ["http://b", "http://c"]]
    assert settings.torrent_creation.piece_size == 4 << 20
    assert settings.default_output_dir == home.folder / "out"
    assert settings.clients["nas"].host == "nas"


def test_spaces_around_a_switch_or_a_number_do_not_count(home: Home) -> None:
    settings = home.load(
        SEEDWRIGHT_QBITTORRENT__USE_HTTPS=" Yes ", SEEDWRIGHT_QBITTORRENT__PORT=" 81 "
    )
    assert (settings.qbittorrent.use_https, settings.qbittorrent.port) == (True, 81)


def test_an_empty_variable_takes_back_what_the_file_says(home: Home) -> None:
    settings = home.load("qbittorrent: {category: a}", SEEDWRIGHT_QBITTORRENT__CATEGORY="")
    assert settings.qbittorrent.category is None


def test_variables_reach_a_client_whose_name_they_cannot_spell(home: Home) -> None:
    settings = home.load(
        "clients: {My-NAS.home: {port: 1}}", SEEDWRIGHT_CLIENTS__MY_NAS_HOME__HOST="nas"
    )
    assert settings.client_names() == ("default", "My-NAS.home")
    assert (settings.clients["My-NAS.home"].host, settings.clients["My-NAS.home"].port) == (
        "nas",
        1,
    )


def test_a_bad_value_is_told_with_the_variable(home: Home) -> None:
    error = home.mistake(SEEDWRIGHT_QBITTORRENT__PORT="x")
    assert error.message == (
        "SEEDWRIGHT_QBITTORRENT__PORT: qbittorrent.port must be a whole number, not 'x'"
    )


def test_an_item_of_a_list_in_a_variable_is_told_by_its_number(home: Home) -> None:
    error = home.mistake(SEEDWRIGHT_QBITTORRENT__TAGS='["a", 2]')
    assert error.message == (
        "SEEDWRIGHT_QBITTORRENT__TAGS: item 2 of qbittorrent.tags must be text, not 2"
    )


@pytest.mark.parametrize("value", ["a,b", "", "[" * 100_000])
def test_a_list_that_is_no_json_is_told_with_an_example(home: Home, value: str) -> None:
    error = home.mistake(SEEDWRIGHT_QBITTORRENT__TAGS=value)
    assert error.message == (
        "SEEDWRIGHT_QBITTORRENT__TAGS: qbittorrent.tags must be written as JSON in a variable"
    )
    assert error.hint.startswith("such as [")


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("SEEDWRIGHT_QBITTORRENT__HOTS", "did you mean 'SEEDWRIGHT_QBITTORRENT__HOST'?"),
        ("SEEDWRIGHT_QBITTORRENT_PORT", "did you mean 'SEEDWRIGHT_QBITTORRENT__PORT'?"),
        ("SEEDWRIGHT_FORMAT", "did you mean 'SEEDWRIGHT_TORRENT_CREATION__FORMAT'?"),
        ("SEEDWRIGHT_CLIENTS__NAS__PROT", "did you mean 'SEEDWRIGHT_CLIENTS__NAS__PORT'?"),
        ("SEEDWRIGHT_CLIENTS__NAS__port", "did you mean 'SEEDWRIGHT_CLIENTS__NAS__PORT'?"),
        ("SEEDWRIGHT_CLIENTS__NAS", "for example SEEDWRIGHT_QBITTORRENT__HOST"),
        ("SEEDWRIGHT_XYZ", "for example SEEDWRIGHT_QBITTORRENT__HOST"),
        ("SEEDWRIGHT_PORT", "did you mean 'SEEDWRIGHT_QBITTORRENT__PORT'?"),
    ],
)
def test_a_misspelt_variable_is_told_with_the_nearest_one(
    home: Home, variable: str, hint: str
) -> None:
    error = home.mistake(**{variable: "x"})
    assert error.message == f"unknown variable {variable}"
    assert error.hint == hint


def test_a_client_named_by_a_variable_needs_a_name_of_its_own(home: Home) -> None:
    error = home.mistake(SEEDWRIGHT_CLIENTS__DEFAULT__HOST="nas")
    assert error.message == (
        "SEEDWRIGHT_CLIENTS__DEFAULT__HOST: clients.default needs another name"
    )


def test_variables_of_others_and_of_other_parts_are_passed_over(home: Home) -> None:
    settings = home.load(SEEDWRIGHT_LOG="debug", SEEDWRIGHT_LANES="x", PATH="/bin", SEEDWRIGHTS="1")
    assert settings == Settings()


def test_variables_that_kubernetes_makes_are_passed_over(home: Home) -> None:
    settings = home.load(
        SEEDWRIGHT_PORT="tcp://10.0.0.1:80",
        SEEDWRIGHT_PORT_80_TCP_ADDR="10.0.0.1",
        SEEDWRIGHT_SERVICE_HOST="10.0.0.1",
        SEEDWRIGHT_SERVICE_PORT_HTTP="80",
    )
    assert settings == Settings()


def test_dollars_in_variables_are_kept(home: Home) -> None:
    settings = home.load(SEEDWRIGHT_TORRENT_CREATION__COMMENT="$$ ${HOME}")
    assert settings.torrent_creation.comment == "$$ ${HOME}"


def test_a_dotenv_file_sets_what_the_environment_does_not(home: Home) -> None:
    home.write(
        "\n# ours\nexport SEEDWRIGHT_QBITTORRENT__HOST='nas' # the big one\n"
        "SEEDWRIGHT_QBITTORRENT__PORT=1\nSEEDWRIGHT_CLIENTS__B__PORT=2\n",
        ".env",
    )
    settings = home.load(SEEDWRIGHT_QBITTORRENT__PORT="3", SEEDWRIGHT_CLIENTS__B__HOST="b")
    assert (settings.qbittorrent.host, settings.qbittorrent.port) == ("nas", 3)
    assert (settings.clients["b"].host, settings.clients["b"].port) == ("b", 2)


def test_mistakes_in_a_dotenv_file_have_their_lines(home: Home) -> None:
    home.write(
        "# ours\n\n\nSEEDWRIGHT_QBITTORRENT__PORT=x\n\nSEEDWRIGHT_HOTS=1\n"
        "SEEDWRIGHT_QBITTORRENT__HOST\nSEEDWRIGHT_LOG='\n",
        ".env",
    )
    assert [error.message.partition(": ")[::2] for error in home.mistakes()] == [
        (".env:4", "qbittorrent.port must be a whole number, not 'x'"),
        (".env:6", "unknown variable SEEDWRIGHT_HOTS"),
        (".env:7", "this line is not NAME=value"),
        (".env:8", "this line is not NAME=value"),
    ]


def test_what_others_keep_in_a_dotenv_file_does_not_matter(home: Home) -> None:
    home.write("what is this\n'\nFOO\n# SEEDWRIGHT_X\nBAR=SEEDWRIGHT_Y\nX='SEEDWRIGHT_\n", ".env")
    assert home.load() == Settings()


def test_a_folder_called_dotenv_is_passed_over(home: Home) -> None:
    (home.folder / ".env").mkdir()
    assert read_dotenv(home.folder / ".env") == ({}, {}, [])


def test_a_dotenv_file_that_is_not_utf_8_is_told(home: Home) -> None:
    (home.folder / ".env").write_bytes(b"A=\xff")
    assert home.mistake().message == "cannot read .env: it is not UTF-8 text"


def test_a_dotenv_file_that_cannot_be_read_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home.write("", ".env")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_text", refuse)
    assert home.mistake().message == "cannot read .env: Permission denied"
