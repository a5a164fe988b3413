"""``seedwright inspect`` and ``seedwright magnet``: what torrents say, and no passkey in it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedwright.cli import inspect
from seedwright.errors import ExitCode
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable
from tests.unit.builders import PIECE, Fields, hybrid_info, torrent, v1_info, v2_info
from tests.unit.cli.builders import MASKED_TRACKER, PASSKEY, TRACKER, WEB_SEED
from tests.unit.files import lines_of

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Seedwright


def write(home: Path, data: bytes, name: str = "x.torrent") -> Metainfo:
    (home / name).write_bytes(data)
    return Metainfo.parse(data)


def full(info: Fields) -> bytes:
    """A torrent that says all that can be said."""
    return torrent(
        info,
        announce_list=[[TRACKER.encode(), b"udp://u.example:80"], [b"http://b.example/announce"]],
        comment=b"a\x1bcomment",
        created_by=b"somebody",
        creation_date=1_700_000_000,
        encoding=b"UTF-8",
        httpseeds=[b"http://h.example/"],
        nodes=[[b"router.example", 6881]],
        url_list=[WEB_SEED.encode()],
        x=1,
    )


def with_files(*files: Any) -> bytes:
    info = {key: value for key, value in v1_info(1).items() if key != b"length"}
    return torrent(info | {b"files": [{b"length": 1, b"path": [b"first"]}, *files]})


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_what_people_want_to_see_is_shown(home: Path, seedwright: Seedwright) -> None:
    metainfo = write(home, full(hybrid_info(PIECE + 1, 7) | {b"private": 1, b"source": b"SRC"}))
    ended = seedwright("inspect", "x.torrent")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert lines(ended.out)[:-1] == [
        "content",
        "file x.torrent",
        f"infohash {metainfo.infohash_v1}",
        f"v2 {metainfo.infohash_v2}",
        "content 16 KiB in 2 files, 3 pieces of 16 KiB",
        "format hybrid, private",
        "source SRC",
        r"comment a\x1bcomment",
        "created 2023-11-14 22:13:20 UTC by somebody",
        "encoding UTF-8",
        f"tier {MASKED_TRACKER}, udp://u.example:80",
        "tier http://b.example/announce",
        "web seed https://w.example/book?token=***",
        "http seed http://h.example/",
        "node router.example:6881",
        "unknown x",
    ]
    assert lines(ended.out)[-1].startswith("magnet magnet:?xt=urn:btih:")


@pytest.mark.parametrize(("entropy", "shown"), [(b"salt", "salt"), (12, 12)])
def test_entropy_is_shown_as_it_is(
    home: Path, seedwright: Seedwright, entropy: bytes | int, shown: str | int
) -> None:
    write(home, torrent(v1_info(1, 2) | {b"entropy": entropy}))
    assert f"entropy {shown}" in lines(seedwright("inspect", "x.torrent").out)
    assert json.loads(seedwright("inspect", "x.torrent", "--json").out)["entropy"] == shown


def test_a_torrent_of_one_half_has_one_infohash(home: Path, seedwright: Seedwright) -> None:
    metainfo = write(home, torrent(v2_info(1, 2)))
    out = lines(seedwright("inspect", "x.torrent").out)
    assert f"infohash {metainfo.infohash_v2}" in out
    assert not any(line.startswith("v2 ") for line in out)
    assert "format v2, public" in out


@pytest.mark.parametrize("options", [(), ("--json",), ("--files",), ("--tree",)])
def test_passkeys_are_shown_only_when_asked_for(
    home: Path, seedwright: Seedwright, options: tuple[str, ...]
) -> None:
    write(home, full(v1_info(1, 2)))
    assert PASSKEY not in seedwright("inspect", "x.torrent", *options).out
    assert PASSKEY in seedwright("inspect", "x.torrent", "--show-secrets", *options).out


def test_files_are_listed_with_numbers_sizes_and_attributes(
    home: Path, seedwright: Seedwright
) -> None:
    write(
        home,
        with_files(
            {b"length": 0, b"path": [b"sub", b"run"], b"attr": b"xh"},
            {b"path": [b"sub", b"link"], b"attr": b"l", b"symlink path": [b"sub", b"run"]},
            {b"length": 0, b"path": [b"\x1b[31m"]},
        ),
    )
    out = lines(seedwright("inspect", "x.torrent", "--files").out)
    assert "0 1 B first" in out
    assert "1 0 B sub/run (executable, hidden)" in out
    assert "2 0 B sub/link -> sub/run (symlink)" in out
    assert r"3 0 B \x1b[31m" in out


def test_a_tree_has_every_folder_above_its_files(home: Path, seedwright: Seedwright) -> None:
    paths = [[b"a", b"b", b"x"], [b"a", b"b", b"y"], [b"a", b"z"], [b"c", b"b", b"x"]]
    write(home, with_files(*({b"length": 0, b"path": path} for path in paths)))
    out = seedwright("inspect", "x.torrent", "--tree").out.splitlines()
    assert out[-9:] == [
        "  first  1 B",
        "  a/",
        "    b/",
        "      x  0 B",
        "      y  0 B",
        "    z  0 B",
        "  c/",
        "    b/",
        "      x  0 B",
    ]


def test_paths_that_lead_out_are_reported(home: Path, seedwright: Seedwright) -> None:
    write(home, with_files({b"length": 0, b"path": [b"..", b"x"]}))
    ended = seedwright("inspect", "x.torrent")
    assert ended.code == ExitCode.DONE
    assert "warning '../x' points outside the content" in " ".join(ended.out.split())


def test_a_file_has_the_problems_of_its_folders_too(home: Path, seedwright: Seedwright) -> None:
    paths = [[b"..", b"one"], [b"..", b"\xff"], [b"CON", b"one"], [b"fine", b"one"]]
    write(home, with_files(*({b"length": 0, b"path": path} for path in paths)))
    row = json.loads(seedwright("inspect", "x.torrent", "--json").out)
    assert [file["problems"] for file in row["file_list"]] == [
        [],
        ["leads-out", "windows-name"],
        ["leads-out", "not-utf8", "windows-name"],
        ["windows-name"],
        [],
    ]


def test_many_bad_paths_are_cut_short(home: Path, seedwright: Seedwright) -> None:
    write(home, with_files(*({b"length": 0, b"path": [b"CON"]} for _ in range(13))))
    ended = seedwright("inspect", "x.torrent")
    assert ended.out.count("'CON' has a name that Windows does not allow") == inspect.WARNED
    assert "warning   more paths have problems; --json lists them all" in ended.out


def many_files(home: Path) -> Metainfo:
    """More files than are worked on at once, odd ones among them, in folders that come again."""
    files = [
        {b"length": n * 1000, b"path": [b"s%d" % (n // 100 % 3), b"%d.mkv" % n]} for n in range(700)
    ]
    files[300] |= {b"path": [b"s0", b"a?"]}
    files[400] |= {b"path": [b"\xe2\x80\xae", b"x"], b"attr": b"x"}
    files[650] |= {b"length": 0, b"attr": b"l", b"symlink path": [b"first"]}
    size = 1 + sum(int(str(file[b"length"])) for file in files)
    info = {key: value for key, value in v1_info(size).items() if key != b"length"}
    info[b"files"] = [{b"length": 1, b"path": [b"first"]}, *files]
    return write(home, torrent(info))


def test_many_files_are_listed_as_each_of_them_is(home: Path, seedwright: Seedwright) -> None:
    found = list(lines_of(many_files(home)))
    row = json.loads(seedwright("inspect", "x.torrent", "--json").out)
    assert row["file_list"] == [line.as_dict() for line in found]
    out = lines(seedwright("inspect", "x.torrent", "--files").out)
    listed = out[out.index("0 1 B first") :]
    for number, line in enumerate(found):
        size = format_size(line.length)
        assert listed[number].startswith(f"{number} {size} {printable(line.path)}")
    assert listed[401].endswith("(executable)")
    assert listed[len(found) :] == ["warning 's0/a?' has a name that Windows does not allow"]


def test_a_tree_of_many_files_opens_a_folder_once_for_each_of_its_runs(
    home: Path, seedwright: Seedwright
) -> None:
    many_files(home)
    out = seedwright("inspect", "x.torrent", "--tree").out.splitlines()
    folders = [line.strip() for line in out if line.endswith("/")]
    assert folders == ["s0/", "s1/", "s2/", "s0/", r"\u202e/", "s1/", "s2/", "s0/"]
    assert "    649.mkv  0 B -> first (symlink)" not in out
    assert "    650.mkv  0 B -> first (symlink)" in out


def test_a_bad_name_and_bent_keys_are_reported(home: Path, seedwright: Seedwright) -> None:
    write(home, torrent(v1_info(1, 2, name=b"CON"), comment=1))
    out = " ".join(seedwright("inspect", "x.torrent").out.split())
    assert "warning 'comment' has the wrong type and is ignored" in out
    assert "warning the torrent has a name that Windows does not allow" in out


@pytest.mark.parametrize("seconds", [-(10**15), 10**15, 2**63 - 1])
def test_a_date_that_cannot_be_is_shown_as_it_is(
    home: Path, seedwright: Seedwright, seconds: int
) -> None:
    write(home, torrent(v1_info(1), creation_date=seconds))
    assert f"created at {seconds}" in lines(seedwright("inspect", "x.torrent").out)


def test_an_endless_text_is_cut_and_json_has_it_whole(home: Path, seedwright: Seedwright) -> None:
    write(home, torrent(v1_info(1), comment=b"x" * 5000))
    assert "x" * inspect.CUT_AT + "..." in seedwright("inspect", "x.torrent").out
    assert "x" * 5000 in seedwright("inspect", "x.torrent", "--json").out


def test_json_says_everything_on_one_line(home: Path, seedwright: Seedwright) -> None:
    metainfo = write(home, full(hybrid_info(PIECE + 1, 7)))
    ended = seedwright("inspect", "x.torrent", "--json")
    row = json.loads(ended.out)
    assert ended.out.count("\n") == 1
    assert list(row) == [
        "ok", "path", "name", "format", "infohash_v1", "infohash_v2", "size", "files", "pieces",
        "piece_length", "private", "source", "publisher", "comment", "entropy", "created_by", "creation_date",
        "encoding", "tiers", "web_seeds", "http_seeds", "dht_nodes", "unknown_keys", "ignored_keys",
        "name_problems", "magnet", "file_list",
    ]  # fmt: skip
    assert row["infohash_v2"] == metainfo.infohash_v2
    assert row["dht_nodes"] == [["router.example", 6881]]
    assert len(row["file_list"]) == metainfo.listed
    assert row["file_list"][1] == {
        "path": ".pad/16383", "length": 16383, "attributes": ["pad"], "target": None,
        "problems": [],
    }  # fmt: skip


def test_json_is_utf8_whatever_the_names_are(home: Path, seedwright: Seedwright) -> None:
    write(home, with_files({b"length": 0, b"path": [b"caf\xe9"]}))
    row = json.loads(seedwright("inspect", "x.torrent", "--json").out.encode())
    assert row["file_list"][1]["path"] == r"caf\udce9"
    assert row["file_list"][1]["problems"] == ["not-utf8"]


def test_what_is_no_torrent_is_told_and_the_others_go_on(
    home: Path, seedwright: Seedwright
) -> None:
    write(home, torrent(v1_info(1, name=b"one")), "one.torrent")
    write(home, torrent(v1_info(1, name=b"two")), "two.torrent")
    (home / "bad").write_bytes(b"<html>")
    ended = seedwright("inspect", "one.torrent", "bad", "absent", "two.torrent")
    assert ended.code == ExitCode.FAILED
    assert [line for line in ended.out.splitlines() if not line.startswith(" ")] == [
        "one",
        "",
        "two",
    ]
    assert "error: 'bad': not a torrent: no dictionary begins at byte 0" in ended.err
    assert "error: 'absent' does not exist" in ended.err


def test_a_failure_is_an_object_too(home: Path, seedwright: Seedwright) -> None:
    (home / "bad").write_bytes(b"<html>")
    ended = seedwright("inspect", "bad", "--json")
    row = json.loads(ended.out)
    assert (row["ok"], row["path"], row["error"]["code"]) == (False, str(home / "bad"), "metainfo")


@pytest.mark.parametrize("command", ["inspect", "magnet"])
def test_a_dash_reads_standard_input(
    home: Path, seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    data = torrent(v1_info(1))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    ended = seedwright(command, "-")
    assert ended.code == ExitCode.DONE
    assert str(Metainfo.parse(data).infohash_v1) in ended.out


def test_standard_input_has_no_path(
    seedwright: Seedwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(torrent(v1_info(1)))))
    assert json.loads(seedwright("inspect", "-", "--json").out)["path"] == "-"


def test_magnet_prints_the_link_and_nothing_else(home: Path, seedwright: Seedwright) -> None:
    metainfo = write(home, full(v1_info(1, 2, 3)))
    ended = seedwright("magnet", "x.torrent", "--select", "0,2")
    assert ended.out.startswith(f"magnet:?xt=urn:btih:{metainfo.infohash_v1}&dn=content&tr=udp")
    assert ended.out.endswith("&so=0,2\n")
    assert PASSKEY not in ended.out
    assert PASSKEY in seedwright("magnet", "x.torrent", "--show-secrets").out


def test_magnet_has_json_too(home: Path, seedwright: Seedwright) -> None:
    write(home, torrent(v1_info(1)))
    row = json.loads(seedwright("magnet", "x.torrent", "--json").out)
    assert (list(row), row["name"]) == (["ok", "name", "magnet"], "content")


def test_a_selection_that_cannot_be_is_wrong_usage(home: Path, seedwright: Seedwright) -> None:
    write(home, torrent(v1_info(1)))
    ended = seedwright("magnet", "x.torrent", "--select", "7")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "file 7 does not exist" in ended.err


def test_a_hybrid_whose_halves_differ_is_reported(home: Path, seedwright: Seedwright) -> None:
    info = hybrid_info(5, 7)
    write(home, torrent(info))
    assert "refuse this hybrid" not in seedwright("inspect", "x.torrent").out
    info[b"files"] = info[b"files"][2:] + info[b"files"][:2]
    write(home, torrent(info))
    assert (
        "clients based on libtorrent refuse this hybrid: its v1 half lists 'sub/001' out of order"
        in seedwright("inspect", "x.torrent").out
    )
