"""Several presets at once, through the front door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import Plan, Report, Settings, TorrentManager, _core
from seedwright.content.checks import check as content_checks
from seedwright.engines.base import MadeTorrent
from seedwright.engines.local import Order, make_torrents, walk_of
from seedwright.errors import (
    ContentError,
    ContentNotFoundError,
    HashingTimedOutError,
    OutputExistsError,
    SeedwrightError,
    SettingsError,
    UsageError,
)
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.request import Request, one_each
from seedwright.stages import content as content_stage
from tests.unit.planned import reports_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PRESETS = """\
default: {with_date: false}
small: {piece_size: 16KiB, source: S, trackers: [http://s.example/announce]}
large: {piece_size: 64KiB, private: true}
both: {piece_size: 32KiB, format: hybrid}
new: {piece_size: 16KiB, format: v2}
tight: {piece_size: 16KiB, max_torrent_size: 10}
"""
NAMES = ["small", "large", "both", "new"]


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    file = tmp_path / "presets.yaml"
    file.write_text(PRESETS)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    (folder / "b").mkdir(parents=True)
    (folder / "a.bin").write_bytes(bytes(range(256)) * 400)
    (folder / "b" / "c.bin").write_bytes(b"c" * 70_000)
    (folder / "empty").touch()
    return folder


async def create(
    path: Path, preset: Sequence[str], **options: Any
) -> list[Report | SeedwrightError]:
    """What comes of each preset, with the settings as they come."""
    async with TorrentManager(Settings()) as manager:
        return await manager.create_torrents(one_each(preset, Request(path, **options)))


def infos(paths: list[Path]) -> list[bytes]:
    return [Metainfo.parse(path.read_bytes()).data for path in paths]


@pytest.mark.parametrize("what", ["book", "book/a.bin"])
async def test_several_presets_make_what_each_makes_by_itself(
    folder: Path, tmp_path: Path, presets: Path, what: str
) -> None:
    (tmp_path / "one").mkdir()
    made = await create(tmp_path / what, preset=NAMES, presets=presets, output=tmp_path)
    reports = reports_of(made)
    assert [report.label for report in reports] == NAMES
    paths = [report.torrent_path for report in reports]
    name = Path(what).name
    assert paths == [tmp_path / f"{name}.{preset}.torrent" for preset in NAMES]
    alone = []
    for preset in NAMES:
        made = await create(
            tmp_path / what, preset=[preset], presets=presets, output=tmp_path / "one" / preset
        )
        [report] = reports_of(made)
        alone.append(report.torrent_path)
    assert infos(paths) == infos(alone)


async def test_the_content_is_walked_checked_and_hashed_once(
    folder: Path, tmp_path: Path, presets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    steps = (
        (_core, "hash_streams"),
        (content_checks, "check_content"),
        (content_stage, "walk_of"),
    )
    for module, step in steps:
        real = getattr(module, step)

        def counted(*given: Any, real: Any = real, step: str = step, **named: Any) -> Any:
            calls.append(step)
            return real(*given, **named)

        monkeypatch.setattr(module, step, counted)
    await create(folder, preset=NAMES, presets=presets, output=tmp_path)
    assert calls == ["walk_of", "check_content", "hash_streams"]


async def test_a_torrent_is_not_written_over_another_of_the_same_call(
    folder: Path, tmp_path: Path
) -> None:
    request = Request(folder, output=tmp_path / "one.torrent", force=True)
    async with TorrentManager(Settings()) as manager:
        first, second = await manager.create_torrents([request, request.at(folder / "a.bin")])
    assert isinstance(first, Report)
    assert isinstance(second, UsageError)
    assert Metainfo.parse(first.torrent_path.read_bytes()).files == 3


async def test_a_preset_that_fails_leaves_the_others(
    folder: Path, tmp_path: Path, presets: Path
) -> None:
    names = ["small", "nobody", "tight", "both", "large"]
    (tmp_path / "book.large.torrent").write_bytes(b"mine")
    outcomes = await create(folder, preset=names, presets=presets, output=tmp_path)
    kinds = [Report, SettingsError, UsageError, Report, OutputExistsError]
    assert [type(outcome) for outcome in outcomes] == kinds
    assert {path.name for path in tmp_path.glob("*.torrent")} == {
        "book.small.torrent",
        "book.both.torrent",
        "book.large.torrent",
    }


async def test_content_that_cannot_be_read_fails_for_all(
    folder: Path, tmp_path: Path, presets: Path
) -> None:
    settings = Settings()
    plans = [
        plan
        for plan in TorrentManager(settings).plans(
            one_each(NAMES, Request(folder, presets=presets, output=tmp_path))
        )
        if isinstance(plan, Plan)
    ]
    (folder / "a.bin").unlink()
    outcomes = TorrentManager(settings).all_but_written(plans, 0.0)()
    assert [type(outcome) for outcome in outcomes] == [ContentError] * len(NAMES)
    assert list(tmp_path.glob("*.torrent")) == []


async def test_content_that_is_not_there_fails_for_all(tmp_path: Path, presets: Path) -> None:
    outcomes = await create(
        tmp_path / "nothing", preset=NAMES, presets=presets, output=tmp_path, engine="local"
    )
    assert [type(outcome) for outcome in outcomes] == [ContentNotFoundError] * len(NAMES)


async def test_a_preset_named_twice_counts_once(
    folder: Path, tmp_path: Path, presets: Path
) -> None:
    made = await create(folder, preset=["small", "small"], presets=presets, output=tmp_path)
    [report] = reports_of(made)
    assert report.torrent_path == tmp_path / "book.torrent"


async def test_several_torrents_do_not_go_into_one_file(
    folder: Path, tmp_path: Path, presets: Path
) -> None:
    outcomes = await create(folder, preset=NAMES, presets=presets, output=tmp_path / "x.torrent")
    assert [type(outcome) for outcome in outcomes] == [UsageError] * len(NAMES)


async def test_the_plans_of_several_presets_change_nothing(
    folder: Path, tmp_path: Path, presets: Path
) -> None:
    async with TorrentManager(Settings()) as manager:
        plans = await manager.plan_torrents(
            one_each(NAMES, Request(folder, presets=presets, output=tmp_path))
        )
    assert [plan.label for plan in plans if isinstance(plan, Plan)] == NAMES
    assert list(tmp_path.glob("*.torrent")) == []


def test_a_time_limit_is_that_of_one_torrent_alone(folder: Path) -> None:
    content = walk_of(TorrentSpec(folder, Format.V1, 16384))
    specs = [TorrentSpec(folder, Format.V1, 16384 << shift) for shift in range(3)]
    limits = (1e-9, None, 3600.0)
    orders = [Order(spec, time_limit=limit) for spec, limit in zip(specs, limits, strict=True)]
    late, *others = make_torrents(orders, content)
    assert isinstance(late, HashingTimedOutError)
    assert [type(each) for each in others] == [MadeTorrent, MadeTorrent]
    [alone] = make_torrents(orders[:1], content)
    assert isinstance(alone, HashingTimedOutError)
    assert "took longer than 1e-09 s" in alone.message
