"""Two torrents agree, disagree, or cannot be compared: the benchmark ends on the second alone."""

from __future__ import annotations

from typing import Any

from benchmarks.torrents import agree, hashes
from bencode2 import bencode

LEAF = {b"": {b"length": 5, b"pieces root": b"r" * 32}}


def torrent(**info: Any) -> bytes:
    named = {name.replace("_", " ").encode(): value for name, value in info.items()}
    return bencode({b"info": {b"name": b"set", b"piece length": 16384, **named}})


def v1(*names: str, pieces: bytes = b"p" * 20, **info: Any) -> bytes:
    files = [{b"path": name.encode().split(b"/"), b"length": 5} for name in names]
    return torrent(files=files, pieces=pieces, **info)


def test_the_same_pieces_of_the_same_files_agree() -> None:
    assert agree(hashes(v1("a", "b/c")), hashes(v1("a", "b/c", private=1))) is True


def test_other_pieces_of_the_same_files_disagree() -> None:
    assert agree(hashes(v1("a")), hashes(v1("a", pieces=b"q" * 20))) is False


def test_files_in_another_order_cannot_be_compared() -> None:
    assert agree(hashes(v1("a", "b")), hashes(v1("b", "a"))) is None


def test_another_piece_length_cannot_be_compared() -> None:
    assert agree(hashes(v1("a")), hashes(v1("a", piece_length=32768))) is None


def test_pad_files_are_the_same_whatever_they_are_called() -> None:
    def padded(name: bytes) -> bytes:
        pad = {b"attr": b"p", b"path": [b".pad", name], b"length": 3}
        return torrent(files=[{b"path": [b"a"], b"length": 5}, pad], pieces=b"p" * 20)

    assert agree(hashes(padded(b"3")), hashes(padded(b"three"))) is True


def test_a_root_is_found_below_folders() -> None:
    data = torrent(file_tree={b"folder": {b"file": LEAF}})
    assert hashes(data).roots == {(b"folder", b"file"): (5, b"r" * 32)}


def test_other_roots_disagree() -> None:
    other = {b"": {b"length": 5, b"pieces root": b"s" * 32}}
    one, two = torrent(file_tree={b"a": LEAF}), torrent(file_tree={b"a": other})
    assert agree(hashes(one), hashes(two)) is False


def test_other_piece_layers_disagree() -> None:
    info = {b"name": b"a", b"piece length": 16384, b"file tree": {b"a": LEAF}}
    one, two = (
        bencode({b"info": info, b"piece layers": {b"r" * 32: layer}})
        for layer in (b"1" * 64, b"2" * 64)
    )
    assert agree(hashes(one), hashes(two)) is False
