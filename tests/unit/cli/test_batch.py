"""Many torrents in one call: batch files, folders, reruns, summaries and reports."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import shell as shell_module
from seedwright.errors import ExitCode, OutputError, OutputExistsError
from seedwright.manager import TorrentManager
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.writing import write_atomically
from seedwright.settings import yaml_file
from seedwright.stages import deliver
from seedwright.stages.make import make_here
from tests.testbed.fakes import HangingHost, closed_port

from .conftest import names_in, settle, start

if TYPE_CHECKING:
    from .conftest import Outcome, Seedwright

LONG = 60.0
LOCAL = ("--engine", "local")

BATCH = """\
version: 1
defaults: {engine: local, output: out/, with_date: no}
jobs:
  - path: one.bin
  - path: two.bin
    comment: from the job
  - path: three
    output: third.torrent
"""


@pytest.fixture
def work(home: Path) -> Path:
    """The current folder, with two files and a folder, and one for torrents."""
    (home / "out").mkdir()
    (home / "three").mkdir()
    for name in ("one.bin", "two.bin", "three/a", "three/b"):
        (home / name).write_bytes(name.encode() * 5000)
    (home / "jobs.yaml").write_text(BATCH)
    return home


def rows_of(done: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.out.splitlines()]


def statuses(done: Outcome) -> list[str]:
    return [row["status"] for row in rows_of(done)]


def made(file: Path) -> Metainfo:
    return Metainfo.parse(file.read_bytes())


def last_line(done: Outcome) -> str:
    return done.err.splitlines()[-1]


@pytest.mark.parametrize("presets", ["films", "[films, books]"])
def test_a_job_may_do_without_the_presets_of_the_defaults(
    seedwright: Seedwright, work: Path, presets: str
) -> None:
    (work / "mine.yaml").write_text("films: {comment: a}\nbooks: {comment: b}\n")
    (work / "jobs.yaml").write_text(
        f"version: 1\ndefaults: {{preset: {presets}, presets: mine.yaml, output: out/, engine: local}}\n"
        "jobs:\n  - {path: one.bin, preset: ''}\n  - {path: two.bin, preset: books}\n"
    )
    assert seedwright("create", "--batch", "jobs.yaml").code == 0
    assert names_in(work / "out") == ["one.bin.torrent", "two.bin.torrent"]
    assert made(work / "out" / "one.bin.torrent").comment is None
    assert made(work / "out" / "two.bin.torrent").comment == "b"


def test_every_job_of_a_batch_is_made(seedwright: Seedwright, work: Path) -> None:
    done = seedwright("create", "--batch", "jobs.yaml")
    assert done.code == 0
    assert names_in(work / "out") == ["one.bin.torrent", "two.bin.torrent"]
    assert made(work / "out" / "two.bin.torrent").comment == "from the job"
    assert made(work / "third.torrent").files == 2
    assert done.out.count("infohash") == 3
    assert last_line(done).startswith("made 3 of 3, 136.7 KiB in ")


def test_paths_folders_and_batches_go_together(seedwright: Seedwright, work: Path) -> None:
    (work / "four.bin").write_bytes(b"4" * 100)
    done = seedwright(
        "create", "four.bin", "--each", "three", "--batch", "jobs.yaml", *LOCAL, "--json"
    )
    assert done.code == 0
    names = ["four.bin", "a", "b", "one.bin", "two.bin", "three"]
    assert [row["name"] for row in rows_of(done)] == names
    assert done.err == ""


def test_a_failure_in_the_middle_does_not_stop_the_rest(seedwright: Seedwright, work: Path) -> None:
    (work / "two.bin").write_bytes(b"")
    done = seedwright("create", "--batch", "jobs.yaml")
    assert done.code == ExitCode.CONTENT
    assert done.err.startswith("error: jobs.yaml:5: ")
    assert names_in(work / "out") == ["one.bin.torrent"]
    assert (work / "third.torrent").exists()
    assert last_line(done).startswith("made 2, failed 1 of 3, ")


def test_one_that_cannot_be_written_does_not_stop_the_rest(
    seedwright: Seedwright, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: Path, data: bytes, **options: Any) -> None:
        if path.name == "two.bin.torrent":
            raise OutputError("no space left on the device")
        write_atomically(path, data, **options)

    monkeypatch.setattr(deliver, "write_atomically", failing)
    done = seedwright("create", "--batch", "jobs.yaml", "--json")
    assert (done.code, statuses(done)) == (ExitCode.FAILED, ["made", "failed", "made"])


def test_many_small_ones_are_told_in_their_order(seedwright: Seedwright, home: Path) -> None:
    (home / "in").mkdir()
    names = [f"{number}.bin" for number in range(50)]
    for name in names:
        (home / "in" / name).write_bytes(name.encode())
    done = seedwright("create", "--each", "in", *LOCAL, "--json")
    assert [row["name"] for row in rows_of(done)] == names
    assert all((home / f"{name}.torrent").exists() for name in names)


def test_failures_of_several_kinds_end_with_1(seedwright: Seedwright, work: Path) -> None:
    (work / "two.bin").write_bytes(b"")
    (work / "third.torrent").write_bytes(b"mine")
    done = seedwright("create", "--batch", "jobs.yaml")
    assert done.code == ExitCode.FAILED
    assert (work / "third.torrent").read_bytes() == b"mine"


def test_json_names_the_job_and_its_status(seedwright: Seedwright, work: Path) -> None:
    (work / "two.bin").write_bytes(b"")
    done = seedwright("create", "--batch", "jobs.yaml", "--json")
    assert [(row["ok"], row["status"], row["job"]) for row in rows_of(done)] == [
        (True, "made", "jobs.yaml:4"),
        (False, "failed", "jobs.yaml:5"),
        (True, "made", "jobs.yaml:7"),
    ]
    assert "made 2" not in done.err


def test_quiet_says_errors_only(seedwright: Seedwright, work: Path) -> None:
    assert seedwright("create", "--batch", "jobs.yaml", "-q").err == ""
    (work / "two.bin").write_bytes(b"")
    done = seedwright("create", "--batch", "jobs.yaml", "-q")
    assert (done.out, len(done.err.splitlines())) == ("", 1)


def test_the_report_has_all_of_it(seedwright: Seedwright, work: Path) -> None:
    seedwright("create", "one.bin", *LOCAL, "--no-date", "-o", "out/")
    (work / "two.bin").write_bytes(b"")
    (work / "report.json").write_text("an older one")
    done = seedwright("create", "--batch", "jobs.yaml", "--report", "report.json", "--json")
    report = json.loads((work / "report.json").read_text(encoding="utf-8"))
    assert report.pop("torrents") == rows_of(done)
    assert report.pop("seconds") > 0
    assert report == {
        "counts": {"jobs": 3, "made": 1, "planned": 0, "done": 1, "failed": 1, "left": 0},
        "bytes": 70_000,
        "exit_code": ExitCode.CONTENT,
    }


def test_one_torrent_has_a_report_too(seedwright: Seedwright, work: Path) -> None:
    done = seedwright("create", "one.bin", *LOCAL, "-q", "--report", "report.json")
    assert (done.out, done.err) == ("", "")
    assert json.loads((work / "report.json").read_text())["torrents"][0]["name"] == "one.bin"


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems have no such names")
def test_a_report_can_hold_any_name(seedwright: Seedwright, work: Path) -> None:
    done = seedwright("create", "b\udcffd", *LOCAL, "--report", "report.json")
    assert done.code == ExitCode.CONTENT
    row = json.loads((work / "report.json").read_bytes())["torrents"][0]
    assert row["path"] == str(work / "b\udcffd")


def test_a_report_that_cannot_be_written_is_told_before_anything_is_made(
    seedwright: Seedwright, work: Path
) -> None:
    done = seedwright("create", "--batch", "jobs.yaml", "--report", "none/report.json")
    assert done.code == ExitCode.FAILED
    assert "its folder does not exist" in done.err
    assert names_in(work / "out") == []


def test_a_rerun_skips_what_is_done(seedwright: Seedwright, work: Path) -> None:
    seedwright("create", "--batch", "jobs.yaml")
    (work / "out" / "two.bin.torrent").unlink()
    before = (work / "third.torrent").stat()
    done = seedwright("create", "--batch", "jobs.yaml")
    assert done.code == 0
    assert done.out.count("(already made)") == 2
    assert last_line(done).startswith("made 1, already there 2 of 3, 34.2 KiB in ")
    after = (work / "third.torrent").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    again = seedwright("create", "--batch", "jobs.yaml", "--json")
    assert statuses(again) == ["done"] * 3
    assert {row["engine"] for row in rows_of(again)} == {"none"}


def test_a_rerun_skips_what_was_made_with_a_random_entropy(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "p.yaml").write_text("version: 1\npresets: {salted: {entropy: true}, plain: {}}\n")
    arguments = ("create", "--each", "three", *LOCAL, "--json", "--presets", "p.yaml", "-P")
    first = rows_of(seedwright(*arguments, "salted"))
    assert [row["status"] for row in first] == ["made"] * 2
    again = rows_of(seedwright(*arguments, "salted"))
    assert [(row["status"], row["infohash_v1"]) for row in again] == [
        ("done", row["infohash_v1"]) for row in first
    ]
    assert statuses(seedwright(*arguments, "plain")) == ["failed"] * 2


def test_a_rerun_makes_what_is_not_as_asked_for_only_by_force(
    seedwright: Seedwright, work: Path
) -> None:
    seedwright("create", "--batch", "jobs.yaml")
    (work / "three" / "a").write_bytes(b"changed")
    done = seedwright("create", "--batch", "jobs.yaml", "--json")
    assert (done.code, statuses(done)) == (ExitCode.FAILED, ["done", "done", "failed"])
    assert "jobs.yaml:7: " in done.err
    assert "already exists and does not match the request: it lists 2 files of " in done.err
    forced = seedwright("create", "--batch", "jobs.yaml", "--json", "--force")
    assert (forced.code, statuses(forced)) == (0, ["done", "done", "made"])
    assert made(work / "third.torrent").size == len("changed" + "three/b" * 5000)


def test_a_rerun_can_make_all_again(seedwright: Seedwright, work: Path) -> None:
    seedwright("create", "--batch", "jobs.yaml")
    redone = seedwright("create", "--batch", "jobs.yaml", "--json", "--redo")
    assert statuses(redone) == ["failed"] * 3
    forced = seedwright("create", "--batch", "jobs.yaml", "--json", "--redo", "--force")
    assert statuses(forced) == ["made"] * 3


def test_a_plain_path_is_skipped_only_when_that_is_asked_for(
    seedwright: Seedwright, work: Path
) -> None:
    arguments = ("create", "one.bin", "two.bin", *LOCAL, "--json")
    assert statuses(seedwright(*arguments)) == ["made"] * 2
    assert statuses(seedwright(*arguments)) == ["failed"] * 2
    assert statuses(seedwright(*arguments, "--skip-done")) == ["done"] * 2
    assert statuses(seedwright(*arguments, "--skip-done", "--source", "S")) == ["failed"] * 2


def test_what_is_done_needs_no_folder_that_can_be_written_to(
    seedwright: Seedwright, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seedwright("create", "one.bin", *LOCAL, "-o", "out/")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("seedwright.metainfo.writing._write", refuse)
    done = seedwright("create", "one.bin", *LOCAL, "-o", "out/", "--skip-done", "--json")
    assert statuses(done) == ["done"]


def test_what_qbittorrent_would_hash_is_skipped_without_asking_it(
    seedwright: Seedwright, work: Path
) -> None:
    seedwright("create", "one.bin", *LOCAL)
    done = seedwright("create", "one.bin", "--engine", "qbittorrent", "--skip-done", "--json")
    assert (done.code, statuses(done)) == (0, ["done"])


def test_a_dry_run_says_what_is_done_and_what_would_be(seedwright: Seedwright, work: Path) -> None:
    seedwright("create", "one.bin", *LOCAL, "--no-date", "-o", "out/")
    done = seedwright("create", "--batch", "jobs.yaml", "--dry-run", "--json")
    assert statuses(done) == ["done", "planned", "planned"]
    told = seedwright("create", "--batch", "jobs.yaml", "--dry-run")
    assert last_line(told).startswith("would make 2, already there 1 of 3, ")
    assert names_in(work / "out") == ["one.bin.torrent"]


PRESETS = "p: {comment: preset, source: preset, entropy: preset, piece_size: 1MiB}\n"
LAYERS = """\
version: 1
defaults: {engine: local, preset: p, presets: presets.yaml, source: defaults, entropy: defaults}
jobs:
  - {path: one.bin, entropy: job, piece_count: 3}
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), ("preset", "defaults", 16_384)),
        (("--source", "given"), ("preset", "given", 16_384)),
        (("--comment", "given"), ("given", "defaults", 16_384)),
        (("--piece-size", "2MiB"), ("preset", "defaults", 2 << 20)),
    ],
)
def test_the_command_line_wins_over_the_job_over_the_defaults_over_presets(
    seedwright: Seedwright, work: Path, given: tuple[str, ...], expected: tuple[str, str, int]
) -> None:
    (work / "presets.yaml").write_text(PRESETS)
    (work / "jobs.yaml").write_text(LAYERS)
    assert seedwright("create", "--batch", "jobs.yaml", *given).code == 0
    torrent = made(work / "one.bin.torrent")
    assert (torrent.comment, torrent.source, torrent.piece_length) == expected
    assert b"7:entropy3:job" in torrent.data


def test_a_preset_of_the_command_line_is_that_of_every_job(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "presets.yaml").write_text(f"{PRESETS}q: {{comment: other}}\n")
    (work / "jobs.yaml").write_text(LAYERS)
    assert seedwright("create", "--batch", "jobs.yaml", "-P", "q").code == 0
    assert made(work / "one.bin.torrent").comment == "other"


@pytest.mark.parametrize(
    ("preset", "given"),
    [("p", ("-P", "q", "-P", "r")), ("[q, r]", ()), ("''", ("-P", "q", "-P", "r"))],
)
def test_several_presets_make_a_torrent_each(
    seedwright: Seedwright, work: Path, preset: str, given: tuple[str, ...]
) -> None:
    (work / "presets.yaml").write_text("p: {}\nq: {source: Q}\nr: {source: R}\n")
    (work / "jobs.yaml").write_text(BATCH.replace("defaults: {", f"defaults: {{preset: {preset}, "))
    given += ("--presets", "presets.yaml", "-o", "out/", "--json")
    done = seedwright("create", "--batch", "jobs.yaml", *given)
    assert [(row["name"], row["label"]) for row in rows_of(done)] == [
        (name, label) for name in ("one.bin", "two.bin", "three") for label in ("q", "r")
    ]
    assert made(work / "out" / "three.r.torrent").source == "R"
    assert statuses(seedwright("create", "--batch", "jobs.yaml", *given)) == ["done"] * 6


def test_several_presets_and_one_output_are_told(seedwright: Seedwright, work: Path) -> None:
    (work / "presets.yaml").write_text("q: {source: Q}\nr: {source: R}\n")
    given = ("-P", "q", "-P", "r", "--presets", "presets.yaml")
    done = seedwright("create", "--batch", "jobs.yaml", *given)
    assert done.code == ExitCode.USAGE
    assert f"error: jobs.yaml:7, q: '{work}/third.torrent' is not a folder, and several" in done.err


def test_a_preset_that_is_not_there_is_told_with_the_line_of_its_job(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "presets.yaml").write_text(PRESETS)
    (work / "jobs.yaml").write_text(f"{LAYERS}  - {{path: two.bin, preset: q}}\n")
    done = seedwright("create", "--batch", "jobs.yaml")
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert done.err.startswith("error: jobs.yaml:5: preset 'q' does not exist in presets.yaml\n")
    assert not (work / "one.bin.torrent").exists()


def test_a_preset_is_read_once_for_all_jobs(
    seedwright: Seedwright, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    parse = yaml_file.parse_yaml

    def counting(text: str, label: str) -> yaml_file.YamlTree:
        read.append(label)
        return parse(text, label)

    monkeypatch.setattr(yaml_file, "parse_yaml", counting)
    (work / "presets.yaml").write_text(PRESETS)
    (work / "jobs.yaml").write_text(
        f"{LAYERS}  - path: two.bin\n  - {{path: three, comment: mine}}\n"
    )
    assert seedwright("create", "--batch", "jobs.yaml").code == 0
    assert (read.count("jobs.yaml"), read.count("presets.yaml")) == (1, 1)


def test_every_mistake_in_a_batch_is_told_and_nothing_made(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "jobs.yaml").write_text(f"{BATCH}    sorce: x\n  - comment: c\n")
    done = seedwright("create", "one.bin", "--batch", "jobs.yaml", "--json")
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert done.err.splitlines() == [
        "error: jobs.yaml:9: unknown key 'sorce'",
        "hint: did you mean 'source'?",
        "error: jobs.yaml:10: a job needs path",
        "hint: path: names the file or folder to make a torrent of",
    ]
    assert names_in(work / "out") == []


def test_a_batch_of_mkbrrs_is_taken_as_it_is(seedwright: Seedwright, work: Path) -> None:
    (work / "batch.yaml").write_text(
        "version: 1\njobs:\n  - {path: one.bin, output: made, no_date: true, workers: 4}\n"
    )
    arguments = ("create", "--batch", "batch.yaml", *LOCAL)
    done = seedwright(*arguments)
    assert done.code == 0
    assert done.err.startswith("warning: batch.yaml:3: unknown key 'workers' is ignored")
    assert made(work / "made.torrent").creation_date is None
    assert seedwright(*arguments, "-q").err == ""


def test_two_that_would_write_the_same_are_told_before_anything_is_made(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "here").symlink_to(".")
    (work / "jobs.yaml").write_text(
        f"{BATCH}  - {{path: one.bin, name: third, output: here/}}\n"
        "  - {path: two.bin, output: out/one.bin.torrent}\n"
    )
    done = seedwright("create", "--batch", "jobs.yaml")
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    first, _, second, _ = done.err.replace(f"{work}/", "").splitlines()
    assert first == (
        "error: 'here/third.torrent' would be written twice: for 'three' (jobs.yaml:7) and for"
        " 'one.bin' (jobs.yaml:9)"
    )
    assert second == (
        "error: 'out/one.bin.torrent' would be written twice: for 'one.bin' (jobs.yaml:4) and for"
        " 'two.bin' (jobs.yaml:10)"
    )
    assert names_in(work / "out") == []


def test_paths_of_one_name_would_write_the_same(seedwright: Seedwright, work: Path) -> None:
    (work / "a").mkdir()
    (work / "a" / "one.bin").write_bytes(b"1" * 100)
    done = seedwright("create", "one.bin", "a/one.bin", *LOCAL)
    assert done.code == ExitCode.USAGE
    assert "would be written twice: for 'one.bin' and for 'a/one.bin'" in done.err
    assert not (work / "one.bin.torrent").exists()


def test_one_file_may_be_two_torrents(seedwright: Seedwright, work: Path) -> None:
    (work / "jobs.yaml").write_text(f"{BATCH}  - {{path: one.bin, name: other, source: B}}\n")
    done = seedwright("create", "--batch", "jobs.yaml")
    assert done.code == 0
    assert names_in(work / "out") == ["one.bin.torrent", "other.torrent", "two.bin.torrent"]


def test_several_jobs_need_a_folder_or_each_an_output_of_its_own(
    seedwright: Seedwright, work: Path
) -> None:
    (work / "jobs.yaml").write_text(BATCH.replace("output: out/", "output: one.torrent"))
    done = seedwright("create", "--batch", "jobs.yaml", "--json")
    assert [row["ok"] for row in rows_of(done)] == [False, False, True]
    assert "'/one.torrent' is not a folder" in done.err.replace(str(work), "")
    done = seedwright("create", "--batch", "jobs.yaml", "-o", "all.torrent", "--json", "--redo")
    assert statuses(done) == ["failed"] * 3
    (work / "jobs.yaml").write_text("version: 1\njobs: [{path: one.bin, engine: local}]\n")
    assert seedwright("create", "--batch", "jobs.yaml", "-o", "all.torrent").code == 0


def test_each_entry_of_a_folder_is_a_torrent(seedwright: Seedwright, home: Path) -> None:
    odd = [" blank ", "-dash", "e2", "e10", "line\nbreak", "日本", "[red]"]
    folder = home / "in"
    folder.mkdir()
    for name in [*odd, ".hidden", "Thumbs.db", "old.torrent"]:
        (folder / name).write_bytes(b"x" * 100)
    (folder / "album").mkdir()
    (folder / "album" / "song").write_bytes(b"x" * 100)
    done = seedwright("create", "--each", "in", *LOCAL, "--json")
    assert done.code == 0
    names = [row["name"] for row in rows_of(done)]
    assert sorted(names) == sorted([*odd, "album"])
    assert names.index("e2") + 1 == names.index("e10")
    assert {f"{name}.torrent" for name in names} < set(names_in(home))
    assert statuses(seedwright("create", "--each", "in", *LOCAL, "--json")) == ["done"] * len(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems have no such names")
def test_an_entry_that_cannot_be_made_stops_no_other(seedwright: Seedwright, home: Path) -> None:
    folder = home / "in"
    folder.mkdir()
    for name in (b"b\xffd", b"good"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x" * 100)
    (folder / "gone").symlink_to("nowhere")
    (folder / "nothing").mkdir()
    done = seedwright("create", "--each", "in", *LOCAL)
    assert done.code == ExitCode.CONTENT
    assert "Traceback" not in done.err
    assert last_line(done).startswith("made 1, failed 3 of 4, 100 B in ")


@pytest.mark.parametrize("folder", ["empty", "none", "seedwright.yaml"])
def test_a_folder_that_holds_nothing_is_a_failure(
    seedwright: Seedwright, home: Path, folder: str
) -> None:
    (home / "empty").mkdir()
    done = seedwright("create", "--each", folder)
    assert (done.code, done.out) == (ExitCode.CONTENT, "")
    assert folder in done.err


def test_nothing_to_make_torrents_of_is_wrong_usage(seedwright: Seedwright) -> None:
    done = seedwright("create")
    assert done.code == ExitCode.USAGE
    assert done.err == (
        "error: nothing to make a torrent of\nhint: name a PATH, --each or --batch\n"
    )


def test_the_numbers_of_one_torrent_are_not_told(seedwright: Seedwright, work: Path) -> None:
    done = seedwright("create", "one.bin", *LOCAL)
    assert (done.code, done.err) == (0, "")


def test_a_batch_can_be_checked(seedwright: Seedwright, work: Path) -> None:
    done = seedwright("batch", "check", "jobs.yaml")
    assert (done.code, done.out, done.err) == (0, "the batch is fine: 3 jobs\n", "")
    (work / "jobs.yaml").write_text(f"{BATCH}    sorce: x\n  - comment: c\n")
    done = seedwright("batch", "check", "jobs.yaml")
    assert done.out.splitlines() == [
        "jobs.yaml:9: unknown key 'sorce' (did you mean 'source'?)",
        "jobs.yaml:10: a job needs path (path: names the file or folder to make a torrent of)",
    ]
    assert (done.code, done.err) == (ExitCode.USAGE, "error: the batch has 2 mistakes\n")


def test_a_batch_of_mkbrrs_can_be_checked(seedwright: Seedwright, work: Path) -> None:
    (work / "batch.yaml").write_text("version: 1\njobs: [{path: a, no_date: yes, workers: 4}]\n")
    done = seedwright("batch", "check", "batch.yaml")
    assert (done.code, done.out) == (0, "the batch is fine: 1 job\n")
    assert done.err.startswith("warning: batch.yaml:2: unknown key 'workers' is ignored")


def test_the_schema_is_printed_as_json(seedwright: Seedwright) -> None:
    assert "Job" in json.loads(seedwright("batch", "schema").out)["$defs"]


def test_what_ails_one_client_ails_no_other(
    seedwright: Seedwright, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwright.clients.qbittorrent.connection.Patience.before", 0.0)
    with closed_port() as one, closed_port() as other:
        settle(work, port=one)
        with (work / "seedwright.yaml").open("a") as settings:
            settings.write(f"clients: {{nas: {{host: 127.0.0.1, port: {other}}}}}\n")
        jobs = "".join(
            f"  - {{path: one.bin, output: {number}.torrent{client}}}\n"
            for number, client in enumerate(["", ", client: nas"] * 10)
        )
        (work / "jobs.yaml").write_text(f"version: 1\njobs:\n{jobs}")
        done = seedwright("create", "--batch", "jobs.yaml", "--json")
    told = [row["error"]["client"] for row in rows_of(done)]
    assert sorted(told) == ["default"] * 10 + ["nas"] * 10
    assert done.code == ExitCode.CONNECTION
    assert done.err.count("error: ") == 2


unix = pytest.mark.skipif(
    sys.platform == "win32", reason="signals are sent in another way on Windows"
)


def until_told(process: subprocess.Popen[str], *names: str) -> None:
    """Wait until the reports on these have been printed."""
    assert process.stdout is not None
    waiting = set(names)
    for line in process.stdout:
        waiting = {name for name in waiting if f"{name}.torrent" not in line}
        if not waiting:
            return
    raise AssertionError(process.communicate())


@unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_done_and_tells_how_far_it_came(
    work: Path, number: signal.Signals
) -> None:
    with (work / "two.bin").open("wb") as hole:
        hole.truncate(1 << 40)
    before = set(names_in(work))
    with start("create", "--batch", "jobs.yaml", "--report", "report.json") as process:
        until_told(process, "one.bin")
        process.send_signal(number)
        _, err = process.communicate(timeout=LONG)
    assert process.returncode == ExitCode.INTERRUPTED
    told = [line for line in err.splitlines() if line]
    assert told[-2].startswith("made 1, left 2 of 3, 34.2 KiB in ")
    assert told[-1] == "interrupted"
    assert names_in(work / "out") == ["one.bin.torrent"]
    assert set(names_in(work)) == {*before, "report.json"}
    report = json.loads((work / "report.json").read_text())
    assert (report["exit_code"], report["counts"]["left"]) == (ExitCode.INTERRUPTED, 2)
    assert [row["name"] for row in report["torrents"]] == ["one.bin"]


@unix
def test_a_client_that_hangs_holds_up_nothing_that_is_hashed_here(work: Path) -> None:
    job = "  - {{path: one.bin, output: s{n}.torrent, entropy: s{n}, seed: yes}}\n"
    seeds = "".join(job.format(n=n) for n in range(20))
    (work / "jobs.yaml").write_text(BATCH.replace("jobs:\n", f"jobs:\n{seeds}"))
    with HangingHost() as host:
        settle(work, port=host.port)
        with start("create", "--batch", "jobs.yaml") as process:
            until_told(process, "one.bin", "two.bin", "third")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=LONG)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "made 3, left 20 of 23, " in err


HEAVY = """
import sys
sys.argv = ["seedwright", "create", *sys.argv[1:]]
from seedwright.cli.main import run
try:
    run()
except SystemExit as left:
    assert not left.code, left.code
heavy = {"asyncio", "pydantic", "qbittorrentapi", "requests", "rich", "urllib3", "yaml"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.mark.parametrize("arguments", [["one.bin"], ["--each", "three", "--skip-done"]])
def test_what_is_made_here_loads_nothing_heavy(work: Path, arguments: list[str]) -> None:
    (work / "seedwright.yaml").unlink()
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, *arguments, "-q"],
        env={**os.environ, "XDG_CONFIG_HOME": str(work / "none"), "HOME": str(work / "none")},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


async def test_the_manager_skips_what_is_done(work: Path) -> None:
    async with TorrentManager() as manager:
        first = await manager.create_torrent("one.bin", engine="local")
        again = await manager.create_torrent("one.bin", engine="local", skip_done=True)
        assert (first.status, again.status) == ("made", "done")
        assert again.infohash == first.infohash
        with pytest.raises(OutputExistsError):
            await manager.create_torrent("one.bin", engine="local")


async def test_the_manager_hashes_one_after_the_other(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = most = 0

    def counting(*arguments: Any, **named: Any) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return make_here(*arguments, **named)
        finally:
            at_once -= 1

    monkeypatch.setattr(shell_module, "make_here", counting)
    names = ["one.bin", "two.bin", "three"]
    stages: list[str] = []
    async with TorrentManager() as manager:
        reports = await asyncio.gather(
            *(
                manager.create_torrent(
                    name, lambda told: stages.append(told.stage), engine="local", several=True
                )
                for name in names
            )
        )
    assert [report.name for report in reports] == names
    assert most == 1
    assert "waiting" in stages


def test_what_patterns_leave_nothing_of_is_no_job(seedwright: Seedwright, home: Path) -> None:
    (home / "in" / "show").mkdir(parents=True)
    (home / "in" / "notes").mkdir()
    for name in ("show/a.mkv", "show/a.nfo", "notes/b.nfo", "film.mkv", "film.nfo"):
        (home / "in" / name).write_bytes(name.encode())
    arguments = ("create", "--each", "in", *LOCAL, "--include", "*.mkv", "--exclude", "*")
    done = seedwright(*arguments, "--json")
    assert done.code == ExitCode.DONE
    assert [row["name"] for row in rows_of(done)] == ["film.mkv", "show"]
    assert "2 entries have no file that --include and --exclude choose" in done.err
    again = seedwright(*arguments, "--json")
    assert (again.code, statuses(again)) == (ExitCode.DONE, ["done", "done"])


def test_an_entry_that_is_empty_without_any_pattern_is_a_failure(
    seedwright: Seedwright, home: Path
) -> None:
    (home / "in" / "empty").mkdir(parents=True)
    done = seedwright("create", "--each", "in", *LOCAL, "--json")
    assert (done.code, statuses(done)) == (ExitCode.CONTENT, ["failed"])
