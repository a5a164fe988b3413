"""A presets file of mkbrr's gives the infohash that mkbrr gives, but for entropy, which is random."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.engines.base import MadeTorrent
from seedwright.errors import ContentNotFoundError, SeedwrightError
from seedwright.hashes.listing import listing
from seedwright.manager import TorrentManager
from seedwright.request import Request
from seedwright.settings.model import Settings, TorrentCreationSettings
from seedwright.stages.make import make_here
from tests.unit.planned import plan_of

from .answers import PRESET, make_content, presets_file, read_answers

if TYPE_CHECKING:
    from pathlib import Path

    from seedwright.plan import Plan

    from .answers import Pieces, Torrent

ANSWERS = read_answers()
SETTINGS = Settings()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    make_content(folder)
    return folder


def planned(
    content: Path,
    home: Path,
    preset: dict[str, Any],
    default: dict[str, Any],
    settings: Settings = SETTINGS,
    **options: Any,
) -> Plan:
    asked = {
        "preset": PRESET,
        "presets": presets_file(home, preset, default),
        "output": home / "made.torrent",
        **options,
    }
    return plan_of(content, settings, asked)


def made(plan: Plan) -> MadeTorrent:
    [made] = make_here([plan])
    assert isinstance(made, MadeTorrent)
    return made


def named(torrent: Torrent) -> str:
    return f"{torrent.content}, {torrent.preset}, {torrent.default}"


@pytest.mark.parametrize("torrent", ANSWERS.torrents, ids=named)
def test_its_presets_give_its_infohashes(torrent: Torrent, content: Path, tmp_path: Path) -> None:
    plan = planned(content / torrent.content, tmp_path, torrent.preset, torrent.default)
    assert made(plan).metainfo.infohash_v1 == torrent.infohash


@pytest.mark.parametrize("pieces", ANSWERS.pieces, ids=lambda pieces: str(pieces.preset))
def test_its_presets_give_its_piece_lengths(pieces: Pieces, tmp_path: Path) -> None:
    file = tmp_path / "sparse"
    found = {}
    for size in pieces.exponents:
        with file.open("wb") as sparse:
            sparse.truncate(size)
        length = planned(file, tmp_path, pieces.preset, {}).spec.piece_length
        assert length is not None
        found[size] = length.bit_length() - 1
    assert found == pieces.exponents


@pytest.mark.parametrize(
    "torrent",
    [each for each in ANSWERS.torrents if each.preset in ({}, {"private": False})],
    ids=named,
)
def test_settings_do_not_change_its_infohashes(
    torrent: Torrent, content: Path, tmp_path: Path
) -> None:
    other = TorrentCreationSettings(
        format="v2",
        private=not torrent.preset,
        piece_size=1 << 20,
        source="MINE",
        comment="mine",
        use_tracker_rules=False,
        ignore_dotfiles=True,
    )
    plan = planned(
        content / torrent.content,
        tmp_path,
        torrent.preset,
        torrent.default,
        Settings(torrent_creation=other),
    )
    assert made(plan).metainfo.infohash_v1 == torrent.infohash
    assert plan.spec.comment == "mine"  # the infohash does not depend on it


def test_entropy_is_random_and_as_long_as_there(content: Path, tmp_path: Path) -> None:
    plan = partial(planned, content / "film.mkv", tmp_path, {"entropy": True}, {})
    one, other = plan().spec.entropy, plan().spec.entropy
    assert isinstance(one, str)
    assert isinstance(other, str)
    assert one != other
    assert len(bytes.fromhex(one)) == len(bytes.fromhex(other)) == 32
    assert one.encode() in made(plan(entropy=one)).metainfo.data


def test_what_is_given_on_the_command_line_wins(content: Path, tmp_path: Path) -> None:
    plan = planned(
        content / "season",
        tmp_path,
        {"trackers": ["https://aither.cc/announce"]},
        {},
        format="hybrid",
        piece_size="16KiB",
        source="",
        private=False,
        ignore_dotfiles=True,
    )
    found = made(plan).metainfo
    assert (found.format, found.piece_length, found.source, found.private) == (
        "hybrid", 16 << 10, None, False,
    )  # fmt: skip
    assert b".hidden" not in found.data


@pytest.mark.parametrize("path", ["link", "link/y.txt"])
def test_a_linked_folder_is_left_out_as_there(path: str, content: Path, tmp_path: Path) -> None:
    season = tmp_path / "season"
    (season / "deep").mkdir(parents=True)
    (season / "deep" / "y.txt").write_bytes(b"y")
    (season / "link").symlink_to("deep")
    preset = {"include_patterns": [path, "*.txt"]}
    survey = planned(season, tmp_path, preset, {}).survey
    assert survey is not None
    assert survey.files == 1


def test_each_format_has_its_own_order_in_one_run(content: Path, tmp_path: Path) -> None:
    requests = [
        Request(content / "season", like="mkbrr", format=format_, output=tmp_path / format_)
        for format_ in ("v1", "hybrid")
    ]
    plans = TorrentManager(SETTINGS).plans(requests)
    v1, hybrid = (made(plan) for plan in plans if not isinstance(plan, SeedwrightError))
    paths = [
        [file.parts for file in listing(each.metainfo).files if not file.is_pad]
        for each in (v1, hybrid)
    ]
    assert paths[0] != paths[1] == sorted(paths[0])


def test_the_rules_of_other_trackers_warn(content: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[tracker]]\nhosts = ["one.example"]\nsource = "ONE"\n')
    trackers = [["https://aither.cc/announce"], ["https://one.example/announce"]]
    plan = planned(
        content / "film.mkv",
        tmp_path,
        {},
        {},
        Settings(tracker_rules=rules),
        trackers=trackers,
    )
    assert (plan.spec.source, plan.rules) == ("Aither", ("Aither: source 'Aither'",))
    assert plan.warnings == ("one.example expects the source 'ONE', but the source is 'Aither'",)


def test_no_rules_are_heeded_where_they_are_switched_off(content: Path, tmp_path: Path) -> None:
    preset = {"trackers": ["https://aither.cc/announce"]}
    plan = planned(content / "film.mkv", tmp_path, preset, {}, tracker_rules=False)
    assert (plan.spec.source, plan.spec.piece_length, plan.rules) == ("", 32 << 10, ())


def test_only_the_embedded_engine_makes_it(content: Path, tmp_path: Path) -> None:
    plan = planned(content / "film.mkv", tmp_path, {}, {})
    assert plan.engine == "local"
    assert "like" in plan.engine_reason


@pytest.mark.parametrize(
    ("engine", "hint"), [("auto", "because it does not support like"), ("local", "")]
)
def test_content_that_is_not_here_is_told_with_why_qbittorrent_is_not_asked(
    engine: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(ContentNotFoundError, match="absent' does not exist") as caught:
        planned(tmp_path / "absent", tmp_path, {}, {}, engine=engine)
    assert caught.value.hint.endswith(hint)
    assert ("qBittorrent" in caught.value.hint) is bool(hint)
