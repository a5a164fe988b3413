from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright import _core
from tests.unit.core.reference import expected
from tests.unit.reference import BLOCK

Reading = Literal["auto", "mapped", "positional"]

FORMATS = pytest.mark.parametrize(
    ("v1", "v2"), [(True, False), (False, True), (True, True)], ids=["v1", "v2", "hybrid"]
)
PATHS = _core.lanes().available


def content(length: int, seed: int = 0) -> bytes:
    """That many bytes, the same every time."""
    return random.Random(seed).randbytes(length)


def check(
    folder: Path,
    contents: list[bytes],
    piece_length: int,
    *,
    v1: bool,
    v2: bool,
    tail_pad: bool = True,
    reading: Reading = "auto",
    workers: int = 0,
) -> None:
    """Hashes the contents as files, with the pads their format asks for, as the reference does."""
    files = []
    for number, data in enumerate(contents):
        path = folder / str(number)
        path.write_bytes(data)
        last = number == len(contents) - 1
        pad = -len(data) % piece_length if v1 and v2 and (tail_pad or not last) else 0
        files.append(_core.FileEntry(str(path), len(data), pad))
    pads = [file.pad for file in files]
    hashes = _core.hash_files(files, piece_length, v1=v1, v2=v2, reading=reading, workers=workers)
    wanted = expected(contents, pads, piece_length, v1=v1, v2=v2)
    assert hashes.pieces == wanted.pieces
    assert hashes.roots == wanted.roots
    assert hashes.layers == wanted.layers
    assert hashes.bytes_hashed == wanted.bytes_hashed


def lengths_around(piece_length: int) -> st.SearchStrategy[int]:
    """Lengths on both sides of every boundary there is."""
    near = [0, BLOCK, piece_length, 2 * piece_length, 3 * piece_length]
    boundary = st.builds(lambda at, by: max(0, at + by), st.sampled_from(near), st.integers(-1, 1))
    return boundary | st.integers(0, 4 * piece_length)


@given(
    data=st.data(),
    exponent=st.integers(0, 3),
    v=st.sampled_from([(True, False), (False, True), (True, True)]),
    tail_pad=st.booleans(),
    reading=st.sampled_from(["mapped", "positional"]),
    workers=st.integers(0, 3),
    path=st.sampled_from(["", *PATHS]),
)
def test_any_files_hash_as_the_reference_says(
    data: st.DataObject,
    exponent: int,
    v: tuple[bool, bool],
    tail_pad: bool,
    reading: Reading,
    workers: int,
    path: str,
) -> None:
    piece_length = BLOCK << exponent
    lengths = data.draw(st.lists(lengths_around(piece_length), max_size=8))
    contents = [content(length, seed) for seed, length in enumerate(lengths)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SEEDWRIGHT_LANES", path)
        check(
            Path(folder),
            contents,
            piece_length,
            v1=v[0],
            v2=v[1],
            tail_pad=tail_pad,
            reading=reading,
            workers=workers,
        )


@FORMATS
@pytest.mark.parametrize("reading", ["auto", "mapped", "positional"])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_large_file_among_small_ones(
    tmp_path: Path, v1: bool, v2: bool, reading: Reading, workers: int
) -> None:
    lengths = [70_000, (3 << 20) + 5, 0, 1, 1_200_000, 16_384, 17]
    contents = [content(length, seed) for seed, length in enumerate(lengths)]
    check(tmp_path, contents, 1 << 18, v1=v1, v2=v2, reading=reading, workers=workers)


@FORMATS
def test_many_small_files(tmp_path: Path, v1: bool, v2: bool) -> None:
    contents = [content(seed * 61 % 40_000, seed) for seed in range(300)]
    check(tmp_path, contents, 1 << 16, v1=v1, v2=v2)


@FORMATS
def test_one_byte(tmp_path: Path, v1: bool, v2: bool) -> None:
    check(tmp_path, [b"x"], BLOCK, v1=v1, v2=v2)
    check(tmp_path, [b"x"], BLOCK, v1=v1, v2=v2, tail_pad=False)


@FORMATS
def test_no_files_and_empty_files(tmp_path: Path, v1: bool, v2: bool) -> None:
    check(tmp_path, [], BLOCK, v1=v1, v2=v2)
    check(tmp_path, [b"", b""], BLOCK, v1=v1, v2=v2)


@FORMATS
def test_pieces_larger_than_all_content(tmp_path: Path, v1: bool, v2: bool) -> None:
    check(tmp_path, [content(100_000), content(40_000)], 1 << 20, v1=v1, v2=v2, tail_pad=False)


@pytest.mark.parametrize("piece_length", [1, 63, 100, 16_383, 50_000])
def test_v1_pieces_of_any_length(tmp_path: Path, piece_length: int) -> None:
    contents = [content(3_000), b"", content(997, 1)]
    check(tmp_path, contents, piece_length, v1=True, v2=False)


def test_pads_count_as_zeros_in_v1_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a" * 10)
    (tmp_path / "b").write_bytes(b"b" * 20_000)
    files = [
        _core.FileEntry(tmp_path / "a", 10, 90_000),
        _core.FileEntry(tmp_path / "b", 20_000, 7),
    ]
    hashes = _core.hash_files(files, BLOCK, v1=True, v2=False)
    wanted = expected([b"a" * 10, b"b" * 20_000], [90_000, 7], BLOCK, v1=True, v2=False)
    assert hashes.pieces == wanted.pieces


def test_paths_are_text_bytes_or_path_objects(tmp_path: Path) -> None:
    path = tmp_path / "ein Buch é"
    path.write_bytes(b"x")
    answers = [
        _core.hash_files([_core.FileEntry(form, 1)], BLOCK, v1=True, v2=False).pieces
        for form in (path, str(path), str(path).encode())
    ]
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    ("piece_length", "v1", "v2", "message"),
    [
        (BLOCK, False, False, "neither"),
        (0, True, False, "out of bounds"),
        (BLOCK - 1, False, True, "power of two"),
        (3 * BLOCK, True, True, "power of two"),
        (BLOCK // 2, False, True, "power of two"),
    ],
)
def test_a_piece_length_that_cannot_be_is_refused(
    piece_length: int, v1: bool, v2: bool, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        _core.hash_files([], piece_length, v1=v1, v2=v2)


def test_a_hybrid_file_that_does_not_begin_at_a_piece_is_refused() -> None:
    with pytest.raises(ValueError, match="b does not begin at a piece"):
        _core.hash_files(
            [_core.FileEntry("a", 1), _core.FileEntry("b", 1)], BLOCK, v1=True, v2=True
        )


def test_a_way_of_reading_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="auto, mapped or positional"):
        _core.hash_files([], BLOCK, v1=True, v2=False, reading="guess")  # type: ignore[arg-type]


def test_lengths_past_all_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        _core.hash_files(
            [_core.FileEntry("a", 1 << 63), _core.FileEntry("b", 1 << 63)], BLOCK, v1=True, v2=False
        )


def test_more_pieces_than_any_torrent_has_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        _core.hash_files([_core.FileEntry("a", BLOCK << 28)], BLOCK, v1=True, v2=False)
