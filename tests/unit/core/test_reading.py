from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from seedwright import _core
from seedwright.content.walk import walk
from seedwright.metainfo.build import layout
from seedwright.metainfo.torrent_spec import Format
from tests.unit.core.reference import LONG

BLOCK = 16 * 1024

READINGS = pytest.mark.parametrize("reading", ["mapped", "positional"])
FORMATS = pytest.mark.parametrize(
    ("v1", "v2"), [(True, False), (False, True), (True, True)], ids=["v1", "v2", "hybrid"]
)

Reading = Literal["mapped", "positional"]


def error_of(path: Path, length: int, reading: Reading = "positional") -> _core.ReadError:
    """The error that reading the file as one of this length ends in."""
    with pytest.raises(_core.ReadError) as caught:
        _core.hash_files([_core.FileEntry(path, length)], BLOCK, v1=True, v2=True, reading=reading)
    assert caught.value.path == str(path)
    assert str(path) in str(caught.value)
    return caught.value


def error_while(
    act: Callable[[], object], path: Path, reading: Reading, *, v1: bool, v2: bool
) -> _core.ReadError:
    """The error that hashing ends in when something is done to the file while it is hashed."""
    acts = iter([act])

    def once() -> bool:
        for pending in acts:
            pending()
        return False

    with pytest.raises(_core.ReadError) as caught:
        _core.hash_files(
            [_core.FileEntry(path, LONG)],
            1 << 20,
            v1=v1,
            v2=v2,
            reading=reading,
            workers=1,
            cancelled=once,
        )
    assert caught.value.path == str(path)
    return caught.value


@READINGS
@pytest.mark.parametrize("size", [0, 100, 5 << 20])
def test_a_file_shorter_than_promised_is_named_with_its_end(
    tmp_path: Path, reading: Reading, size: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(size))
    error = error_of(path, size + 1, reading)
    assert (error.reason, error.offset) == ("truncated", size)


@READINGS
@pytest.mark.parametrize("length", [0, 100, 5 << 20])
def test_a_file_longer_than_promised_is_named(
    tmp_path: Path, reading: Reading, length: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(length + 1))
    error = error_of(path, length, reading)
    assert (error.reason, error.offset) == ("grown", length)


@pytest.mark.parametrize("length", [0, 1])
def test_a_file_that_is_gone_is_named(tmp_path: Path, length: int) -> None:
    error = error_of(tmp_path / "gone", length)
    assert (error.reason, error.offset, error.errno) == ("vanished", 0, 2)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(0)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)  # Root may read everything.
    try:
        assert error_of(path, 1).reason == "permission"
    finally:
        os.seteuid(me)


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        (Path.unlink, "vanished"),
        (lambda path: os.truncate(path, 1), "truncated"),
        (lambda path: os.truncate(path, 3), "grown"),
    ],
)
def test_a_file_that_is_another_than_was_walked_is_named(
    tmp_path: Path, do: Callable[[Path], object], reason: str
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"xy")
    rows = layout(walk(tmp_path).files, BLOCK, Format.HYBRID)
    do(tmp_path / "b")
    with pytest.raises(_core.ReadError) as caught:
        _core.hash_files(rows, BLOCK, v1=True, v2=True)
    assert (caught.value.path, caught.value.reason) == (str(tmp_path / "b"), reason)


def error_of_a_failing_disk(reading: Reading, path: Path, offset: int) -> dict[str, Any]:
    """The error that hashing ends in when the disk gives nothing from the offset on."""
    program = Path(__file__).with_name("failing_disk.py")
    # Coverage would be measured there too, and its data file be refused as well.
    inherited = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    ran = subprocess.run(
        [sys.executable, program, reading, path, str(offset)],
        env={**inherited, "SEEDWRIGHT_LANES": "portable"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    error: dict[str, Any] = json.loads(ran.stdout)
    return error


@pytest.mark.parametrize("offset", [0, 1 << 20])
def test_a_read_that_the_disk_refuses_is_named_with_its_offset(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(2 << 20))
    assert error_of_a_failing_disk("positional", path, offset) == {
        "path": str(path),
        "reason": "io",
        "errno": errno.EIO,
        "offset": offset,
        "sentence": f"cannot read '{path}' at byte {offset}: Input/output error (os error 5)",
        "lost": False,
    }


def test_a_mapped_page_that_the_disk_does_not_give_is_named_with_its_offset(
    long_file: Path,
) -> None:
    offset = LONG // 2
    assert error_of_a_failing_disk("mapped", long_file, offset) == {
        "path": str(long_file),
        "reason": "io",
        "errno": errno.EIO,
        "offset": offset,
        "sentence": f"cannot read '{long_file}' at byte {offset}: Input/output error (os error 5)",
        "lost": True,
    }


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    assert error_of(tmp_path, 1).reason == "not a file"


def test_a_pipe_without_a_writer_does_not_keep_us_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert error_of(tmp_path / "pipe", 1).reason == "not a file"


@FORMATS
@READINGS
def test_a_file_cut_short_while_it_is_hashed_is_an_error_and_no_crash(
    long_file: Path, reading: Reading, v1: bool, v2: bool
) -> None:
    error = error_while(lambda: os.truncate(long_file, 5000), long_file, reading, v1=v1, v2=v2)
    assert (error.reason, error.offset) == ("truncated", 5000)


@READINGS
def test_a_file_that_grows_while_it_is_hashed_is_an_error(
    long_file: Path, reading: Reading
) -> None:
    def grow() -> None:
        os.truncate(long_file, LONG + 1)

    error = error_while(grow, long_file, reading, v1=True, v2=False)
    assert (error.reason, error.offset) == ("grown", LONG)


@READINGS
def test_a_file_that_changes_while_it_is_hashed_is_an_error(
    long_file: Path, reading: Reading
) -> None:
    error = error_while(lambda: os.utime(long_file, (1, 1)), long_file, reading, v1=True, v2=False)
    assert error.reason == "changed"


@READINGS
def test_a_file_replaced_while_it_is_hashed_is_an_error(long_file: Path, reading: Reading) -> None:
    def replace() -> None:
        before = long_file.stat()
        other = long_file.with_name("other")
        with other.open("wb") as file:
            file.truncate(LONG)
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        other.replace(long_file)

    assert error_while(replace, long_file, reading, v1=True, v2=False).reason == "changed"


def test_a_cut_mapping_leaves_the_faulthandler_and_its_signal_alone(tmp_path: Path) -> None:
    program = """
import faulthandler, os, sys
from seedwright import _core
path = sys.argv[1]
faulthandler.enable()
acts = iter([lambda: os.truncate(path, 0)])
def once():
    for act in acts:
        act()
    return False
try:
    _core.hash_files([_core.FileEntry(path, 1 << 30)], 1 << 20, v1=True, v2=True, reading="mapped", workers=1, cancelled=once)
except _core.ReadError as error:
    print(error.reason, flush=True)
import signal
signal.raise_signal(signal.SIGBUS)
"""
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, LONG)
    ran = subprocess.run(
        [sys.executable, "-c", program, path],
        env={**os.environ, "SEEDWRIGHT_LANES": "portable"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "truncated\n"
    assert ran.returncode == -signal.SIGBUS
    assert "Fatal Python error: Bus error" in ran.stderr


@FORMATS
def test_memory_stays_flat(tmp_path: Path, v1: bool, v2: bool) -> None:
    program = """
import resource, sys
from seedwright import _core
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
_core.hash_files(
    [_core.FileEntry(sys.argv[1], 512 << 20)], 128 << 20,
    v1=sys.argv[2] == "True", v2=sys.argv[3] == "True", reading="positional", workers=4)
print((peak() - before) >> 10)
"""
    path = tmp_path / "file"
    path.touch()
    os.truncate(path, 512 << 20)
    ran = subprocess.run(
        [sys.executable, "-c", program, path, str(v1), str(v2)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) < 64
