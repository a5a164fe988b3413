"""A ``.torrent`` that is there: when it is what is asked for, and what is said when it is not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.engines.base import MadeTorrent
from seedwright.engines.local import Order, make_torrents, survey_of, walk_of
from seedwright.errors import OutputExistsError
from seedwright.torrent.existing import existing
from seedwright.torrent.spec import Format, TorrentSpec

if TYPE_CHECKING:
    from seedwright.torrent.metainfo import Metainfo

TRACKER = "https://t.example/0123456789abcdef0123456789abcdef/announce"


class Made:
    """Content, and the torrent that was made of it."""

    def __init__(self, folder: Path, **asked: Any) -> None:
        content = folder / "book"
        (content / "part").mkdir(parents=True)
        (content / "a.bin").write_bytes(b"a" * 70_000)
        (content / "part" / "b.bin").write_bytes(b"b" * 30_000)
        self.content = content
        self.file = folder / "book.torrent"
        self.spec = TorrentSpec(content, asked.pop("format", Format.V1), **asked)
        self.write(self.spec)

    def write(self, spec: TorrentSpec) -> None:
        [made] = make_torrents([Order(spec)], walk_of(spec))
        assert isinstance(made, MadeTorrent)
        self.file.write_bytes(made.metainfo.data)

    def found(self, spec: TorrentSpec | None = None, **asked: Any) -> Metainfo:
        spec = replace(spec or self.spec, **asked)
        return existing(self.file, spec, survey_of(walk_of(spec)))

    def otherwise(self, **asked: Any) -> str:
        """In what it is not what is asked for."""
        with pytest.raises(OutputExistsError) as caught:
            self.found(**asked)
        assert caught.value.hint == "replace it with --force"
        before, _, what = caught.value.message.partition(
            " exists already, and is not what is asked for: "
        )
        assert before == f"'{self.file}'"
        return what


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


@pytest.mark.parametrize("format_", list(Format))
def test_what_was_made_is_what_was_asked_for(tmp_path: Path, format_: Format) -> None:
    made = Made(
        tmp_path,
        format=format_,
        private=True,
        source="SRC",
        comment="c",
        entropy="e",
        tiers=((TRACKER,),),
        web_seeds=("https://w.example/",),
        http_seeds=("https://h.example/",),
        dht_nodes=(("n.example", 1),),
        with_date=False,
        with_creator=False,
        piece_count=5,
        max_torrent_size=100_000,
    )
    assert made.found().data == made.file.read_bytes()


@pytest.mark.parametrize("format_", list(Format))
def test_a_single_file_is_found_again(tmp_path: Path, format_: Format) -> None:
    made = Made(tmp_path)
    spec = TorrentSpec(made.content / "a.bin", format_)
    made.write(spec)
    assert made.found(spec).files == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"named": "other"}, "name is 'book' instead of 'other'"),
        ({"format": Format.HYBRID}, "format is v1 instead of hybrid"),
        ({"private": True}, "torrent is public instead of private"),
        ({"source": "SRC"}, "source is absent instead of 'SRC'"),
        ({"comment": "c"}, "comment is absent instead of 'c'"),
        (
            {"tiers": ((TRACKER,),)},
            "announce list is [] instead of [https://t.example/***/announce]",
        ),
        ({"web_seeds": ("https://w.example/",)}, "web seed list is [] instead of"),
        ({"http_seeds": ("https://h.example/",)}, "HTTP seed list is [] instead of"),
        ({"dht_nodes": (("n.example", 1),)}, "node list is [] instead of [n.example:1]"),
        ({"piece_length": 1 << 20}, "piece length is 32 KiB (32768 bytes) instead of 1 MiB"),
        ({"piece_count": 1}, "piece length is 32 KiB instead of 128 KiB"),
        ({"max_torrent_size": 100}, "it has "),
        ({"max_piece_length": 1 << 14}, "piece length is 32 KiB, more than 16 KiB"),
        ({"as_mkbrr": True}, "it has no private flag"),
        ({"entropy": "e"}, "entropy differs"),
        ({"with_date": False}, "it has a creation date"),
        ({"with_creator": False}, "it says what made it"),
    ],
)
def test_another_torrent_is_told_by_what_differs(
    made: Made, asked: dict[str, Any], words: str
) -> None:
    assert made.otherwise(**asked).startswith(words)


def test_entropy_that_is_not_asked_for_differs_too(tmp_path: Path) -> None:
    made = Made(tmp_path, entropy="e")
    assert made.found().name == "book"
    assert made.otherwise(entropy="") == "entropy differs"


def test_any_piece_length_will_do_where_none_is_asked_for(made: Made) -> None:
    made.write(replace(made.spec, piece_length=1 << 20))
    assert made.found().piece_length == 1 << 20


def test_longer_pieces_will_do_where_the_torrent_is_to_be_small(made: Made) -> None:
    made.write(replace(made.spec, piece_length=1 << 20))
    assert made.found(piece_count=5, max_torrent_size=100_000).piece_length == 1 << 20
    assert made.otherwise(piece_count=5) == "piece length is 1 MiB instead of 16 KiB"


def test_a_bound_holds_for_what_is_chosen_alone(made: Made) -> None:
    assert made.found(max_piece_length=1 << 15).piece_length == 1 << 15
    assert made.found(piece_length=1 << 15, max_piece_length=1 << 14).piece_length == 1 << 15
    made.write(replace(made.spec, piece_length=1 << 14))
    assert made.found(piece_count=1, max_piece_length=1 << 14).piece_length == 1 << 14


def test_another_order_of_files_is_another_torrent_to_mkbrr(tmp_path: Path) -> None:
    made = Made(tmp_path, as_mkbrr=True, private=True)
    assert made.found().files == 2
    (made.content / "part").rename(made.content / "a")
    made.write(replace(made.spec, as_mkbrr=False))
    assert made.otherwise() == "its files are in another order"


def later(made: Made, name: str, seconds: float) -> None:
    """Let a file have been written to so long after the ``.torrent``."""
    written = made.file.stat().st_mtime_ns + int(seconds * 1e9)
    os.utime(made.content / name, ns=(written, written))


def test_content_that_was_written_to_later_is_another(made: Made) -> None:
    later(made, "part/b.bin", 0)
    assert made.found().files == 2
    later(made, "part/b.bin", 1e-6)
    assert made.otherwise() == f"'{made.content}/part/b.bin' was written to after it"


def test_content_with_another_size_is_another(made: Made) -> None:
    (made.content / "a.bin").write_bytes(b"a" * 80_000)
    words = "it holds 2 files of 100000 bytes, and there are 2 of 110000 bytes here"
    assert made.otherwise() == words
    (made.content / "part" / "b.bin").write_bytes(b"b" * 20_000)
    assert made.otherwise() == f"'{made.content}/a.bin' has 80000 bytes instead of 70000"


def test_content_with_another_file_is_another(made: Made) -> None:
    (made.content / "a.bin").rename(made.content / "c.bin")
    assert made.otherwise() == f"it holds '{made.content}/a.bin', which is not there"
    (made.content / "d.bin").touch()
    words = "it holds 2 files of 100000 bytes, and there are 3 of 100000 bytes here"
    assert made.otherwise() == words


def test_content_that_is_not_visible_here_is_not_looked_at(made: Made) -> None:
    (made.content / "a.bin").unlink()
    assert existing(made.file, made.spec, None).files == 2


def test_the_name_that_the_engine_knows_counts(made: Made) -> None:
    spec = replace(made.spec, content=made.content.with_name("here"))
    assert existing(made.file, spec, None, name="book").name == "book"


@pytest.mark.parametrize("data", [b"", b"no torrent", b"d4:infod4:name1:aee"])
def test_what_is_no_torrent_is_told(made: Made, data: bytes) -> None:
    made.file.write_bytes(data)
    assert "not a torrent" in made.otherwise()


def test_a_folder_is_no_torrent(made: Made) -> None:
    made.file.unlink()
    made.file.mkdir()
    with pytest.raises(OutputExistsError, match="is a folder"):
        made.found()


def test_a_pipe_is_not_read(made: Made) -> None:
    made.file.unlink()
    os.mkfifo(made.file)
    with pytest.raises(OutputExistsError, match="is not a regular file"):
        made.found()


def test_a_link_that_leads_nowhere_is_told(made: Made) -> None:
    made.file.unlink()
    made.file.symlink_to("nowhere")
    assert made.otherwise() == "it cannot be read: No such file or directory"
