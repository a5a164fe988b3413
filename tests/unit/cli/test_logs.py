"""What is logged: nothing unasked but warnings, all of it on demand, and never a secret."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import click
import pytest

from seedwright import log
from seedwright.cli import log_handlers, logs
from seedwright.cli.main import COMMANDS, app
from seedwright.errors import ExitCode

from .builders import PASSKEY, TRACKER
from .conftest import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Seedwright

LONG = 60.0
OURS = log.Log("seedwright.somewhere")


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    yield
    root = logging.getLogger("seedwright")
    assert [type(each) for each in root.handlers] in ([], [logging.NullHandler])
    assert root.level == logging.NOTSET


@pytest.fixture
def book(home: Path) -> str:
    (home / "book").write_bytes(b"content")
    return "book"


def logged_by(
    monkeypatch: pytest.MonkeyPatch, *records: tuple[str, str], name: str = "seedwright.x"
) -> None:
    """Have every command log these instead of doing anything: level and text of each."""

    def speak(*_: object) -> None:
        for level, text in records:
            getattr(log.Log(name), level)(text)
        raise click.exceptions.Exit(0)

    monkeypatch.setattr("seedwright.settings.load.load_settings", speak)


def test_a_torrent_that_is_made_here_loads_no_logging(home: Path, book: str) -> None:
    code = """
import sys
sys.argv = ["seedwright", "create", "book", "--engine", "local", "-q"]
from seedwright.cli.main import run
try:
    run()
except SystemExit as left:
    assert not left.code, left.code
print("logging" in sys.modules)
"""
    (home / "seedwright.yaml").unlink()
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XDG_CONFIG_HOME": str(home / "none"), "HOME": str(home / "none")},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
    assert (home / "book.torrent").exists()


def test_a_warning_is_heard_even_where_nothing_else_needed_logging() -> None:
    code = """
import sys
from seedwright import log
from seedwright.cli import logs
with logs.listening():
    log.Log("seedwright.x").info("not heard")
    assert "logging" not in sys.modules
    log.Log("seedwright.x").warning("it stays")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG, check=True
    )
    assert (done.stdout, done.stderr) == ("", "warning: it stays\n")


def test_a_program_that_does_not_listen_hears_nothing() -> None:
    code = "from seedwright import log; log.Log('seedwright.x').warning('it stays')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_a_program_that_listens_hears_who_says_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    OURS.debug("one %s", 1)
    OURS.info("two")
    assert [(r.name, r.levelname, r.getMessage(), r.filename) for r in caplog.records] == [
        ("seedwright.somewhere", "DEBUG", "one 1", "test_logs.py"),
        ("seedwright.somewhere", "INFO", "two", "test_logs.py"),
    ]


EVERY_LEVEL = (("debug", "a detail"), ("info", "a deed"), ("warning", "a thing that stays"))
WARNING, INFO, DEBUG = "warning: a thing that stays\n", "info: a deed\n", "debug: a detail\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "x"), WARNING),
        (("create", "x", "-q"), WARNING),
        (("create", "x", "--json"), WARNING),
        (("-v", "create", "x"), INFO + WARNING),
        (("create", "x", "--verbose"), INFO + WARNING),
        (("create", "x", "-vv"), DEBUG + INFO + WARNING),
        (("-v", "create", "-v", "x"), DEBUG + INFO + WARNING),
        (("-vvv", "tasks", "list"), DEBUG + INFO + WARNING),
        (("tasks", "-v", "list", "-v"), DEBUG + INFO + WARNING),
        (("config", "show", "-v"), INFO + WARNING),
    ],
)
def test_as_much_is_shown_as_is_asked_for_wherever_the_option_stands(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    logged_by(monkeypatch, *EVERY_LEVEL)
    done = seedwright(*arguments)
    assert (done.code, done.out, done.err) == (0, "", told)


def test_the_same_warning_is_shown_once(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged_by(monkeypatch, EVERY_LEVEL[2], EVERY_LEVEL[2])
    assert seedwright("create", "x").err == WARNING
    assert seedwright("create", "x").err == WARNING


def test_libraries_are_not_heard(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    logged_by(monkeypatch, ("debug", "Authorization: Bearer key"), name="urllib3.connectionpool")
    assert seedwright("-vv", "--log-file", "log", "create", "x").err == ""
    assert (home / "log").read_text() == ""


def test_every_command_takes_the_options_after_its_name() -> None:
    waiting = [app.get_command(click.Context(app), name) for name in COMMANDS]
    seen = 0
    while waiting:
        command = waiting.pop()
        assert command is not None
        names = [param.name for param in command.params]
        assert (names.count("verbose"), names.count("log_file")) == (1, 1), command.name
        waiting += command.commands.values() if isinstance(command, click.Group) else []
        seen += 1
    assert seen > len(COMMANDS)


def test_the_file_has_every_detail_and_is_private(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    logged_by(monkeypatch, *EVERY_LEVEL)
    for _ in range(2):
        assert seedwright("create", "x", "--log-file", "log").err == WARNING
    lines = (home / "log").read_text().splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == 2 * [
        "DEBUG seedwright.x: a detail",
        "INFO seedwright.x: a deed",
        "WARNING seedwright.x: a thing that stays",
    ]
    assert stat.S_IMODE((home / "log").stat().st_mode) == 0o600


def test_a_file_that_has_grown_large_is_made_anew(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(log_handlers, "_LARGEST", 200)
    logged_by(monkeypatch, *(("info", f"{number} {'x' * 80}") for number in range(20)))
    seedwright("create", "x", "--log-file", "log")
    files = [name for name in names_in(home) if name.startswith("log")]
    assert files == ["log", "log.1", "log.2", "log.3"]
    assert all((home / name).stat().st_size <= 200 for name in files)
    assert all(stat.S_IMODE((home / name).stat().st_mode) == 0o600 for name in files)


@pytest.mark.parametrize("file", ["none/log", ".", "book/log"])
@pytest.mark.parametrize("before", [True, False])
def test_a_file_that_cannot_be_opened_is_told_before_anything_is_done(
    seedwright: Seedwright, home: Path, book: str, file: str, before: bool
) -> None:
    there = names_in(home)
    options, command = ("--log-file", file), ("create", book, "--engine", "local")
    done = seedwright(*((*options, *command) if before else (*command, *options)))
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert done.err.startswith(f"error: the log file '{file}' cannot be opened: ")
    assert names_in(home) == there


def test_a_file_on_a_full_disk_is_told_once_and_harms_nothing(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged_by(monkeypatch, *EVERY_LEVEL[:2])
    done = seedwright("create", "x", "--log-file", "/dev/full")
    assert done.code == 0
    assert done.err == "warning: the log file '/dev/full' cannot be written any more\n"


def test_what_is_written_and_replaced_is_told(
    seedwright: Seedwright, home: Path, book: str
) -> None:
    done = seedwright("create", book, "--engine", "local", "-q", "-v")
    assert (done.code, done.out) == (0, "")
    assert done.err == f"info: wrote {home / 'book.torrent'}\n"


def test_json_keeps_stdout_to_itself(seedwright: Seedwright, book: str) -> None:
    plain = seedwright("create", book, "--engine", "local", "--json", "--force")
    loud = seedwright("create", book, "--engine", "local", "--json", "--force", "-vv")
    assert len(plain.out.splitlines()) == len(loud.out.splitlines()) == 1
    assert (plain.err, loud.err != "") == ("", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"announces to {TRACKER} now", None),
        ("the proxy http://me:hunter2@proxy.example:3128 says no", None),
        ("sent Cookie: SID=hunter2", None),
        ("Authorization: hunter2", None),
        ("password=hunter2&x=1", None),
        ("the secret is s3cr3t-word", None),
        ("task 70e90031-615f-4ed9-9c18-852e11d14d0e for /data/a b", "itself"),
        ("seeds 0123456789abcdef0123456789abcdef01234567: stalledUP", "itself"),
        ("POST torrents/info?hashes=0123456789abcdef0123456789abcdef01234567: 200", "itself"),
        ("qBittorrent at http://127.0.0.1:8080 is qBittorrent 5.3.0", "itself"),
    ],
)
def test_secrets_do_not_pass_and_what_is_none_does(text: str, shown: str | None) -> None:
    log.hide("s3cr3t-word", "", "abc")
    safe = log_handlers.safe(text)
    if shown:
        assert safe == text
        return
    assert "***" in safe
    assert not [secret for secret in (PASSKEY, "hunter2", "s3cr3t-word") if secret in safe]


def test_an_exception_in_the_log_shows_no_secret(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def fail(*_: object) -> None:
        raise OSError(f"cannot reach {TRACKER}")

    monkeypatch.setattr("seedwright.settings.load.load_settings", fail)
    done = seedwright("create", "x", "--log-file", "log", "-vv")
    kept = (home / "log").read_text()
    assert (done.code, "Traceback" in kept, "cannot reach" in kept) == (1, True, True)
    assert PASSKEY not in kept + done.err


def test_a_line_cannot_be_forged() -> None:
    assert "\n" not in log_handlers.safe("one\n2026-01-01 INFO two\x1b[2J")


def test_logging_frees_the_terminal_first(capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    class Aside:
        def __enter__(self) -> None:
            order.append("free")

        def __exit__(self, *_: object) -> None:
            order.append(capsys.readouterr().err)

    with logs.listening(), logs.beside(Aside):
        OURS.warning("now")
    assert order == ["free", "warning: now\n"]


def test_a_reader_that_has_gone_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    with warnings.catch_warnings(), logs.listening():
        monkeypatch.setattr(sys, "stderr", Gone())
        OURS.warning("nobody reads this")
