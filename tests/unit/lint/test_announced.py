"""What a torrent announces is looked at before anything is hashed, without false alarms."""

from __future__ import annotations

from typing import Any

import pytest

from seedwright.lint.announced import CHECKS, Said, warnings
from seedwright.metainfo.torrent_spec import Format

PASSKEY = "0123456789abcdef0123456789abcdef"
TRACKER = "https://t.example/announce"


def said(*trackers: str, **fields: Any) -> Said:
    plain = {"private": False, "source": "", "web_seeds": (), "folder": "", "format": Format.V1}
    return Said(**{**plain, "tiers": tuple((url,) for url in trackers), **fields})


def found(what: Said) -> list[str]:
    return [name for name, check in CHECKS.items() if list(check.find(what))]


@pytest.mark.parametrize(
    "what",
    [
        said(TRACKER),
        said(f"https://t.example/{PASSKEY}/announce", private=True, source="SRC"),
        said(f"https://t.example/passkey/{PASSKEY}", private=True),
        said(f"https://t.example/announce?passkey={PASSKEY}", private=True),
        said(f"https://t.example/announce.php?pass_key={PASSKEY}", private=True),
        said("udp://t.example:6969/announce", "udp://[2001:db8::1]:80"),
        said("https://[2001:db8::1]/announce", "https://t.example/a$b"),
        said("https://compasskeys.example/announce"),
        said(web_seeds=("https://w.example/", "https://w.example/Film/more/"), folder="Film"),
        said(web_seeds=("https://w.example/film.mkv",)),
        said(source="A SOURCE"),
        said(TRACKER, format=Format.HYBRID),
    ],
)
def test_nothing_is_found_in_what_is_fine(what: Said) -> None:
    assert found(what) == []
    assert warnings(what) == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://t.example/<passkey>/announce",
        "https://t.example/{passkey}/announce",
        "https://t.example/%7Bpasskey%7D/announce",
        "https://t.example/%3cPASSKEY%3e/announce",
        "https://t.example/$PASSKEY/announce",
        "https://t.example/${PASSKEY}/announce",
        "https://t.example/[your passkey]/announce".replace(" ", "_"),
        "https://t.example/YOUR_PASSKEY/announce",
        "https://t.example/your-pass_key/announce",
        "https://t.example/passkey/announce",
        "https://t.example/announce?passkey=PASSKEY",
    ],
)
def test_a_placeholder_of_a_passkey_is_found(url: str) -> None:
    assert "tracker-placeholder" in found(said(url, private=True))


def test_a_passkey_in_a_placeholder_is_not_shown() -> None:
    (warning,) = warnings(said(f"https://t.example/<{PASSKEY}>/announce", private=True))
    assert PASSKEY not in warning


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (said("udp://t.example"), "tracker-port"),
        (said("udp://t.example/announce"), "tracker-port"),
        (said("udp://[2001:db8::1]/announce"), "tracker-port"),
        (said(f"https://t.example/{PASSKEY}/announce"), "public-passkey"),
        (said(web_seeds=("https://w.example/Film",), folder="Film"), "web-seed-folder"),
        (said(web_seeds=("https://w.example/A%20Film/",), folder="A Film"), "web-seed-folder"),
        (said(source=" SRC"), "blank-source"),
        (said(source="SRC\t"), "blank-source"),
    ],
)
def test_what_is_wrong_is_found_by_its_name(what: Said, name: str) -> None:
    assert found(what) == [name]
    (warning,) = warnings(what)
    assert warning.startswith(CHECKS[name].meaning + ": ")
    assert warning.endswith(f"; {CHECKS[name].planned}")
    assert PASSKEY not in warning


def test_web_seeds_of_a_private_torrent_are_warned_of_before_it_is_made() -> None:
    what = said(TRACKER, private=True, web_seeds=("https://w.example/",))
    (warning,) = warnings(what)
    assert "anybody can download it from a web seed: https://w.example/; " in warning
    assert found(what) == []
    assert warnings(what._replace(private=False)) == ()


@pytest.mark.parametrize("format_", [Format.V2, Format.HYBRID])
def test_another_format_of_a_private_torrent_is_warned_of_before_it_is_made(
    format_: Format,
) -> None:
    what = said(TRACKER, private=True, format=format_)
    (warning,) = warnings(what)
    assert f"which many private trackers refuse: {format_}; " in warning
    assert found(what) == []
    assert warnings(what._replace(private=False)) == ()
