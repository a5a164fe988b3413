from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from seedwright.errors import MetainfoError
from seedwright.metainfo import reading
from seedwright.metainfo.reading import read_stream, read_torrent


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SIZE", 100)


@pytest.mark.parametrize("length", [0, 1, 99, 100])
def test_a_file_within_the_limit_is_read_whole(tmp_path: Path, length: int) -> None:
    file = tmp_path / "x.torrent"
    file.write_bytes(b"x" * length)
    assert read_torrent(file) == b"x" * length


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.torrent"
    file.write_bytes(b"x" * 101)
    with pytest.raises(MetainfoError, match=r"x\.torrent' is larger than 100 B"):
        read_torrent(file)


@pytest.mark.parametrize("expected", [0, 1, 50, 101])
def test_a_stream_beyond_the_limit_is_refused_whatever_was_expected(expected: int) -> None:
    with pytest.raises(MetainfoError, match="'pipe' is larger than 100 B"):
        read_stream(io.BytesIO(b"x" * 101), "pipe", expected)


@pytest.mark.parametrize("expected", [0, 1, 50, 100])
def test_a_stream_is_read_whole_whatever_was_expected(expected: int) -> None:
    assert read_stream(io.BytesIO(b"x" * 60), "pipe", expected) == b"x" * 60


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"x" * 60,))
    writer.start()
    assert read_torrent(pipe) == b"x" * 60
    writer.join()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("absent", "absent' does not exist"),
        (".", "' is a folder, not a file"),
        ("null\0", "cannot read '.*': embedded null byte"),
    ],
)
def test_what_cannot_be_read_is_reported(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(MetainfoError, match=sentence):
        read_torrent(tmp_path / name)
