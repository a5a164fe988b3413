"""``from_torrent``: the hashes of another torrent, for content that is what it says."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bencode2 import bdecode, bencode

from seedwright import Settings, TorrentManager, _core
from seedwright.errors import (
    ContentError,
    ContentNotFoundError,
    MetainfoError,
    UsageError,
)
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from seedwright.stages.verdict import verify
from tests.unit.reference import file_tree, reference_hashes

if TYPE_CHECKING:
    from seedwright.report import Report

PIECE = 32 * 1024
FORMATS = [str(format_) for format_ in Format]
FILES = {"a.bin": 170_000, "b/.hidden": 10, "b/c.bin": 30_000, "empty": 0, "z": PIECE}


def put(folder: Path, files: dict[str, int]) -> Path:
    for name, size in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(random.Random(name).randbytes(size))
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return put(tmp_path / "book", FILES)


async def create(content: Path, target: str, **options: Any) -> Report:
    options = {"output": content.parent / f"{target}.torrent"} | options
    async with TorrentManager(Settings()) as manager:
        return await manager.create_torrent(content, **options)


async def made(content: Path, format_: str = "v1", **options: Any) -> Path:
    """The torrent whose hashes are taken."""
    options = {"piece_size": PIECE, "ignore_dotfiles": False, "format": format_} | options
    return (await create(content, "donor", **options)).torrent_path


def foreign(content: Path, *order: str, **fields: Any) -> Path:
    """A v1 torrent of these files in this order, as another tool might write it."""
    files = [(content / name).read_bytes() for name in order]
    hashes = reference_hashes([(data, 0) for data in files], PIECE, v2=False)
    info = {
        "name": "another name",
        "piece length": PIECE,
        "pieces": hashes.pieces,
        "files": [
            {"length": len(data), "path": name.split("/"), "mtime": 1}
            for name, data in zip(order, files, strict=True)
        ],
        "x_cross_seed": "1",
        **fields,
    }
    path = content.parent / "foreign.torrent"
    path.write_bytes(bencode({"info": info, "comment": "theirs"}))
    return path


@pytest.mark.parametrize("format_", FORMATS)
async def test_nothing_but_files_and_hashes_is_taken(
    content: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    donor = await made(
        content,
        format_,
        trackers=["http://a.example/announce"],
        source="A",
        comment="theirs",
        web_seeds=["http://w.example/"],
        private=True,
        entropy="salt",
    )
    options: dict[str, Any] = {"source": "B", "trackers": ["http://b.example/announce"]}
    options |= {"with_date": False, "with_creator": False}
    plain = await create(
        content, "plain", piece_size=PIECE, format=format_, ignore_dotfiles=False, **options
    )
    monkeypatch.delattr(_core, "hash_streams")
    report = await create(content, "x", from_torrent=donor, **options)
    assert report.torrent_path.read_bytes() == plain.torrent_path.read_bytes()
    assert (report.engine, report.engine_reason) == ("local", f"hashes from '{donor}'")
    assert (report.hashing_rate, report.warnings) == (None, ())
    assert report.reused is not None
    assert (report.reused.origin, report.reused.torrent) == ("torrent", donor)
    assert (report.reused.made, report.reused.sampled) == (None, report.pieces)


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_single_file_may_have_another_name_now(tmp_path: Path, format_: str) -> None:
    content = put(tmp_path, {"film": 100_000}) / "film"
    donor = await made(content, format_)
    renamed = content.rename(tmp_path / "renamed")
    report = await create(renamed, "x", from_torrent=donor, name="named")
    metainfo = Metainfo.parse(report.torrent_path.read_bytes())
    assert (metainfo.name, report.reused is not None) == ("named", True)
    plain = await create(renamed, "plain", name="named", piece_size=PIECE, format=format_)
    assert report.infohash == plain.infohash


async def test_the_files_stay_in_the_order_that_the_pieces_have(content: Path) -> None:
    order = ["z", "a.bin", "b/c.bin", "empty", "b/.hidden"]
    donor = foreign(content, *order)
    report = await create(content, "x", from_torrent=donor)
    old, new = (bdecode(path.read_bytes())[b"info"] for path in (donor, report.torrent_path))
    assert new[b"files"] == old[b"files"]
    assert new[b"pieces"] == old[b"pieces"]
    assert new.keys() == {b"files", b"name", b"piece length", b"pieces"}
    assert new[b"name"] == b"book"
    assert verify(report.torrent_path, content).is_complete


async def test_pad_files_are_zeros(content: Path) -> None:
    data = (content / "b/c.bin").read_bytes()
    pad = PIECE - len(data)
    hashes = reference_hashes([(data, pad), ((content / "z").read_bytes(), 0)], PIECE, v2=False)
    files = [
        {"length": len(data), "path": ["b", "c.bin"]},
        {"length": pad, "path": ["_____padding_file_0_"]},
        {"length": PIECE, "path": ["z"]},
    ]
    donor = foreign(content, files=files, pieces=hashes.pieces)
    report = await create(content, "x", from_torrent=donor)
    assert (report.files, report.size) == (2, 30_000 + PIECE)
    assert verify(report.torrent_path, content).is_complete


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("name", "at"), [("a.bin", 0), ("a.bin", 169_999), ("b/.hidden", 3), ("z", PIECE - 1)]
)
async def test_one_other_byte_is_told_by_piece_file_and_range(
    content: Path, format_: str, name: str, at: int
) -> None:
    donor = await made(content, format_)
    data = bytearray((content / name).read_bytes())
    data[at] ^= 1
    (content / name).write_bytes(data)
    with pytest.raises(ContentError, match=r"^piece \d+ \(.*\) does not match '.*'$") as caught:
        await create(content, "x", from_torrent=donor)
    (start, end), *_ = [
        map(int, words.split()[1].split("-"))
        for words in caught.value.message.replace("(", ", ").split(", ")
        if words.startswith("bytes") and f"'{name}'" in words
    ]
    assert start <= at <= end
    assert not (content.parent / "x.torrent").exists()


async def test_a_piece_of_many_files_names_three(tmp_path: Path) -> None:
    content = put(tmp_path / "many", {f"{number}": 10 for number in range(9)})
    donor = await made(content)
    (content / "8").write_bytes(bytes(10))
    sentence = (
        rf"piece 0 \(bytes 0-9 of '0', bytes 0-9 of '1', bytes 0-9 of '2' and 6 more files\)"
        rf" does not match '{donor}'"
    )
    with pytest.raises(ContentError, match=sentence):
        await create(content, "x", from_torrent=donor)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("by", [-1, 1])
async def test_a_file_of_another_size_is_told(content: Path, format_: str, by: int) -> None:
    donor = await made(content, format_)
    os.truncate(content / "b/c.bin", 30_000 + by)
    sentence = f"'{content / 'b/c.bin'}' has {30_000 + by} bytes, but '{donor}' lists 30000"
    with pytest.raises(ContentError, match=sentence):
        await create(content, "x", from_torrent=donor)


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (["empty"], "is missing 'empty' of"),
        (["z", "empty"], "is missing 'empty' and 1 more file of"),
        (["z", "empty", "b/c.bin"], "is missing 'b/c.bin' and 2 more files of"),
        ([*FILES], "contains no file that"),
    ],
)
async def test_a_file_that_is_not_there_is_told(content: Path, gone: list[str], words: str) -> None:
    donor = await made(content)
    for name in gone:
        (content / name).unlink()
    with pytest.raises(ContentNotFoundError, match=words):
        await create(content, "x", from_torrent=donor)


async def test_a_folder_in_the_place_of_a_file_is_not_that_file(content: Path) -> None:
    donor = await made(content)
    (content / "z").unlink()
    (content / "z").mkdir()
    with pytest.raises(ContentNotFoundError, match="is missing 'z' of"):
        await create(content, "x", from_torrent=donor)


async def test_a_link_out_of_the_content_is_refused(content: Path, tmp_path: Path) -> None:
    donor = await made(content)
    (content / "z").rename(tmp_path / "z")
    (content / "z").symlink_to(tmp_path / "z")
    with pytest.raises(ContentError, match="points outside the content"):
        await create(content, "x", from_torrent=donor)


async def test_files_that_are_not_listed_are_left_out_with_a_warning(content: Path) -> None:
    donor = await made(content)
    (content / "b" / "extra").touch()
    first = await create(content, "x", from_torrent=donor)
    assert first.warnings == (
        f"1 file was left out that '{donor}' does not list, such as 'b/extra'",
    )
    (content / "more").mkdir()
    (content / "more" / "extra").touch()
    second = await create(content, "y", from_torrent=donor)
    assert second.warnings == (
        f"2 files were left out that '{donor}' does not list, such as 'b/extra'",
    )
    assert first.infohash == second.infohash


@pytest.mark.parametrize("is_dir", [True, False])
async def test_a_file_and_a_folder_are_told_apart(content: Path, is_dir: bool) -> None:
    donor = await made(content if is_dir else content / "z")
    other = content / "z" if is_dir else content
    with pytest.raises(ContentError, match="is the torrent of a f"):
        await create(other, "x", from_torrent=donor, output=content.parent / "x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": "v2"}, "format is v2, but '.*' has v1"),
        ({"piece_size": "64KiB"}, "piece_length is 64 KiB, but '.*' has 32 KiB"),
        ({"piece_count": 5}, "piece_count and from_torrent cannot be combined"),
        ({"include": ["z"]}, "include and from_torrent cannot be combined"),
        ({"exclude": ["z"]}, "exclude and from_torrent cannot be combined"),
        ({"engine": "qbittorrent"}, "Torrent Creator does not support from_torrent"),
        ({"max_torrent_size": 100}, r"the \.torrent has \d+ bytes, more than the limit of 100"),
    ],
)
async def test_options_that_ask_for_another_torrent_are_refused(
    content: Path, options: dict[str, Any], words: str
) -> None:
    donor = await made(content)
    with pytest.raises(UsageError, match=words):
        await create(content, "x", from_torrent=donor, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"format": "v1", "piece_size": "32KiB"},
        {"piece_size": "auto", "engine": "local"},
        {"max_torrent_size": "1MiB"},
        {"reuse": True},
    ],
)
async def test_options_that_agree_are_taken(content: Path, options: dict[str, Any]) -> None:
    donor = await made(content)
    report = await create(content, "x", from_torrent=donor, **options)
    assert report.piece_length == PIECE
    assert report.reused is not None
    assert report.reused.origin == "torrent"


async def test_a_piece_length_that_the_trackers_rule_forbids_is_told(
    content: Path, tmp_path: Path
) -> None:
    donor = await made(content, piece_size="64KiB")
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[tracker]]\nname = "Strict"\nhosts = ["strict.example"]\nsource = "S"\n'
        'max_piece_length = "32 KiB"\nmax_torrent_size = "300 B"\n'
    )
    async with TorrentManager(Settings(tracker_rules=rules)) as manager:
        report = await manager.create_torrent(
            content,
            output=tmp_path / "x.torrent",
            from_torrent=donor,
            trackers=["http://strict.example/announce"],
        )
    assert report.piece_length == 65536
    assert report.rules == ("Strict: source 'S'",)
    assert report.warnings == (
        "Strict allows pieces of 32 KiB at most",
        "Strict accepts a .torrent of 300 B at most, but this one is larger",
    )


async def test_a_plan_says_where_the_hashes_come_from(content: Path) -> None:
    donor = await made(content)
    async with TorrentManager(Settings()) as manager:
        plan = await manager.plan_torrent(
            content, output=content.parent / "x.torrent", from_torrent=donor
        )
    assert (plan.engine, plan.engine_reason) == ("local", f"hashes from '{donor}'")
    assert (plan.as_dict()["from"], plan.as_dict()["piece_length"]) == (str(donor), PIECE)


async def test_content_that_is_written_to_meanwhile_is_told(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seedwright.hashes.sample import Claim

    donor = await made(content)
    real = Claim.sample

    def sample_and_write(self: Claim) -> list[int]:
        picked = real(self)
        os.utime(content / "z", ns=(1, 1))
        return picked

    monkeypatch.setattr(Claim, "sample", sample_and_write)
    with pytest.raises(ContentError, match="changed"):
        await create(content, "x", from_torrent=donor)


async def refusal(content: Path, donor: Path) -> str:
    with pytest.raises(MetainfoError) as caught:
        await create(content, "x", from_torrent=donor)
    return caught.value.message


async def test_what_is_no_torrent_is_told_by_name(content: Path) -> None:
    assert await refusal(content, content / "z") == (
        f"'{content / 'z'}': not a torrent: no dictionary begins at byte 0"
    )
    assert "does not exist" in await refusal(content, content / "absent")


@pytest.mark.parametrize("name", ["..", "../z", "/etc/hostname", "C:"])
async def test_a_torrent_that_leads_out_of_its_content_is_refused(content: Path, name: str) -> None:
    assert "which points outside the content" in await refusal(
        content, foreign(content, "z", name=name)
    )
    z = {"length": PIECE, "path": [name]}
    assert "which points outside the content" in await refusal(
        content, foreign(content, "z", files=[z])
    )


async def test_a_torrent_that_cannot_be_made_here_is_told(content: Path) -> None:
    link = {"length": 0, "path": ["l"], "attr": "l", "symlink path": ["z"]}
    z = {"length": PIECE, "path": ["z"]}
    pieces = reference_hashes([((content / "z").read_bytes(), 0)], PIECE, v2=False).pieces
    for fields, reason in (
        ({"files": [z, link], "pieces": pieces}, "it contains symlinks"),
        ({"files": [z, z], "pieces": 2 * pieces}, "it lists a file twice"),
        ({"piece length": PIECE + 1, "files": [z], "pieces": pieces}, "not a power of two"),
        ({"piece length": 1 << 28, "files": [z], "pieces": pieces}, "not a power of two"),
    ):
        message = await refusal(content, foreign(content, **fields))
        assert "cannot use the hashes of " in message
        assert reason in message


@pytest.mark.parametrize("format_", ["v2", "hybrid"])
@pytest.mark.parametrize("damage", ["absent", "short", "wrong", "number"])
async def test_a_piece_layer_that_is_not_the_files_is_told(
    content: Path, format_: str, damage: str
) -> None:
    donor = await made(content, format_)
    torrent = bdecode(donor.read_bytes())
    layers = torrent[b"piece layers"]
    root, layer = file_tree((content / "a.bin").read_bytes(), PIECE)
    assert layers.pop(root) == layer
    bent = {"short": layer[:-32], "wrong": layer[:-1] + b"x", "number": 7}
    if damage in bent:
        layers[root] = bent[damage]
    donor.write_bytes(bencode(torrent))
    assert "the piece layer of 'a.bin' is wrong or missing" in await refusal(content, donor)


@pytest.mark.parametrize("change", ["order", "padding", "a pad too much"])
async def test_a_hybrid_whose_halves_differ_is_refused(content: Path, change: str) -> None:
    donor = await made(content, "hybrid")
    torrent = bdecode(donor.read_bytes())
    info = torrent[b"info"]
    files = info[b"files"]
    pad = next(file for file in files if b"attr" in file)
    if change == "order":
        files[:] = files[2:] + files[:2]
    elif change == "padding":
        pad[b"length"] += PIECE
    else:
        files.append({b"attr": b"p", b"length": PIECE, b"path": [b".pad", b"1"]})
    size = sum(file[b"length"] for file in files)
    info[b"pieces"] = info[b"pieces"].ljust(20 * -(-size // PIECE), b"x")
    donor.write_bytes(bencode(torrent))
    assert "its v1 half " in await refusal(content, donor)


async def test_a_hybrid_whose_files_begin_anywhere_is_told(content: Path) -> None:
    donor = await made(content, "hybrid")
    torrent = bdecode(donor.read_bytes())
    info = torrent[b"info"]
    info[b"files"] = [file for file in info[b"files"] if b"attr" not in file]
    size = sum(file[b"length"] for file in info[b"files"])
    info[b"pieces"] = info[b"pieces"][: 20 * -(-size // PIECE)]
    donor.write_bytes(bencode(torrent))
    assert "its files do not start at piece boundaries" in await refusal(content, donor)
