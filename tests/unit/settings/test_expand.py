from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.settings.problems import BadValueError
from seedwright.settings.variables import expand

if TYPE_CHECKING:
    from tests.unit.home import Home

VARIABLES = {"A": "1", "B_2": "two", "EMPTY": "", "REF": "${A}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "1"),
        ("x${A}y${B_2}z", "x1ytwoz"),
        ("${EMPTY}", ""),
        ("${EMPTY:-d}", "d"),
        ("${NONE:-}", ""),
        ("${NONE:-a:-b $ c}", "a:-b $ c"),
        ("${A:-d}", "1"),
        ("${REF}", "${A}"),
        ("$A $ $1", "$A $ $1"),
        ("$$", "$"),
        ("$${A}", "${A}"),
        ("$$${A}", "$1"),
    ],
)
def test_variables_are_put_in_as_a_shell_does(text: str, expected: str) -> None:
    assert expand(text, VARIABLES) == expected


@pytest.mark.parametrize("text", ["${", "${}", "${A", "${1}", "${A:?x}", "${A-x}", "${A:-${B_2}}"])
def test_what_begins_like_a_variable_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="without the name of a variable"):
        expand(text, VARIABLES)


@given(st.text().filter(lambda text: "$" not in text))
def test_text_without_dollars_stays_as_it_is(text: str) -> None:
    assert expand(text, {}) == text


@given(st.text())
def test_any_text_can_be_written_with_doubled_dollars(text: str) -> None:
    assert expand(text.replace("$", "$$"), {}) == text


def test_variables_are_put_in_everywhere(home: Home) -> None:
    settings = home.load(
        "qbittorrent:\n  port: ${PORT}\n  use_https: ${TLS:-on}\n  tags: ['${TAG}', b]\n"
        "  trackers: [['${URL}/announce']]\n"
        "  docker_path_mapping:\n    ${HERE}/x: ${THERE}\n",
        PORT="81",
        TAG="a",
        URL="http://t",
        HERE="/srv",
        THERE="/data",
    )
    client = settings.qbittorrent
    assert (client.port, client.use_https, client.tags) == (81, True, ["a", "b"])
    assert client.trackers == [["http://t/announce"]]
    assert client.docker_path_mapping == {"/srv/x": "/data"}


def test_a_dotenv_file_feeds_variables_and_the_environment_beats_it(home: Home) -> None:
    home.write("A=dotenv\nB=dotenv\n", ".env")
    settings = home.load("torrent_creation: {comment: '${A} ${B}'}", B="environment")
    assert settings.torrent_creation.comment == "dotenv environment"


def test_a_missing_variable_is_told_with_its_line_and_the_nearest_one(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  tags:\n  - a\n  - ${TAGG}\n", TAG="x")
    assert error.message == (
        "seedwright.yaml:4: item 2 of qbittorrent.tags needs the variable TAGG, which is not set"
    )
    assert error.hint == "did you mean 'TAG'?"


def test_a_missing_variable_like_no_other_is_told_with_what_to_do(home: Home) -> None:
    error = home.mistake("qbittorrent: {username: u, password: '${QB_PASSWORD}'}")
    assert "qbittorrent.password needs the variable QB_PASSWORD" in error.message
    assert error.hint == "set it in the environment or in .env, or write ${QB_PASSWORD:-default}"


def test_a_missing_variable_does_not_matter_where_something_stronger_stands(home: Home) -> None:
    settings = home.load("qbittorrent: {host: '${NONE}'}", SEEDWRIGHT_QBITTORRENT__HOST="nas")
    assert settings.qbittorrent.host == "nas"
