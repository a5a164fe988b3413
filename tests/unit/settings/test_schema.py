from __future__ import annotations

from typing import Any

import pytest

from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings
from seedwright.settings.schema import settings_schema
from seedwright.settings.shape import keys


def properties(group: str | None = None) -> dict[str, Any]:
    schema = settings_schema()
    found: dict[str, Any] = (schema["$defs"][group] if group else schema)["properties"]
    return found


def test_every_key_is_in_the_schema() -> None:
    assert set(properties()) == set(keys(Settings))
    assert set(properties("QBittorrentSettings")) == set(keys(QBittorrentSettings))
    assert set(properties("TorrentCreationSettings")) == set(keys(TorrentCreationSettings))


@pytest.mark.parametrize("group", [None, "QBittorrentSettings", "TorrentCreationSettings"])
def test_every_key_is_explained_and_may_be_without_a_value(group: str | None) -> None:
    for setting in properties(group).values():
        assert setting["description"]
        assert {"type": "null"} in setting["anyOf"]


def test_unknown_keys_are_not_allowed() -> None:
    schema = settings_schema()
    assert schema["additionalProperties"] is False
    assert all(group["additionalProperties"] is False for group in schema["$defs"].values())


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ("QBittorrentSettings", "port"),
        ("QBittorrentSettings", "use_https"),
        ("TorrentCreationSettings", "format"),
        ("TorrentCreationSettings", "timeout"),
    ],
)
def test_a_variable_may_stand_where_no_text_can(group: str, key: str) -> None:
    assert {"type": "string", "pattern": r"\$\{"} in properties(group)[key]["anyOf"]


def test_text_is_not_bound_to_a_pattern() -> None:
    assert properties("QBittorrentSettings")["host"]["anyOf"] == [
        {"type": "string"},
        {"type": "null"},
    ]
