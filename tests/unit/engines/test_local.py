"""The embedded engine through the front door: no settings file, no network, no qBittorrent."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bencode2 import bdecode

from seedwright import Report, Settings, TorrentManager, _core
from seedwright.engines.filesystem import FileSystem
from seedwright.errors import (
    ContentError,
    EmptyContentError,
    HashingTimedOutError,
    OutputExistsError,
    UnreachableError,
    UsageError,
)
from seedwright.metainfo.parse import Metainfo
from seedwright.settings.model import QBittorrentSettings
from tests.testbed.fakes import closed_port

if TYPE_CHECKING:
    from seedwright.engines.base import Progress

LONG = 60.0


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder with two files and something that is left out."""
    folder = tmp_path / "book"
    (folder / "b").mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"a" * 70_000)
    (folder / "b" / "c.bin").write_bytes(b"c" * 30_000)
    (folder / ".hidden").write_bytes(b"h" * 10)
    return folder


async def create(content: Path, **options: Any) -> Report:
    """The report of one torrent, with the settings as they come."""
    async with TorrentManager(Settings()) as manager:
        return await manager.create_torrent(content, **options)


async def test_a_v1_torrent_holds_the_hashes_of_the_bytes(content: Path, tmp_path: Path) -> None:
    report = await create(content, output=tmp_path / "x.torrent", piece_size="32KiB")
    stream = b"a" * 70_000 + b"c" * 30_000
    pieces = [stream[at : at + 32768] for at in range(0, len(stream), 32768)]
    expected = b"".join(hashlib.sha1(piece).digest() for piece in pieces)
    data = (tmp_path / "x.torrent").read_bytes()
    assert b"6:pieces%d:%b" % (len(expected), expected) in data
    assert (report.files, report.size, report.pieces) == (2, 100_000, 4)
    assert (report.engine, report.engine_reason) == ("local", "the content can be read here")
    assert (report.client, report.client_path, report.seeding) == (None, None, None)
    assert report.warnings == ("1 hidden file was left out",)


@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
async def test_the_same_input_without_a_date_gives_the_same_bytes(
    content: Path, tmp_path: Path, format_: str
) -> None:
    for name in ("1", "2"):
        await create(content, output=tmp_path / name, format=format_, with_date=False)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


async def test_everything_asked_for_stands_in_the_torrent(content: Path, tmp_path: Path) -> None:
    before = int(time.time())
    await create(
        content,
        output=tmp_path / "x.torrent",
        format="hybrid",
        private=True,
        source="S",
        comment="é",
        name="Another name",
        entropy="seed",
        trackers=["http://a.example/announce", ["udp://b.example:1", "udp://c.example:2"]],
        web_seeds=["http://w.example/"],
        http_seeds=["http://h.example/seed.php"],
        dht_nodes=[("router.example", 6881), ("2001:db8::1", 1)],
    )
    root = bdecode((tmp_path / "x.torrent").read_bytes())
    assert root[b"httpseeds"] == [b"http://h.example/seed.php"]
    assert root[b"nodes"] == [[b"router.example", 6881], [b"2001:db8::1", 1]]
    metainfo = Metainfo.parse((tmp_path / "x.torrent").read_bytes())
    assert (metainfo.name, metainfo.private, metainfo.source) == ("Another name", True, "S")
    assert (metainfo.comment, metainfo.created_by) == ("é", "Seedwright")
    assert metainfo.creation_date is not None
    assert before <= metainfo.creation_date <= int(time.time())
    assert metainfo.tiers == (
        ("http://a.example/announce",),
        ("udp://b.example:1", "udp://c.example:2"),
    )
    assert metainfo.web_seeds == ("http://w.example/",)


async def test_a_number_of_pieces_and_a_largest_torrent_decide_the_piece_length(
    content: Path, tmp_path: Path
) -> None:
    few = await create(content, output=tmp_path / "few", piece_count=2)
    many = await create(content, output=tmp_path / "many", piece_count=7)
    assert (few.piece_length, many.piece_length) == (65536, 16384)
    size = (tmp_path / "many").stat().st_size
    small = await create(
        content, output=tmp_path / "small", piece_count=7, max_torrent_size=size - 1
    )
    assert small.piece_length == 32768
    assert (tmp_path / "small").stat().st_size < size


async def test_date_and_creator_can_be_left_out(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.torrent"
    await create(content, output=target, with_date=False, with_creator=False)
    metainfo = Metainfo.parse(target.read_bytes())
    assert (metainfo.creation_date, metainfo.created_by) == (None, None)


async def test_entropy_makes_another_infohash(content: Path, tmp_path: Path) -> None:
    options = [{}, {"entropy": "x"}, {"entropy": "y"}]
    reports = [
        await create(content, output=tmp_path / str(number), **each)
        for number, each in enumerate(options)
    ]
    assert len({report.infohash for report in reports}) == 3


async def test_hidden_files_are_taken_in_when_asked_for(content: Path, tmp_path: Path) -> None:
    report = await create(content, output=f"{tmp_path}/", ignore_dotfiles=False)
    assert (report.files, report.warnings) == (3, ())


async def test_globs_decide_what_is_taken_in(content: Path, tmp_path: Path) -> None:
    without = await create(content, output=tmp_path / "1", exclude=["**/*.BIN"], include=["a.*"])
    assert (without.files, without.size) == (1, 70_000)
    hidden = await create(content, output=tmp_path / "2", include=[".hidden"])
    assert (hidden.files, hidden.size) == (1, 10)


async def test_an_existing_torrent_is_kept_without_force(content: Path, tmp_path: Path) -> None:
    (tmp_path / "book.torrent").write_text("mine")
    with pytest.raises(OutputExistsError):
        await create(content, output=f"{tmp_path}/")
    assert (tmp_path / "book.torrent").read_text() == "mine"


async def test_another_name_cannot_be_seeded(content: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot seed under the name 'other'"):
        await create(content, output=f"{tmp_path}/", name="other", seed=True)


@pytest.mark.parametrize("name", ["..", "a/b", "a\\b"])
async def test_a_name_that_cannot_be_is_refused(content: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is not a valid torrent name"):
        await create(content, output=tmp_path / "x", name=name)


async def test_a_network_mount_is_hashed_here_where_no_client_can_be_asked(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = FileSystem("nfs4")
    monkeypatch.setattr("seedwright.stages.content.file_system_of", lambda _: mount)
    with closed_port() as port:
        settings = Settings(qbittorrent=QBittorrentSettings(host="127.0.0.1", port=port))
        async with TorrentManager(settings) as manager:
            report = await manager.create_torrent(content, output=f"{tmp_path}/")
            with pytest.raises(UnreachableError):
                await manager.create_torrent(content, output=tmp_path / "x", engine="qbittorrent")
    assert (report.engine, report.client) == ("local", None)
    assert report.engine_reason == (
        "the content is on a network mount (nfs4), but qBittorrent is not available"
    )


async def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyContentError):
        await create(tmp_path / "empty", output=f"{tmp_path}/")


async def test_content_that_changes_meanwhile_is_told_and_nothing_written(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = _core.hash_streams

    def hash_and_touch(*arguments: Any, **options: Any) -> Any:
        hashes = real(*arguments, **options)
        (content / "a.bin").write_bytes(b"b" * 70_000)
        os.utime(content / "a.bin", ns=(1, 1))
        return hashes

    monkeypatch.setattr(_core, "hash_streams", hash_and_touch)
    with pytest.raises(ContentError, match="changed during hashing"):
        await create(content, output=f"{tmp_path}/")
    assert not (tmp_path / "book.torrent").exists()


async def test_the_time_limit_ends_it_soon(tmp_path: Path) -> None:
    with (tmp_path / "hole").open("wb") as hole:
        hole.truncate(1 << 40)
    with pytest.raises(HashingTimedOutError, match=r"longer than 0\.2 s"):
        await create(tmp_path / "hole", output=f"{tmp_path}/", timeout=0.2)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["hole"]


async def test_cancelling_ends_it_soon_and_leaves_nothing(tmp_path: Path) -> None:
    with (tmp_path / "hole").open("wb") as hole:
        hole.truncate(1 << 40)
    creation = asyncio.create_task(create(tmp_path / "hole", output=f"{tmp_path}/"))
    await asyncio.sleep(0.3)
    creation.cancel()
    with pytest.raises(asyncio.CancelledError):
        await creation
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["hole"]


async def test_progress_grows_and_tells_rate_and_time_left(tmp_path: Path) -> None:
    with (tmp_path / "hole").open("wb") as hole:
        hole.truncate(3 << 30)
    told: list[Progress] = []
    async with TorrentManager(Settings()) as manager:
        await manager.create_torrent(tmp_path / "hole", told.append, output=f"{tmp_path}/")
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert any(progress.rate and progress.seconds_left is not None for progress in told)


def command(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    """``seedwright`` on a machine that knows nothing of it."""
    return subprocess.Popen(
        [sys.executable, "-m", "seedwright", *map(str, arguments)],
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_line_works_with_no_settings_and_no_qbittorrent(
    content: Path, tmp_path: Path
) -> None:
    with command("create", content, "--json", home=tmp_path) as process:
        out, err = process.communicate(timeout=LONG)
    row = json.loads(out)
    assert (err, row["ok"], row["engine"], row["client"]) == ("", True, "local", None)
    metainfo = Metainfo.parse((tmp_path / "book.torrent").read_bytes())
    assert metainfo.infohash_v1 == row["infohash"]
    assert row["hashing_rate"] > 0


def test_the_command_line_loads_no_more_than_hashing_here_needs(
    content: Path, tmp_path: Path
) -> None:
    code = """
import sys
sys.argv = ["seedwright", "create", sys.argv[1]]
from seedwright.cli.main import run
try:
    run()
except SystemExit as left:
    assert not left.code, left.code
print(sorted(set(sys.modules) & {"asyncio", "logging", "pydantic", "qbittorrentapi", "requests", "rich", "yaml"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, content],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "book.torrent").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_soon_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with (tmp_path / "hole").open("wb") as hole:
        hole.truncate(1 << 40)
    with command("create", tmp_path / "hole", home=tmp_path) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        process.send_signal(number)
        _, err = process.communicate(timeout=LONG)
    assert "hashing" in told
    assert (process.returncode, err.splitlines()[-1]) == (130, "interrupted")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["hole"]
