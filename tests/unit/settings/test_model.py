from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.errors import SettingsError
from seedwright.settings.model import QBittorrentSettings, Settings

if TYPE_CHECKING:
    from tests.unit.home import Home


def test_the_defaults_are_the_documented_ones() -> None:
    settings = Settings()
    client = settings.qbittorrent
    assert (client.host, client.port, client.use_https, client.base_path) == (
        "localhost",
        8080,
        False,
        "",
    )
    assert client.verify_tls is True
    assert (client.username, client.password, client.api_key) == (None, None, None)
    assert (client.connection_timeout, client.read_timeout) == (10.0, 30.0)
    assert (client.pool_connections, client.pool_maxsize) == (10, 10)
    assert (client.category, client.tags, client.max_tag_length) == (None, [], 100)
    assert settings.torrent_creation.format == "v1"
    assert settings.torrent_creation.piece_size == "auto"
    assert settings.torrent_creation.timeout is None
    assert settings.default_output_dir is None


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().qbittorrent.port = 1  # type: ignore[misc]


def test_no_secret_is_in_the_repr(home: Home) -> None:
    settings = home.load(
        "qbittorrent: {username: u, password: hunter2, trackers: ['http://t/s3cret/announce']}\n"
        "clients: {nas: {api_key: k3y}}\n"
    )
    for secret in ("hunter2", "s3cret", "k3y"):
        assert secret not in repr(settings)


@pytest.mark.parametrize("port", [1, 65535])
def test_ports_at_the_bounds_are_taken(home: Home, port: int) -> None:
    assert home.load(f"qbittorrent: {{port: {port}}}").qbittorrent.port == port


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("0", "must be 1 or more, not '0'"),
        ("65536", "must be 65535 or less, not '65536'"),
        ("true", "must be a whole number, not 'true'"),
        ("80.5", "must be a whole number, not '80.5'"),
        ("[1]", "must be a whole number, not a list"),
        ("{a: 1}", "must be a whole number, not a mapping"),
    ],
)
def test_other_ports_are_refused(home: Home, port: str, sentence: str) -> None:
    error = home.mistake(f"qbittorrent:\n  port: {port}\n")
    assert error.message == f"seedwright.yaml:2: qbittorrent.port {sentence}"


@pytest.mark.parametrize(
    ("written", "host"),
    [("nas", "nas"), ("10.0.0.2", "10.0.0.2"), ("'::1'", "::1"), ("'[fe80::1]'", "fe80::1")],
)
def test_hosts_are_names_and_addresses(home: Home, written: str, host: str) -> None:
    assert home.load(f"qbittorrent: {{host: {written}}}").qbittorrent.host == host


@pytest.mark.parametrize("host", ["nas:8080", "nas/qbt", "a b", "", "u:p@nas", "[]"])
def test_a_host_with_more_than_a_name_is_refused(home: Home, host: str) -> None:
    error = home.mistake(f"qbittorrent: {{host: '{host}'}}")
    assert "must be a host name or an address" in error.message
    assert "base_path" in error.hint


def test_the_password_of_a_url_given_as_host_is_not_shown(home: Home) -> None:
    error = home.mistake("qbittorrent: {host: 'http://admin:hunter2@nas'}")
    assert error.message.endswith("not a URL")
    assert "hunter2" not in error.message + error.hint


@pytest.mark.parametrize(
    ("written", "path"),
    [("''", ""), ("/", ""), ("qbt", "/qbt"), ("/qbt/", "/qbt"), ("//a//b", "/a/b")],
)
def test_base_paths_begin_with_a_slash_and_end_without(home: Home, written: str, path: str) -> None:
    assert home.load(f"qbittorrent: {{base_path: {written}}}").qbittorrent.base_path == path


@pytest.mark.parametrize("path", ["http://nas/qbt", "/a?b", "/a#b", "/a b"])
def test_a_base_path_that_is_no_path_is_refused(home: Home, path: str) -> None:
    assert "must be a path such as" in home.mistake(f"qbittorrent: {{base_path: '{path}'}}").message


@pytest.mark.parametrize(
    ("written", "value"), [("true", True), ("No", False), ("0", False), ("'on'", True)]
)
def test_verify_tls_is_a_switch(home: Home, written: str, value: bool) -> None:
    assert home.load(f"qbittorrent: {{verify_tls: {written}}}").qbittorrent.verify_tls is value


def test_verify_tls_is_the_path_of_a_bundle(home: Home) -> None:
    bundle = home.write("", "ca.pem")
    assert home.load("qbittorrent: {verify_tls: ca.pem}").qbittorrent.verify_tls == bundle


@pytest.mark.parametrize("written", ["''", "[a]"])
def test_verify_tls_is_nothing_else(home: Home, written: str) -> None:
    error = home.mistake(f"qbittorrent: {{verify_tls: {written}}}")
    assert "must be true, false or the path of a CA bundle" in error.message


def test_a_bundle_that_is_not_there_is_told(home: Home) -> None:
    error = home.mistake("qbittorrent:\n  verify_tls: ca.pem\n")
    bundle = home.folder / "ca.pem"
    assert error.message == (
        f"seedwright.yaml:2: qbittorrent.verify_tls names {bundle}, which does not exist"
    )


@pytest.mark.parametrize("timeout", ["0", "-1", ".inf", "inf", "nan", "soon"])
def test_a_timeout_that_is_no_time_is_refused(home: Home, timeout: str) -> None:
    assert (
        "read_timeout must be" in home.mistake(f"qbittorrent: {{read_timeout: {timeout}}}").message
    )


def test_empty_text_means_none(home: Home) -> None:
    settings = home.load(
        "qbittorrent: {username: '', password: '', api_key: k, category: '', save_path: ''}\n"
        "default_output_dir: ''\n"
    )
    client = settings.qbittorrent
    assert (client.username, client.password, client.category, client.save_path) == (None,) * 4
    assert settings.default_output_dir is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("username: u, password: p", "username and password"),
        ("username: u", "username"),
        ("password: p", "password"),
    ],
)
def test_an_api_key_does_not_go_with_a_password(home: Home, given: str, named: str) -> None:
    error = home.mistake(f"qbittorrent: {{{given},\n api_key: k}}")
    assert error.message == (
        f"seedwright.yaml:2: qbittorrent.api_key and {named} cannot be combined"
    )


@pytest.mark.parametrize(("given", "missing"), [("username", "password"), ("password", "username")])
def test_user_name_and_password_belong_together(home: Home, given: str, missing: str) -> None:
    error = home.mistake(f"clients:\n  nas:\n    {given}: x\n")
    assert error.message == (f"seedwright.yaml:3: clients.nas.{given} needs {missing}")


def test_mapped_paths_may_be_of_posix_and_of_windows(home: Home) -> None:
    mapping = {"/srv/a": "/data", "D:\\media": "/media", "\\\\nas\\x": "E:\\x"}
    text = "qbittorrent:\n  docker_path_mapping:\n"
    text += "".join(f"    '{here}': '{there}'\n" for here, there in mapping.items())
    assert home.load(text).qbittorrent.docker_path_mapping == mapping


@pytest.mark.parametrize("pair", ["data: /data", "/data: data", "~/x: /data", "/data: ''"])
def test_relative_mapped_paths_are_refused_with_their_line(home: Home, pair: str) -> None:
    error = home.mistake(f"qbittorrent:\n  docker_path_mapping:\n    /a: /b\n    {pair}\n")
    assert error.message.startswith("seedwright.yaml:4: qbittorrent.docker_path_mapping.")
    assert "absolute" in error.message


@pytest.mark.parametrize("tag", ["'a,b'", "''", "' '"])
def test_a_tag_that_qbittorrent_would_split_is_refused(home: Home, tag: str) -> None:
    error = home.mistake(f"qbittorrent:\n  tags:\n  - ok\n  - {tag}\n")
    assert error.message.startswith("seedwright.yaml:4: item 2 of qbittorrent.tags must be a tag")


def test_trackers_are_tiers_of_one_or_more(home: Home) -> None:
    tiers = ["udp://a:1/announce", ["https://b/x", "wss://c"]]
    text = f"qbittorrent: {{trackers: ['{tiers[0]}', ['{tiers[1][0]}', '{tiers[1][1]}']]}}"
    assert home.load(text).qbittorrent.trackers == tiers


def test_schemes_of_trackers_are_written_in_lower_case(home: Home) -> None:
    text = "qbittorrent: {trackers: ['HTTPS://a.example/A', ['UDP://b.example:80']]}"
    assert home.load(text).qbittorrent.trackers == ["https://a.example/A", ["udp://b.example:80"]]


@pytest.mark.parametrize(
    "tracker",
    ["tracker.example/k3y", "ftp://k3y", "http://", "[]", "[[http://a]]", "{k3y: 1}", "h k3y"],
)
def test_a_tracker_that_is_no_url_is_refused_and_not_shown(home: Home, tracker: str) -> None:
    error = home.mistake(f"qbittorrent:\n  trackers:\n  - {tracker}\n")
    assert error.message == (
        "seedwright.yaml:3: item 1 of qbittorrent.trackers must be a tracker's whole URL, "
        "or a list of them"
    )


@pytest.mark.parametrize(
    ("written", "size"),
    [("auto", "auto"), ("4MiB", 4 << 20), ("16 KiB", 16384), ("'134217728'", 128 << 20)],
)
def test_piece_sizes_are_given_in_bytes(home: Home, written: str, size: object) -> None:
    settings = home.load(f"torrent_creation: {{piece_size: {written}}}")
    assert settings.torrent_creation.piece_size == size


def test_a_piece_size_that_is_no_power_of_two_is_refused_with_its_neighbours(home: Home) -> None:
    error = home.mistake("torrent_creation:\n  piece_size: 12345\n")
    assert error.message.startswith("seedwright.yaml:2: torrent_creation.piece_size cannot be used")
    assert "16 KiB" in error.hint


@pytest.mark.parametrize("size", ["[1]", "{}"])
def test_a_piece_size_of_another_kind_is_refused(home: Home, size: str) -> None:
    error = home.mistake(f"torrent_creation: {{piece_size: {size}}}")
    assert "must be auto or a size such as 4MiB" in error.message


@pytest.mark.parametrize("limit", [-1, 0])
def test_the_limit_of_padding_may_be_minus_one(home: Home, limit: int) -> None:
    text = f"torrent_creation: {{padded_file_size_limit: {limit}}}"
    assert home.load(text).torrent_creation.padded_file_size_limit == limit


def test_the_limit_of_padding_is_no_less(home: Home) -> None:
    error = home.mistake("torrent_creation: {padded_file_size_limit: -2}")
    assert "must be -1 or more" in error.message


def test_formats_are_three(home: Home) -> None:
    error = home.mistake("torrent_creation: {format: v3}")
    assert "must be 'v1', 'v2' or 'hybrid', not 'v3'" in error.message


def test_the_output_folder_starts_at_the_folder_of_the_file(home: Home) -> None:
    home.write("default_output_dir: out", "etc/s.yaml")
    settings = home.load(SEEDWRIGHT_CONFIG="etc/s.yaml")
    assert settings.default_output_dir == home.folder / "etc/out"


def test_a_tilde_is_the_home_folder(home: Home) -> None:
    assert home.load("default_output_dir: ~/out").default_output_dir == Path.home() / "out"


def test_the_output_folder_is_a_path(home: Home) -> None:
    error = home.mistake("default_output_dir: [a]")
    assert error.message == "seedwright.yaml:1: default_output_dir must be a path, not a list"


def test_the_client_without_a_name_is_the_default_one() -> None:
    settings = Settings(qbittorrent=QBittorrentSettings(host="a"))
    assert settings.client(None) == settings.client("default") == ("default", settings.qbittorrent)


def test_clients_go_by_their_names(home: Home) -> None:
    settings = home.load("clients: {nas: {host: n}, box: {host: b}}")
    assert settings.client_names() == ("default", "nas", "box")
    assert settings.client("box") == ("box", settings.clients["box"])


def test_an_unknown_client_is_told_with_the_nearest_name(home: Home) -> None:
    settings = home.load("clients: {nas: }")
    with pytest.raises(SettingsError, match="client 'mas' does not exist") as caught:
        settings.client("mas")
    assert caught.value.hint == "did you mean 'nas'?"


def test_an_unknown_client_far_from_all_is_told_with_all_names(home: Home) -> None:
    with pytest.raises(SettingsError) as caught:
        home.load("clients: {nas: }").client("xyz")
    assert caught.value.hint == "the settings have default, nas"


@pytest.mark.parametrize("name", ["default", "''", "' '"])
def test_a_client_needs_a_name_of_its_own(home: Home, name: str) -> None:
    error = home.mistake(f"clients:\n  nas: {{}}\n  {name}: {{}}\n")
    assert error.message.startswith("seedwright.yaml:3: clients.")
    assert "needs another name" in error.message
