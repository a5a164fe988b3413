"""The bytes of a ``.torrent``: BEP 3 and BEP 52, with tiers (12), DHT nodes (5), web seeds (17
and 19), private (27) and pad files (47).

``info`` is byte for byte what libtorrent 2 writes for the same files in the same order. It names
no attributes and no times of files, so that the infohash depends on names and bytes alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from bencode2 import bencode

import seedwright._core as core
from seedwright.errors import ContentError, ContentNameError, MetainfoError
from seedwright.hints import Hint
from seedwright.metainfo.bencode import MAX_DEPTH
from seedwright.metainfo.fields import FIELDS, Said
from seedwright.metainfo.pieces import piece_count
from seedwright.metainfo.raw import joined
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seedwright.content.walk import ContentFile

V1_HASH = 20
"""Bytes of a SHA-1 digest: one for each v1 piece."""

V2_HASH = 32
"""Bytes of a SHA-256 digest: one for each file, and for each piece of a file that has several."""

# A file's own dictionary lies in those of its names, these in ``file tree``, ``info`` and the
# root, and libtorrent loads less than MAX_DEPTH of them.
_DEEPEST = MAX_DEPTH - 5

SIGNATURE = 64
"""Bytes to spare for what qBittorrent writes next to ``info``, such as its version."""


class NamedFile(Protocol):
    """A file by its names below the content, and its size in bytes."""

    @property
    def parts(self) -> tuple[str, ...]: ...

    @property
    def size(self) -> int: ...


class Hashes(Protocol):
    """What hashing gives, the files in their order.

    ``pieces`` holds the SHA-1 of every v1 piece, pad files counting as zeros; ``roots`` the Merkle
    root of each file, b"" for an empty one; ``layers`` the piece layer of each file, b"" for one
    that is not longer than a piece. What the format has no need of may be empty.
    """

    @property
    def pieces(self) -> bytes: ...

    @property
    def roots(self) -> Sequence[bytes]: ...

    @property
    def layers(self) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Blueprint(Said[None]):
    """All that a torrent says, except its piece length and its hashes.

    ``files`` are sorted by ``parts``, or in any order for v1; a torrent of a single file (not
    ``is_dir``) has one, and its parts do not count. The rest is that of Said, and what is None or
    empty is not written.

    Raises ContentNameError for a name that no file can have, and ContentError for what BEP 52 cannot
    express or clients do not load. URLs may contain secrets and are not in the repr.
    """

    name: str
    is_dir: bool
    files: Sequence[NamedFile] = field(repr=False)
    format: Format

    def __post_init__(self) -> None:
        if self.name in ("", ".", "..") or "/" in self.name or "\0" in self.name:
            raise ContentNameError(
                f"'{printable(self.name)}' is not a valid torrent name",
                hint="use a name that a file or folder can have",
            )
        if self.format is not Format.V1 and self.is_dir:
            _check_tree(self.name, self.files, self.format)


def layout(files: Sequence[ContentFile], piece_length: int, format_: Format) -> core.Entries:
    """What is to be hashed: the files with the zeros of the pad files that follow them."""
    pads = pad_lengths(files, piece_length, format_)
    return core.Entries([file.path for file in files], [file.size for file in files], pads)


def build(blueprint: Blueprint, piece_length: int, hashes: Hashes) -> bytes:
    """The ``.torrent`` of ``blueprint``; the same input gives the same bytes.

    Raises MetainfoError when ``hashes`` are not those of these files in this format.
    """
    _check_hashes(blueprint, piece_length, hashes)
    torrent = _said(blueprint, in_info=False)
    torrent[b"info"] = _info(blueprint, piece_length, hashes.pieces, hashes.roots)
    if blueprint.format is not Format.V1:
        torrent[b"piece layers"] = {
            root: layer for root, layer in zip(hashes.roots, hashes.layers, strict=True) if layer
        }
    return bencode(torrent)


def build_around(
    blueprint: Blueprint, listed: Mapping[bytes, bytes], layers: Mapping[bytes, bytes]
) -> bytes:
    """The ``.torrent`` of ``blueprint`` with files and hashes that stand in another one.

    ``listed`` are bencoded values of ``info``, which go before those that the blueprint has;
    ``layers`` are the piece layers by their roots. The blueprint's files do not count.
    """
    torrent = _said(blueprint, in_info=False)
    if blueprint.format is not Format.V1:
        torrent[b"piece layers"] = layers
    own = _named(blueprint)
    info = {**{key: bencode(value) for key, value in own.items()}, **listed}
    around = {key: bencode(value) for key, value in torrent.items()}
    return joined({**around, b"info": joined(info)})


def torrent_size(blueprint: Blueprint, piece_length: int) -> int:
    """How many bytes :func:`build` gives for pieces of ``piece_length``, without any hash.

    Where long files have the same bytes it gives fewer: their piece layer is written once.
    """
    torrent = _said(blueprint, in_info=False)
    roots = [bytes(V2_HASH)] * len(blueprint.files)
    torrent[b"info"] = _info(blueprint, piece_length, b"", roots)
    pieces = 0
    if blueprint.format is not Format.V1:
        torrent[b"piece layers"] = {}
        layers = (_layer_size(file.size, piece_length) for file in blueprint.files)
        pieces += sum(_string_size(V2_HASH) + _string_size(layer) for layer in layers if layer)
    if blueprint.format is not Format.V2:
        pieces += _string_size(_pieces_size(blueprint, piece_length)) - _string_size(0)
    return len(bencode(torrent)) + pieces


def pieces_of(blueprint: Blueprint, piece_length: int) -> int:
    """How many pieces of ``piece_length`` there are; those of v1, where there are any."""
    if blueprint.format is Format.V2:
        return sum(piece_count(file.size, piece_length) for file in blueprint.files)
    return _pieces_size(blueprint, piece_length) // V1_HASH


def _info(
    blueprint: Blueprint, piece_length: int, pieces: bytes, roots: Sequence[bytes]
) -> dict[bytes, Any]:
    fields = {**_named(blueprint), b"piece length": piece_length}
    if blueprint.format is not Format.V1:
        fields[b"meta version"] = 2
        fields[b"file tree"] = _file_tree(blueprint, roots)
    if blueprint.format is not Format.V2:
        fields[b"pieces"] = pieces
        if blueprint.is_dir:
            fields[b"files"] = _file_list(blueprint, piece_length)
        else:
            fields[b"length"] = blueprint.files[0].size
    return fields


def _named(blueprint: Blueprint) -> dict[bytes, Any]:
    """What ``info`` says besides files, pieces and hashes."""
    return {b"name": blueprint.name, **_said(blueprint, in_info=True)}


def _said(blueprint: Blueprint, *, in_info: bool) -> dict[bytes, Any]:
    """What one of the two dictionaries says besides files, pieces and hashes."""
    rows = (row for row in FIELDS if row.in_info == in_info)
    written = (row.write(getattr(blueprint, row.name)).items() for row in rows)
    return {key: value for each in written for key, value in each if value is not None}


def _file_list(blueprint: Blueprint, piece_length: int) -> list[dict[bytes, Any]]:
    listed: list[dict[bytes, Any]] = []
    pads = pad_lengths(blueprint.files, piece_length, blueprint.format)
    for file, pad in zip(blueprint.files, pads, strict=True):
        listed.append({b"length": file.size, b"path": file.parts})
        if pad:
            listed.append({b"attr": b"p", b"length": pad, b"path": [".pad", str(pad)]})
    return listed


def _file_tree(blueprint: Blueprint, roots: Sequence[bytes]) -> dict[bytes, Any]:
    tree: dict[bytes, Any] = {}
    for file, root in zip(blueprint.files, roots, strict=True):
        node = tree
        for part in file.parts if blueprint.is_dir else (blueprint.name,):
            node = node.setdefault(part.encode(), {})
        node[b""] = {b"length": file.size, b"pieces root": root} if file.size else {b"length": 0}
    return tree


def pad_lengths(files: Sequence[NamedFile], piece_length: int, format_: Format) -> list[int]:
    """The pad file after each file, in bytes, 0 where there is none.

    In a hybrid every file begins with a piece. libtorrent fills up the last piece as well, except
    that a file which is alone needs no company.
    """
    if format_ is not Format.HYBRID or len(files) == 1:
        return [0] * len(files)
    return [-file.size % piece_length for file in files]


def _pieces_size(blueprint: Blueprint, piece_length: int) -> int:
    """How many bytes of v1 hashes there are."""
    padded = sum(pad_lengths(blueprint.files, piece_length, blueprint.format))
    total = sum(file.size for file in blueprint.files) + padded
    return V1_HASH * piece_count(total, piece_length)


def _layer_size(size: int, piece_length: int) -> int:
    """How many bytes of piece layer a file of ``size`` bytes has."""
    return V2_HASH * piece_count(size, piece_length) if size > piece_length else 0


def _string_size(length: int) -> int:
    """How many bytes a bencoded string of ``length`` bytes takes."""
    return len(f"{length}:") + length


def check_only_file(folder: str, parts: Sequence[str]) -> None:
    """Nothing, when a v2 torrent can tell ``folder`` from ``parts``, the only file that it holds.

    BEP 52 has no word for a folder: a file tree of one name is read as that file, without the
    folder, by libtorrent and all clients made with it. Raises ContentError.
    """
    if len(parts) == 1:
        raise ContentError(
            f"'{printable(folder)}' contains only '{printable(parts[0])}', and clients ignore the"
            " folder of a v2 torrent with one file",
            hint=Hint("make a torrent of the file itself, or use {format[hybrid]} or v1"),
        )


def _check_tree(name: str, files: Sequence[NamedFile], format_: Format) -> None:
    if format_ is Format.V2 and len(files) == 1:
        check_only_file(name, files[0].parts)
    deepest = max(files, key=lambda file: len(file.parts))
    if len(deepest.parts) > _DEEPEST:
        raise ContentError(
            f"'{printable('/'.join(deepest.parts))}' is {len(deepest.parts)} levels deep, and clients"
            f" load v2 torrents of at most {_DEEPEST} levels",
            hint="make a v1 torrent",
        )


def _check_hashes(blueprint: Blueprint, piece_length: int, hashes: Hashes) -> None:
    files, format_ = blueprint.files, blueprint.format
    is_ordered = format_ is not Format.V1
    if is_ordered and any(one.parts >= other.parts for one, other in pairwise(files)):
        raise MetainfoError("the files of the torrent are not sorted")
    fits = True
    if format_ is not Format.V2:
        fits = len(hashes.pieces) == _pieces_size(blueprint, piece_length)
    if format_ is not Format.V1:
        fits = (
            fits
            and _lengths(hashes.roots) == [V2_HASH if file.size else 0 for file in files]
            and _lengths(hashes.layers) == [_layer_size(file.size, piece_length) for file in files]
        )
    if not fits:
        raise MetainfoError(f"the hashes do not match {len(files)} files in format {format_}")


def _lengths(strings: Iterable[bytes]) -> list[int]:
    return [len(string) for string in strings]
