"""What a ``.torrent`` says: BEP 3 and BEP 52, with tiers (12), web seeds (19), private (27)
and pad files (47).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bencode2 import bdecode

import seedwright._core as core
from seedwright.errors import MetainfoError
from seedwright.torrent.bencode import info_span
from seedwright.torrent.names import printable
from seedwright.torrent.pieces import MIN_PIECE_LENGTH, piece_count
from seedwright.torrent.spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T", bytes, int, list[Any], dict[bytes, Any])

_MAX_SIZE = 2**63 - 1
_NOUNS = {bytes: "a string", int: "an integer", list: "a list", dict: "a dictionary"}


@dataclass(frozen=True, slots=True)
class Metainfo:
    """One torrent, as its bytes have it.

    ``size`` (bytes) and ``files`` count the content and no pad files; ``pieces`` counts v1 pieces
    where there are any. The infohashes are hex digits in lower case. ``tiers`` come from
    ``announce-list``, or from ``announce`` when there is none. ``creation_date`` is in seconds
    since 1970. Text that is not UTF-8 is shown with U+FFFD. Announce URLs hold passkeys, so they
    stay out of the repr, as do the bytes.
    """

    name: str
    format: Format
    infohash_v1: str | None
    infohash_v2: str | None
    piece_length: int
    pieces: int
    size: int
    files: int
    private: bool
    source: str | None
    comment: str | None
    created_by: str | None
    creation_date: int | None
    tiers: tuple[tuple[str, ...], ...] = field(repr=False)
    web_seeds: tuple[str, ...] = field(repr=False)
    data: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Metainfo:
        """The metainfo in ``data``, the whole of a ``.torrent`` file.

        Raises MetainfoError, and nothing else, for bytes that are not one.
        """
        start, end = info_span(data)
        try:
            root = bdecode(data)
        except ValueError as error:
            raise MetainfoError(f"not a torrent: {printable(str(error))}") from None
        info = _need(root, "info", dict)
        piece_length = _need(info, "piece length", int)
        if piece_length <= 0:
            raise MetainfoError(f"not a torrent: a piece length of {piece_length}")
        format_ = _format(info)
        halves = []
        if format_ is not Format.V2:
            halves.append(_v1_content(info, piece_length))
        if format_ is not Format.V1:
            halves.append(_v2_content(info, piece_length))
        content = halves[0]
        if any(half[:2] != content[:2] for half in halves):
            raise MetainfoError("not a torrent: its v1 and its v2 half hold different files")
        name = _need(info, "name", bytes)
        v1, v2 = core.infohashes(data[start:end])
        return cls(
            name=_text(name),
            format=format_,
            infohash_v1=None if format_ is Format.V2 else v1.hex(),
            infohash_v2=None if format_ is Format.V1 else v2.hex(),
            piece_length=piece_length,
            pieces=content.pieces,
            size=content.size,
            files=content.files,
            private=bool(_get(info, "private", int)),
            source=_text_or_none(_get(info, "source", bytes)),
            comment=_text_or_none(_get(root, "comment", bytes)),
            created_by=_text_or_none(_get(root, "created by", bytes)),
            creation_date=_get(root, "creation date", int),
            tiers=_tiers(root),
            web_seeds=_web_seeds(root),
            data=data,
        )

    @property
    def client_hash(self) -> str:
        """The 40 hex digits qBittorrent knows this torrent by: v2 cut short, or else v1."""
        return (self.infohash_v2 or str(self.infohash_v1))[:40]


class _Content(NamedTuple):
    files: int
    size: int
    pieces: int


def _format(info: Mapping[bytes, object]) -> Format:
    version = _get(info, "meta version", int)
    if version is None:
        return Format.V1
    if version != 2:
        raise MetainfoError(f"a torrent of meta version {version}, which nobody has described yet")
    return Format.HYBRID if b"pieces" in info else Format.V2


def _v1_content(info: Mapping[bytes, Any], piece_length: int) -> _Content:
    pieces = _need(info, "pieces", bytes)
    entries = _get(info, "files", list)
    if (entries is None) == (b"length" not in info):
        raise MetainfoError("not a torrent: 'info' needs either 'length' or 'files'")
    files = size = total = 0
    for entry in [info] if entries is None else _each(entries, "files", dict):
        length = _length(entry)
        total += length
        if entries is not None:
            path = _need(entry, "path", list)
            if not all(_each(path, "path", bytes)) or not path:
                raise MetainfoError("not a torrent: a file without a name")
        if not _is_pad(entry):
            files += 1
            size += length
    if not files or total > _MAX_SIZE:
        raise MetainfoError(f"not a torrent: {files} files of {total} bytes")
    if len(pieces) != 20 * piece_count(total, piece_length):
        raise MetainfoError(
            f"not a torrent: {len(pieces)} bytes of piece hashes, "
            f"and {total} bytes in pieces of {piece_length} need "
            f"{20 * piece_count(total, piece_length)}"
        )
    return _Content(files, size, len(pieces) // 20)


def _v2_content(info: Mapping[bytes, Any], piece_length: int) -> _Content:
    if piece_length < MIN_PIECE_LENGTH or piece_length.bit_count() != 1:
        raise MetainfoError(f"not a v2 torrent: a piece length of {piece_length}")
    files = size = pieces = 0
    folders = [_need(info, "file tree", dict)]
    while folders:
        for name, node in folders.pop().items():
            if not name or not isinstance(node, dict):
                raise MetainfoError("not a v2 torrent: 'file tree' is not a tree of files")
            if b"" not in node:
                folders.append(node)
                continue
            leaf = _need(node, "", dict)
            length = _length(leaf)
            if len(node) > 1 or (length and len(_need(leaf, "pieces root", bytes)) != 32):
                raise MetainfoError("not a v2 torrent: 'file tree' has a file that cannot be")
            files += 1
            size += length
            pieces += piece_count(length, piece_length)
    if not files or size > _MAX_SIZE:
        raise MetainfoError(f"not a v2 torrent: {files} files of {size} bytes")
    return _Content(files, size, pieces)


def _length(entry: Mapping[bytes, object]) -> int:
    length = _need(entry, "length", int)
    if length < 0:
        raise MetainfoError(f"not a torrent: a file of {length} bytes")
    return length


def _is_pad(entry: Mapping[bytes, object]) -> bool:
    return b"p" in (_get(entry, "attr", bytes) or b"")


def _tiers(root: Mapping[bytes, object]) -> tuple[tuple[str, ...], ...]:
    groups = _each(_get(root, "announce-list", list) or [], "announce-list", list)
    tiers = tuple(
        tuple(_text(url) for url in _each(group, "announce-list", bytes) if url) for group in groups
    )
    announce = _get(root, "announce", bytes)
    return tuple(filter(None, tiers)) or (((_text(announce),),) if announce else ())


def _web_seeds(root: Mapping[bytes, object]) -> tuple[str, ...]:
    seeds = root.get(b"url-list", [])
    if isinstance(seeds, bytes):
        seeds = [seeds]
    urls = _each(_get({b"url-list": seeds}, "url-list", list) or [], "url-list", bytes)
    return tuple(_text(url) for url in urls if url)


def _get(fields: Mapping[bytes, object], key: str, kind: type[T]) -> T | None:
    """The value of ``key``, None when absent; MetainfoError when it is not of ``kind``."""
    value = fields.get(key.encode())
    if value is None or isinstance(value, kind):
        return value
    raise MetainfoError(f"not a torrent: '{key}' is {_noun(value)} instead of {_NOUNS[kind]}")


def _need(fields: Mapping[bytes, object], key: str, kind: type[T]) -> T:
    """The value of ``key``; MetainfoError when it is absent or not of ``kind``."""
    value = _get(fields, key, kind)
    if value is None:
        raise MetainfoError(f"not a torrent: '{key}' is missing")
    return value


def _each(values: list[Any], where: str, kind: type[T]) -> Iterator[T]:
    """The items of ``values``; MetainfoError at the first that is not of ``kind``."""
    for value in values:
        if not isinstance(value, kind):
            raise MetainfoError(
                f"not a torrent: '{where}' holds {_noun(value)} instead of {_NOUNS[kind]}"
            )
        yield value


def _noun(value: object) -> str:
    return _NOUNS.get(type(value), "something else")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _text_or_none(raw: bytes | None) -> str | None:
    return None if raw is None else _text(raw)
