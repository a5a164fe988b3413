"""Files made to do harm end in a clear error or are read, soon and in little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.libtorrent.bending import Raw, encode, leaf, v1
from tests.unit.libtorrent.corpus import BASES

MEMORY = 200_000_000
"""The most that reading one torrent may take, in bytes, Python itself included."""

PATIENCE = 60
"""Seconds after which a child hangs; a quiet machine needs less than one for its work."""

NEARLY_ALL = 60 * 1024 * 1024
MILLION = 1_000_000

# Reads, shows every file, and says the size of its memory at its largest.
CHILD = """
import resource, sys
limit = 4 * int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from pathlib import Path
from seedwright.errors import MetainfoError
from seedwright.metainfo.describe import bad_files, describe, file_groups
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.reading import read_torrent
try:
    metainfo = Metainfo.parse(read_torrent(Path(sys.argv[1])))
    shown = [describe(metainfo)["magnet"], next(bad_files(metainfo), None)]
    print(sum(len(getattr(group, "names", group)) for group in file_groups(metainfo)), "files")
except MetainfoError as error:
    print(error.message)
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(int(status["VmHWM"].split()[0]) * 1024)
"""


def plain(**fields: object) -> bytes:
    torrent = BASES["v1 file"]()
    return encode(torrent | {name.encode().replace(b"_", b"-"): v for name, v in fields.items()})


def with_files(files: bytes) -> bytes:
    torrent = v1((b"x", 1))
    torrent[b"info"][b"files"] = Raw(b"l" + files + b"e")
    return encode(torrent)


def million_files() -> bytes:
    files = b"".join(b"d6:lengthi1e4:pathl3:sub6:%06dee" % n for n in range(MILLION))
    torrent = v1((b"x", 1))
    torrent[b"info"] |= {
        b"files": Raw(b"l" + files + b"e"),
        b"pieces": b"x" * 20 * -(-MILLION // 16384),
    }
    return encode(torrent)


def million_leaves() -> bytes:
    torrent = BASES["v2 folder"]()
    empty = encode(leaf(0))
    tree = b"".join(b"6:%06d" % n + empty for n in range(MILLION))
    torrent[b"info"][b"file tree"] = Raw(b"d" + tree + b"e")
    return encode(torrent)


def deep_tree() -> bytes:
    torrent = BASES["v2 folder"]()
    leaves = b"".join(b"6:%06d" % n + encode(leaf(0)) for n in range(300_000))
    folders = 90
    torrent[b"info"][b"file tree"] = Raw(b"d1:d" * folders + b"d" + leaves + b"e" * (folders + 1))
    return encode(torrent)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million files": (million_files, "1000000 files"),
    "a million leaves of a file tree": (million_leaves, "1000000 files"),
    "many leaves below 90 folders": (deep_tree, "300000 files"),
    "lists in lists": (lambda: b"d4:info" + b"l" * NEARLY_ALL, "deep at byte"),
    "empty lists": (lambda: plain(z=Raw(b"l" + b"le" * (NEARLY_ALL // 2) + b"e")), "values at"),
    "empty dictionaries for files": (lambda: with_files(b"de" * 4 * MILLION), "without a 'length'"),
    "numbers": (lambda: plain(z=Raw(b"l" + b"i0e" * 9 * MILLION + b"e")), "values in one place"),
    "unknown keys": (
        lambda: encode({b"info": Raw(b"d" + b"".join(b"6:%06di0e" % n for n in range(MILLION)))}),
        "the data ends",
    ),
    "unknown keys in info": (
        lambda: encode(
            {b"info": Raw(b"d" + b"".join(b"6:%06di0e" % n for n in range(MILLION)) + b"e")}
        ),
        "values in one place",
    ),
    "trackers": (
        lambda: plain(announce_list=[[b"http://%d" % n] for n in range(MILLION)]),
        "values in one place",
    ),
    "a file of a million names": (
        lambda: with_files(b"d6:lengthi1e4:pathl" + b"1:x" * MILLION + b"ee"),
        "values in one place",
    ),
    "a file with an endless name": (
        lambda: with_files(b"d6:lengthi1e4:pathl%d:%bee" % (NEARLY_ALL, b"\xff" * NEARLY_ALL)),
        "bytes of strings in one place",
    ),
    "an endless name": (
        lambda: encode(v1((b"", 1), name=b"\xff" * NEARLY_ALL)),
        "bytes of strings in one place",
    ),
    "an endless comment": (lambda: plain(comment=b"\x1b" * 7_000_000), "1 files"),
    "endless piece hashes": (
        lambda: encode(v1((b"", 1), pieces=b"x" * NEARLY_ALL)),
        "bytes of piece hashes",
    ),
    "zeros": (lambda: bytes(NEARLY_ALL), "no dictionary begins"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_end_soon_and_in_little_memory(tmp_path: Path, kind: str) -> None:
    make, said = HOSTILE[kind]
    file = tmp_path / "x.torrent"
    file.write_bytes(make())
    told, memory = run(file)
    assert said in told
    assert int(memory) < MEMORY


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.torrent"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    told, memory = run(file)
    assert "is larger than 64 MiB, too large for a .torrent" in told
    assert int(memory) < MEMORY / 2


def run(file: Path) -> list[str]:
    """What the child said in two lines."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(MEMORY)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()
