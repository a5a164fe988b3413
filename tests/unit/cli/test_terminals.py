"""What a terminal, a locale or an impatient finger cannot upset."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from seedwright.metainfo.parse import Metainfo
from seedwright.names import printable
from tests.testbed.process import unmeasured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Seedwright

ODD = "a\u009b31m\x7f\u202eb.bin"


@pytest.fixture
def odd(home: Path, seedwright: Seedwright) -> Path:
    """A file with a name that turns a terminal over, and its torrent."""
    (home / ODD).write_bytes(b"x" * 1000)
    done = seedwright("create", ODD, "--engine", "local", "-o", "x.torrent", "--no-content-checks")
    assert done.code == 0
    return home / ODD


@pytest.mark.parametrize(
    "command",
    [
        ("inspect", "x.torrent", "--json"),
        ("inspect", "x.torrent", "--files"),
        ("magnet", "x.torrent", "--json"),
        ("verify", "x.torrent", ".", "--json"),
        ("lint", "x.torrent", "--json"),
        ("lint", ODD, "--json"),
        ("edit", "x.torrent", "--comment", ODD, "--dry-run", "--json"),
        ("create", ODD, "--engine", "local", "--dry-run", "--json"),
        ("create", ODD, "--engine", "local", "--json"),
        ("create", f"{ODD}.nope", "--json"),
    ],
)
def test_no_output_has_a_letter_that_upsets_a_terminal(
    odd: Path, seedwright: Seedwright, command: tuple[str, ...]
) -> None:
    ended = seedwright(*command)
    assert (ended.out + ended.err).replace("\n", "").isprintable()
    if "--json" in command:
        said = str(json.loads(ended.out))
        assert repr(ODD)[1:-1] in said or printable(ODD).replace("\\", "\\\\") in said


def _kept() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}


def _run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "seedwright", *arguments],
        cwd=home,
        env={**_kept(), "HOME": str(home), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="session")
def latin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a locale whose letters are not UTF-8, made where the system has none."""
    folder = tmp_path_factory.mktemp("locales")
    made = subprocess.run(
        ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(folder / "en_US.ISO-8859-1")],
        capture_output=True,
        check=False,
    )
    if made.returncode not in (0, 1):
        pytest.skip("localedef cannot make a locale of ISO 8859-1 here")
    return {"LC_ALL": "en_US.ISO-8859-1", "LOCPATH": str(folder)}


def test_a_name_is_the_disks_bytes_read_as_utf8_whatever_the_locale(
    home: Path, latin: dict[str, str]
) -> None:
    code = "import sys; print(sys.getfilesystemencoding())"
    told = subprocess.run(
        [sys.executable, "-c", code], env=latin, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() != "utf-8"
    (home / "üé").write_bytes(b"x" * 1000)
    infohashes = set()
    for number, environment in enumerate((latin, {"LC_ALL": "C.UTF-8"})):
        done = _run(
            home, "create", "üé", "-o", f"{number}.torrent", "--engine", "local", **environment
        )
        assert (done.returncode, done.stderr) == (0, b"")
        metainfo = Metainfo.parse((home / f"{number}.torrent").read_bytes())
        assert metainfo.name == "üé"
        infohashes.add(metainfo.infohash_v1)
    assert len(infohashes) == 1


def test_what_is_printed_has_the_letters_of_the_locale(home: Path, latin: dict[str, str]) -> None:
    (home / "üé").write_bytes(b"x" * 1000)
    done = _run(home, "create", "üé", "-o", "x.torrent", "--engine", "local", **latin)
    assert done.stdout.splitlines()[0] == "üé".encode("latin-1")


@pytest.mark.parametrize("pause", [0.05 * step for step in range(12)])
def test_an_interruption_at_any_moment_ends_with_130_or_not_at_all(
    home: Path, pause: float
) -> None:
    (home / "book").write_bytes(b"x" * 1000)
    with subprocess.Popen(
        [sys.executable, "-m", "seedwright", "create", "book", "--engine", "local", "-q"],
        cwd=home,
        env=unmeasured(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    # Python itself, before it has begun with our first line, ends by the signal.
    assert process.returncode in (0, 130, -signal.SIGINT, 1)
    assert "seedwright/" not in err
    left = [file.name for file in home.iterdir() if file.name not in ("book", "seedwright.yaml")]
    assert left == ["book.torrent"] or (not left and process.returncode != 0)
    for name in left:
        assert Metainfo.parse((home / name).read_bytes()).name == "book"
