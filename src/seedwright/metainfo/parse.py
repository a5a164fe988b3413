"""What a ``.torrent`` says: BEP 3 and BEP 52, with DHT nodes (5), tiers (12), web seeds (17, 19),
private (27) and pad files (47).

It is read as loosely as libtorrent reads it: what a client can do without may be missing or bent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import seedwright._core as core
from seedwright.errors import MetainfoError
from seedwright.metainfo.bencode import fields, info_span
from seedwright.metainfo.entries import batches, name_of, rows
from seedwright.metainfo.fields import AROUND_INFO, IN_INFO, LONG, Said, said_in
from seedwright.metainfo.pieces import MIN_PIECE_LENGTH, piece_count
from seedwright.metainfo.shapes import text
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.wrong_paths import SplitPaths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seedwright.metainfo.bencode import FileRow
    from seedwright.metainfo.fields import Types

_MAX_SIZE = 2**63 - 1
_LONGEST_NAME = 4096


@dataclass(frozen=True, slots=True)
class Metainfo(Said[None]):
    """One torrent, as its bytes have it.

    ``size`` (bytes) and ``files`` count the content without pad files; ``listed`` counts pad files,
    too. ``pieces`` counts v1 pieces where there are any. The infohashes are lower-case hex digits.
    The other attributes are those of Said; ``tiers`` come from ``announce-list``, or else from
    ``announce``. Text that is not UTF-8 is shown with U+FFFD. ``unknown`` lists the keys that mean
    nothing here, and ``ignored`` those with a value of the wrong type, which counts as absent; keys
    of ``info`` begin with ``info/``. ``root`` and ``info`` are its dictionaries as
    :func:`dictionaries` gives them. ``has_fine_paths`` says that no path, pad files included, has a
    problem of PATH_PROBLEMS. URLs contain passkeys, so they are not in the repr, nor are the bytes.
    """

    name: str
    format: Format
    infohash_v1: str | None
    infohash_v2: str | None
    piece_length: int
    pieces: int
    size: int
    files: int
    private: bool = field(default=False, kw_only=True)
    data: bytes = field(repr=False)
    listed: int = 1
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    has_fine_paths: bool = field(default=True, compare=False)
    root: Mapping[bytes, Any] = field(default_factory=dict, repr=False, compare=False)
    info: Mapping[bytes, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, data: bytes) -> Metainfo:
        """The metainfo in ``data``, the whole of a ``.torrent`` file.

        Raises MetainfoError, and nothing else, for bytes that are not one.
        """
        start, end = info_span(data)
        whole_root, whole_info = dictionaries(data)
        root, bent = _parted(whole_root, AROUND_INFO)
        info, bent_info = _parted(whole_info, IN_INFO)
        piece_length = info.get(b"piece length")
        if piece_length is None:
            raise MetainfoError("not a torrent: 'piece length' is missing or not an integer")
        if piece_length <= 0:
            raise MetainfoError(f"not a torrent: its piece length is {piece_length}")
        format_ = _format(info)
        halves = []
        if format_ is not Format.V2:
            halves.append(_v1_content(data, info, piece_length))
        if format_ is not Format.V1:
            halves.append(_v2_content(data, info, piece_length))
        content = halves[0]
        if any(half.same != content.same for half in halves):
            raise MetainfoError("not a torrent: its v1 and v2 halves list different files")
        infohashes = core.infohashes(data, start, end)
        v1, v2 = infohashes.v1, infohashes.v2
        name = name_of(info)
        if len(name) > _LONGEST_NAME:
            raise MetainfoError(f"the torrent has a name of {len(name)} bytes, which is too long")
        # Without a name it goes by its infohash, as in libtorrent.
        name = name or (v1 if format_ is not Format.V2 else v2).hex().encode()
        return cls(
            name=text(name),
            format=format_,
            infohash_v1=None if format_ is Format.V2 else v1.hex(),
            infohash_v2=None if format_ is Format.V1 else v2.hex(),
            piece_length=piece_length,
            pieces=content.pieces,
            size=content.size,
            files=content.files,
            data=data,
            listed=content.listed,
            unknown=_names(root.keys() - AROUND_INFO, info.keys() - IN_INFO),
            ignored=_names(bent, bent_info),
            has_fine_paths=content.are_fine,
            root=whole_root,
            info=whole_info,
            **said_in(root, in_info=False),
            **said_in(info, in_info=True),
        )

    @property
    def is_folder(self) -> bool:
        """Whether it holds a folder, even of one file; a v2 file tree of its own name is a file."""
        if self.format is not Format.V2:
            return self.info.get(b"files") is not None
        if self.listed > 1:
            return True
        [(path, *_)] = rows(self.data, self.info, v2=True)
        return tuple(map(text, path)) != (self.name,)

    @property
    def client_hash(self) -> str:
        """The 40 hex digits qBittorrent knows this torrent by: v2 cut short, or else v1."""
        return (self.infohash_v2 or str(self.infohash_v1))[:40]


def dictionaries(data: bytes) -> tuple[dict[bytes, Any], dict[bytes, Any]]:
    """The outermost dictionary and ``info``, as loose as they are in ``data``.

    What is long is left where it is, as a slice: ``info`` itself, ``files``, ``file tree``,
    ``pieces`` and ``piece layers``, or None where one is of the wrong type. Raises MetainfoError.
    """
    root = _places(data, fields(data, later=tuple(LONG)))
    if root.get(b"info") is None:
        raise MetainfoError("not a torrent: 'info' is not a dictionary")
    return root, _places(data, fields(data, root[b"info"].start, later=tuple(LONG)))


def piece_hashes(data: bytes, info: Mapping[bytes, Any]) -> slice:
    """Where the v1 piece hashes are in ``data``; MetainfoError when there are none."""
    place = info.get(b"pieces")
    if not isinstance(place, slice):
        raise MetainfoError("not a torrent: 'pieces' is missing or not a string")
    return slice(data.index(b":", place.start) + 1, place.stop)


class _Content(NamedTuple):
    files: int
    listed: int
    size: int
    padded: int
    pieces: int
    names: int
    are_fine: bool

    @property
    def same(self) -> tuple[int, int, int]:
        """What the two halves of a hybrid have in common."""
        return self.files, self.size, self.names


def _places(data: bytes, found: dict[bytes, Any]) -> dict[bytes, Any]:
    return {
        key: value if not isinstance(value, slice) or data[value.start] in LONG[key] else None
        for key, value in found.items()
    }


def _parted(
    found: dict[bytes, Any], kinds: Mapping[bytes, Types]
) -> tuple[dict[bytes, Any], set[bytes]]:
    """What is of its kind or of no kind we know, and the names of what is not of its kind."""
    bent = {key for key, value in found.items() if not isinstance(value, kinds.get(key, object))}
    return {key: value for key, value in found.items() if key not in bent}, bent


def _names(around: Iterable[bytes], inside: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(map(text, sorted(around))) + tuple(f"info/{text(key)}" for key in sorted(inside))


def _format(info: Mapping[bytes, Any]) -> Format:
    version = info.get(b"meta version", 1)
    if version > 2:
        raise MetainfoError(f"the torrent has the unknown meta version {version}")
    if version < 2:
        if b"file tree" in info:
            raise MetainfoError("not a torrent: it has a 'file tree', but no 'meta version' of 2")
        return Format.V1
    if b"file tree" not in info:
        raise MetainfoError("not a torrent: 'file tree' is missing")
    return Format.HYBRID if b"files" in info or b"length" in info else Format.V2


def _v1_content(data: bytes, info: Mapping[bytes, Any], piece_length: int) -> _Content:
    hashes = piece_hashes(data, info)
    if b"length" not in info and b"files" not in info:
        raise MetainfoError("not a torrent: 'info' needs either 'length' or 'files'")
    is_hybrid = b"file tree" in info
    content = _content(rows(data, info, v2=False), piece_length, is_hybrid=is_hybrid)
    wanted = 20 * piece_count(content.padded, piece_length)
    if hashes.stop - hashes.start != wanted:
        raise MetainfoError(
            f"not a torrent: it has {hashes.stop - hashes.start} bytes of piece hashes, but"
            f" {content.padded} bytes in pieces of {piece_length} need {wanted}"
        )
    return content._replace(pieces=wanted // 20)


def _v2_content(data: bytes, info: Mapping[bytes, Any], piece_length: int) -> _Content:
    if piece_length < MIN_PIECE_LENGTH or piece_length.bit_count() != 1:
        raise MetainfoError(f"not a v2 torrent: its piece length is {piece_length}")
    is_hybrid = b"files" in info or b"length" in info
    return _content(rows(data, info, v2=True), piece_length, is_hybrid=is_hybrid)


def _content(listed: Iterable[FileRow], piece_length: int, *, is_hybrid: bool) -> _Content:
    """The sums, where ``pieces`` counts those of v2: every file begins with one."""
    files = number = size = padded = pieces = names = 0
    are_fine = True
    for batch in batches(listed):
        paths, lengths, attributes, _, _ = zip(*batch, strict=True)
        number += len(batch)
        padded += sum(lengths)
        are_fine = are_fine and SplitPaths.of(paths).are_fine
        if any(attributes):
            paths, lengths = _without_pads(batch)
        files += len(paths)
        size += sum(lengths)
        pieces += sum([-(-length // piece_length) for length in lengths])
        if is_hybrid:
            # Of every file on its own, since the halves may list them in different orders.
            names += sum(map(hash, zip(paths, lengths, strict=True)))
    if not files or padded > _MAX_SIZE:
        raise MetainfoError(f"not a torrent: it lists {files} files of {padded} bytes")
    return _Content(files, number, size, padded, pieces, names, are_fine)


def _without_pads(batch: Iterable[FileRow]) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The paths and the lengths of what are files."""
    kept = [(path, length) for path, length, attributes, _, _ in batch if b"p" not in attributes]
    return tuple(path for path, _ in kept), tuple(length for _, length in kept)
