from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core
from seedwright._core import FileEntry, Stream
from tests.unit.core.reference import LONG, expected
from tests.unit.core.test_hashes import PATHS, Reading, content, lengths_around
from tests.unit.reference import BLOCK


class Way(NamedTuple):
    """One way to hash, with the pads that its format asks for."""

    lengths: list[int]
    v1: bool
    v2: bool
    tail_pad: bool = True

    def pads(self, contents: list[bytes], piece_length: int) -> list[int]:
        if not (self.v1 and self.v2):
            return [0] * len(contents)
        pads = [-len(data) % piece_length for data in contents]
        return pads if self.tail_pad or not pads else [*pads[:-1], 0]


def check(folder: Path, contents: list[bytes], ways: list[Way], reading: Reading = "auto") -> None:
    """Hashes the contents as files in all these ways at once, as the reference does one by one."""
    files = []
    for number, data in enumerate(contents):
        (folder / str(number)).write_bytes(data)
        files.append(FileEntry(folder / str(number), len(data)))
    streams = [
        Stream(way.lengths, v1=way.v1, v2=way.v2, pads=way.pads(contents, way.lengths[-1]))
        for way in ways
    ]
    for way, hashes in zip(ways, _core.hash_streams(files, streams, reading=reading), strict=True):
        for piece_length, each in zip(way.lengths, hashes, strict=True):
            pads = way.pads(contents, piece_length)
            wanted = expected(contents, pads, piece_length, v1=way.v1, v2=way.v2)
            assert each.pieces == wanted.pieces
            assert each.roots == wanted.roots
            assert each.layers == wanted.layers
            assert each.bytes_hashed == wanted.bytes_hashed


WAYS = st.builds(
    lambda exponents, v, tail: Way(
        [BLOCK << exponent for exponent in sorted(exponents)], v[0], v[1], tail
    ),
    st.sets(st.integers(0, 4), min_size=1, max_size=4),
    st.sampled_from([(True, False), (False, True), (True, True)]),
    st.booleans(),
)


@given(
    lengths=st.lists(lengths_around(2 * BLOCK) | lengths_around(16 * BLOCK), max_size=6),
    ways=st.lists(WAYS, min_size=1, max_size=3),
    reading=st.sampled_from(["mapped", "positional"]),
    path=st.sampled_from(["", *PATHS]),
)
def test_files_hashed_in_any_ways_at_once_are_those_hashed_one_by_one(
    lengths: list[int], ways: list[Way], reading: Reading, path: str
) -> None:
    contents = [content(length, seed) for seed, length in enumerate(lengths)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SEEDWRIGHT_LANES", path)
        check(Path(folder), contents, ways, reading)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("v1", "v2"), [(True, False), (True, True)], ids=["v1", "hybrid"])
def test_full_lanes_of_three_piece_lengths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, v1: bool, v2: bool
) -> None:
    monkeypatch.setenv("SEEDWRIGHT_LANES", path)
    lengths = [BLOCK, 2 * BLOCK, 8 * BLOCK]
    check(tmp_path, [content(40 * 8 * BLOCK + 5)], [Way(lengths, v1, v2, tail_pad=False)])


@pytest.mark.parametrize(
    ("lengths", "v1", "v2", "pads", "why"),
    [
        ([], True, False, [0], "no piece length"),
        ([BLOCK, BLOCK], True, False, [0], "multiples"),
        ([2 * BLOCK, BLOCK], True, False, [0], "multiples"),
        ([100, 200], True, False, [0], "multiples"),
        ([BLOCK, 3 * BLOCK], False, True, [0], "power of two"),
        ([BLOCK, 2 * BLOCK], True, False, [1], "one piece length"),
        ([BLOCK], True, False, [], "for each file"),
        ([BLOCK], False, False, [0], "neither"),
    ],
)
def test_a_stream_that_cannot_be_is_refused(
    lengths: list[int], v1: bool, v2: bool, pads: list[int], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        _core.hash_streams([FileEntry("a", 1)], [Stream(lengths, v1=v1, v2=v2, pads=pads)])


def test_progress_counts_every_byte_once(long_file: Path) -> None:
    told: list[int] = []
    stream = Stream([BLOCK << 4], v1=True, v2=False, pads=[0])
    files = [FileEntry(long_file, LONG)]
    _core.hash_streams(files, [stream, stream], on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == LONG


COUNTING = """
import json, sys
from pathlib import Path
from seedwright import _core

def asked():
    lines = Path("/proc/self/io").read_text().split()
    return int(lines[lines.index("rchar:") + 1])

path, size, lengths = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
path.read_bytes()  # what is not in memory is brought there first, which would count as well
before = asked()
stream = _core.Stream(lengths, v1=True, v2=True, pads=[0])
_core.hash_streams([_core.FileEntry(path, size)], [stream], reading="positional")
print(asked() - before)
"""


def test_three_piece_lengths_ask_for_every_byte_once(tmp_path: Path) -> None:
    path, size = tmp_path / "content", 64 << 20
    path.write_bytes(bytes(size))

    def asked(lengths: list[int]) -> int:
        arguments = [str(path), str(size), json.dumps(lengths)]
        return int(subprocess.check_output([sys.executable, "-c", COUNTING, *arguments], text=True))

    # What counts what is asked for asks for a little itself.
    for lengths in ([1 << 20], [1 << 18, 1 << 20, 1 << 22]):
        assert size <= asked(lengths) < size + 100_000
