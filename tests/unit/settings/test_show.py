from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from seedwright.settings.group import defaults
from seedwright.settings.model import Settings
from seedwright.settings.secret import MASK
from seedwright.settings.show import shown

if TYPE_CHECKING:
    from tests.unit.home import Home


def test_secrets_are_masked_in_every_client(home: Home) -> None:
    settings = home.load(
        "qbittorrent: {username: u, password: hunter2}\nclients: {nas: {api_key: hunter2}}"
    )
    text = json.dumps(shown(settings))
    assert "hunter2" not in text
    assert text.count(MASK) == 2


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("udp://t:1337/announce", "udp://t:1337/announce"),
        ("https://t", "https://t"),
        ("https://t/", "https://t/"),
        ("https://t/k3y/announce", f"https://t/{MASK}"),
        ("https://t/announce?passkey=k3y", f"https://t/{MASK}"),
        ("https://t?passkey=k3y", f"https://t/{MASK}"),
        ("https://me:k3y@t/announce", f"https://t/{MASK}"),
    ],
)
def test_what_may_be_a_passkey_is_masked(home: Home, url: str, expected: str) -> None:
    tree = shown(home.load(f"qbittorrent: {{trackers: ['{url}', ['{url}']]}}"))
    assert isinstance(tree, dict)
    assert tree["qbittorrent"]["trackers"] == [expected, [expected]]


def test_what_is_shown_can_be_loaded_again(home: Home) -> None:
    home.write("", "ca.pem")
    settings = home.load(
        "default_output_dir: out\ntorrent_creation: {piece_size: 4MiB, timeout: 5}\n"
        "qbittorrent: {verify_tls: ca.pem, tags: [a], docker_path_mapping: {/a: /b}}\n"
        "clients: {nas: {verify_tls: no}}\n"
    )
    assert home.load(yaml.safe_dump(shown(settings))) == settings


def test_every_setting_is_shown() -> None:
    tree = shown(Settings())
    assert isinstance(tree, dict)
    assert tree.keys() == defaults(Settings).keys()
