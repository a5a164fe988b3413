"""``-P`` and ``seedwright presets``: options under a name, and what is given beside them wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from seedwright.errors import ExitCode, UsageError
from seedwright.manager import TorrentManager

from .conftest import names_in

if TYPE_CHECKING:
    from .conftest import Seedwright

PASSKEY = "s3cr3tpasskey"
FILE = "seedwright-presets.yaml"
PRESETS = f"""
default:
  engine: local
  tracker_rules: no
films:
  trackers: ['https://t.example/{PASSKEY}/announce']
  private: yes
  source: SRC
  comment: from the preset
  with_date: no
  include: ['*.mkv']
  web_seeds: [https://files.example/]
  dht_nodes: ['router.example:6881']
  tags: [mine]
  output_dir: .
"""
MKBRR = "version: 1\npresets:\n  films:\n    workers: 4\n    source: SRC\n"


@pytest.fixture
def film(home: Path) -> str:
    """A folder with a film in it, beside the presets."""
    (home / FILE).write_text(PRESETS, encoding="utf-8")
    (home / "film").mkdir()
    for name in ("film.mkv", "film.srt", "film.nfo"):
        (home / "film" / name).write_bytes(b"x" * 1000)
    return "film"


def planned(seedwright: Seedwright, *arguments: str) -> dict[str, Any]:
    ended = seedwright("create", "film", "--dry-run", "--json", *arguments)
    assert (ended.code, ended.err) == (0, "")
    row: dict[str, Any] = json.loads(ended.out)
    return row


def test_a_preset_decides_what_is_not_given(film: str, seedwright: Seedwright) -> None:
    row = planned(seedwright, "-P", "films")
    assert (row["engine"], row["private"], row["source"]) == ("local", True, "SRC")
    assert (row["comment"], row["files"]) == ("from the preset", 1)
    assert row["web_seeds"] == ["https://files.example/"]
    assert row["dht_nodes"] == ["router.example:6881"]


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        (["-t", "udp://u.example:80"], "trackers", [["udp://u.example:80"]]),
        (["--no-trackers"], "trackers", []),
        (["--public"], "private", False),
        (["--source", "B"], "source", "B"),
        (["--comment", ""], "comment", ""),
        (["--include", "*.srt", "--include", "*.mkv"], "files", 2),
        (["--exclude", "*.srt"], "files", 2),
        (["--web-seed", "https://w.example/"], "web_seeds", ["https://w.example/"]),
        (["--node", "n.example:1"], "dht_nodes", ["n.example:1"]),
    ],
)
def test_what_is_given_wins_over_the_preset(
    film: str, seedwright: Seedwright, given: list[str], field: str, value: object
) -> None:
    assert planned(seedwright, "-P", "films", *given)[field] == value


def test_what_the_preset_leaves_out_can_be_asked_for(
    home: Path, film: str, seedwright: Seedwright
) -> None:
    made = {}
    for name, given in (("without", []), ("with", ["--date"])):
        ended = seedwright("create", film, "-P", "films", "-o", f"{name}.torrent", "-q", *given)
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        made[name] = (home / f"{name}.torrent").read_bytes()
    assert b"13:creation date" not in made["without"]
    assert b"13:creation date" in made["with"]


def test_the_preset_wins_over_the_settings(home: Path, film: str, seedwright: Seedwright) -> None:
    with (home / "seedwright.yaml").open("a", encoding="utf-8") as settings:
        settings.write("  comment: from the settings\n  source: SET\n")
    (home / FILE).write_text("a: {engine: local, source: P}\nb: {engine: local, source: ''}\n")
    assert planned(seedwright, "-P", "a")["source"] == "P"
    assert planned(seedwright, "-P", "a")["comment"] == "from the settings"
    assert planned(seedwright, "-P", "b")["source"] == ""


def test_the_preset_names_the_folder_of_the_torrents(
    home: Path, film: str, seedwright: Seedwright
) -> None:
    (home / "out").mkdir()
    (home / FILE).write_text("a: {engine: local, output_dir: out}\n")
    assert planned(seedwright, "-P", "a")["torrent_path"] == str(home / "out" / "film.torrent")


def test_a_preset_that_is_not_there_stops_everything(film: str, seedwright: Seedwright) -> None:
    ended = seedwright("create", film, film, "-P", "flims", "--json")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err == (
        f"error: preset 'flims' does not exist in {FILE}\nhint: did you mean 'films'?\n"
    )


def test_a_presets_file_alone_is_refused(film: str, seedwright: Seedwright) -> None:
    ended = seedwright("create", film, "--presets", FILE)
    assert ended.code == ExitCode.USAGE
    assert "error: a presets file needs a preset" in ended.err


def test_a_file_of_mkbrrs_can_be_used_as_it_is(
    home: Path, film: str, seedwright: Seedwright
) -> None:
    (home / "mkbrr.yaml").write_text(MKBRR)
    given = ["create", film, "-P", "films", "--presets", "mkbrr.yaml", "--engine", "local"]
    ended = seedwright(*given, "--dry-run", "--json")
    row = json.loads(ended.out)
    assert (row["source"], row["private"]) == ("SRC", True)
    assert ended.err.startswith("warning: mkbrr.yaml:4: workers has no counterpart")
    assert seedwright(*given, "-q").err == ""


async def test_the_manager_takes_a_preset(home: Path, film: str) -> None:
    (home / "mkbrr.yaml").write_text(MKBRR)
    async with TorrentManager() as manager:
        plan = await manager.plan_torrent(film, preset="films", source="B")
        assert (plan.engine, plan.spec.source, plan.spec.comment) == (
            "local",
            "B",
            "from the preset",
        )
        plan = await manager.plan_torrent(
            film, preset="films", presets="mkbrr.yaml", engine="local"
        )
        assert plan.spec.source == "SRC"
        assert [warning.split(" (")[0] for warning in plan.warnings] == [
            "mkbrr.yaml:4: workers has no counterpart"
        ]
        with pytest.raises(UsageError):
            await manager.plan_torrent(film, presets="mkbrr.yaml")


def test_list_tells_what_each_is_put_over(film: str, seedwright: Seedwright) -> None:
    assert seedwright("presets", "list").out == "default\nfilms (extends default)\n"
    rows = [json.loads(line) for line in seedwright("presets", "list", "--json").out.splitlines()]
    assert rows == [
        {"name": "default", "extends": None},
        {"name": "films", "extends": "default"},
    ]


def test_show_prints_what_is_in_force_and_masks_secrets(film: str, seedwright: Seedwright) -> None:
    printed = seedwright("presets", "show", "films").out
    assert PASSKEY not in printed
    said = yaml.safe_load(printed)
    assert said["trackers"] == ["https://t.example/********"]
    assert (said["engine"], said["private"]) == ("local", True)
    assert json.loads(seedwright("presets", "show", "films", "--json").out) == said


def test_show_prints_nothing_of_a_preset_that_says_nothing(
    home: Path, seedwright: Seedwright
) -> None:
    (home / FILE).write_text("a:\n")
    ended = seedwright("presets", "show", "a")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_show_tells_what_has_no_effect(home: Path, seedwright: Seedwright) -> None:
    (home / "mkbrr.yaml").write_text(MKBRR)
    ended = seedwright("presets", "show", "films", "--presets", "mkbrr.yaml")
    assert "source: SRC" in ended.out
    assert ended.err.startswith("warning: mkbrr.yaml:4: ")


def test_check_is_content_with_right_presets(film: str, seedwright: Seedwright) -> None:
    ended = seedwright("presets", "check")
    assert (ended.code, ended.out, ended.err) == (0, "the presets are fine\n", "")


def test_check_lists_every_mistake_and_fails(home: Path, seedwright: Seedwright) -> None:
    (home / "mine.yaml").write_text("a:\n  sorce: x\nb:\n  private: maybe\n")
    ended = seedwright("presets", "check", "--presets", "mine.yaml")
    assert ended.out.splitlines() == [
        "mine.yaml:2: unknown key 'sorce' (did you mean 'source'?)",
        "mine.yaml:4: private must be true or false, not 'maybe'",
    ]
    assert ended.code == ExitCode.USAGE
    assert ended.err == "error: the presets have 2 mistakes\n"
    (home / "mine.yaml").write_text("a:\n  sorce: x\n")
    assert "1 mistake\n" in seedwright("presets", "check", "--presets", "mine.yaml").err


def test_path_prints_the_file_in_use(home: Path, film: str, seedwright: Seedwright) -> None:
    (home / FILE).write_text("not even: [valid")
    assert seedwright("presets", "path").out == f"{home / FILE}\n"


def test_without_a_file_it_is_told_where_it_was_looked_for(seedwright: Seedwright) -> None:
    for command in ("path", "list", "check"):
        ended = seedwright("presets", command)
        assert ended.code == ExitCode.USAGE
        assert f"neither ./{FILE} nor" in ended.err


def test_schema_prints_json(seedwright: Seedwright) -> None:
    assert "Preset" in json.loads(seedwright("presets", "schema").out)["$defs"]


def test_import_prints_or_writes_what_mkbrr_had(home: Path, seedwright: Seedwright) -> None:
    (home / "mkbrr.yaml").write_text(MKBRR)
    printed = seedwright("presets", "import", "mkbrr.yaml")
    assert yaml.safe_load(printed.out) == {
        "default": {"like": "mkbrr", "private": True},
        "films": {"source": "SRC"},
    }
    assert printed.err.startswith("warning: mkbrr.yaml:4: workers has no counterpart")
    assert seedwright("presets", "import", "mkbrr.yaml", "-o", FILE).out == f"wrote {FILE}\n"
    assert (home / FILE).read_text() == printed.out
    assert seedwright("presets", "import", "mkbrr.yaml", "-o", FILE).code == ExitCode.FAILED
    assert seedwright("presets", "import", "mkbrr.yaml", "-o", FILE, "--force").code == 0
    assert names_in(home) == sorted([FILE, "mkbrr.yaml", "seedwright.yaml"])
