from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seedwright.errors import SettingsError
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.secret import Secret


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"port": 0}, "port must be 1 or more, not 0"),
        ({"port": None}, "port must be a whole number, not None"),
        ({"port": True}, "port must be a whole number, not True"),
        ({"use_https": 2}, "use_https must be true or false, not 2"),
        ({"host": "a/b"}, "host must be a host name or an address, not 'a/b'"),
        ({"read_timeout": float("inf")}, "read_timeout must be a finite number, not inf"),
        ({"tags": ["ok", 5]}, "item 2 of tags must be text, not 5"),
        ({"tags": "ok"}, "tags must be a list, not 'ok'"),
        ({"docker_path_mapping": []}, "docker_path_mapping must be a mapping, "),
        ({"username": "u"}, "username needs password"),
    ],
)
def test_a_wrong_value_is_told_with_its_setting(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        QBittorrentSettings(**given)
    assert caught.value.message.startswith(message)


def test_no_secret_is_in_the_error() -> None:
    with pytest.raises(SettingsError) as caught:
        QBittorrentSettings(password=Secret("hunter2"))
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="hots"):
        QBittorrentSettings(hots="nas")  # type: ignore[call-arg]


def test_values_are_brought_to_their_types() -> None:
    given: dict[str, Any] = {
        "host": "[::1]",
        "port": "81",
        "read_timeout": 5,
        "use_https": "yes",
        "username": "u",
        "password": "p",
        "tags": ("a",),
    }
    client = QBittorrentSettings(**given)
    assert (client.host, client.port, client.use_https) == ("::1", 81, True)
    assert (client.password, client.tags) == (Secret("p"), ["a"])
    assert isinstance(client.read_timeout, float)


def test_groups_may_be_given_as_mappings() -> None:
    tree: dict[str, Any] = {
        "qbittorrent": {"host": "nas", "category": None},
        "clients": {"box": {"port": 1}},
        "torrent_creation": {"piece_size": "4MiB"},
        "default_output_dir": "out",
    }
    assert Settings(**tree) == Settings(
        qbittorrent=QBittorrentSettings(host="nas"),
        clients={"box": QBittorrentSettings(port=1)},
        torrent_creation=TorrentCreationSettings(piece_size=4 << 20),
        default_output_dir=Path("out"),
    )


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"qbittorrent": {"port": 0}}, "qbittorrent.port must be 1 or more, not 0"),
        ({"clients": {"box": {"hots": 1}}}, "unknown key 'hots' in clients.box"),
        ({"clients": {"default": {}}}, "clients.default needs another name"),
        ({"torrent_creation": 5}, "torrent_creation must hold settings of its own"),
    ],
)
def test_a_wrong_value_in_a_group_is_told_with_the_way_to_it(
    tree: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(**tree)
    assert caught.value.message.startswith(message)


def test_a_changed_copy_is_checked_too() -> None:
    client = QBittorrentSettings(host="nas", tags=["a"])
    assert replace(client, port=1) == QBittorrentSettings(host="nas", tags=["a"], port=1)
    with pytest.raises(SettingsError, match="port must be"):
        replace(client, port=0)


def test_settings_do_not_share_their_lists() -> None:
    QBittorrentSettings().tags.append("mine")
    assert QBittorrentSettings().tags == []


def test_it_is_known_whether_the_default_client_is_described() -> None:
    box = {"box": QBittorrentSettings(host="box")}
    assert not Settings(clients=box).describes_default_client
    assert Settings(qbittorrent=QBittorrentSettings(), clients=box).describes_default_client
