"""Kept hashes are given back for the same content, and for nothing else."""

from __future__ import annotations

import dataclasses
import os
import random
import resource
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core
from seedwright.content.settling import write_back_age
from seedwright.content.walk import walk
from seedwright.hashes import cache as hash_cache
from seedwright.hashes import room
from seedwright.hashes.cache import HashCache, Layout
from seedwright.hashes.room import BLOCK, places
from seedwright.metainfo.build import layout
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.writing import STALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedwright._core import Hashes
    from seedwright.hashes.room import Place

KIB = 1024
ROOM = 1 << 20
LATER = 3600 * 10**9
FILES = {"a": 100 * KIB, "b/c": 40 * KIB, "b/d": 0, "e": 5}


def put(folder: Path, files: dict[str, int], seed: int = 0) -> Path:
    for number, (name, size) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(random.Random(f"{seed} {number}").randbytes(size))
    return folder


def laid_out(content: Path, piece_length: int = 16 * KIB, format_: Format = Format.V1) -> Layout:
    files = walk(content).files
    return Layout(files, layout(files, piece_length, format_), piece_length, format_)


def hashed(asked: Layout) -> Hashes:
    v1, v2 = asked.format is not Format.V2, asked.format is not Format.V1
    return _core.hash_files(asked.rows, asked.piece_length, v1=v1, v2=v2)


def keep(cache: HashCache, asked: Layout, hashes: Hashes | None = None) -> str:
    """Keep the hashes of a layout as if its files had been left alone for long."""
    return cache.keep(asked, hashes or hashed(asked), time.time_ns() + LATER)


def found(cache: HashCache, asked: Layout) -> tuple[bytes, list[bytes], list[bytes], int] | None:
    hashes = cache.find(asked)
    if hashes is None:
        return None
    return hashes.pieces, hashes.roots, hashes.layers, hashes.bytes_hashed


def expected(asked: Layout) -> tuple[bytes, list[bytes], list[bytes], int]:
    hashes = hashed(asked)
    return hashes.pieces, hashes.roots, hashes.layers, hashes.bytes_hashed


def entries(cache: HashCache) -> list[Path]:
    return sorted(cache.folder.iterdir())


def until_later(path: Path, change: Callable[[], object]) -> None:
    """Change a file so often that the clock has moved on since it was changed before."""
    before = path.stat().st_ctime_ns
    change()
    while path.stat().st_ctime_ns == before:
        change()


@pytest.fixture
def cache(tmp_path: Path) -> HashCache:
    return HashCache(tmp_path / "cache" / "hashes", ROOM)


@pytest.mark.parametrize("format_", list(Format))
def test_what_is_kept_is_given_back(folder: Path, cache: HashCache, format_: Format) -> None:
    asked = laid_out(put(folder, FILES), format_=format_)
    before = int(time.time())
    assert found(cache, asked) is None
    assert keep(cache, asked) == ""
    assert found(cache, asked) == expected(asked)
    hashes = cache.find(asked)
    assert hashes is not None
    assert before <= hashes.made <= time.time()


SIZES = st.lists(
    st.integers(0, 300 * KIB) | st.integers(0, 12).map(lambda blocks: blocks * 16 * KIB),
    min_size=1,
    max_size=5,
).filter(any)
POWERS = st.integers(14, 19)


@given(SIZES, POWERS, POWERS, st.sampled_from([Format.V2, Format.HYBRID]))
def test_trees_serve_every_longer_piece_length_and_no_shorter_one(
    sizes: list[int], power: int, other: int, kept: Format
) -> None:
    with tempfile.TemporaryDirectory() as place:
        content = put(Path(place, "content"), {f"{n}": size for n, size in enumerate(sizes)})
        cache = HashCache(Path(place, "cache"), 1 << 30)
        keep(cache, laid_out(content, 1 << power, kept))
        asked = laid_out(content, 1 << other, Format.V2)
        assert found(cache, asked) == (expected(asked) if other >= power else None)


@given(SIZES, POWERS, st.sampled_from(list(Format)), st.sampled_from(list(Format)))
def test_whatever_is_found_is_what_hashing_gives(
    sizes: list[int], power: int, kept: Format, wanted: Format
) -> None:
    with tempfile.TemporaryDirectory() as place:
        content = put(Path(place, "content"), {f"{n}": size for n, size in enumerate(sizes)})
        cache = HashCache(Path(place, "cache"), 1 << 30)
        keep(cache, laid_out(content, 1 << power, kept))
        asked = laid_out(content, 1 << power, wanted)
        assert found(cache, asked) in (None, expected(asked))
        if wanted in (kept, Format.V2) and kept is not Format.V1:
            assert found(cache, asked)


def test_the_pieces_of_one_file_serve_v1_and_hybrid_alike(tmp_path: Path, cache: HashCache) -> None:
    content = put(tmp_path, {"film": 100 * KIB}) / "film"
    keep(cache, laid_out(content, format_=Format.HYBRID))
    asked = laid_out(content, format_=Format.V1)
    assert found(cache, asked) == expected(asked)


def test_both_halves_of_a_hybrid_may_have_been_kept_apart(tmp_path: Path, cache: HashCache) -> None:
    content = put(tmp_path, {"film": 100 * KIB}) / "film"
    asked = laid_out(content, format_=Format.HYBRID)
    keep(cache, laid_out(content, format_=Format.V1))
    assert found(cache, asked) is None
    keep(cache, laid_out(content, format_=Format.V2))
    assert found(cache, asked) == expected(asked)


def test_v1_pieces_are_for_one_piece_length(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES), 32 * KIB))
    assert found(cache, laid_out(folder, 16 * KIB)) is None
    assert found(cache, laid_out(folder, 64 * KIB)) is None


def test_trees_of_a_shorter_piece_length_take_the_place_of_others(
    folder: Path, cache: HashCache
) -> None:
    put(folder, FILES)
    for length in (64, 16, 32):
        keep(cache, laid_out(folder, length * KIB, Format.V2))
    for length in (16, 32, 64):
        asked = laid_out(folder, length * KIB, Format.V2)
        assert found(cache, asked) == expected(asked)
    assert len(entries(cache)) == 1


def test_a_folder_above_may_get_another_name(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES)))
    moved = folder.rename(folder.with_name("moved"))
    asked = laid_out(moved)
    assert found(cache, asked) == expected(asked)


def test_an_empty_file_does_not_count(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES), format_=Format.V2))
    until_later(folder / "b/d", (folder / "b/d").touch)
    asked = laid_out(folder, format_=Format.V2)
    assert found(cache, asked) == expected(asked)


def flip(path: Path) -> None:
    with path.open("r+b") as file:
        first = file.read(1)
        file.seek(0)
        file.write(bytes([first[0] ^ 1]))


def flip_and_hide(path: Path) -> None:
    before = path.stat()
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    before, other = path.stat(), path.with_name("other")
    other.write_bytes(bytes(before.st_size))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


@pytest.mark.parametrize("change", [flip, flip_and_hide, replace, grow], ids=lambda f: f.__name__)
@pytest.mark.parametrize("format_", list(Format))
def test_a_changed_file_is_noticed(
    folder: Path, cache: HashCache, format_: Format, change: Callable[[Path], None]
) -> None:
    keep(cache, laid_out(put(folder, FILES), format_=format_))
    until_later(folder / "a", lambda: change(folder / "a"))
    assert found(cache, laid_out(folder, format_=format_)) is None


def test_another_order_is_other_content(folder: Path, cache: HashCache) -> None:
    put(folder, {"a/1": 20 * KIB, "b/1": 20 * KIB})
    keep(cache, laid_out(folder, format_=Format.HYBRID))
    (folder / "a").rename(folder / "c")
    for format_ in Format:
        assert found(cache, laid_out(folder, format_=format_)) is None


def test_a_file_more_or_less_is_other_content(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES)))
    (folder / "e").rename(folder.parent / "e")
    assert found(cache, laid_out(folder)) is None


@pytest.mark.parametrize("by", [-1, 0])
def test_a_file_must_have_been_left_alone_before_it_was_hashed(
    tmp_path: Path, cache: HashCache, by: int
) -> None:
    asked = laid_out(put(tmp_path, {"film": 5}) / "film")
    cache = dataclasses.replace(cache, settled_ns=35 * 10**9)
    began = asked.files[0].ctime_ns + cache.settled_ns + by
    reason = cache.keep(asked, hashed(asked), began)
    assert reason == (
        "" if by == 0 else f"'{tmp_path / 'film'}' changed less than 35 s before hashing"
    )
    assert (found(cache, asked) is None) == (by < 0)


def test_it_must_have_been_left_alone_until_the_kernel_has_written_it_back(
    cache: HashCache,
) -> None:
    assert cache.settled_ns == write_back_age()


@pytest.mark.skipif(sys.platform != "linux", reason="not every file system goes so far")
@pytest.mark.parametrize("year_2400", [13_569_465_600, -3_600])
def test_times_from_far_away_are_no_hindrance(
    folder: Path, cache: HashCache, year_2400: int
) -> None:
    put(folder, FILES)
    os.utime(folder / "a", (year_2400, year_2400))
    asked = laid_out(folder)
    assert keep(cache, asked) == ""
    assert found(cache, asked) == expected(asked)


@pytest.mark.parametrize("format_", [Format.V1, Format.V2])
def test_a_damaged_entry_is_dropped_and_made_again(
    folder: Path, cache: HashCache, format_: Format
) -> None:
    asked = laid_out(put(folder, {"a": 5}), format_=format_)
    keep(cache, asked)
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    flipped = (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole)))
    cut = (whole[:size] for size in range(len(whole)))
    for damaged in (*flipped, *cut, whole + b"x"):
        entry.write_bytes(damaged)
        assert found(cache, asked) is None
        assert entries(cache) == []
    assert keep(cache, asked) == ""
    assert found(cache, asked) == expected(asked)


def test_an_entry_under_the_name_of_another_one_is_damaged(folder: Path, cache: HashCache) -> None:
    asked = laid_out(put(folder, FILES))
    keep(cache, asked)
    (one,) = entries(cache)
    put(folder, FILES, seed=1)
    other = laid_out(folder)
    keep(cache, other)
    (new,) = {*entries(cache)} - {one}
    one.replace(new)
    assert found(cache, other) is None


def test_forgotten_is_what_every_format_has_of_it(folder: Path, cache: HashCache) -> None:
    asked = laid_out(put(folder, FILES), format_=Format.HYBRID)
    keep(cache, asked)
    assert len(entries(cache)) == 2
    cache.forget(asked)
    assert entries(cache) == []


def age(cache: HashCache, seconds: int) -> None:
    for path in entries(cache):
        os.utime(path, (seconds, seconds))


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    cache = HashCache(tmp_path / "cache", 2 * BLOCK)
    one, two, three = (
        laid_out(put(tmp_path, {name: 5}) / name) for name in ("one", "two", "three")
    )
    keep(cache, one)
    keep(cache, two)
    age(cache, 1)
    assert cache.find(one)
    keep(cache, three)
    assert [cache.find(asked) is not None for asked in (one, two, three)] == [True, False, True]


def test_what_fits_exactly_stays(tmp_path: Path) -> None:
    asked = [laid_out(put(tmp_path, {name: 5}) / name) for name in "abc"]
    cache = HashCache(tmp_path / "cache", 3 * BLOCK)
    for each in asked:
        keep(cache, each)
    assert cache.summary() == (3, 3 * BLOCK)
    less = HashCache(cache.folder, 3 * BLOCK - 1)
    keep(less, asked[0])
    assert less.summary() == (2, 2 * BLOCK)


def looks_for(count: int, cache: HashCache, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the folder is looked at as a whole while so many entries of one block are kept."""
    looks: list[Path] = []

    def look(folder: Path) -> Iterator[Place]:
        looks.append(folder)
        return places(folder)

    monkeypatch.setattr(room, "places", look)
    [file] = walk(put(cache.folder.parent, {"a": 1}) / "a").files
    rows = layout([file], 16 * KIB, Format.V1)
    for number in range(count):
        asked = Layout([file._replace(inode=number)], rows, 16 * KIB, Format.V1)
        assert keep(HashCache(cache.folder, cache.limit), asked) == ""
    return len(looks)


@pytest.mark.parametrize("blocks", [1 << 20, 64])
def test_an_entry_looks_at_the_others_only_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int
) -> None:
    cache = HashCache(tmp_path / "cache", blocks * BLOCK)
    assert looks_for(200, cache, monkeypatch) <= 1 + 200 // 4
    assert cache.summary().entries <= blocks


def test_a_full_cache_makes_a_sixteenth_of_room_at_once(tmp_path: Path) -> None:
    cache = HashCache(tmp_path / "cache", 32 * BLOCK)
    with pytest.MonkeyPatch.context() as patched:
        looks_for(33, cache, patched)
    assert cache.summary().entries == 30


def test_an_entry_is_not_waited_for_until_it_is_on_the_disk(
    folder: Path, cache: HashCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("it was flushed"))
    asked = laid_out(put(folder, FILES))
    assert keep(cache, asked) == ""
    [entry] = entries(cache)
    whole = entry.read_bytes()
    for length in (0, 10, len(whole) - 1):
        entry.write_bytes(whole[:length])
        assert cache.find(asked) is None
        entry.write_bytes(whole.ljust(len(whole), b"\0")[:length].ljust(len(whole), b"\0"))
        assert cache.find(asked) is None


def test_an_entry_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    asked = laid_out(put(tmp_path, {"a": 5}) / "a")
    assert keep(HashCache(tmp_path / "cache", BLOCK), asked) == ""
    small = HashCache(tmp_path / "other", BLOCK - 1)
    assert keep(small, asked) == "they take 4 KiB, more than the limit of 4 KiB"
    assert found(small, asked) is None


def test_what_a_crash_left_half_written_is_bounded_too(tmp_path: Path) -> None:
    cache = HashCache(tmp_path / "cache", BLOCK)
    asked = laid_out(put(tmp_path, {"a": 5}) / "a")
    keep(cache, asked)
    half = cache.folder / ".seedwright-0123456789abcdef"
    for age, is_left in ((STALE - 60, True), (STALE + 60, False)):
        half.write_bytes(bytes(BLOCK))
        os.utime(half, (time.time() - age, time.time() - age))
        assert cache.summary() == (1, BLOCK)
        keep(cache, asked)
        assert half.exists() == is_left
    assert len(entries(cache)) == 1


def test_clearing_takes_all_of_ours_and_nothing_else(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES), format_=Format.HYBRID))
    half = cache.folder / ".seedwright-0123456789abcdef"
    half.touch()
    os.utime(half, (1, 1))
    (cache.folder / "mine").touch()
    assert cache.clear() == 2
    assert [path.name for path in entries(cache)] == ["mine"]
    assert cache.clear() == 0


def test_a_cache_that_is_not_there_is_empty(cache: HashCache) -> None:
    assert (cache.summary(), cache.clear()) == ((0, 0), 0)


def test_only_the_owner_may_look(folder: Path, cache: HashCache) -> None:
    keep(cache, laid_out(put(folder, FILES)))
    (entry,) = entries(cache)
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_folder_that_others_write_to_is_not_believed(
    folder: Path, cache: HashCache, mode: int
) -> None:
    asked = laid_out(put(folder, FILES))
    keep(cache, asked)
    cache.folder.chmod(mode)
    assert found(cache, asked) is None
    assert keep(cache, asked) == f"other users can write to '{cache.folder}'"
    cache.folder.chmod(0o755)
    assert found(cache, asked) is not None


def test_a_folder_of_somebody_else_is_not_believed(
    folder: Path, cache: HashCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = laid_out(put(folder, FILES))
    keep(cache, asked)
    monkeypatch.setattr(os, "geteuid", lambda: cache.folder.stat().st_uid + 1)
    assert found(cache, asked) is None


def test_a_folder_that_cannot_be_made_is_a_reason_and_no_failure(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    cache = HashCache(tmp_path / "file" / "hashes", ROOM)
    asked = laid_out(put(folder, FILES))
    assert keep(cache, asked) == f"cannot write '{cache.folder}': Not a directory"
    assert found(cache, asked) is None


def test_a_file_that_cannot_be_written_whole_is_a_reason_and_leaves_nothing(
    folder: Path, cache: HashCache
) -> None:
    asked = laid_out(put(folder, FILES))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    hashes = hashed(asked)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        reason = keep(cache, asked, hashes)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "its file system does not allow files of this size" in reason
    assert entries(cache) == []


ROUNDS = """
import sys, time
from pathlib import Path
from seedwright.hashes.cache import HashCache
from tests.unit.hashes.test_cache import expected, found, keep, laid_out
contents = [Path(name) for name in sys.argv[2:]]
layouts = [laid_out(content) for content in contents]
right = [expected(asked) for asked in layouts]
cache = HashCache(Path(sys.argv[1]), 8192)
hits = 0
for number in range(200):
    at = number % len(layouts)
    there = found(cache, layouts[at])
    assert there in (None, right[at])
    hits += there is not None
    assert keep(cache, layouts[at]) == ""
    if number % 50 == 0:
        cache.clear()
print(hits)
"""


def test_processes_share_a_cache_without_harm(tmp_path: Path) -> None:
    files = dict.fromkeys("abc", 20 * KIB)
    put(tmp_path, files)
    command = [sys.executable, "-c", ROUNDS, str(tmp_path / "cache")]
    command += [str(tmp_path / name) for name in files]
    root = Path(__file__).parents[3]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}

    def run(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=100, check=False
        )

    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(run, range(3)))
    assert [(each.returncode, each.stderr) for each in ended] == [(0, "")] * 3
    cache = HashCache(tmp_path / "cache", 8192)
    assert cache.summary().size <= 8192
    assert not [path for path in entries(cache) if path.name.startswith(".")]


def test_windows_has_another_time_of_change() -> None:
    change = hash_cache._time_of_change
    file = walk(Path(__file__)).files[0]
    assert change(file) == (file.mtime_ns if os.name == "nt" else file.ctime_ns)
