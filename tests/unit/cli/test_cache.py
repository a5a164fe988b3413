"""``create --reuse`` and ``--from`` as they are told, and ``seedwright cache``."""

from __future__ import annotations

import json
import re
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedwright.engines import reuse
from seedwright.engines.filesystem import FileSystem
from seedwright.errors import ExitCode
from seedwright.hashes.cache import HashCache
from seedwright.settings import hash_cache, places

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Outcome, Seedwright

LOCAL = ("--engine", "local", "--force", "--piece-size", "16KiB")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where hashes are kept, of files that were changed a moment ago, too."""
    monkeypatch.setattr(places, "user_hashes_path", lambda: tmp_path / "hashes")
    monkeypatch.setattr(hash_cache, "HashCache", partial(HashCache, settled_ns=0))
    monkeypatch.setattr(reuse, "file_system_of", lambda _: FileSystem("ext4"))
    return tmp_path / "hashes"


@pytest.fixture
def book(home: Path, folder: Path) -> Path:
    del folder
    (home / "book").write_bytes(b"b" * 100_000)
    return home / "book"


def lines(ended: Outcome) -> list[str]:
    return [" ".join(line.split()) for line in ended.out.splitlines()]


def test_the_report_says_when_the_hashes_were_made(book: Path, seedwright: Seedwright) -> None:
    first = seedwright("create", "book", "--reuse", *LOCAL)
    assert not [line for line in lines(first) if line.startswith("hashes")]
    before = time.strftime("%Y-%m-%d")
    (told,) = [
        line
        for line in lines(seedwright("create", "book", "--reuse", *LOCAL))
        if line.startswith("hashes")
    ]
    assert re.fullmatch(rf"hashes reused from the cache \(made {before} \d\d:\d\d\)", told)


def test_the_report_says_what_was_hashed_again(
    book: Path, seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reuse, "file_system_of", lambda _: FileSystem("nfs4"))
    for _ in range(2):
        ended = seedwright("create", "book", "--reuse", *LOCAL)
    assert [line for line in lines(ended) if line.endswith("), 7 pieces hashed again")]


def test_json_tells_where_hashes_come_from(book: Path, seedwright: Seedwright) -> None:
    before = int(time.time())
    rows = [
        json.loads(seedwright("create", "book", "--json", *LOCAL, *more).out)
        for more in (("--reuse",), ("--reuse",), ("--no-reuse",))
    ]
    reused = rows[1]["reused"]
    assert [row["reused"] is None for row in rows] == [True, False, True]
    assert [row["hashing_rate"] is None for row in rows] == [False, True, False]
    assert before <= reused.pop("made") <= time.time()
    assert reused == {"origin": "cache", "torrent": None, "sampled": 0}
    assert len({row["infohash"] for row in rows}) == 1


def test_hashes_of_another_torrent_are_told(book: Path, seedwright: Seedwright) -> None:
    seedwright("create", "book", "-o", "old.torrent", *LOCAL)
    options = ("create", "book", "-o", "new.torrent", "--from", "old.torrent", "--engine", "local")
    ended = seedwright(*options)
    assert ended.err == ""
    assert f"engine local: hashes from '{Path('old.torrent').resolve()}'" in lines(ended)
    assert f"hashes from '{Path('old.torrent').resolve()}', 7 of 7 pieces hashed again" in lines(
        ended
    )
    row = json.loads(seedwright(*options, "--json", "--force").out)
    assert row["reused"] == {
        "origin": "torrent",
        "made": None,
        "torrent": str(Path("old.torrent").resolve()),
        "sampled": 7,
    }


def test_a_preset_may_not_ask_for_another_format(book: Path, seedwright: Seedwright) -> None:
    seedwright("create", "book", "-o", "old.torrent", *LOCAL)
    Path("seedwright-presets.yaml").write_text("v2: {format: v2, engine: local}\n")
    options = ("create", "book", "-P", "v2", "--from", "old.torrent", "-q")
    ended = seedwright(*options)
    assert ended.code == ExitCode.USAGE
    assert f"--format is v2, but '{Path('old.torrent').resolve()}' has v1" in ended.err
    assert seedwright(*options, "--format", "v1").code == ExitCode.DONE


def test_one_torrent_is_for_one_path(book: Path, seedwright: Seedwright) -> None:
    ended = seedwright("create", "book", "book", "--from", "x.torrent")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err.startswith("error: --from needs exactly one PATH\n")


@pytest.mark.parametrize("from_", [(), ("--from", "old.torrent")])
def test_a_dry_run_says_where_hashes_would_come_from(
    book: Path, seedwright: Seedwright, folder: Path, from_: tuple[str, ...]
) -> None:
    seedwright("create", "book", "-o", "old.torrent", *LOCAL)
    options = from_ or ("--reuse",)
    ended = seedwright("create", "book", "--engine", "local", "--dry-run", *options)
    assert ended.code == ExitCode.DONE
    told = (
        f"engine local: hashes from '{Path('old.torrent').resolve()}'"
        if from_
        else "hashes reused if they are cached"
    )
    assert [line for line in lines(ended) if line.startswith(told)]
    assert not folder.exists()


def test_what_is_kept_can_be_looked_at_and_taken_away(
    book: Path, seedwright: Seedwright, folder: Path
) -> None:
    assert lines(seedwright("cache", "show"))[1:3] == ["entries 0", "size 0 B of 256 MiB"]
    seedwright("create", "book", "--reuse", "--format", "hybrid", *LOCAL)
    assert lines(seedwright("cache", "show")) == [
        f"folder {folder}",
        "entries 2",
        "size 8 KiB of 256 MiB",
        "used with create --reuse",
    ]
    assert json.loads(seedwright("cache", "show", "--json").out) == {
        "folder": str(folder),
        "entries": 2,
        "size": 8192,
        "limit": 256 << 20,
        "reuse_hashes": False,
    }
    assert seedwright("cache", "clear").out == "removed 2 entries\n"
    assert list(folder.iterdir()) == []


def test_the_settings_bound_it(home: Path, folder: Path, seedwright: Seedwright) -> None:
    text = "torrent_creation: {hash_cache_size: 1GiB, reuse_hashes: yes}\n"
    (home / "seedwright.yaml").write_text(text)
    assert lines(seedwright("cache", "show")) == [
        f"folder {folder}",
        "entries 0",
        "size 0 B of 1 GiB",
        "used always",
    ]
    (home / "seedwright.yaml").write_text("torrent_creation: {hash_cache_size: much}\n")
    ended = seedwright("cache", "show")
    assert ended.code == ExitCode.USAGE
    assert "hash_cache_size cannot be used: 'much' is not a valid size" in ended.err


@pytest.mark.parametrize("command", ["show", "clear"])
def test_a_folder_that_cannot_be_listed_is_told(
    folder: Path, seedwright: Seedwright, command: str
) -> None:
    folder.write_text("a file")
    ended = seedwright("cache", command)
    assert (ended.code, ended.out) == (ExitCode.FAILED, "")
    assert ended.err == f"error: cannot use the cache '{folder}': Not a directory\n"


@pytest.mark.parametrize("command", ["show", "clear"])
def test_without_a_home_there_is_no_cache(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(places, "user_hashes_path", lambda: None)
    ended = seedwright("cache", command)
    assert ended.code == ExitCode.USAGE
    assert ended.err == "error: hashes cannot be kept: there is no home folder\nhint: set HOME\n"
