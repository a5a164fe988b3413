"""Content that is written to while it is hashed: no torrent of bytes that never were together."""

from __future__ import annotations

import asyncio
import contextlib
import mmap
import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from seedwright import Settings, TorrentManager, _core
from seedwright.content import settling
from seedwright.content.settling import TICK, UNBOUNDED, USUAL, write_back_age
from seedwright.content.walk import walk
from seedwright.engines.filesystem import file_system_of
from seedwright.errors import ContentError, ExitCode, SeedwrightError, outcome
from seedwright.stages.verdict import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seedwright.report import Report

SIZE = 8 << 20

OVERWRITER = """
import os, random, sys, time
path, delay = sys.argv[1], float(sys.argv[2])
before = os.stat(path)
print("ready", flush=True)
sys.stdin.readline()
time.sleep(delay)
with open(path, "r+b") as file:
    for _ in range(20):
        file.seek(random.randrange(before.st_size - 100))
        file.write(random.randbytes(100))
        file.flush()
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
"""

MAPPER = """
import mmap, random, sys, time
path, delay = sys.argv[1], float(sys.argv[2])
with open(path, "r+b") as file:
    pages = mmap.mmap(file.fileno(), 0)
for page in range(0, len(pages), mmap.PAGESIZE):
    pages[page] = 1
print("ready", flush=True)
sys.stdin.readline()
time.sleep(delay)
for _ in range(20):
    pages[random.randrange(len(pages))] ^= 1
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    film = tmp_path / "film.mkv"
    film.write_bytes(random.Random(0).randbytes(SIZE))
    return film


async def create(content: Path, **options: Any) -> Report:
    options = {"output": content.with_name("x.torrent"), "force": True, **options}
    async with TorrentManager(Settings()) as manager:
        return await manager.create_torrent(content, **options)


def while_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen when all bytes are hashed, and nobody has looked at the files again."""
    real = _core.hash_streams

    def hash_and_act(*arguments: Any, **options: Any) -> Any:
        hashes = real(*arguments, **options)
        act()
        return hashes

    monkeypatch.setattr(_core, "hash_streams", hash_and_act)


@pytest.mark.parametrize("writer", [OVERWRITER, MAPPER], ids=["in place", "mapped"])
@pytest.mark.parametrize("delay", [0, 0.005, 0.02, 0.1])
def test_a_torrent_of_content_that_is_written_to_fits_it_or_is_not_made(
    film: Path, writer: str, delay: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    if writer == MAPPER and file_system_of(film).type == "tmpfs":
        pytest.skip("there no time shows a mapped write")
    command = [sys.executable, "-c", writer, str(film), str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"go\n")
        process.stdin.flush()
        # What is written after the torrent was made is another story.
        while_hashing(monkeypatch, process.wait)
        made = outcome(asyncio.run, create(film))
        assert process.wait() == 0
    monkeypatch.undo()
    if isinstance(made, SeedwrightError):
        assert made.exit_code == ExitCode.CONTENT
    else:
        assert verify(made.torrent_path, film).is_complete


async def test_content_whose_mtime_is_put_back_is_told_as_changed(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overwrite() -> None:
        before = film.stat()
        with film.open("r+b") as file:
            file.write(b"other")
        os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))

    while_hashing(monkeypatch, overwrite)
    with pytest.raises(ContentError) as caught:
        await create(film)
    assert caught.value.message == (
        f"the content changed during hashing: '{film}' was changed, but kept its modification time"
    )
    assert not film.with_name("x.torrent").exists()


async def test_a_mapped_write_to_a_page_that_was_written_to_before_is_told(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if file_system_of(film).type == "tmpfs" or sys.platform != "linux":
        pytest.skip("there no time shows it")
    with film.open("r+b") as file, mmap.mmap(file.fileno(), 0) as pages:
        pages[5] ^= 1
        while_hashing(monkeypatch, lambda: pages.__setitem__(5, pages[5] ^ 1))
        with pytest.raises(ContentError, match="changed during hashing"):
            await create(film)


async def test_a_file_in_the_place_of_another_is_told(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = film.stat()
    other = film.with_name("other")
    other.write_bytes(bytes(SIZE))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    while_hashing(monkeypatch, lambda: other.replace(film))
    with pytest.raises(ContentError, match="changed during hashing"):
        await create(film)


async def test_content_that_was_just_written_and_is_left_alone_is_made(film: Path) -> None:
    assert verify((await create(film)).torrent_path, film).is_complete


async def test_times_in_the_future_are_no_hindrance(film: Path) -> None:
    os.utime(film, (1e11, 1e11))
    assert verify((await create(film)).torrent_path, film).is_complete


async def test_what_cannot_be_flushed_is_left_to_hashing_to_tell(film: Path) -> None:
    content = walk(film)
    film.unlink()
    assert settling.settled(content, lambda: False) == content
    film.mkdir()
    settling.settled(content, lambda: False)


def test_only_what_was_written_to_lately_is_flushed(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    real = _core.flush

    def flush(paths: list[str], **options: Any) -> None:
        flushed.extend(paths)
        real(paths, **options)

    monkeypatch.setattr(_core, "flush", flush)
    os.utime(film, (1, 1))
    content = walk(film)
    age = write_back_age()
    for later, count in ((age - 10**9, 1), (age + 10**9, 0)):
        flushed.clear()
        clock = content.files[0].ctime_ns + later
        monkeypatch.setattr(time, "time_ns", lambda clock=clock: clock)
        settling.settled(content, lambda: False)
        assert len(flushed) == count


def test_a_file_that_is_written_to_meanwhile_is_flushed_once_more(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = walk(film)
    seen: list[int] = []
    real = _core.flush

    def flush_and_write(paths: list[str], **options: Any) -> None:
        real(paths, **options)
        seen.append(len(paths))
        if len(seen) < 3:
            with film.open("r+b") as file:
                file.write(bytes([len(seen)]))

    monkeypatch.setattr(_core, "flush", flush_and_write)
    content = settling.settled(before, lambda: False)
    assert seen == [1, 1, 1]
    assert content != before
    assert content == walk(film)


def test_flushing_can_be_cancelled(film: Path) -> None:
    # Whether it ends sooner by itself is up to the disk.
    with contextlib.suppress(_core.Cancelled):
        _core.flush([film], cancelled=lambda: True)


def test_a_look_comes_after_the_tick_in_which_the_content_was_written(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    content = walk(film)
    newest = max(content.files[0].ctime_ns, content.files[0].mtime_ns)
    for later, expected in ((0, TICK), (TICK // 2, TICK - TICK // 2), (TICK, None), (-1, None)):
        waits.clear()
        monkeypatch.setattr(time, "time_ns", lambda later=later: newest + later)
        settling.settled(content, lambda: False)
        assert [round(wait * 1e9) for wait in waits] == [expected] * (expected is not None)


@pytest.mark.parametrize(
    ("expire", "interval", "age"),
    [
        ("3000\n", "500\n", 35 * 10**9),
        ("100\n", "50\n", 2 * 10**9),
        ("3000\n", "0\n", UNBOUNDED),
        ("many\n", "500\n", USUAL),
        (None, "500\n", USUAL),
    ],
)
def test_the_kernel_says_how_long_it_waits_before_it_writes_back(
    tmp_path: Path, expire: str | None, interval: str, age: int
) -> None:
    if expire is not None:
        (tmp_path / "dirty_expire_centisecs").write_text(expire)
    (tmp_path / "dirty_writeback_centisecs").write_text(interval)
    assert write_back_age(tmp_path) == age
