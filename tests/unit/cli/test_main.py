from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from seedwright import errors
from seedwright.errors import ExitCode

from .conftest import RUN, names_in, settle, start

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Seedwright

LONG = 60.0
SECRET = "hunter2"  # what must not be shown
COMMANDS = ("create", "doctor", "tasks", "config")


def in_words(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def test_help_names_every_command_and_every_exit_code(seedwright: Seedwright) -> None:
    done = seedwright("--help")
    assert (done.code, done.err) == (0, "")
    assert all(f"  {command} " in done.out for command in COMMANDS)
    told = in_words(done.out).partition("Exit codes: ")[2]
    numbers = [int(part.split()[0]) for part in told.rstrip(".").split(", ")]
    assert numbers == [int(code) for code in ExitCode]


@pytest.mark.parametrize("command", ["create", "doctor"])
def test_the_help_of_a_command_tells_the_exit_codes_too(
    seedwright: Seedwright, command: str
) -> None:
    done = seedwright(command, "--help")
    assert done.code == 0
    assert "Exit codes: 0 done" in in_words(done.out)


def test_help_has_a_short_name(seedwright: Seedwright) -> None:
    assert seedwright("-h").out == seedwright("--help").out


def test_help_loads_nothing_that_it_does_not_need() -> None:
    code = """
import sys
sys.argv = ["seedwright", "--help"]
before = set(sys.modules)
from seedwright.cli.main import run
try:
    run()
except SystemExit as left:
    assert not left.code, left.code
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
heavy = {"asyncio", "bencode2", "logging", "pydantic", "qbittorrentapi", "requests", "rich", "urllib3", "yaml"}
print(sorted(heavy & loaded), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG, check=True
    )
    assert done.stderr == "[]\n"
    assert "Usage: " in done.stdout


def test_version_is_that_of_the_package(seedwright: Seedwright) -> None:
    done = seedwright("--version")
    assert (done.code, done.out) == (0, f"seedwright {version('seedwright')}\n")


def test_the_package_can_be_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seedwright", "--version"],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("seedwright ")


@pytest.mark.parametrize("arguments", [(), ("tasks",), ("config",)])
def test_a_command_that_is_not_whole_shows_its_help(
    seedwright: Seedwright, arguments: tuple[str, ...]
) -> None:
    done = seedwright(*arguments)
    assert done.code == ExitCode.USAGE
    assert "Usage: " in done.out + done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("creat",), "creat"),
        (("--nope",), "--nope"),
        (("create",), "PATH"),
        (("create", "--format", "v3", "x"), "v3"),
        (("create", "--timeout", "0", "x"), "--timeout must be a number of seconds, more than 0"),
        (("create", "--timeout", "soon", "x"), "--timeout"),
        (("create", "--piece-size"), "--piece-size"),
        (("create", "--piece-size", "12345", "x"), "16 KiB"),
        (("create", "--piece-size", "big", "x"), "'big'"),
        (("create", "--tracker", "t.example/announce", "x"), "has no scheme"),
        (("create", "--tier", "http://a.example,gopher://b.example", "x"), "gopher"),
        (("create", "--web-seed", "udp://w.example", "x"), "scheme"),
        (("create", "--tag", "a,b", "--seed", "x"), "'a,b'"),
        (("create", "--client", "nobody", "x"), "nobody"),
        (("create", "-o", "out", "x", "y"), "'out' is not a folder"),
        (("create", "/"), "'/'"),
        (("--config", "nowhere.yaml", "create", "x"), "nowhere.yaml"),
        (("doctor", "--client", "nobody"), "nobody"),
        (("tasks", "show"), "TASK"),
    ],
)
def test_what_cannot_be_meant_so_is_told_and_ends_with_2(
    seedwright: Seedwright, home: Path, arguments: tuple[str, ...], words: str
) -> None:
    (home / "x").write_bytes(b"content")
    (home / "y").write_bytes(b"content")
    done = seedwright(*arguments)
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert words in done.err
    assert "Traceback" not in done.err


SEE_CREATE = "hint: see `seedwright create --help`\n"


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("creat",), "error: unknown command 'creat'\nhint: did you mean 'create'?\n"),
        (
            ("create", "--privat", "x"),
            "error: unknown option '--privat'\nhint: did you mean '--private'?\n",
        ),
        (("tasks", "show"), "error: TASK is missing\nhint: see `seedwright tasks show --help`\n"),
        (
            ("create", "--format", "v3", "x"),
            "error: --format: 'v3' is not one of 'v1', 'v2', 'hybrid'\n" + SEE_CREATE,
        ),
        (("create", "--name"), "error: option '--name' requires an argument\n"),
    ],
)
def test_wrong_usage_is_one_sentence_and_a_hint(
    seedwright: Seedwright, arguments: tuple[str, ...], printed: str
) -> None:
    assert seedwright(*arguments).err == printed


@pytest.mark.parametrize("number", ["\N{ARABIC-INDIC DIGIT ONE}", "1_0"])
@pytest.mark.parametrize("option", ["--piece-count", "--timeout"])
def test_a_number_has_no_digits_but_ascii_ones(
    seedwright: Seedwright, option: str, number: str
) -> None:
    ended = seedwright("create", option, number, "x")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert f"error: {option} must be a" in ended.err
    assert f"not the text '{number}'\n" in ended.err


@pytest.mark.parametrize(
    "text", ["qbittorrent: {prot: 8080}", "qbittorrent: {port: x}", "a: b: c", "- list"]
)
def test_settings_that_cannot_be_used_end_with_2(
    seedwright: Seedwright, home: Path, text: str
) -> None:
    (home / "seedwright.yaml").write_text(text, encoding="utf-8")
    done = seedwright("create", "x")
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "seedwright.yaml:1" in done.err


class Unexpected(Exception):  # noqa: N818 - no error of ours
    """A defect."""


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Unexpected(f"password={SECRET}")

    monkeypatch.setattr("seedwright.settings.load.load_settings", fail)


@pytest.mark.usefixtures("defect")
@pytest.mark.parametrize("arguments", [("create", "x"), ("tasks", "list"), ("config", "show")])
def test_what_nobody_expected_is_told_without_its_words_and_ends_with_1(
    seedwright: Seedwright, arguments: tuple[str, ...]
) -> None:
    done = seedwright(*arguments)
    assert (done.code, done.out) == (ExitCode.FAILED, "")
    assert "Unexpected" in done.err
    assert "SEEDWRIGHT_LOG=debug" in done.err
    assert "Traceback" not in done.err
    assert SECRET not in done.err


@pytest.mark.usefixtures("defect")
def test_what_nobody_expected_is_shown_in_full_to_who_asks_for_it(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDWRIGHT_LOG", "debug")
    with pytest.raises(Unexpected):
        seedwright("create", "x")


@pytest.mark.parametrize(
    "error",
    [
        errors.SeedwrightError("it failed"),
        errors.SettingsError("it failed"),
        errors.SignInRefusedError("it failed", client="nas"),
        errors.NotQBittorrentError("it failed", client="nas"),
        errors.EmptyContentError("it failed"),
        errors.CreatorBusyError("it failed", client="nas"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_failure_ends_with_its_own_code(
    seedwright: Seedwright,
    monkeypatch: pytest.MonkeyPatch,
    error: errors.SeedwrightError,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("seedwright.settings.load.load_settings", fail)
    done = seedwright("tasks", "list")
    assert (done.code, done.out, done.err) == (error.exit_code, "", "error: it failed\n")


def test_ctrl_c_ends_with_130(seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seedwright.settings.load.load_settings", interrupt)
    done = seedwright("create", "x")
    assert (done.code, done.out) == (ExitCode.INTERRUPTED, "")
    assert done.err.split() == ["interrupted"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way on Windows")
def test_ctrl_c_during_a_request_ends_with_130_and_leaves_nothing(home: Path) -> None:
    (home / "book").write_bytes(b"content")
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settle(home, port=hanging.getsockname()[1])
        with start("create", "book", "--engine", "qbittorrent") as process:
            connection, _ = hanging.accept()
            with connection:
                process.send_signal(2)
                out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert err.split() == ["interrupted"]
    assert names_in(home) == ["book", "seedwright.yaml"]


@pytest.mark.parametrize("arguments", [("--help",), ("config", "schema")])
def test_a_reader_that_has_gone_is_no_traceback(arguments: tuple[str, ...]) -> None:
    with start(*arguments) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        process.wait(LONG)
    assert (process.returncode, err) == (ExitCode.FAILED, "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [("seedwright cr", "plain,create"), ("seedwright create --eng", "--engine")],
)
def test_a_shell_can_complete_commands_and_options(words: str, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = ['seedwright']; {RUN}"],
        env={
            **os.environ,
            "_SEEDWRIGHT_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert expected in done.stdout
