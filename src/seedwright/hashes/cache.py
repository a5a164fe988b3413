"""Hashes of content, kept in a folder for the next torrent of the same content.

Files are known by device, inode, size and times, never by name: every write to a file changes its
ctime, whatever is done to its mtime afterwards. One entry of the folder holds the v1 pieces of one
stream with one piece length, another one the trees of files (BEP 52), from which the layers for
every longer piece length follow.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import time
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import seedwright._core as core
from seedwright.content.settling import write_back_age
from seedwright.errors import OutputError
from seedwright.hashes.room import on_disk, places, room_in, unlink
from seedwright.metainfo.build import V2_HASH
from seedwright.metainfo.pieces import format_size, piece_count
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.writing import write_atomically
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedwright.content.walk import ContentFile
    from seedwright.metainfo.build import Hashes

_VERSION = b"1"
_HEAD = struct.Struct("<qq")
_FILE = struct.Struct("<6Q")
_DIGEST = 32
_WORD = (1 << 64) - 1

# Windows calls the time of creation "ctime".
_time_of_change = attrgetter("mtime_ns" if os.name == "nt" else "ctime_ns")


@dataclass(frozen=True, slots=True)
class KeptHashes:
    """What hashing gave at the time ``made`` (seconds since 1970); else as the core gives it."""

    pieces: bytes = field(repr=False)
    roots: list[bytes] = field(repr=False)
    layers: list[bytes] = field(repr=False)
    bytes_hashed: int
    made: int


class Layout(NamedTuple):
    """What is to be hashed: ``rows`` are what :func:`~seedwright.metainfo.build.layout` gives for
    ``files``, as these were found, and for ``piece_length`` (bytes) and ``format``.
    """

    files: Sequence[ContentFile]
    rows: core.Entries
    piece_length: int
    format: Format


class Summary(NamedTuple):
    """How many entries there are, and what they take on the disk, in bytes."""

    entries: int
    size: int


class _Entry(NamedTuple):
    """One file of the cache: when it was made, the piece length in bytes, and the hashes."""

    made: int
    piece_length: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class HashCache:
    """The hashes in ``folder``, which take ``limit`` bytes at most; the longest unused go first.

    A file must have been left alone for ``settled_ns`` nanoseconds before it is hashed: of the write
    after one that has not reached the disk yet its times may show nothing.

    Any number of processes may use one folder at once. A folder that belongs to somebody else, or
    that others can write to, is not used: what lies there is believed.
    """

    folder: Path
    limit: int
    settled_ns: int = field(default_factory=write_back_age)

    def find(self, layout: Layout) -> KeptHashes | None:
        """The hashes of a layout, None unless all that its format needs are here.

        What is damaged is removed. Nothing is raised.
        """
        if not self._is_ours():
            return None
        made, pieces, trees = [], b"", _Trees([], [])
        if layout.format is not Format.V2:
            stream = self._read(_stream_key(layout))
            if stream is None:
                return None
            made.append(stream.made)
            pieces = stream.hashes
        if layout.format is not Format.V1:
            forest = self._read(_forest_key(layout))
            if forest is None or forest.piece_length > layout.piece_length:
                return None
            made.append(forest.made)
            trees = _trees_of(forest, layout)
        size = sum(file.size for file in layout.files)
        return KeptHashes(pieces, *trees, bytes_hashed=size, made=min(made))

    def keep(self, layout: Layout, hashes: Hashes, began_ns: int) -> str:
        """Keep ``hashes``, whose making began at ``began_ns`` (since 1970); "" when they are kept.

        The files were as the layout has them from then until the hashes were made. Else why they
        are not kept, for a warning: a file had just been changed when hashing began, or they cannot
        be written. Nothing is raised.
        """
        since = began_ns - self.settled_ns
        for file in filter(_has_bytes, layout.files):
            if _time_of_change(file) > since:
                age = f"{self.settled_ns / 1e9:g} s"
                return f"'{printable(file.path)}' changed less than {age} before hashing"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                return f"other users can write to '{printable(str(self.folder))}'"
            made, length = int(time.time()), layout.piece_length
            if layout.format is not Format.V2:
                self._write(_stream_key(layout), _Entry(made, length, hashes.pieces))
            if layout.format is not Format.V1:
                key = _forest_key(layout)
                there = self._read(key)
                if there is None or there.piece_length > length:
                    trees = b"".join((*hashes.roots, *hashes.layers))
                    self._write(key, _Entry(made, length, trees))
        except OutputError as error:
            return error.message
        except OSError as error:
            return f"cannot write '{printable(str(self.folder))}': {error.strerror or error}"
        return ""

    def forget(self, layout: Layout) -> None:
        """Remove what is kept of a layout, in whatever format. Nothing is raised."""
        for key in (_stream_key(layout), _forest_key(layout)):
            self._remove(key)

    def summary(self) -> Summary:
        """What there is. Raises OSError for a folder that cannot be listed."""
        sizes = [place.size for place in places(self.folder) if place.is_entry]
        return Summary(len(sizes), sum(sizes))

    def clear(self) -> int:
        """How many entries there were, now that all are gone.

        Raises OSError for what cannot be removed.
        """
        found = list(places(self.folder))
        for place in found:
            unlink(place)
        return sum(place.is_entry for place in found)

    def _is_ours(self) -> bool:
        try:
            status = self.folder.stat()
        except OSError:
            return False
        if not hasattr(os, "geteuid"):
            return True
        return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    def _read(self, key: bytes) -> _Entry | None:
        """What is kept under ``key``, which has been used now; None where there is nothing sound."""
        path = self.folder / key.hex()
        try:
            data = path.read_bytes()
        except OSError:
            return None
        body = data[:-_DIGEST]
        if len(body) < _HEAD.size or _sha256(key + body) != data[-_DIGEST:]:
            self._remove(key)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        made, piece_length = _HEAD.unpack_from(body)
        return _Entry(made, piece_length, body[_HEAD.size :])

    def _write(self, key: bytes, entry: _Entry) -> None:
        body = _HEAD.pack(entry.made, entry.piece_length) + entry.hashes
        if (size := on_disk(len(body) + _DIGEST)) > self.limit:
            raise OutputError(
                f"they take {format_size(size)}, more than the limit of {format_size(self.limit)}"
            )
        path = self.folder / key.hex()
        # What a crash leaves of it has another checksum, so nobody waits for the disk.
        write_atomically(path, body + _sha256(key + body), force=True, mode=0o600, durably=False)
        room_in(self.folder, self.limit).take(size)

    def _remove(self, key: bytes) -> None:
        with contextlib.suppress(OSError):
            (self.folder / key.hex()).unlink()


class _Trees(NamedTuple):
    roots: list[bytes]
    layers: list[bytes]


def _trees_of(forest: _Entry, layout: Layout) -> _Trees:
    """What an entry has of the files, with layers of the layout's piece length, or a longer one's."""
    trees, own = _Trees([], []), forest.piece_length
    root_at, layer_at = 0, V2_HASH * sum(map(_has_bytes, layout.files))
    for file in layout.files:
        root_end = root_at + (V2_HASH if file.size else 0)
        layer_end = layer_at + (V2_HASH * piece_count(file.size, own) if file.size > own else 0)
        trees.roots.append(forest.hashes[root_at:root_end])
        layer = forest.hashes[layer_at:layer_end] if file.size > layout.piece_length else b""
        trees.layers.append(_coarser(layer, own, layout.piece_length))
        root_at, layer_at = root_end, layer_end
    return trees


def _coarser(layer: bytes, own: int, longer: int) -> bytes:
    """The piece layer of a ``longer`` piece length than the ``own`` one of this layer."""
    if not layer or own == longer:
        return layer
    from seedwright.hashes.merkle import climbed, level_of

    return climbed(layer, level_of(own), level_of(longer) - level_of(own))


def _stream_key(layout: Layout) -> bytes:
    """What v1 pieces go by: the files with bytes, in their order, and the zeros after each."""
    pads = [row.pad for row in layout.rows]
    prefix = _VERSION + b" v1 %d " % layout.piece_length
    return _sha256(prefix + _identities(layout.files, pads))


def _forest_key(layout: Layout) -> bytes:
    """What trees go by: the files with bytes, in their order."""
    return _sha256(_VERSION + b" v2 " + _identities(layout.files, [0] * len(layout.files)))


def _identities(files: Sequence[ContentFile], pads: Sequence[int]) -> bytes:
    return b"".join(
        [
            _FILE.pack(device & _WORD, inode & _WORD, size, mtime_ns & _WORD, ctime_ns & _WORD, pad)
            for (_, _, size, mtime_ns, device, inode, ctime_ns), pad in zip(
                files, pads, strict=True
            )
            if size
        ]
    )


def _has_bytes(file: ContentFile) -> bool:
    return file.size > 0


def _sha256(data: bytes) -> bytes:
    # hashlib takes longer to import than many a torrent to make.
    return core.infohashes(data).v2
