from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys

import pytest

from seedwright import _core

PATHS = _core.lanes().available

# FIPS 180-4's examples, as the standard's validation files give them.
VECTORS = [
    (
        b"",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    (
        b"abc",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        (
            b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
            b"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
        ),
        "a49b2446a02c645bf419f995b67091253a04a259",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ),
    (
        b"a" * 1_000_000,
        "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_gives_the_standards_digests(path: str) -> None:
    messages = [message for message, _, _ in VECTORS]
    assert [digest.hex() for digest in _core.sha1_many(path, messages)] == [
        sha1 for _, sha1, _ in VECTORS
    ]
    assert [digest.hex() for digest in _core.sha256_many(path, messages)] == [
        sha256 for _, _, sha256 in VECTORS
    ]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_agrees_with_hashlib_at_every_length(path: str) -> None:
    content = random.Random(1).randbytes(20_000)
    lengths = [*range(400), *range(16_250, 16_450)]
    messages = [content[length % 7 : length % 7 + length] for length in lengths]
    assert _core.sha1_many(path, messages) == [hashlib.sha1(m).digest() for m in messages]
    assert _core.sha256_many(path, messages) == [hashlib.sha256(m).digest() for m in messages]


def test_every_path_agrees_with_hashlib_on_a_million_random_lengths() -> None:
    numbers = random.Random(2)
    content = numbers.randbytes(20_300)
    for _ in range(10):
        lengths = numbers.choices(range(301), k=99_900) + numbers.choices(range(20_001), k=100)
        numbers.shuffle(lengths)
        starts = numbers.choices(range(300), k=100_000)
        messages = [content[at : at + length] for at, length in zip(starts, lengths, strict=True)]
        sha1 = [hashlib.sha1(message).digest() for message in messages]
        sha256 = [hashlib.sha256(message).digest() for message in messages]
        # Not compared as lists, whose difference would be a million lines.
        assert [p for p in PATHS if _core.sha1_many(p, messages) != sha1] == []
        assert [p for p in PATHS if _core.sha256_many(p, messages) != sha256] == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 15, 16, 17, 33])
def test_lanes_that_stay_empty_change_nothing(path: str, count: int) -> None:
    messages = [bytes([number]) * (1000 * number) for number in range(count)]
    assert _core.sha1_many(path, messages) == [hashlib.sha1(m).digest() for m in messages]
    assert _core.sha256_many(path, messages) == [hashlib.sha256(m).digest() for m in messages]


@pytest.mark.parametrize("hash_many", [_core.sha1_many, _core.sha256_many])
def test_a_path_that_is_not_there_is_refused_by_naming_those_that_are(hash_many: object) -> None:
    assert callable(hash_many)
    with pytest.raises(ValueError, match=r'"mmx".*use .*portable'):
        hash_many("mmx", [b""])


def chosen_with(path: str) -> str:
    """What a new process says of its lanes when the environment names this path."""
    program = (
        "from seedwright import _core; report = _core.lanes(); print(report.sha1, report.sha256)"
    )
    environment = {**os.environ, "SEEDWRIGHT_LANES": path}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip() or ran.stderr.splitlines()[-1]


@pytest.mark.parametrize("path", PATHS)
def test_the_environment_forces_a_path(path: str) -> None:
    assert chosen_with(path) == f"{path} {path}"


def test_an_environment_that_names_no_path_is_refused_by_name() -> None:
    answer = chosen_with("sse9")
    assert answer.startswith("ValueError: SEEDWRIGHT_LANES: ")
    assert "portable" in answer


def test_without_the_environment_the_choice_is_an_available_path() -> None:
    sha1, sha256 = chosen_with("").split()
    assert {sha1, sha256} <= set(PATHS)


def test_the_portable_path_is_everywhere() -> None:
    assert "portable" in PATHS


def test_hashing_obeys_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDWRIGHT_LANES", "nothing")
    with pytest.raises(ValueError, match="SEEDWRIGHT_LANES"):
        _core.hash_files([], 16384, v1=True, v2=False)
