"""Rules as they meet real content: plans and reports, with either engine."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.planned import plan_of

from seedwright.engines.base import MadeTorrent
from seedwright.errors import SettingsError, UsageError
from seedwright.manager import TorrentManager
from seedwright.metainfo.parse import Metainfo
from seedwright.report import Report, Timings
from seedwright.settings import places
from seedwright.settings.model import QBittorrentSettings, Settings, TorrentCreationSettings

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.plan import Plan

KIB, MIB = 1 << 10, 1 << 20
PTP = "https://please.passthepopcorn.me/announce"
ANT = "https://anthelion.me/announce"
HDB = "https://hdbits.org/announce"
EXAMPLE = "https://tracker.example/announce"
ENGINES = pytest.mark.parametrize("engine", ["local", "qbittorrent"])

OWN = '[[tracker]]\nhosts = ["tracker.example"]\nsource = "EX"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with no rules in it or in the folder for settings."""
    monkeypatch.setattr(places, "user_settings_path", lambda: tmp_path / "user" / "seedwright.yaml")
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def sparse(path: Path, size: int) -> Path:
    """A file of ``size`` bytes that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def planned(
    content: Path, *trackers: str, settings: Settings | None = None, **options: Any
) -> Plan:
    options = {"engine": "local", **options, "trackers": trackers}
    return plan_of(content, settings or Settings(), options)


def made_here(plan: Plan) -> Report:
    """What comes of the plan."""
    [report] = TorrentManager(Settings()).all_but_written([plan], 0.0)()
    assert isinstance(report, Report)
    return report


def many_names(folder: Path, number: int) -> Path:
    """A folder whose ``.torrent`` is large whatever its pieces are."""
    folder.mkdir()
    for each in range(number):
        (folder / f"{each:03}{'x' * 200}").write_bytes(b"x")
    return folder


def in_creation(**fields: Any) -> Settings:
    return Settings(torrent_creation=TorrentCreationSettings(**fields))


@ENGINES
@pytest.mark.parametrize(("size", "length"), [(58 * MIB, 64 * KIB), (58 * MIB + 1, 128 * KIB)])
def test_either_engine_gets_the_length_of_the_rule(
    home: Path, engine: str, size: int, length: int
) -> None:
    plan = planned(sparse(home / "film", size), PTP, engine=engine)
    assert (plan.engine, plan.spec.piece_length, plan.spec.source) == (engine, length, "PTP")
    assert plan.spec.private is False
    assert plan.rules[0] == "PassThePopcorn: source 'PTP'"
    assert plan.rules[1].startswith("PassThePopcorn: pieces of ")
    assert plan.as_dict()["rules"] == list(plan.rules)


def test_a_tracker_without_rules_changes_nothing(home: Path) -> None:
    plan = planned(sparse(home / "film", 59 * MIB), EXAMPLE)
    assert (plan.spec.piece_length, plan.spec.source) == (32 * KIB, "")
    assert (plan.rules, plan.tracker_rules, plan.warnings) == ((), (), ())


def test_what_only_the_embedded_engine_has_goes_with_rules(home: Path) -> None:
    plan = planned(sparse(home / "film", 59 * MIB), PTP, name="other")
    assert plan.spec.piece_length == 128 * KIB


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        (in_creation(use_tracker_rules=False), {}),
        (in_creation(use_tracker_rules=False), {"tracker_rules": None}),
        (Settings(), {"tracker_rules": False}),
        (in_creation(use_tracker_rules=True), {"tracker_rules": False}),
    ],
)
def test_rules_can_be_switched_off(home: Path, settings: Settings, options: dict[str, Any]) -> None:
    content = sparse(home / "film", 59 * MIB)
    plan = planned(content, PTP, settings=settings, piece_size="32MiB", **options)
    assert (plan.spec.source, plan.rules, plan.warnings) == ("", (), ())


def test_rules_can_be_switched_on_again(home: Path) -> None:
    settings = in_creation(use_tracker_rules=False)
    plan = planned(sparse(home / "film", MIB), PTP, settings=settings, tracker_rules=True)
    assert plan.spec.source == "PTP"


@pytest.mark.parametrize(
    ("settings", "options", "source"),
    [
        (Settings(), {}, "PTP"),
        (in_creation(source=""), {}, "PTP"),
        (in_creation(source="MINE"), {}, "MINE"),
        (Settings(), {"source": "MINE"}, "MINE"),
        (Settings(), {"source": ""}, ""),
        (in_creation(source="SET"), {"source": "MINE"}, "MINE"),
    ],
)
def test_a_source_that_is_given_or_set_wins(
    home: Path, settings: Settings, options: dict[str, Any], source: str
) -> None:
    plan = planned(sparse(home / "film", MIB), PTP, settings=settings, **options)
    assert plan.spec.source == source
    assert bool(plan.warnings) == (source != "PTP")


@ENGINES
@pytest.mark.parametrize(
    ("settings", "options", "length"),
    [
        (Settings(), {"piece_size": "auto"}, 128 * KIB),
        (in_creation(piece_size="1MiB"), {"piece_size": "auto"}, 128 * KIB),
        (in_creation(piece_size="1MiB"), {}, MIB),
        (Settings(), {"piece_size": "2MiB"}, 2 * MIB),
    ],
)
def test_a_piece_size_that_is_given_or_set_wins(
    home: Path, engine: str, settings: Settings, options: dict[str, Any], length: int
) -> None:
    content = sparse(home / "film", 59 * MIB)
    plan = planned(content, PTP, settings=settings, engine=engine, **options)
    assert plan.spec.piece_length == length
    assert plan.warnings == ()


@ENGINES
def test_a_piece_size_that_breaks_a_rule_is_taken_with_a_warning(home: Path, engine: str) -> None:
    plan = planned(sparse(home / "film", MIB), HDB, engine=engine, piece_size="32MiB")
    assert plan.spec.piece_length == 32 * MIB
    assert plan.warnings == ("HDBits allows pieces of 16 MiB at most",)


def test_rules_go_by_what_is_taken_in(home: Path) -> None:
    folder = home / "film"
    folder.mkdir()
    sparse(folder / "film.mkv", 58 * MIB)
    sparse(folder / "extra.mkv", 2 * MIB)
    assert planned(folder, PTP).spec.piece_length == 128 * KIB
    assert planned(folder, PTP, exclude=["extra.mkv"]).spec.piece_length == 64 * KIB


@ENGINES
def test_pieces_grow_for_a_torrent_that_would_be_too_large(home: Path, engine: str) -> None:
    (home / "tracker-rules.toml").write_text(OWN + 'max_torrent_size = "2 KiB"\n')
    plan = planned(sparse(home / "film", 64 * MIB), EXAMPLE, engine=engine)
    # 2,048 pieces of 32 KiB have 40,960 bytes of hashes, and 64 pieces of 1 MiB have 1,280.
    assert plan.spec.piece_length == MIB
    assert plan.rules[1] == ("tracker.example: pieces of 1 MiB, to keep the .torrent within 2 KiB")


@ENGINES
def test_names_that_take_all_the_room_are_told_before_anything_is_hashed(
    home: Path, engine: str
) -> None:
    (home / "tracker-rules.toml").write_text(OWN + 'max_torrent_size = "2 KiB"\n')
    with pytest.raises(UsageError, match="with pieces of 16 MiB, the longest chosen"):
        planned(many_names(home / "book", 10), EXAMPLE, engine=engine)


def test_the_size_that_is_foreseen_is_the_size_that_is_made(home: Path) -> None:
    content = sparse(home / "film", 8 * MIB)
    made = made_here(planned(content, EXAMPLE, output=home / "1"))
    size = made.torrent_path.stat().st_size
    for limit, length in ((size, 32 * KIB), (size - 1, 64 * KIB)):
        rule = f'[[tracker]]\nhosts = ["tracker.example"]\nmax_torrent_size = {limit}\n'
        (home / "tracker-rules.toml").write_text(rule)
        assert planned(content, EXAMPLE, output=home / "2").spec.piece_length == length


def test_a_limit_of_ones_own_is_kept_with_the_lengths_of_the_rule(home: Path) -> None:
    content = sparse(home / "film", 58 * MIB)
    plan = planned(content, PTP, output=home / "x", max_torrent_size="2KiB")
    report = made_here(plan)
    assert report.torrent_path.stat().st_size <= 2048
    assert report.piece_length == plan.spec.piece_length == MIB


def test_content_that_qbittorrent_sees_otherwise_is_not_measured(home: Path) -> None:
    folder = home / "film"
    folder.mkdir()
    sparse(folder / "only.part", MIB)
    plan = planned(folder, ANT, engine="qbittorrent")
    assert (plan.spec.piece_length, plan.spec.source) == (32 * KIB, "ANT")


def test_content_that_only_qbittorrent_sees_gets_the_source_and_a_warning(home: Path) -> None:
    plan = planned(home / "not-here", PTP, engine="qbittorrent")
    assert (plan.spec.piece_length, plan.spec.source) == (None, "PTP")
    assert plan.warnings[0] == (
        "the rules of PassThePopcorn do not apply to the piece length: the content's size is unknown"
    )


def test_the_report_says_which_rule_did_what(home: Path) -> None:
    plan = planned(sparse(home / "film", 59 * MIB), PTP, output=home / "x")
    report = made_here(plan)
    assert report.rules == plan.rules
    assert report.as_dict()["rules"] == plan.rules
    assert report.warnings == ()
    metainfo = Metainfo.parse(report.torrent_path.read_bytes())
    assert (metainfo.source, metainfo.piece_length, metainfo.private) == ("PTP", 128 * KIB, False)


def test_the_report_repeats_no_warning_of_the_plan(home: Path) -> None:
    plan = planned(sparse(home / "film", MIB), PTP, output=home / "x", source="MINE")
    assert len(plan.warnings) == 1
    assert made_here(plan).warnings == plan.warnings


def test_the_report_warns_of_what_could_not_be_foreseen(home: Path) -> None:
    here = made_here(planned(sparse(home / "film", MIB), EXAMPLE, piece_size="32MiB"))
    unseen = planned(home / "not-here", HDB, engine="qbittorrent")
    made = MadeTorrent(Metainfo.parse(here.torrent_path.read_bytes()))
    report = Report.of(unseen, made, timings=Timings())
    assert "HDBits allows pieces of 16 MiB at most" in report.warnings
    assert "HDBits allows pieces of 16 MiB at most" not in unseen.warnings


def test_the_settings_name_the_file_of_rules(home: Path, tmp_path: Path) -> None:
    (home / "tracker-rules.toml").write_text("not read")
    own = tmp_path / "own.toml"
    own.write_text(OWN)
    settings = Settings(tracker_rules=own)
    assert planned(sparse(home / "film", MIB), EXAMPLE, settings=settings).spec.source == "EX"


def test_a_file_that_is_named_has_to_be_there(home: Path) -> None:
    settings = Settings(tracker_rules=home / "none.toml")
    with pytest.raises(SettingsError, match=r"the tracker rules file .* does not exist"):
        planned(sparse(home / "film", MIB), EXAMPLE, settings=settings)


def test_the_users_rule_replaces_the_one_that_is_built_in(home: Path) -> None:
    (home / "tracker-rules.toml").write_text('[[tracker]]\nhosts = ["passthepopcorn.me"]\n')
    plan = planned(sparse(home / "film", 59 * MIB), PTP)
    assert (plan.spec.piece_length, plan.spec.source, plan.rules) == (32 * KIB, "", ())


def test_a_mistake_in_the_users_rules_ends_it(home: Path) -> None:
    (home / "tracker-rules.toml").write_text(OWN + "max_piece_length = 5\n")
    with pytest.raises(SettingsError, match=r"tracker-rules\.toml: max_piece_length of tracker 1"):
        planned(sparse(home / "film", MIB), EXAMPLE)


def test_the_trackers_of_the_settings_have_rules_too(home: Path) -> None:
    settings = Settings(qbittorrent=QBittorrentSettings(trackers=[PTP]))
    plan = plan_of(sparse(home / "film", MIB), settings, {"engine": "local"})
    assert plan.spec.source == "PTP"


def test_the_first_tier_that_has_a_rule_decides(home: Path) -> None:
    content = sparse(home / "film", MIB)
    plan = plan_of(content, Settings(), {"engine": "local", "trackers": [EXAMPLE, [HDB, PTP], ANT]})
    assert plan.spec.source == ""
    assert plan.warnings == (
        "PassThePopcorn expects the source 'PTP', but there is none",
        "Anthelion expects the source 'ANT', but there is none",
    )


CODE = """
import sys
from seedwright.settings.model import Settings
from seedwright.manager import TorrentManager
from seedwright.request import Request
TorrentManager(Settings()).plans([Request("film", engine="local", trackers=sys.argv[1:])])
print(*(name for name in sys.modules if name.startswith("seedwright.trackers")))
"""


@pytest.mark.parametrize(("trackers", "loads"), [([], False), ([EXAMPLE], True)])
def test_rules_are_loaded_for_torrents_with_trackers_alone(
    home: Path, trackers: list[str], loads: bool
) -> None:
    sparse(home / "film", MIB)
    ended = subprocess.run(
        [sys.executable, "-c", CODE, *trackers],
        env={**os.environ, "XDG_CONFIG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert bool(ended.stdout.split()) is loads
