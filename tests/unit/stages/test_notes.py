"""A plan warns of what its torrent announces."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.settings.model import Settings
from tests.unit.planned import plan_of

if TYPE_CHECKING:
    from pathlib import Path

PASSKEY = "0123456789abcdef0123456789abcdef"
SECRET = f"https://t.example/{PASSKEY}/announce"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "Film"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_bytes(b"bytes")
    return folder


def warnings_of(content: Path, **options: Any) -> tuple[str, ...]:
    asked = {"output": str(content.parent / "x.torrent"), "engine": "local", **options}
    return plan_of(content, Settings(), asked).warnings


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trackers": [SECRET]}, "is public, but a tracker URL seems to contain a passkey"),
        ({"trackers": ["https://t.example/{passkey}/announce"]}, "still a placeholder"),
        ({"trackers": ["udp://t.example/announce"]}, "a UDP tracker without a port"),
        ({"web_seeds": ["https://w.example/Film/"]}, "ends with the folder's name"),
        ({"source": " SRC"}, "blanks around it: ' SRC'"),
        ({"private": True, "web_seeds": ["https://w.example/"]}, "anybody can download it"),
        ({"private": True, "format": "v2"}, "not in format v1"),
        ({"private": True, "format": "hybrid"}, "not in format v1"),
    ],
)
def test_what_goes_wrong_later_is_a_warning_before_anything_is_hashed(
    film: Path, options: dict[str, Any], words: str
) -> None:
    (warning,) = warnings_of(film, **options)
    assert words in warning
    assert PASSKEY not in warning


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"format": "hybrid"},
        {"trackers": ["https://t.example/announce", "udp://t.example:6969"], "source": "SRC"},
        {"trackers": [SECRET], "private": True},
        {"web_seeds": ["https://w.example/", "https://w.example/film"]},
    ],
)
def test_a_plain_good_torrent_has_no_warning(film: Path, options: dict[str, Any]) -> None:
    assert warnings_of(film, **options) == ()


def test_a_web_seed_may_end_with_the_name_of_a_file(film: Path) -> None:
    assert warnings_of(film / "a", web_seeds=["https://w.example/a"]) == ()


def test_without_anything_to_announce_nothing_more_is_loaded(film: Path) -> None:
    code = """
import sys
from seedwright.cli.main import run
try:
    run()
finally:
    print([name for name in sys.modules if name.startswith("seedwright.lint")], file=sys.stderr)
"""
    arguments = ["create", str(film), "-o", str(film.parent / "x.torrent"), "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stderr == "[]\n"
