"""A benchmark whose tools disagree ends; one whose tools cannot be compared verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.agreement import Agreement, DisagreementError
from benchmarks.contenders import Job
from bencode2 import bencode


def job(folder: Path, pieces: bytes, *names: bytes) -> Job:
    files = [{b"path": [name], b"length": 5} for name in names]
    info = {b"name": b"set", b"piece length": 16384, b"files": files, b"pieces": pieces}
    output = folder / "made.torrent"
    output.write_bytes(bencode({b"info": info}))
    return Job(folder, output, "v1", 16384)


def test_equal_torrents_need_no_verifying(tmp_path: Path) -> None:
    agreement = Agreement(verify=["false"])
    agreement.check("seedwright", job(tmp_path, b"p" * 20, b"a", b"b"))
    agreement.check("mkbrr", job(tmp_path, b"p" * 20, b"a", b"b"))


def test_other_hashes_of_the_same_content_end_it(tmp_path: Path) -> None:
    agreement = Agreement(verify=["true"])
    agreement.check("seedwright", job(tmp_path, b"p" * 20, b"a"))
    with pytest.raises(DisagreementError, match="mkbrr hashes"):
        agreement.check("mkbrr", job(tmp_path, b"q" * 20, b"a"))


def test_another_order_that_verifies_is_taken(tmp_path: Path) -> None:
    agreement = Agreement(verify=["true"])
    agreement.check("seedwright", job(tmp_path, b"p" * 20, b"a", b"b"))
    agreement.check("mkbrr", job(tmp_path, b"q" * 20, b"b", b"a"))


def test_another_order_that_does_not_verify_ends_it(tmp_path: Path) -> None:
    agreement = Agreement(verify=["false"])
    agreement.check("seedwright", job(tmp_path, b"p" * 20, b"a", b"b"))
    with pytest.raises(DisagreementError, match="mkbrr hashes"):
        agreement.check("mkbrr", job(tmp_path, b"q" * 20, b"b", b"a"))


def test_a_tool_that_changes_its_mind_ends_it(tmp_path: Path) -> None:
    agreement = Agreement(verify=["true"])
    agreement.check("seedwright", job(tmp_path, b"p" * 20, b"a"))
    with pytest.raises(DisagreementError, match="two different v1 torrents"):
        agreement.check("seedwright", job(tmp_path, b"q" * 20, b"a"))
