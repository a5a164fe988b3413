"""``reuse``: content that has not changed is not read again, and whatever changed is."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import Settings, TorrentManager, _core
from seedwright.content.settling import write_back_age
from seedwright.content.walk import walk
from seedwright.engines import filesystem, reuse
from seedwright.engines.filesystem import DEPENDABLE_TYPES, FileSystem
from seedwright.engines.hashing import hash_rows
from seedwright.errors import ContentError, UsageError
from seedwright.hashes import cache as hash_cache
from seedwright.hashes.cache import HashCache, KeptHashes, Layout
from seedwright.metainfo.build import layout
from seedwright.metainfo.torrent_spec import Format
from seedwright.request import Request, one_each
from seedwright.settings import hash_cache as configured
from seedwright.settings.model import TorrentCreationSettings
from seedwright.stages.verdict import verify
from tests.unit.planned import reports_of

if TYPE_CHECKING:
    from seedwright.report import Report

FORMATS = [str(format_) for format_ in Format]
DISK = FileSystem("ext4")
DOUBTFUL = [
    FileSystem(),
    FileSystem("nfs4"),
    FileSystem("fuse.mergerfs"),
    FileSystem("vfat"),
    FileSystem("squashfs"),
    FileSystem("tmpfs"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where hashes are kept, of files that were changed a moment ago, too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(configured, "HashCache", partial(HashCache, settled_ns=0))
    monkeypatch.setattr(reuse, "file_system_of", lambda _: DISK)
    return tmp_path / "cache" / "seedwright" / "hashes"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    content = tmp_path / "book"
    (content / "b").mkdir(parents=True)
    (content / "a.bin").write_bytes(os.urandom(170_000))
    (content / "b" / "c.bin").write_bytes(os.urandom(30_000))
    return content


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The piece lengths of all that is hashed."""
    real = _core.hash_streams
    lengths: list[int] = []

    def hash_streams(files: Any, streams: Any, **options: Any) -> Any:
        lengths.extend(length for stream in streams for length in stream.piece_lengths)
        return real(files, streams, **options)

    monkeypatch.setattr(_core, "hash_streams", hash_streams)
    return lengths


async def create(content: Path, settings: Settings | None = None, **options: Any) -> Report:
    options = {
        "output": content.parent / "x.torrent",
        "force": True,
        "piece_size": "32KiB",
        **options,
    }
    async with TorrentManager(settings or Settings()) as manager:
        return await manager.create_torrent(content, **options)


def flip(path: Path) -> None:
    """Change one byte and put the mtime back, as soon as the clock has moved on."""
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        data = path.read_bytes()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("format_", FORMATS)
async def test_the_same_content_is_not_read_again(
    content: Path, read: list[int], format_: str
) -> None:
    before = int(time.time())
    first = await create(content, reuse=True, format=format_)
    second = await create(content, reuse=True, format=format_, trackers=["http://t.example/"])
    assert read == [32768]
    assert (first.infohash_v1, first.infohash_v2) == (second.infohash_v1, second.infohash_v2)
    assert (first.reused, second.hashing_rate, second.engine) == (None, None, "local")
    assert second.reused is not None
    assert second.reused.made is not None
    assert (second.reused.origin, second.reused.sampled) == ("cache", 0)
    assert before <= second.reused.made <= time.time()
    assert verify(second.torrent_path, content).is_complete


async def test_nothing_is_kept_unless_it_is_asked_for(
    content: Path, read: list[int], folder: Path
) -> None:
    for _ in range(2):
        report = await create(content)
        assert (report.reused, report.engine_reason) == (None, "the content can be read here")
    assert (len(read), folder.exists()) == (2, False)


async def test_a_setting_asks_for_it_and_an_option_takes_it_back(
    content: Path, read: list[int]
) -> None:
    settings = Settings(torrent_creation=TorrentCreationSettings(reuse_hashes=True))
    await create(content, settings)
    assert (await create(content, settings)).reused
    assert (await create(content, settings, reuse=False)).reused is None
    assert len(read) == 2


async def test_a_setting_bounds_it(content: Path) -> None:
    creation = TorrentCreationSettings(reuse_hashes=True, hash_cache_size="4095")
    report = await create(content, Settings(torrent_creation=creation))
    (warning,) = report.warnings
    assert warning.startswith("the hashes were not cached: they take 4 KiB")


@pytest.mark.parametrize("format_", FORMATS)
async def test_one_other_byte_is_noticed_although_the_mtime_is_put_back(
    content: Path, format_: str
) -> None:
    await create(content, reuse=True, format=format_)
    flip(content / "b" / "c.bin")
    report = await create(content, reuse=True, format=format_)
    assert report.reused is None
    assert verify(report.torrent_path, content).is_complete


async def test_content_that_was_changed_just_now_is_not_kept(
    content: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(configured, "HashCache", HashCache)
    report = await create(content, reuse=True)
    (warning,) = report.warnings
    age = f"{write_back_age() / 1e9:g} s"
    assert warning == (
        f"the hashes were not cached: '{content / 'a.bin'}' changed less than {age} before hashing"
    )
    assert not folder.exists()


async def test_content_that_changes_before_it_is_written_down_is_told(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(content, reuse=True)
    real = HashCache.find

    def find_and_write(self: HashCache, asked: Layout) -> KeptHashes | None:
        hashes = real(self, asked)
        (content / "a.bin").write_bytes(b"other")
        return hashes

    monkeypatch.setattr(HashCache, "find", find_and_write)
    with pytest.raises(ContentError, match="changed"):
        await create(content, reuse=True)


@pytest.mark.parametrize("format_", FORMATS)
async def test_content_that_is_overwritten_while_it_is_hashed_is_neither_made_nor_kept(
    content: Path, monkeypatch: pytest.MonkeyPatch, folder: Path, format_: str
) -> None:
    real = _core.hash_streams

    def hash_and_flip(*arguments: Any, **options: Any) -> Any:
        hashes = real(*arguments, **options)
        flip(content / "a.bin")
        return hashes

    monkeypatch.setattr(_core, "hash_streams", hash_and_flip)
    with pytest.raises(ContentError, match="changed during hashing"):
        await create(content, reuse=True, format=format_)
    assert not folder.exists()


def plant(content: Path, cache: Path, format_: Format) -> None:
    """Keep wrong hashes for the content as it is now."""
    files = walk(content).files
    asked = Layout(files, layout(files, 32768, format_), 32768, format_)
    right = hash_rows(asked.rows, 32768, format_)
    wrong = KeptHashes(
        bytes(len(right.pieces)),
        [bytes(len(root)) for root in right.roots],
        [bytes(len(layer)) for layer in right.layers],
        right.bytes_hashed,
        0,
    )
    assert HashCache(cache, 1 << 20).keep(asked, wrong, time.time_ns() + 10**13) == ""


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("file_system", DOUBTFUL, ids=lambda one: one.type or "unknown")
async def test_where_files_are_not_told_for_certain_a_sample_is_hashed(
    content: Path,
    folder: Path,
    read: list[int],
    monkeypatch: pytest.MonkeyPatch,
    file_system: FileSystem,
    format_: str,
) -> None:
    monkeypatch.setattr(reuse, "file_system_of", lambda _: file_system)
    plant(content, folder, Format(format_))
    read.clear()
    first = await create(content, reuse=True, format=format_)
    assert (first.reused, len(read)) == (None, 1)
    assert first.warnings == (
        "the cached hashes did not match the content, so it was hashed again",
    )
    second = await create(content, reuse=True, format=format_)
    assert second.reused is not None
    assert (second.reused.sampled, len(read)) == (second.pieces, 1)
    assert verify(second.torrent_path, content).is_complete


async def test_a_clock_that_went_back_is_a_doubt(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(hash_cache, "time", SimpleNamespace(time=lambda: time.time() + 1000))
        await create(content, reuse=True)
    report = await create(content, reuse=True)
    assert report.reused is not None
    assert report.reused.sampled == report.pieces


async def test_verify_reads_the_content_whatever_is_kept(content: Path, folder: Path) -> None:
    right = await create(content, output=content.parent / "right.torrent")
    plant(content, folder, Format.V1)
    wrong = await create(content, reuse=True)
    assert wrong.reused
    assert wrong.infohash != right.infohash
    assert verify(right.torrent_path, content).is_complete
    assert not verify(wrong.torrent_path, content).is_complete


async def test_a_cache_that_cannot_be_written_is_a_warning(content: Path, folder: Path) -> None:
    folder.parents[1].write_text("a file")
    report = await create(content, reuse=True)
    assert report.warnings == (
        f"the hashes were not cached: cannot write '{folder}': Not a directory",
    )
    assert verify(report.torrent_path, content).is_complete


async def test_without_a_home_nothing_is_kept_and_that_is_told(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", nobody)
    report = await create(content, reuse=True)
    assert report.warnings == ("hashes cannot be cached: there is no home folder",)


async def test_it_is_the_embedded_engines_alone(content: Path) -> None:
    report = await create(content, reuse=True)
    assert report.engine_reason == "only it supports reuse=True"
    with pytest.raises(UsageError, match="Torrent Creator does not support reuse=True"):
        await create(content, reuse=True, engine="qbittorrent")


async def test_a_longer_v2_piece_length_is_served_as_well(content: Path, read: list[int]) -> None:
    await create(content, reuse=True, format="v2", piece_size="16KiB")
    longer = await create(content, reuse=True, format="v2", piece_size="128KiB")
    plain = await create(content, format="v2", piece_size="128KiB")
    assert longer.reused
    assert longer.infohash == plain.infohash
    assert read == [16384, 131072]


@pytest.mark.parametrize("type_", ["ext4", "xfs", "btrfs", "zfs"])
def test_disks_are_dependable(type_: str) -> None:
    assert FileSystem(type_).is_dependable


@pytest.mark.parametrize("file_system", DOUBTFUL, ids=lambda one: one.type or "unknown")
def test_others_are_not(file_system: FileSystem) -> None:
    assert not file_system.is_dependable
    assert not DEPENDABLE_TYPES & filesystem.NETWORK_TYPES


def test_every_device_of_the_content_counts(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(path: Path) -> FileSystem:
        return DISK if path.name == "a.bin" else FileSystem("nfs4")

    monkeypatch.setattr(reuse, "file_system_of", of)
    first, second = walk(content).files
    assert reuse._are_dependable([first, first])
    assert not reuse._are_dependable([first, second._replace(device=second.device + 1)])


def test_hashing_a_sample_can_be_cancelled(
    content: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reuse, "file_system_of", lambda _: DOUBTFUL[0])
    plant(content, folder, Format.V1)
    files = walk(content).files
    asked = Layout(files, layout(files, 32768, Format.V1), 32768, Format.V1)
    with pytest.raises(_core.Cancelled):
        reuse.kept(HashCache(folder, 1 << 20), asked, lambda: True)


async def test_of_several_presets_those_whose_hashes_are_kept_are_not_read_again(
    content: Path, read: list[int]
) -> None:
    presets = content.parent / "presets.yaml"
    presets.write_text("a: {piece_size: 16KiB}\nb: {piece_size: 32KiB}\nc: {piece_size: 64KiB}\n")

    async def create_for(*names: str) -> list[Report]:
        async with TorrentManager(Settings()) as manager:
            request = Request(content, presets=presets, reuse=True, force=True)
            asked = one_each(names, request.but(output=content.parent))
            return reports_of(await manager.create_torrents(asked))

    first = await create_for("a", "b")
    second = await create_for("a", "b", "c")
    assert read == [16384, 32768, 65536]
    assert [report.infohash for report in second[:2]] == [report.infohash for report in first]
    assert [report.reused is not None for report in second] == [True, True, False]
