from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from seedwright.cli.batch import Batch
from seedwright.cli.options import tiers_given
from seedwright.cli.progress import Silent
from seedwright.errors import ExitCode
from seedwright.request import Request
from seedwright.work.events import Happened, TorrentId
from seedwright.work.expand import Job
from tests.testbed.fakes import NotQBittorrent
from tests.testbed.web import Answer, LoopbackServer
from tests.testbed.web import Request as WebRequest

from .builders import plan, report
from .conftest import names_in, settle

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.plan import Plan
    from seedwright.report import Report

    from .conftest import Seedwright

A, B, C = "http://a.example/announce", "udp://b.example:80", "https://c.example/announce"


@pytest.mark.parametrize(
    ("trackers", "tiers", "expected"),
    [
        ([], [], None),
        ([A], [], ((A,),)),
        ([A, B], [], ((A,), (B,))),
        ([], [f"{A},{B}"], ((A, B),)),
        ([C], [f"{A}, {B}", C], ((C,), (A, B), (C,))),
    ],
)
def test_each_tracker_is_a_tier_before_those_that_are_given(
    trackers: list[str],
    tiers: list[str],
    expected: tuple[tuple[str, ...], ...] | None,
) -> None:
    assert tiers_given(trackers, tiers, none=False) == expected


def test_no_trackers_at_all_is_not_the_same_as_none_given() -> None:
    assert tiers_given([], [], none=True) == ()
    assert tiers_given([A], [B], none=True) == ()


def told(
    capsys: pytest.CaptureFixture[str],
    outcome: Plan | Report,
    *,
    as_json: bool = False,
    quiet: bool = False,
) -> str:
    """What is printed of a torrent that went well."""
    batch = Batch([Job("book", (Request("book"),))], as_json=as_json, quiet=quiet, dry_run=True)
    batch._bars = Silent()
    batch.hear(Happened(TorrentId(0, 0), outcome))
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def test_what_went_well_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert "(dry run)" in told(capsys, plan())
    assert "stalledUP" in told(capsys, report())


def test_what_went_well_is_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    for outcome in (plan(), report()):
        row = json.loads(told(capsys, outcome, as_json=True))
        assert row == {"ok": True, **json.loads(json.dumps(outcome.as_dict()))}


def test_what_went_well_is_not_told_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, plan(), quiet=True) == told(capsys, report(), quiet=True) == ""


def test_json_is_printed_even_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(told(capsys, report(), as_json=True, quiet=True))["ok"] is True


@pytest.fixture
def empty(home: Path) -> list[str]:
    """Three folders with nothing to hash."""
    names = ["one", "two", "three"]
    for name in names:
        (home / name).mkdir()
    return names


def test_failures_of_one_kind_end_with_its_code(seedwright: Seedwright, empty: list[str]) -> None:
    done = seedwright("create", *empty)
    assert (done.code, done.out) == (ExitCode.CONTENT, "")
    assert done.err.count("error: ") == 3
    assert "Traceback" not in done.err


def test_failures_of_several_kinds_end_with_one(
    seedwright: Seedwright, home: Path, empty: list[str]
) -> None:
    (home / "one.torrent").touch()
    done = seedwright("create", *empty)
    assert done.code == ExitCode.FAILED
    assert "already exists" in done.err
    assert (home / "one.torrent").read_bytes() == b""


def test_json_is_one_object_a_torrent_and_nothing_else(
    seedwright: Seedwright, home: Path, empty: list[str]
) -> None:
    done = seedwright("create", "--json", *empty)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(row["path"] for row in rows) == sorted(str(home / name) for name in empty)
    assert {(row["ok"], row["error"]["code"]) for row in rows} == {(False, "content_empty")}
    assert done.code == ExitCode.CONTENT


def test_failures_are_told_even_when_quiet(seedwright: Seedwright, empty: list[str]) -> None:
    done = seedwright("create", "--quiet", empty[0])
    assert (done.code, done.out) == (ExitCode.CONTENT, "")
    assert done.err.startswith("error: ")


def test_nothing_is_left_after_failures(
    seedwright: Seedwright, home: Path, empty: list[str]
) -> None:
    seedwright("create", *empty)
    assert names_in(home) == sorted([*empty, "seedwright.yaml"])


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems have no such names")
def test_a_name_that_is_not_utf_8_is_told_and_ends_with_the_code_of_content(
    seedwright: Seedwright,
) -> None:
    done = seedwright("create", "b\udcffd")
    assert done.code == ExitCode.CONTENT
    assert r"b\udcffd" in done.err
    assert "Traceback" not in done.err


def test_what_ails_the_client_is_told_once(
    seedwright: Seedwright, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwright.clients.qbittorrent.connection.Patience.before", 0.0)
    names = [f"{number}.bin" for number in range(12)]
    for name in names:
        (home / name).write_bytes(b"x")
    done = seedwright("create", "--json", *names)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == len(names)
    assert {row["error"]["code"] for row in rows} == {"unreachable"}
    assert done.err.count("error: ") == 1
    assert done.code == ExitCode.CONNECTION


@pytest.mark.parametrize("credentials", [{}, {"username": "admin", "password": "hunter2"}])
def test_who_is_not_let_in_hears_it_once_and_without_the_password(
    seedwright: Seedwright, home: Path, credentials: dict[str, str]
) -> None:
    logins = []

    def respond(request: WebRequest) -> Answer:
        if request.path.endswith("/auth/login"):
            logins.append(request.form)
            return Answer(200, b"Fails.")
        return Answer(403, b"Forbidden")

    names = [f"{number}.bin" for number in range(12)]
    for name in names:
        (home / name).write_bytes(b"x")
    with LoopbackServer(respond) as web:
        settle(home, port=web.port, **credentials)
        done = seedwright("create", *names)
    assert done.code == ExitCode.SIGN_IN
    assert done.err.count("error: ") == 1
    assert "hunter2" not in done.out + done.err
    assert logins == [credentials] * bool(credentials)


def test_another_web_server_is_told_as_such(seedwright: Seedwright, home: Path) -> None:
    (home / "a.bin").write_bytes(b"x")
    with NotQBittorrent() as web:
        settle(home, port=web.port)
        done = seedwright("create", "a.bin")
    assert done.code == ExitCode.CONNECTION
    assert "not a qBittorrent" in done.err
    assert "Traceback" not in done.err


def test_what_needs_no_client_is_made_whatever_ails_one(
    seedwright: Seedwright, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwright.clients.qbittorrent.connection.Patience.before", 0.0)
    (home / "here.bin").write_bytes(b"x")
    done = seedwright("create", "--json", "--engine", "auto", "not-here.bin", "here.bin")
    rows = {row["path"]: row for row in map(json.loads, done.out.splitlines())}
    here, elsewhere = rows[str(home / "here.bin")], rows[str(home / "not-here.bin")]
    assert (here["status"], here["engine"]) == ("made", "local")
    assert (elsewhere["status"], elsewhere["error"]["code"]) == ("failed", "content_not_found")
    assert (home / "here.bin.torrent").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("-o", "new/sub/"),
        ("-o", "new/x.torrent", "--create-output-dir"),
        ("-o", "new/", "--dry-run"),
    ],
)
def test_an_output_folder_is_made_where_that_is_meant(
    home: Path, seedwright: Seedwright, options: tuple[str, ...]
) -> None:
    (home / "book").write_bytes(b"x" * 1000)
    done = seedwright("create", "book", "--engine", "local", *options)
    assert (done.code, done.err) == (0, "")
    is_made = "--dry-run" not in options
    assert (home / "new").exists() is is_made
    assert bool(list(home.rglob("*.torrent"))) is is_made


@pytest.mark.parametrize(
    "options", [("-o", "new/x.torrent"), ("-o", "new/", "--no-create-output-dir")]
)
def test_a_missing_output_folder_is_an_error_that_says_how(
    home: Path, seedwright: Seedwright, options: tuple[str, ...]
) -> None:
    (home / "book").write_bytes(b"x" * 1000)
    done = seedwright("create", "book", "--engine", "local", *options)
    assert done.code == 1
    assert "its folder does not exist" in done.err
    assert "--create-output-dir" in done.err
    assert not (home / "new").exists()


def test_a_setting_has_output_folders_made(home: Path, seedwright: Seedwright) -> None:
    (home / "book").write_bytes(b"x" * 1000)
    (home / "seedwright.yaml").write_text("torrent_creation:\n  create_output_dir: true\n")
    assert seedwright("create", "book", "--engine", "local", "-o", "new/x.torrent").code == 0
    assert (home / "new" / "x.torrent").exists()


def test_edit_makes_the_folder_that_it_is_given(home: Path, seedwright: Seedwright) -> None:
    (home / "book").write_bytes(b"x" * 1000)
    seedwright("create", "book", "--engine", "local")
    assert seedwright("edit", "book.torrent", "--comment", "c", "-o", "new/").code == 0
    assert (home / "new" / "book.torrent").exists()


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
def test_a_dry_run_tells_pieces_and_size_as_they_will_be(
    home: Path, seedwright: Seedwright, format_: str
) -> None:
    (home / "book").mkdir()
    for name, size in (("a.bin", 100_000), ("b.bin", 1), ("c.bin", 40_000)):
        (home / "book" / name).write_bytes(name.encode() * size)
    arguments = ("create", "book", "--engine", "local", "--format", format_, "-o", "x.torrent")
    planned = json.loads(seedwright(*arguments, "--dry-run", "--json").out)
    made = json.loads(seedwright(*arguments, "--json").out)
    assert planned["pieces"] == made["pieces"]
    assert planned["torrent_size"] == (home / "x.torrent").stat().st_size
    shown = seedwright(*arguments, "--dry-run", "--force").out
    assert f"{planned['pieces']} pieces of " in shown
