from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.cli.output import fail, print_json, print_plan, print_report
from seedwright.clients.seeding import TrackerAnswer
from seedwright.errors import SeedwrightError, UnreachableError
from seedwright.hashes.cache import HashCache
from seedwright.metainfo.fields import ASKED
from seedwright.plan import OPTION_OF
from seedwright.request import OPTIONS

from .builders import (
    DESTINATION,
    MASKED_TRACKER,
    MASKED_WEB_SEED,
    PASSKEY,
    SEEDING,
    SURVEY,
    WEB_SEED,
    plan,
    report,
)

if TYPE_CHECKING:
    from seedwright.plan import Plan
    from seedwright.report import Report

    Capture = pytest.CaptureFixture[str]

# What a name can do to a terminal: colour, move, ring, turn the direction of text.
NASTY = "a\x1b[31mb\rc\nd\x07e\u202ef\x9bg"
ESCAPED = r"a\x1b[31mb\rc\nd\x07e\u202ef\x9bg"


def report_in_words(capsys: Capture, made: Report) -> list[str]:
    print_report(made)
    return printed(capsys)


def plan_in_words(capsys: Capture, made: Plan) -> list[str]:
    print_plan(made)
    return printed(capsys)


def printed(capsys: Capture) -> list[str]:
    shown = capsys.readouterr()
    assert shown.err == ""
    assert not set(shown.out) & set("\x1b\r\x07\u202e\x9b")
    return [" ".join(line.split()) for line in shown.out.splitlines()]


def test_a_report_says_what_came_of_it(capsys: Capture) -> None:
    made = report()
    assert report_in_words(capsys, made) == [
        "book",
        f"infohash {made.infohash_v1}",
        "content 5 MiB in 1 file, 5 pieces of 1 MiB",
        "engine qbittorrent: it was requested",
        "torrent /out/book.torrent",
        "seeding stalledUP on qBittorrent 'nas'; category books; tags new, mine",
        f"tracker {MASKED_TRACKER}: not working (unregistered torrent)",
        "tracker udp://u.example:80: working",
        "warning a warning",
    ]


def test_a_report_names_both_infohashes_of_a_hybrid(capsys: Capture) -> None:
    lines = report_in_words(capsys, report(infohash_v2="cd" * 32))
    assert lines[1].startswith("infohash ")
    assert lines[2] == f"v2 {'cd' * 32}"


def test_a_report_names_a_v2_infohash_once(capsys: Capture) -> None:
    lines = report_in_words(capsys, report(infohash_v1=None, infohash_v2="cd" * 32))
    assert [line for line in lines if "cd" * 32 in line] == [f"infohash {'cd' * 32}"]


def test_a_report_counts_files(capsys: Capture) -> None:
    assert "content 5 MiB in 2 files, 5 pieces of 1 MiB" in report_in_words(capsys, report(files=2))


def test_a_report_counts_one_piece(capsys: Capture) -> None:
    assert "content 5 MiB in 1 file, 1 piece of 1 MiB" in report_in_words(capsys, report(pieces=1))


def test_a_report_without_seeding_does_not_speak_of_it(capsys: Capture) -> None:
    lines = report_in_words(capsys, report(seeding=None, warnings=()))
    assert [line.split()[0] for line in lines] == [
        "book",
        "infohash",
        "content",
        "engine",
        "torrent",
    ]


def test_a_report_without_labels_names_none(capsys: Capture) -> None:
    bare = replace(SEEDING, category="", tags=(), trackers=())
    assert report_in_words(capsys, report(seeding=bare))[-2] == (
        "seeding stalledUP on qBittorrent 'nas'"
    )


def test_a_torrent_that_was_there_is_told_in_few_words(capsys: Capture) -> None:
    assert report_in_words(capsys, report(status="done")) == [
        "book",
        "torrent /out/book.torrent (already made)",
        "warning a warning",
    ]


def test_a_plan_says_what_would_be_done(capsys: Capture) -> None:
    assert plan_in_words(capsys, plan()) == [
        "book (dry run)",
        "content 5 MiB in 3 files",
        "path /books/book on qBittorrent 'nas'",
        "engine qbittorrent: it was requested",
        "torrent /out/book.torrent",
        "format v1, private, piece length 1 MiB",
        "source SRC",
        "comment a comment",
        f"tier {MASKED_TRACKER}, udp://u.example:80",
        "tier http://b.example/announce",
        f"web seed {MASKED_WEB_SEED}",
        "save path /books",
        "category books",
        "tags new, mine",
        "warning a warning",
    ]


def test_a_plan_says_what_is_left_to_others(capsys: Capture) -> None:
    lines = plan_in_words(
        capsys,
        plan(survey=None, piece_length=None, private=False, seed=None, source="", comment=""),
    )
    assert "content not visible here" in lines
    assert "format v1, public, piece length automatic" in lines
    assert not any(
        line.startswith(("source", "comment", "save path", "category", "tags")) for line in lines
    )


def test_a_plan_under_automatic_management_leaves_the_folder_to_the_category(
    capsys: Capture,
) -> None:
    seed = replace(DESTINATION, auto_management=True, category="", tags=())
    lines = plan_in_words(capsys, plan(seed=seed))
    assert "save path by its category" in lines
    assert not any(line.startswith(("category", "tags")) for line in lines)


def test_a_plan_counts_one_file(capsys: Capture) -> None:
    lines = plan_in_words(capsys, plan(survey=replace(SURVEY, files=1)))
    assert "content 5 MiB in 1 file" in lines


def test_the_default_client_needs_no_name(capsys: Capture) -> None:
    assert "path /books/book on qBittorrent" in plan_in_words(capsys, plan(client="default"))
    lines = report_in_words(capsys, report(client="default"))
    assert any(line.startswith("seeding stalledUP on qBittorrent;") for line in lines)


def test_nothing_in_a_report_can_move_the_cursor(capsys: Capture) -> None:
    seeding = replace(
        SEEDING,
        state=NASTY,
        category=NASTY,
        tags=(NASTY,),
        trackers=(TrackerAnswer(f"http://{NASTY}", 0, "working", NASTY),),
    )
    made = report(name=NASTY, torrent_path=NASTY, client=NASTY, seeding=seeding, warnings=(NASTY,))
    lines = report_in_words(capsys, made)
    assert lines[0] == ESCAPED
    assert f"torrent {ESCAPED}" in lines
    assert f"tracker http://{ESCAPED}: working ({ESCAPED})" in lines
    assert lines[-1] == f"warning {ESCAPED}"


def test_nothing_in_a_plan_can_move_the_cursor(capsys: Capture) -> None:
    made = plan(
        comment=NASTY,
        source=NASTY,
        client=NASTY,
        client_path=NASTY,
        output=NASTY,
        seed=replace(DESTINATION, category=NASTY, tags=(NASTY,)),
        warnings=(NASTY,),
    )
    lines = plan_in_words(capsys, made)
    assert f"comment {ESCAPED}" in lines
    assert f"path {ESCAPED} on qBittorrent '{ESCAPED}'" in lines


def test_a_failure_says_what_happened_and_what_to_do(capsys: Capture) -> None:
    fail(SeedwrightError("it broke", hint="mend it"))
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "error: it broke\nhint: mend it\n")


def test_a_failure_without_a_hint_has_no_line_for_it(capsys: Capture) -> None:
    fail(SeedwrightError("it broke"))
    assert capsys.readouterr().err == "error: it broke\n"


def test_nothing_in_a_failure_can_move_the_cursor(capsys: Capture) -> None:
    fail(SeedwrightError(NASTY, hint=NASTY))
    assert capsys.readouterr().err == f"error: {ESCAPED}\nhint: {ESCAPED}\n"


def test_json_is_one_line_with_its_letters_as_they_are(capsys: Capture) -> None:
    print_json({"name": "日本語 🎬\nsecond line", "path": SURVEY.path})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "日本語 🎬" in out
    assert json.loads(out) == {"name": "日本語 🎬\nsecond line", "path": "/data/book"}


def test_a_plan_for_programs_says_everything() -> None:
    row = json.loads(json.dumps(plan().as_dict()))
    assert row == {
        "status": "planned",
        "path": "/data/book",
        "label": None,
        "name": "book",
        "size": 5 << 20,
        "files": 3,
        "skipped": 1,
        "format": "v1",
        "piece_length": 1 << 20,
        "pieces": None,
        "torrent_size": None,
        "private": True,
        "source": "SRC",
        "publisher": "",
        "comment": "a comment",
        "entropy": "",
        "trackers": [[MASKED_TRACKER, "udp://u.example:80"], ["http://b.example/announce"]],
        "web_seeds": [MASKED_WEB_SEED],
        "http_seeds": [],
        "dht_nodes": [],
        "torrent_path": "/out/book.torrent",
        "engine": "qbittorrent",
        "engine_reason": "it was requested",
        "reuse": False,
        "from": None,
        "client": "nas",
        "client_path": "/books/book",
        "seed": {
            "save_path": "/books",
            "category": "books",
            "tags": ["new", "mine"],
            "auto_management": False,
            "proof": "auto",
        },
        "rules": [],
        "warnings": ["a warning"],
    }


@pytest.mark.parametrize("engine", ["local", "qbittorrent"])
def test_hashes_are_reused_where_the_embedded_engine_hashes(capsys: Capture, engine: str) -> None:
    made = plan(engine=engine, cache=HashCache(Path("/cache"), 1))
    told = "hashes reused if they are cached" in plan_in_words(capsys, made)
    assert (told, made.as_dict()["reuse"]) == (engine == "local", engine == "local")


def test_what_the_rules_of_trackers_did_is_told(capsys: Capture) -> None:
    rules = ("Example: source 'EX'", f"Example: {NASTY}")
    told = ["rule Example: source 'EX'", f"rule Example: {ESCAPED}"]
    lines = plan_in_words(capsys, plan(rules=rules))
    assert [line for line in lines if line.startswith("rule ")] == told
    lines = report_in_words(capsys, report(rules=rules))
    assert [line for line in lines if line.startswith("rule ")] == told
    assert plan(rules=rules).as_dict()["rules"] == list(rules)
    assert json.loads(json.dumps(report(rules=rules).as_dict()))["rules"] == list(rules)


def test_a_plan_tells_every_seed_and_node_without_secrets(capsys: Capture) -> None:
    made = plan(http_seeds=(WEB_SEED,), dht_nodes=(("router.example", 6881),))
    lines = plan_in_words(capsys, made)
    assert f"web seed {MASKED_WEB_SEED}" in lines
    assert f"http seed {MASKED_WEB_SEED}" in lines
    assert "node router.example:6881" in lines
    assert made.as_dict()["http_seeds"] == [MASKED_WEB_SEED]
    assert made.as_dict()["dht_nodes"] == ["router.example:6881"]


def test_a_plan_says_all_that_its_torrent_would_say(capsys: Capture) -> None:
    said = {"publisher": "Ed", "entropy": "salt", "source": "SRC", "comment": "a comment"}
    made = plan(**said)
    assert {f"{key} {text}" for key, text in said.items()} <= {*plan_in_words(capsys, made)}
    keys = {OPTION_OF[row.name] for row in ASKED}
    assert keys <= {*made.as_dict()} & {*OPTIONS}


def test_a_report_tells_how_fast_this_machine_hashed(capsys: Capture) -> None:
    print_report(report(hashing_rate=5 << 30))
    assert "it was requested, 5 GiB/s" in capsys.readouterr().out
    print_report(report(hashing_rate=None))
    assert "it was requested\n" in capsys.readouterr().out


def test_a_plan_for_programs_has_null_for_what_is_not_known() -> None:
    row = plan(survey=None, seed=None).as_dict()
    assert (row["size"], row["files"], row["skipped"], row["seed"]) == (None, None, None, None)


def test_a_report_for_programs_says_everything() -> None:
    made = report()
    row = json.loads(json.dumps(made.as_dict()))
    assert row["infohash"] == row["infohash_v1"] == made.infohash_v1
    assert row["infohash_v2"] is None
    assert (row["path"], row["torrent_path"]) == ("/data/book", "/out/book.torrent")
    assert row["timings"]["hashing"] == 2.3457
    assert row["magnet"].startswith("magnet:?xt=urn:btih:")
    assert row["seeding"]["state"] == "stalledUP"
    assert [tracker["url"] for tracker in row["seeding"]["trackers"]] == [
        MASKED_TRACKER,
        "udp://u.example:80",
    ]


def test_a_report_for_programs_has_null_for_what_was_not_asked_for() -> None:
    assert report(seeding=None).as_dict()["seeding"] is None


def test_the_infohash_people_ask_for_first_is_v1() -> None:
    assert report(infohash_v1="a", infohash_v2="b").infohash == "a"
    assert report(infohash_v1=None, infohash_v2="b").infohash == "b"


def test_no_passkey_is_printed_or_shown(capsys: Capture) -> None:
    print_report(report())
    print_plan(plan())
    print_json(report().as_dict())
    print_json(plan().as_dict())
    out = capsys.readouterr().out
    assert "t.example" in out
    assert PASSKEY not in out


def test_no_passkey_is_in_a_repr() -> None:
    shown = repr(report()) + repr(plan())
    assert "/data/book" in shown
    assert PASSKEY not in shown


def test_a_tracker_that_echoes_a_passkey_is_quoted_without_it(capsys: Capture) -> None:
    answer = replace(SEEDING.trackers[0], message=f"passkey {PASSKEY} is not registered")
    made = report(seeding=replace(SEEDING, trackers=(answer,)))
    print_report(made)
    print_json(made.as_dict())
    out = capsys.readouterr().out
    assert "is not registered" in out
    assert PASSKEY not in out


def test_a_failure_for_programs_has_its_code_and_its_client() -> None:
    assert UnreachableError("gone", client="nas", hint="look").as_dict() == {
        "code": "unreachable",
        "message": "gone",
        "hint": "look",
        "client": "nas",
    }
