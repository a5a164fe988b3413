from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from seedwright.cli.main import run
from seedwright.settings import places
from tests.testbed.fakes import closed_port
from tests.testbed.process import unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = "from seedwright.cli.main import run; run()"


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


class Seedwright(Protocol):
    """Runs a command in this process."""

    def __call__(self, *arguments: str) -> Outcome: ...


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with the settings of a qBittorrent that is not there and with no others."""
    for name in list(os.environ):
        if name.startswith("SEEDWRIGHT_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(places, "user_settings_path", lambda: tmp_path / "none.yaml")
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with closed_port() as port:
        settle(folder, port=port)
        yield folder


def settle(home: Path, **client: object) -> None:
    """Write settings that name a client on loopback, which is to hash."""
    rows = {"host": "127.0.0.1", **client}
    lines = [f"  {name}: {json.dumps(value)}\n" for name, value in rows.items()]
    text = "".join(["qbittorrent:\n", *lines, "torrent_creation:\n  engine: qbittorrent\n"])
    (home / "seedwright.yaml").write_text(text, encoding="utf-8")


def names_in(folder: Path) -> list[str]:
    """What is in the folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def seedwright(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Seedwright:
    def seedwright(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["seedwright", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            run()
        printed = capsys.readouterr()
        return Outcome(int(caught.value.code or 0), printed.out, printed.err)

    return seedwright


def start(*arguments: str, code: str = RUN) -> subprocess.Popen[str]:
    """A command, or other code, in a process of its own."""
    return subprocess.Popen(
        # A shell that started the tests in its background may have them ignore Ctrl-C.
        [
            sys.executable,
            "-c",
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n" + code,
            *arguments,
        ],
        env=unmeasured(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
