from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.errors import SettingsError
from seedwright.settings.yaml_file import parse_yaml

if TYPE_CHECKING:
    from seedwright.settings.problems import Loc
    from tests.unit.home import Home


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n", "{}"])
def test_an_empty_file_is_fine(text: str) -> None:
    tree = parse_yaml(text, "f")
    assert (tree, tree.root.here) == (({}, []), ("f", 0))


@pytest.mark.parametrize("text", ["\n- a\n", "\nqbittorrent\n", "\n5\n"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^f:2: settings must be written as 'key: value', one per line"
    ):
        parse_yaml(text, "f")


@pytest.mark.parametrize("scalar", ["0123", "no", "1.10", "2026-01-01", "1e3", "'5'", '"x"'])
def test_scalars_are_given_as_they_are_written(scalar: str) -> None:
    assert parse_yaml(f"a: {scalar}", "f").root == {"a": scalar.strip("'\"")}


def test_every_value_has_its_line() -> None:
    root = parse_yaml("a:\n  b: 1\n  c:\n  - x\n  -\n    - y\n", "f").root
    lines: dict[Loc, int] = {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 6,
        ("a", "c", 1, 0): 6,
    }
    assert {loc: root.place(*loc).line for loc in lines} == lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b: c", "f:1: not valid YAML at column 5: mapping values are not allowed here"),
        ("a:\n  - 'x", "f:2: not valid YAML at column 7: found unexpected end of stream"),
        (
            "a: 1\n---\nb: 2",
            "f:2: not valid YAML at column 1: expected a single document in the stream, but found another document",
        ),
        ("a: \x07", "f:1: character U+0007 is not allowed in YAML"),
        ('a: "\\UFFFFFFFF"', "f: the file is not valid YAML"),
        ("[" * 2000, "f: the file is nested too deeply"),
        ("a: &a\n  <<: *a", "f: the file is nested too deeply"),
    ],
)
def test_what_is_no_yaml_is_told_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, "f")
    assert caught.value.message == message


def test_tabs_are_told_as_tabs() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_yaml("a:\n\tb: 1", "f")
    assert caught.value.hint == "indent with spaces, not with tabs"


@pytest.mark.parametrize("password", ["*hunter2", "!hunter2", "!hunter2!x", "&hunter2 &b"])
def test_a_password_without_its_quotes_is_not_shown(home: Home, password: str) -> None:
    error = home.mistake(f"qbittorrent:\n  username: u\n  password: {password}\n")
    assert error.message.startswith("seedwright.yaml:3: ")
    assert "hunter2" not in error.message + error.hint
    assert "quotes" in error.hint


def test_a_key_given_twice_is_refused_with_both_lines(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  host: a\n  port: 1\n  host: b\n")
    assert error.message == "seedwright.yaml:4: 'host' is already given on line 2"


def test_a_key_that_is_no_text_is_refused(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  ? [a]\n  : b\n")
    assert error.message == "seedwright.yaml:2: a key must be text"


def test_a_list_without_end_is_refused(home: Home) -> None:
    errors = home.mistakes("qbittorrent:\n  tags: &a [*a]\n")
    assert errors[0].message == "seedwright.yaml:2: this is nested too deeply"


def test_a_merged_client_takes_what_it_does_not_say_itself(home: Home) -> None:
    settings = home.load(
        "qbittorrent: &a {host: a, port: 1, category: x}\n"
        "clients:\n  b: &b {<<: *a, port: 2}\n  c: {<<: [*b, *a], host: c}\n"
    )
    b, c = settings.clients["b"], settings.clients["c"]
    assert (b.host, b.port, b.category) == ("a", 2, "x")
    assert (c.host, c.port, c.category) == ("c", 2, "x")


def test_only_mappings_can_be_merged(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  <<: text\n")
    assert error.message == "seedwright.yaml:2: << must name a mapping"


def test_a_misspelt_key_is_told_with_the_nearest_one(home: Home) -> None:
    error = home.mistake("# my settings\n\nqbittorrent:\n  hots: nas\n")
    assert error.message == "seedwright.yaml:4: unknown key 'hots' in qbittorrent"
    assert error.hint == "did you mean 'host'?"


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("qbitorrent: {}", "unknown key 'qbitorrent'", "did you mean 'qbittorrent'?"),
        ("host: a", "unknown key 'host'", "it belongs under qbittorrent"),
        ("format: v1", "unknown key 'format'", "it belongs under torrent_creation"),
        (
            "qbittorrent: {clients: }",
            "unknown key 'clients' in qbittorrent",
            "it belongs at the left margin",
        ),
        (
            "torrent_creation: {Private: 1}",
            "unknown key 'Private' in torrent_creation",
            "did you mean 'private'?",
        ),
        (
            "clients: {nas: {user: x}}",
            "unknown key 'user' in clients.nas",
            "did you mean 'username'?",
        ),
        (
            "zzz: 1",
            "unknown key 'zzz'",
            (
                "the keys here are qbittorrent, clients, torrent_creation, default_output_dir,"
                " tracker_rules"
            ),
        ),
    ],
)
def test_an_unknown_key_is_told_with_where_it_belongs(
    home: Home, text: str, sentence: str, hint: str
) -> None:
    error = home.mistake(text)
    assert (error.message, error.hint) == (f"seedwright.yaml:1: {sentence}", hint)


def test_a_key_without_a_value_counts_as_not_written(home: Home) -> None:
    settings = home.load("qbittorrent:\n  port:\n  tags: ~\nclients:\n  nas:\ntorrent_creation:\n")
    assert settings.qbittorrent.port == 8080
    assert settings.clients["nas"].host == "localhost"
