"""Every command where standard streams are closed or full, or the current folder is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Seedwright

COMMANDS = {
    "create": ("create", "{home}/book", "--engine", "local", "-o", "{home}/new.torrent"),
    "dry run": ("create", "{home}/book", "--engine", "local", "--dry-run"),
    "inspect": ("inspect", "{home}/x.torrent"),
    "inspect as JSON": ("inspect", "{home}/x.torrent", "--json"),
    "magnet": ("magnet", "{home}/x.torrent"),
    "verify": ("verify", "{home}/x.torrent", "{home}/book"),
    "edit": ("edit", "{home}/x.torrent", "--comment", "c", "-o", "{home}/new.torrent"),
    "lint": ("lint", "{home}/x.torrent", "--allow", "no-tracker"),
    "lint --list": ("lint", "--list"),
    "cache show": ("cache", "show"),
    "config show": ("config", "show", "--config", "{home}/seedwright.yaml"),
    "config schema": ("config", "schema"),
    "presets schema": ("presets", "schema"),
    "batch schema": ("batch", "schema"),
    "help": ("--help",),
    "help of a command": ("create", "--help"),
    "version": ("--version",),
}


LEAVE = 'cd "$0" && rmdir "$0" &&'


@pytest.fixture
def torrent(home: Path, seedwright: Seedwright) -> Path:
    """A book, and its torrent."""
    (home / "book").write_bytes(b"x" * 1000)
    assert seedwright("create", "book", "--engine", "local", "-o", "x.torrent").code == 0
    return home / "x.torrent"


def run(home: Path, name: str, redirection: str, gone: Path | None = None) -> tuple[int, str, str]:
    """How a command ends whose streams a shell has redirected, and what it still could print.

    It starts in the folder that is to be ``gone`` by then, where one is given.
    """
    words = [word.format(home=home) for word in COMMANDS[name]]
    script = f'{LEAVE if gone else ""} exec "$@" {redirection}'
    done = subprocess.run(
        ["sh", "-c", script, str(gone), sys.executable, "-m", "seedwright", *words],
        cwd=home,
        env={**os.environ, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_closed_streams_keep_nothing_from_being_done(home: Path, torrent: Path, name: str) -> None:
    assert run(home, name, "<&- >&- 2>&-") == (0, "", "")
    assert (home / "new.torrent").exists() is (name in ("create", "edit"))
    assert (home / "book").read_bytes() == b"x" * 1000


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_standard_output_is_one_sentence(home: Path, torrent: Path, name: str) -> None:
    code, _, err = run(home, name, ">/dev/full")
    assert code == 1
    assert err.splitlines()[-2:] == [
        "error: cannot write to standard output: No space left on device",
        "hint: free some space, or send the output elsewhere",
    ]
    assert "Traceback" not in err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_standard_error_keeps_nothing_from_being_done(
    home: Path, torrent: Path, name: str
) -> None:
    code, out, _ = run(home, name, "2>/dev/full")
    assert (code, bool(out)) == (0, True)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_current_folder_that_is_gone_is_one_sentence_or_no_matter(
    home: Path, torrent: Path, name: str, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code, _, err = run(home, name, "", gone)
    assert "Traceback" not in err
    if code:
        assert "error: the current folder does not exist any more\n" in err
        assert not (home / "new.torrent").exists()
    assert code in (0, 1)
