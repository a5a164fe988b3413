"""What create asks on a real terminal, when it is given no PATH."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

import pytest

from tests.testbed.process import unmeasured

pty = pytest.importorskip("pty", reason="terminals of this kind are those of Unix")

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Seedwright

LIMIT = 30.0
LOCAL = ("create", "--engine", "local")
TAB, ENTER, END = "\t", "\n", "\x04"


class Terminal:
    """A command in a terminal of 100 columns: what it shows, and keys that are pressed."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self._seen = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "seedwright", *arguments],
            cwd=home,
            env={**unmeasured(), "TERM": "xterm", "COLUMNS": "100", "INPUTRC": os.devnull},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def shows(self, text: str) -> str:
        """What has been shown up to ``text``, which comes in a moment."""
        deadline = time.monotonic() + LIMIT
        while text not in self._seen:
            assert time.monotonic() < deadline, f"{text!r} is not in {self._seen!r}"
            if not self._read(1.0) and self._process.poll() is not None:
                assert text in self._seen, f"it ended with {self._seen!r}"
        shown, _, self._seen = self._seen.partition(text)
        return shown

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def interrupt(self) -> None:
        """Interrupt until it ends: Python does not hear what comes just before it waits for a key."""
        deadline = time.monotonic() + LIMIT
        while self._process.poll() is None and time.monotonic() < deadline:
            self._process.send_signal(signal.SIGINT)
            time.sleep(0.3)

    def ends(self) -> int:
        """The exit code, once it has ended."""
        while self._read(LIMIT):
            pass
        return self._process.wait(timeout=LIMIT)

    def _read(self, within: float) -> bool:
        if not select.select([self._ours], [], [], within)[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other side is closed
            return False
        text = data.decode(errors="replace").replace("\r\n", "\n")
        self._seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07", "", text)
        return bool(data)


@pytest.fixture
def book(home: Path) -> Path:
    (home / "my films").mkdir()
    (home / "my films" / "a.bin").write_bytes(b"x" * 5000)
    return home / "my films"


@pytest.fixture
def presets(home: Path) -> None:
    text = "films:\n  source: F\narchive:\n  source: A\n"
    (home / "seedwright-presets.yaml").write_text(text)


def test_it_asks_for_content_and_seeding_shows_the_plan_and_asks_once(
    home: Path, book: Path
) -> None:
    with Terminal(home, *LOCAL) as terminal:
        terminal.shows("File or folder: ")
        terminal.press("my" + TAB + ENTER)
        terminal.shows("prove that it seeds? [y/N] ")
        terminal.press(ENTER)
        plan = terminal.shows("Make it? [Y/n] ")
        assert "my films (dry run)" in plan
        assert not list(home.glob("*.torrent"))
        terminal.press(ENTER)
        terminal.shows("infohash")
        assert terminal.ends() == 0
    assert [file.name for file in home.glob("*.torrent")] == ["my films.torrent"]


def test_no_is_taken_at_its_word(home: Path, book: Path) -> None:
    with Terminal(home, *LOCAL) as terminal:
        terminal.shows("File or folder: ")
        terminal.press("'my films'" + ENTER)
        terminal.shows("[y/N] ")
        terminal.press("maybe" + ENTER)
        terminal.shows("answer y or n")
        terminal.press("n" + ENTER)
        terminal.shows("Make it? [Y/n] ")
        terminal.press("n" + ENTER)
        assert terminal.ends() == 0
    assert not list(home.glob("*.torrent"))


@pytest.mark.usefixtures("presets")
def test_presets_are_completed_and_make_a_torrent_each(home: Path, book: Path) -> None:
    with Terminal(home, *LOCAL) as terminal:
        terminal.shows("File or folder: ")
        terminal.press("my films" + ENTER)
        terminal.shows("Presets: archive, films")
        terminal.shows("[none]: ")
        terminal.press("flims" + ENTER)
        terminal.shows("there is no preset 'flims'; did you mean 'films'?")
        terminal.shows("[none]: ")
        terminal.press("ar" + TAB + ",fi" + TAB + ENTER)
        terminal.shows("[y/N] ")
        terminal.press(ENTER)
        terminal.shows("Make it? [Y/n] ")
        terminal.press("y" + ENTER)
        assert terminal.ends() == 0
    made = sorted(file.name for file in home.glob("*.torrent"))
    assert made == ["my films.archive.torrent", "my films.films.torrent"]


@pytest.mark.usefixtures("presets")
def test_what_an_option_says_is_not_asked(home: Path, book: Path) -> None:
    with Terminal(home, *LOCAL, "-P", "films", "--no-seed", "--dry-run") as terminal:
        terminal.shows("File or folder: ")
        terminal.press("my films/" + ENTER)
        shown = terminal.shows("source")
        assert "Preset" not in shown
        assert "[y/N]" not in shown
        assert terminal.ends() == 0
    assert not list(home.glob("*.torrent"))


def test_content_that_does_not_exist_is_asked_for_again(home: Path, book: Path) -> None:
    with Terminal(home, *LOCAL) as terminal:
        terminal.shows("File or folder: ")
        terminal.press("nope" + ENTER)
        terminal.shows("'nope' does not exist")
        terminal.shows("File or folder: ")
        terminal.press(ENTER)
        terminal.shows("name a file or a folder")
        terminal.shows("File or folder: ")
        terminal.press(END)
        assert terminal.ends() == 130
    assert not list(home.glob("*.torrent"))


def test_an_interruption_ends_the_questions(home: Path, book: Path) -> None:
    with Terminal(home, *LOCAL) as terminal:
        terminal.shows("File or folder: ")
        terminal.interrupt()
        terminal.shows("interrupted")
        assert terminal.ends() == 130


def test_a_plan_that_fails_is_the_end(home: Path) -> None:
    (home / "empty").mkdir()
    with Terminal(home, *LOCAL, "--no-seed") as terminal:
        terminal.shows("File or folder: ")
        terminal.press("empty" + ENTER)
        terminal.shows("contains no files")
        assert terminal.ends() == 5


@pytest.mark.parametrize("option", ["--no-input", "--json", "-q"])
def test_nothing_is_asked_where_that_is_not_wanted(home: Path, option: str) -> None:
    with Terminal(home, *LOCAL, option) as terminal:
        terminal.shows("nothing to make a torrent of")
        assert terminal.ends() == 2


def test_nothing_is_asked_where_nobody_sits(seedwright: Seedwright) -> None:
    done = seedwright(*LOCAL)
    assert (done.code, done.out) == (2, "")
    assert "nothing to make a torrent of" in done.err
