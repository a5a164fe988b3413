"""A ``.torrent`` that is there: when it is what is asked for, and what is said when it is not."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.content.survey import survey_of
from seedwright.engines.base import MadeTorrent
from seedwright.engines.local import Order, blueprint_of, make_torrents, walk_of
from seedwright.errors import OutputExistsError
from seedwright.metainfo.build import torrent_size
from seedwright.metainfo.entropy import drawn
from seedwright.metainfo.piece_length import choose_piece_length
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.stages.existing import existing

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.metainfo.parse import Metainfo

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
        content = walk_of(spec)
        length = choose_piece_length(
            content.size,
            partial(torrent_size, blueprint_of(spec, content)),
            asked=spec.piece_length,
            count=spec.piece_count,
            at_most=spec.max_piece_length,
            max_torrent_size=spec.max_torrent_size,
        )
        [made] = make_torrents([Order(replace(spec, piece_length=length))], content)
        assert isinstance(made, MadeTorrent)
        self.file.write_bytes(made.metainfo.data)

    def found(self, spec: TorrentSpec | None = None, **asked: Any) -> Metainfo:
        spec = replace(spec or self.spec, **asked)
        return existing(self.file, spec, survey_of(walk_of(spec)))

    def otherwise(self, **asked: Any) -> str:
        """In what it is not what is asked for."""
        with pytest.raises(OutputExistsError) as caught:
            self.found(**asked)
        assert caught.value.hint == "overwrite it with force=True"
        before, _, what = caught.value.message.partition(
            " already exists and does not match the request: "
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
        ({"with_creator": False}, "it names the program that made it"),
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


def test_a_flag_that_says_public_makes_another_torrent(tmp_path: Path) -> None:
    made = Made(tmp_path, as_mkbrr=True)
    assert made.found().name == "book"
    assert made.otherwise(as_mkbrr=False) == "it has a private flag of 0"


def test_any_entropy_will_do_where_one_is_drawn(tmp_path: Path) -> None:
    made = Made(tmp_path, entropy="e")
    assert made.found(entropy=drawn()).name == "book"
    made.write(replace(made.spec, entropy=""))
    assert made.otherwise(entropy=drawn()) == "entropy differs"


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
    """Let a file have been written to so long after the ``.torrent``, which is of tomorrow."""
    tomorrow = time.time_ns() + 24 * 3600 * 10**9
    os.utime(made.file, ns=(tomorrow, tomorrow))
    written = tomorrow + int(seconds * 1e9)
    os.utime(made.content / name, ns=(written, written))


def since(made: Made, change: Callable[[], object]) -> None:
    """Change something when the clock has moved on since the ``.torrent`` was written."""
    probe = made.file.with_name("probe")
    while not probe.exists() or probe.stat().st_mtime_ns <= made.file.stat().st_mtime_ns:
        probe.write_text("now")
    change()


def test_content_that_was_written_to_later_is_another(made: Made) -> None:
    later(made, "part/b.bin", 0)
    assert made.found().files == 2
    later(made, "part/b.bin", 1e-6)
    assert made.otherwise() == f"'{made.content}/part/b.bin' was modified after it"


def overwrite(path: Path) -> None:
    """Write other bytes in place, and put the mtime back."""
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_content_whose_mtime_was_put_back_is_another(made: Made) -> None:
    since(made, lambda: overwrite(made.content / "part" / "b.bin"))
    assert made.otherwise() == f"'{made.content}/part/b.bin' was changed after it"


def swap(one: Path, other: Path) -> None:
    """Let each of two have the name of the other."""
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def test_files_that_were_swapped_are_noticed(made: Made) -> None:
    (made.content / "c.bin").write_bytes(b"c" * 70_000)
    made.write(made.spec)
    assert made.found().files == 3
    since(made, lambda: swap(made.content / "a.bin", made.content / "c.bin"))
    assert made.otherwise() == f"'{made.content}/a.bin' was changed after it"


@pytest.mark.parametrize("depth", ["", "deep/"])
def test_folders_that_were_swapped_are_noticed(made: Made, depth: str) -> None:
    for name in ("one", "two"):
        (made.content / name / depth).mkdir(parents=True)
        (made.content / name / depth / "x").write_bytes(name.encode())
    made.write(made.spec)
    assert made.found().files == 4
    since(made, lambda: swap(made.content / "one", made.content / "two"))
    assert made.otherwise() == f"'{made.content}/one' was renamed or changed after it"


def test_a_folder_in_the_place_of_the_content_is_noticed(made: Made) -> None:
    other = made.content.with_name("other")
    (other / "part").mkdir(parents=True)
    (other / "a.bin").write_bytes(b"A" * 70_000)
    (other / "part" / "b.bin").write_bytes(b"B" * 30_000)
    made.write(made.spec)
    since(made, lambda: swap(made.content, other))
    assert made.otherwise() == f"'{made.content}' was renamed or changed after it"


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_link_that_leads_elsewhere_since_is_noticed(made: Made, is_folder: bool) -> None:
    for name in ("one", "two"):
        (made.content / name).mkdir()
        (made.content / name / "x").write_bytes(name.encode())
    link = made.content / "link"
    end = "" if is_folder else "/x"
    link.symlink_to(f"one{end}")
    made.write(made.spec)
    assert made.found().files == 5

    def lead_elsewhere() -> None:
        link.unlink()
        link.symlink_to(f"two{end}")

    since(made, lead_elsewhere)
    what = "renamed or changed" if is_folder else "changed"
    assert made.otherwise() == f"'{link}' was {what} after it"


def test_what_is_no_part_of_it_may_come_and_go(made: Made) -> None:
    def litter() -> None:
        for folder in (made.content, made.content / "part"):
            (folder / ".DS_Store").touch()
            (folder / "@eaDir").mkdir()
            (folder / "gone").touch()
            (folder / "gone").unlink()
        (made.content.parent / "beside").touch()
        made.file.rename(made.content / "book.torrent")

    since(made, litter)
    made.file = made.content / "book.torrent"
    assert made.found().files == 2


def test_content_with_another_size_is_another(made: Made) -> None:
    (made.content / "a.bin").write_bytes(b"a" * 80_000)
    words = "it lists 2 files of 100000 bytes, but the content has 2 of 110000 bytes"
    assert made.otherwise() == words
    (made.content / "part" / "b.bin").write_bytes(b"b" * 20_000)
    assert made.otherwise() == f"'{made.content}/a.bin' has 80000 bytes instead of 70000"


def test_content_with_another_file_is_another(made: Made) -> None:
    (made.content / "a.bin").rename(made.content / "c.bin")
    assert made.otherwise() == f"it lists '{made.content}/a.bin', which does not exist"
    (made.content / "d.bin").touch()
    words = "it lists 2 files of 100000 bytes, but the content has 3 of 100000 bytes"
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
