"""The files and hashes of a ``.torrent``: what its content is compared with (BEP 3, 47, 52)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

import seedwright._core as core
from seedwright.errors import MetainfoError
from seedwright.hashes.merkle import level_of, root_over
from seedwright.metainfo.bencode import MAX_VALUES, fields
from seedwright.metainfo.entries import rows
from seedwright.metainfo.halves import UNEVEN
from seedwright.metainfo.parse import piece_hashes
from seedwright.metainfo.pieces import piece_count
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seedwright.metainfo.bencode import FileRow
    from seedwright.metainfo.parse import Metainfo

V2_HASH = 32


def leads_out_on(system: str) -> re.Pattern[str]:
    """What is in a name that leads out of its folder, on a system as ``os.name`` calls it.

    A drive of Windows alone is refused everywhere; with more after it, it may be a title elsewhere.
    """
    return re.compile(r"[/\\\0]|^[A-Za-z]:" + ("" if system == "nt" else r"\Z"))


_LEADS_OUT = leads_out_on(os.name)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of a torrent; ``parts`` are the names below the content, () for a single file.

    ``length`` is in bytes. ``root`` and ``layer`` are BEP 52's, b"" where there is none. ``target``
    are the names that a symlink leads to, from the content on (BEP 47); None for a file.
    """

    parts: tuple[str, ...]
    length: int
    is_pad: bool = False
    root: bytes = b""
    layer: bytes = b""
    target: tuple[str, ...] | None = None


class ListedFiles(Sequence[ListedFile]):
    """The files in their order, pad files included; each is built when it is asked for.

    ``columns`` are the same in the core, where they take a few bytes each. The paths of a single
    file are empty there, too.
    """

    def __init__(self, columns: core.Listed, layers: Mapping[bytes, bytes]) -> None:
        self.columns = columns
        self.links = {number: tuple(map(_text, target)) for number, target in columns.links()}
        self._layers = layers

    def __len__(self) -> int:
        return len(self.columns)

    @overload
    def __getitem__(self, number: int) -> ListedFile: ...
    @overload
    def __getitem__(self, number: slice) -> list[ListedFile]: ...
    def __getitem__(self, number: int | slice) -> ListedFile | list[ListedFile]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        return self._file(range(len(self))[number])

    def __iter__(self) -> Iterator[ListedFile]:
        return map(self._file, range(len(self)))

    @property
    def lengths(self) -> Sequence[int]:
        """Their lengths in bytes."""
        return memoryview(self.columns.lengths()).cast("Q")

    def paths(self) -> Iterator[tuple[int, str]]:
        """The numbers and paths of all but pad files, with slashes between the names."""
        for number in range(len(self)):
            path, _, is_pad, _ = self.columns.row(number)
            if not is_pad:
                yield number, _text(path)

    def _file(self, number: int) -> ListedFile:
        path, length, is_pad, root = self.columns.row(number)
        parts = tuple(_text(path).split("/")) if path else ()
        layer = self._layers.get(root, b"")
        return ListedFile(parts, length, is_pad, root, layer, self.links.get(number))


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in their order, and the v1 piece hashes (b"" in v2)."""

    files: ListedFiles
    pieces: bytes = field(repr=False)
    is_folder: bool


def listing(metainfo: Metainfo) -> Listing:
    """What is listed in a metainfo that has been parsed.

    Raises MetainfoError for a name or a path that would lead out of the content.
    """
    data, root, info = metainfo.data, metainfo.root, metainfo.info
    is_v2 = metainfo.format is Format.V2
    layers = {}
    if root.get(b"piece layers") is not None:
        found = fields(data, root[b"piece layers"].start, most=MAX_VALUES)
        layers = {root: layer for root, layer in found.items() if isinstance(layer, bytes)}
    _check_inside((metainfo.name,))
    halves = [rows(data, info, v2=is_v2)]
    if metainfo.format is Format.HYBRID:
        halves.append(rows(data, info, v2=True))
    if not metainfo.has_fine_paths:
        halves[0] = _checked(halves[0])
    is_folder = metainfo.is_folder
    if not is_folder:
        halves = [(((), *row[1:]) for row in half) for half in halves]
    listed, *others = halves
    files = ListedFiles(core.Listed(listed, *map(core.Listed, others)), layers)
    for target in files.links.values():
        _check_inside(target)
    pieces = b"" if is_v2 else data[piece_hashes(data, info)]
    return Listing(files, pieces, is_folder)


def flaw_of_trees(listed: Listing, piece_length: int) -> str:
    """What keeps the hash trees of files (BEP 52) from being believed; "" for nothing.

    The infohash covers the roots alone, so a piece layer has to be there and lead to its root; and
    the v1 half of a hybrid has to begin every file with a piece.
    """
    begin = 0
    for file in listed.files:
        if listed.pieces and begin % piece_length and file.length and not file.is_pad:
            return UNEVEN
        begin += file.length
    for file in listed.files:
        if not file.is_pad and not _has_layer(file, piece_length):
            name = printable("/".join(file.parts))
            return f"the piece layer of '{name}' is wrong or missing"
    return ""


def _has_layer(file: ListedFile, piece_length: int) -> bool:
    """Whether the piece layer of a file is there, if it needs one, and leads to its root."""
    if file.length <= piece_length:
        return True
    return (
        len(file.layer) == V2_HASH * piece_count(file.length, piece_length)
        and root_over(file.layer, level_of(piece_length)) == file.root
    )


def _checked(listed: Iterable[FileRow]) -> Iterator[FileRow]:
    """The rows themselves; MetainfoError for one that leads out of the content."""
    for row in listed:
        path, _, attributes, _, _ = row
        if b"p" not in attributes:
            _check_inside(tuple(map(_text, path)))
        yield row


def _check_inside(parts: Sequence[str]) -> None:
    for part in parts:
        if part in ("", ".", "..") or _LEADS_OUT.search(part):
            raise MetainfoError(
                f"the torrent lists '{printable('/'.join(parts))}', which points outside the content"
            )


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
