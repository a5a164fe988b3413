"""``seedwright create``: what the content checks find is a warning, or an error when strict."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.errors import ContentCheckError, ExitCode
from seedwright.settings.model import Settings
from tests.unit.files import put
from tests.unit.planned import plan_of

from .conftest import names_in

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Seedwright

LACKS = "missing-episode: season 1 is missing episode 3 ('Show.S01E02.mkv' is followed by 'Show.S01E04.mkv')"
SAMPLE = "sample: a sample next to its video: 'Sample/s.mkv'"


@pytest.fixture(autouse=True)
def show(home: Path) -> Path:
    """A season that lacks an episode, and has a sample."""
    for number in (1, 2, 4, 5):
        put(home / "Show" / f"Show.S01E{number:02}.mkv", 9)
    put(home / "Show" / "Sample" / "s.mkv")
    (home / "seedwright.yaml").write_text("torrent_creation: {engine: local}\n")
    return home / "Show"


def row(seedwright: Seedwright, *options: str) -> dict[str, Any]:
    done = seedwright("create", "Show", "--json", *options)
    printed: dict[str, Any] = json.loads(done.out)
    assert printed["ok"] == (done.code == ExitCode.DONE)
    return printed


def test_findings_are_warnings_of_the_plan_and_of_the_report(seedwright: Seedwright) -> None:
    assert row(seedwright, "--dry-run")["warnings"] == [LACKS, SAMPLE]
    assert row(seedwright)["warnings"] == [LACKS, SAMPLE]


def test_findings_are_told_to_people(seedwright: Seedwright) -> None:
    done = seedwright("create", "Show", "--dry-run")
    assert done.code == ExitCode.DONE
    assert f"  warning   {LACKS}\n  warning   {SAMPLE}\n" in done.out


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_strict_checks_end_it_before_anything_is_hashed(
    seedwright: Seedwright, home: Path, options: tuple[str, ...]
) -> None:
    done = seedwright("create", "Show", "--strict", *options)
    assert (done.code, done.out) == (ExitCode.CONTENT, "")
    assert f"error: '{home / 'Show'}' fails the content checks: {LACKS}; {SAMPLE}" in done.err
    assert "hint: " in done.err
    assert names_in(home) == ["Show", "seedwright.yaml"]


def test_what_is_allowed_is_no_finding(seedwright: Seedwright) -> None:
    assert row(seedwright, "--allow", "sample", "--dry-run")["warnings"] == [LACKS]
    both = ("--allow", "sample", "--allow", "missing-episode")
    assert row(seedwright, *both, "--strict")["warnings"] == []


def test_without_content_checks_there_is_nothing_to_be_strict_about(
    seedwright: Seedwright,
) -> None:
    assert row(seedwright, "--no-content-checks", "--strict")["warnings"] == []


def test_a_strict_failure_has_a_code_of_its_own(seedwright: Seedwright) -> None:
    assert row(seedwright, "--strict")["error"]["code"] == "content_check"


def test_a_name_that_is_none_is_wrong_usage(seedwright: Seedwright, home: Path) -> None:
    done = seedwright("create", "Show", "--allow", "sampel", "--no-content-checks")
    assert done.code == ExitCode.USAGE
    assert "'sampel'" in done.err
    assert "missing-episode" in done.err
    assert names_in(home) == ["Show", "seedwright.yaml"]


def test_the_settings_say_so_too(seedwright: Seedwright, home: Path) -> None:
    file = home / "seedwright.yaml"
    file.write_text("torrent_creation: {engine: local, strict: yes, allow: [sample]}\n")
    message = row(seedwright)["error"]["message"]
    assert (LACKS in message, SAMPLE in message) == (True, False)
    assert row(seedwright, "--no-strict", "--dry-run")["warnings"] == [LACKS]
    assert SAMPLE in row(seedwright, "--allow", "missing-episode")["error"]["message"]
    file.write_text("torrent_creation: {engine: local, strict: yes, content_checks: no}\n")
    assert row(seedwright, "--dry-run")["warnings"] == []
    assert row(seedwright, "--content-checks")["ok"] is False


def test_a_name_in_the_settings_that_is_none_is_told_with_its_line(
    seedwright: Seedwright, home: Path
) -> None:
    (home / "seedwright.yaml").write_text("torrent_creation:\n  allow: [sampel]\n")
    done = seedwright("create", "Show")
    assert done.code == ExitCode.USAGE
    assert "seedwright.yaml:2: item 1 of torrent_creation.allow cannot be used" in done.err


def test_a_variable_can_allow_as_well(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDWRIGHT_TORRENT_CREATION__ALLOW", '["sample", "missing-episode"]')
    assert row(seedwright, "--strict", "--dry-run")["warnings"] == []


def test_a_preset_says_so_too(seedwright: Seedwright, home: Path) -> None:
    (home / "seedwright-presets.yaml").write_text("careful: {strict: yes, allow: [sample]}\n")
    message = row(seedwright, "-P", "careful")["error"]["message"]
    assert (LACKS in message, SAMPLE in message) == (True, False)
    assert row(seedwright, "-P", "careful", "--no-strict")["warnings"] == [LACKS]


def test_content_that_qbittorrent_is_to_hash_is_checked_where_it_is_visible(show: Path) -> None:
    assert plan_of(show, Settings(), {"engine": "qbittorrent"}).warnings == (LACKS, SAMPLE)
    with pytest.raises(ContentCheckError):
        plan_of(show, Settings(), {"engine": "qbittorrent", "strict": True})


def test_content_that_is_not_visible_is_not_checked(home: Path) -> None:
    plan = plan_of(home / "elsewhere", Settings(), {"engine": "qbittorrent", "strict": True})
    assert plan.survey is None


CODE = """
import sys
from seedwright.settings.model import Settings
from seedwright.manager import TorrentManager
from seedwright.request import Request
TorrentManager(Settings()).plans([Request(sys.argv[1], engine="local")])
print(*(name for name in sys.modules if name.startswith(("guessit", "seedwright.content.checks.gaps"))))
"""


def loaded(content: Path) -> set[str]:
    """The modules that look for gaps, and are loaded to plan a torrent of the content."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(content)],
        capture_output=True,
        text=True,
        check=True,
        cwd=content.parent,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_guessit_is_loaded_where_a_gap_may_be_and_nowhere_else(home: Path, show: Path) -> None:
    put(home / "file.txt")
    put(home / "two" / "S01E01.mkv")
    put(home / "two" / "S01E04.mkv")
    for number in range(1, 5):
        put(home / "photos" / f"IMG_{number**2:04}.jpg")
        put(home / "all" / f"Show.S01E{number:02}.mkv")
    assert [loaded(home / name) for name in ("file.txt", "two", "photos")] == [set()] * 3
    assert loaded(home / "all") == {"seedwright"}
    assert loaded(show) == {"seedwright", "guessit"}
