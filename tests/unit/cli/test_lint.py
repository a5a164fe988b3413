"""``seedwright lint``: 0 only where nothing is left to trip over."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from seedwright.cli.wording import shown
from seedwright.errors import ExitCode
from seedwright.lint.linter import LINTS
from tests.unit.builders import torrent, v1_info

from .conftest import names_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from .conftest import Seedwright

A = b"http://a.example/announce"
GOOD = torrent(v1_info(1), announce=A)


def write(home: Path, name: str, data: bytes) -> None:
    (home / name).write_bytes(data)


def rows(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_torrent_without_findings_is_fine(home: Path, seedwright: Seedwright) -> None:
    write(home, "good.torrent", GOOD)
    ended = seedwright("lint", "good.torrent")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert ended.out == "good.torrent\n  nothing found\n"


def test_findings_are_told_with_name_and_hint(home: Path, seedwright: Seedwright) -> None:
    write(home, "bad.torrent", torrent(v1_info(1, private=1)))
    ended = seedwright("lint", "bad.torrent")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    assert ended.out.splitlines() == [
        "bad.torrent",
        (
            "  error    private-without-tracker: the torrent is private and has no tracker, so no peer can"
            " be found"
        ),
        "           add one with `seedwright edit --add-tracker`",
    ]


def test_what_is_allowed_is_no_failure(home: Path, seedwright: Seedwright) -> None:
    write(home, "bare.torrent", torrent(v1_info(1, source=1)))
    assert seedwright("lint", "bare.torrent", "--allow", "no-tracker").code == ExitCode.FAILED
    ended = seedwright("lint", "bare.torrent", "--allow", "no-tracker", "--allow", "wrong-type")
    assert ended.code == ExitCode.DONE


def test_a_name_that_is_none_cannot_be_allowed(home: Path, seedwright: Seedwright) -> None:
    write(home, "good.torrent", GOOD)
    ended = seedwright("lint", "good.torrent", "--allow", "no-such")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "unknown check 'no-such'" in ended.err


def test_all_names_are_listed_with_what_they_mean(seedwright: Seedwright) -> None:
    ended = seedwright("lint", "--list")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    listed = {line.split()[0]: line for line in ended.out.splitlines()}
    assert list(listed) == list(LINTS)
    assert all(LINTS[name].meaning in line for name, line in listed.items())


def test_without_a_file_there_is_nothing_to_look_at(seedwright: Seedwright) -> None:
    ended = seedwright("lint")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "nothing to examine" in ended.err


def test_every_file_is_looked_at(home: Path, seedwright: Seedwright) -> None:
    write(home, "good.torrent", GOOD)
    write(home, "bad.torrent", b"<html>")
    write(home, "bare.torrent", torrent(v1_info(1)))
    ended = seedwright("lint", "bad.torrent", "absent.torrent", "bare.torrent", "good.torrent")
    assert ended.code == ExitCode.FAILED
    assert ended.err.count("error: ") == 2
    assert "'bad.torrent': not a torrent: " in ended.err
    assert "no-tracker" in ended.out
    assert ended.out.endswith("good.torrent\n  nothing found\n")


def test_json_is_one_object_a_file(home: Path, seedwright: Seedwright) -> None:
    write(home, "good.torrent", GOOD)
    write(home, "bare.torrent", torrent(v1_info(1)))
    ended = seedwright("lint", "good.torrent", "bare.torrent", "absent.torrent", "--json")
    good, bare, absent = rows(ended.out)
    assert good == {"ok": True, "path": str(home / "good.torrent"), "findings": []}
    assert (bare["ok"], absent["ok"]) == (False, False)
    (finding,) = bare["findings"]
    assert (finding["name"], finding["severity"]) == ("no-tracker", "warning")
    assert finding["text"] == LINTS["no-tracker"].meaning
    assert finding["hint"] == shown(LINTS["no-tracker"].remedy.made)
    assert "does not exist" in absent["error"]["message"]


def test_quiet_says_it_with_the_exit_code_alone(home: Path, seedwright: Seedwright) -> None:
    write(home, "bare.torrent", torrent(v1_info(1)))
    ended = seedwright("lint", "bare.torrent", "-q")
    assert (ended.code, ended.out, ended.err) == (ExitCode.FAILED, "", "")


def test_a_torrent_can_come_from_standard_input(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD)))
    assert seedwright("lint", "-").code == ExitCode.DONE


RULES = """
[[tracker]]
name = "Example"
hosts = ["a.example"]
source = "EX"
"""


def test_the_users_own_rules_are_looked_up(home: Path, seedwright: Seedwright) -> None:
    (home / "tracker-rules.toml").write_text(RULES)
    write(home, "good.torrent", GOOD)
    ended = seedwright("lint", "good.torrent")
    assert ended.code == ExitCode.FAILED
    assert (
        "wrong-source: a source other than the one that the tracker expects: none instead of 'EX'"
        in (ended.out)
    )


def test_rules_that_cannot_be_used_are_told_once(home: Path, seedwright: Seedwright) -> None:
    (home / "tracker-rules.toml").write_text("odd = 1")
    for name in ("one", "two"):
        write(home, name, GOOD)
    ended = seedwright("lint", "one", "two")
    assert ended.code == ExitCode.USAGE
    assert ended.err.count("error: ") == 1


def test_a_tracker_that_cannot_be_one_has_no_rules(home: Path, seedwright: Seedwright) -> None:
    (home / "tracker-rules.toml").write_text("odd = 1")
    write(home, "bad.torrent", torrent(v1_info(1), announce=b"http://[a.example/"))
    ended = seedwright("lint", "bad.torrent")
    assert ended.code == ExitCode.FAILED
    assert "tracker-url" in ended.out


def test_content_is_looked_at_as_what_would_be_made_of_it(
    home: Path, seedwright: Seedwright
) -> None:
    (home / "season").mkdir()
    (home / "season" / "a?.mkv").write_bytes(b"a")
    (home / "season.torrent").write_bytes(b"in the way of writing, not of looking")
    (home / "seedwright-presets.yaml").write_text("films: {private: yes}\n")
    ended = seedwright("lint", "season", "-P", "films", "--name", "Season: 1")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    assert ended.out.splitlines() == [
        "season",
        (
            "  error    private-without-tracker: the torrent is private and has no tracker, so no peer can"
            " be found"
        ),
        "           add one with --tracker",
        (
            "  warning  windows-name: a path that has a name that Windows does not allow: Season: 1, and 1"
            " more"
        ),
        "           rename it",
    ]
    assert names_in(home) == sorted(
        ["season", "season.torrent", "seedwright-presets.yaml", "seedwright.yaml"]
    )


def test_content_is_held_to_the_rules_of_its_trackers(home: Path, seedwright: Seedwright) -> None:
    (home / "film.mkv").write_bytes(bytes(99))
    asked = ["lint", "film.mkv", "--private", "-t", "https://aither.cc/x/announce", "--json"]
    assert seedwright(*asked).code == ExitCode.DONE
    ended = seedwright(*asked, "--source", "MINE", "--piece-size", "128MiB")
    assert [each["name"] for each in rows(ended.out)[0]["findings"]] == [
        "few-pieces",
        "wrong-source",
    ]
    assert seedwright(*asked, "--source", "MINE", "--no-tracker-rules").code == ExitCode.DONE


def test_a_piece_length_that_is_chosen_is_looked_at(home: Path, seedwright: Seedwright) -> None:
    with (home / "film.mkv").open("wb") as file:
        file.truncate(10_001 * 16384)
    asked = ["lint", "film.mkv", "-t", A.decode(), "--json"]
    ended = seedwright(*asked, "--max-piece-size", "16KiB")
    (found,) = rows(ended.out)[0]["findings"]
    assert (found["name"], found["text"]) == (
        "many-pieces",
        "more pieces than is good for a swarm: 10001 of 16 KiB",
    )
    assert seedwright(*asked).code == ExitCode.DONE


def test_a_torrent_is_told_from_content_by_reading_it(home: Path, seedwright: Seedwright) -> None:
    write(home, "called-otherwise", torrent(v1_info(1, source=1)))
    write(home, "content", b"d4:spam")
    (home / "folder.TORRENT").mkdir()
    (home / "folder.TORRENT" / "a").write_bytes(b"a")
    ended = seedwright("lint", "called-otherwise", "content", "folder.TORRENT", "--json")
    found = [[each["name"] for each in row["findings"]] for row in rows(ended.out)]
    assert found == [["no-tracker", "wrong-type"], ["no-tracker"], ["no-tracker"]]


def test_what_no_torrent_can_be_made_of_is_a_failure(home: Path, seedwright: Seedwright) -> None:
    (home / "empty").mkdir()
    write(home, "film.mkv", b"1")
    ended = seedwright("lint", "absent", "empty", "film.mkv", "-t", A.decode())
    assert ended.code == ExitCode.CONTENT
    assert ended.err.count("error: ") == 2
    assert ended.out.endswith("film.mkv\n  nothing found\n")
    assert seedwright("lint", "film.mkv", "-t", "a.example").code == ExitCode.USAGE
    assert seedwright("lint", "film.mkv", "-P", "absent").code == ExitCode.USAGE


def test_several_presets_are_refused(home: Path, seedwright: Seedwright) -> None:
    write(home, "film.mkv", b"1")
    ended = seedwright("lint", "film.mkv", "-P", "a", "-P", "b")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert (
        ended.err == "error: only one preset can be used here\nhint: remove every -P except one\n"
    )


def test_options_that_count_for_no_path_are_told(home: Path, seedwright: Seedwright) -> None:
    write(home, "good.torrent", GOOD)
    ended = seedwright("lint", "good.torrent", "--private")
    assert (ended.code, ended.out) == (ExitCode.DONE, "good.torrent\n  nothing found\n")
    assert ended.err.startswith("warning: ")
    assert seedwright("lint", "good.torrent", "--private", "-q").err == ""
    write(home, "film.mkv", b"1")
    assert seedwright("lint", "good.torrent", "film.mkv", "--private").err == ""


def test_settings_that_cannot_be_used_are_told_once(home: Path, seedwright: Seedwright) -> None:
    (home / "seedwright.yaml").write_text("torrent_creation: {engin: local}\n")
    write(home, "a", b"1")
    write(home, "b", b"1")
    ended = seedwright("lint", "a", "b")
    assert (ended.code, ended.err.count("error: ")) == (ExitCode.USAGE, 1)
