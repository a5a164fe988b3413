"""Nothing outside the content is ever read, whatever a torrent says and wherever links lead."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from seedwright.errors import ContentError, ContentNotFoundError, MetainfoError
from seedwright.hashes import listing as listing_module
from seedwright.stages.verdict import verify
from tests.unit.builders import torrent
from tests.unit.reference import reference_hashes

PIECE = 32 * 1024
SECRET = b"not yours"


def v1_of(name: bytes, *paths: list[bytes], data: bytes = SECRET, **fields: Any) -> bytes:
    """A torrent of files with ``data``, or of one file without ``paths``."""
    info: dict[bytes, Any] = {b"name": name, b"piece length": PIECE}
    info[b"pieces"] = hashlib.sha1(data * max(1, len(paths))).digest()
    if paths:
        info[b"files"] = [{b"length": len(data), b"path": path} for path in paths]
    else:
        info[b"length"] = len(data)
    return torrent(info, **fields)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder, next to a file that is no business of its torrents."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "folder" / "book").mkdir(parents=True)
    return tmp_path / "folder"


def put(folder: Path, data: bytes) -> Path:
    path = folder.parent / "x.torrent"
    path.write_bytes(data)
    return path


LEADING_OUT = [
    "..",
    ".",
    "../secret",
    "/etc",
    "/etc/hostname",
    "a/b",
    "a\\b",
    "a\0b",
    "C:",
    "c:\\x",
]


@pytest.mark.parametrize("name", LEADING_OUT)
@pytest.mark.parametrize("paths", [(), ([b"secret"],)], ids=["file", "folder"])
def test_a_name_that_leads_out_is_refused(folder: Path, name: str, paths: tuple[Any]) -> None:
    path = put(folder, v1_of(name.encode(), *paths))
    with pytest.raises(MetainfoError, match="which points outside the content"):
        verify(path, folder)


PARTS = [*([name] for name in LEADING_OUT), ["a", "..", "..", "b"]]


@pytest.mark.parametrize("parts", [*PARTS, ["", "etc"], ["a", ""]])
def test_a_path_inside_that_leads_out_is_refused(folder: Path, parts: list[str]) -> None:
    data = v1_of(b"book", [part.encode() for part in parts])
    with pytest.raises(MetainfoError, match="which points outside the content"):
        verify(put(folder, data), folder)


@pytest.mark.parametrize("parts", PARTS)
def test_a_path_in_a_tree_that_leads_out_is_refused(folder: Path, parts: list[str]) -> None:
    root = reference_hashes([(SECRET, 0)], PIECE, v1=False).roots[0]
    tree: dict[bytes, Any] = {b"": {b"length": len(SECRET), b"pieces root": root}}
    for part in reversed(parts):
        tree = {part.encode(): tree}
    info = {b"name": b"book", b"piece length": PIECE, b"meta version": 2, b"file tree": tree}
    with pytest.raises(MetainfoError, match="which points outside the content"):
        verify(put(folder, torrent(info)), folder)


@pytest.mark.parametrize("name", ["..a", "a..", "...", "C", "CC:", "C:a title", "~"])
def test_a_name_that_only_looks_odd_is_taken(folder: Path, name: str) -> None:
    (folder / "book" / name).write_bytes(SECRET)
    assert verify(put(folder, v1_of(b"book", [name.encode()])), folder).is_complete
    (folder / name).write_bytes(SECRET)
    assert verify(put(folder, v1_of(name.encode())), folder).is_complete


def test_on_windows_a_name_after_a_drive_leads_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "_LEADS_OUT", listing_module.leads_out_on("nt"))
    with pytest.raises(MetainfoError, match="which points outside the content"):
        verify(put(folder, v1_of(b"book", [b"C:a title"])), folder)


@pytest.mark.parametrize("parts", [[b"up", b"secret"], [b"sub", b"up", b"secret"]])
def test_a_file_below_a_link_that_leads_out_is_refused(folder: Path, parts: list[bytes]) -> None:
    (folder / "book" / "sub").mkdir()
    (folder / "book" / "sub" / "up").symlink_to("../../..")
    (folder / "book" / "up").symlink_to("sub/up")
    path = put(folder, v1_of(b"book", parts))
    with pytest.raises(ContentError, match="symlink that points outside the content"):
        verify(path, folder)


def test_a_link_out_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "book" / "a").symlink_to(folder.parent / "secret")
    with pytest.raises(ContentError, match="symlink that points outside the content"):
        verify(put(folder, v1_of(b"book", [b"a"])), folder)


def test_a_link_out_that_is_not_listed_is_no_matter(folder: Path) -> None:
    (folder / "book" / "up").symlink_to("../..")
    (folder / "book" / "a").write_bytes(SECRET)
    assert verify(put(folder, v1_of(b"book", [b"a"])), folder).is_complete


def test_links_within_the_content_are_followed(folder: Path) -> None:
    (folder / "book" / "sub").mkdir()
    (folder / "book" / "sub" / "a").write_bytes(SECRET)
    (folder / "book" / "to").symlink_to("sub")
    (folder / "book" / "b").symlink_to("to/a")
    found = verify(put(folder, v1_of(b"book", [b"to", b"a"], [b"b"])), folder)
    assert found.is_complete


def test_the_content_itself_may_be_a_link(folder: Path) -> None:
    (folder / "book" / "a").write_bytes(SECRET)
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "book").symlink_to(folder / "book")
    path = put(folder, v1_of(b"book", [b"a"]))
    assert verify(path, folder.parent / "other").is_complete
    assert verify(path, folder.parent / "other" / "book").is_complete


def test_a_pad_file_is_zeros_whatever_it_is_called(folder: Path) -> None:
    (folder / "book" / "a").write_bytes(SECRET)
    pad = {b"length": PIECE, b"path": [b"..", b"secret"], b"attr": b"p"}
    stream = SECRET + bytes(PIECE)
    hashes = [hashlib.sha1(stream[at : at + PIECE]).digest() for at in (0, PIECE)]
    info = {b"name": b"book", b"piece length": PIECE, b"pieces": b"".join(hashes)}
    info[b"files"] = [{b"length": len(SECRET), b"path": [b"a"]}, pad]
    assert verify(put(folder, torrent(info)), folder).is_complete


def hybrid(pad: int) -> bytes:
    """A hybrid of two files, with so many bytes of pad between them."""
    root = reference_hashes([(SECRET, 0)], PIECE, v1=False).roots[0]
    leaf = {b"": {b"length": len(SECRET), b"pieces root": root}}
    first, second = ({b"length": len(SECRET), b"path": [name]} for name in (b"a", b"b"))
    padded = [{b"length": pad, b"path": [b".pad", b"%d" % pad], b"attr": b"p"}] if pad else []
    stream = SECRET + bytes(pad) + SECRET
    pieces = [stream[at : at + PIECE] for at in range(0, len(stream), PIECE)]
    return torrent(
        {
            b"name": b"book",
            b"piece length": PIECE,
            b"meta version": 2,
            b"file tree": {b"a": leaf, b"b": leaf},
            b"files": [first, *padded, second],
            b"pieces": b"".join(hashlib.sha1(piece).digest() for piece in pieces),
        }
    )


@pytest.mark.parametrize("by", [None, -1, 1])
def test_a_hybrid_whose_files_start_within_pieces_is_refused(folder: Path, by: int | None) -> None:
    pad = 0 if by is None else PIECE - len(SECRET) + by
    for name in ("a", "b"):
        (folder / "book" / name).write_bytes(SECRET)
    with pytest.raises(MetainfoError, match="its files do not start at piece boundaries"):
        verify(put(folder, hybrid(pad)), folder)


def test_a_hybrid_with_its_pad_is_verified(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / "book" / name).write_bytes(SECRET)
    assert verify(put(folder, hybrid(PIECE - len(SECRET))), folder).is_complete


def test_what_is_not_there_at_all_is_still_said_so(folder: Path) -> None:
    with pytest.raises(ContentNotFoundError, match="does not contain it"):
        verify(put(folder, v1_of(b"nowhere")), folder)
