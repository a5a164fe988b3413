"""The files and hashes of a ``.torrent``: what its content is compared with (BEP 3, 47, 52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bencode2 import bdecode

from seedwright.errors import MetainfoError
from seedwright.torrent.names import printable
from seedwright.torrent.spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.torrent.metainfo import Metainfo

V2_HASH = 32


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of a torrent; ``parts`` are the names below the content, () for a single file.

    ``length`` is in bytes. ``root`` and ``layer`` are BEP 52's, b"" where there is none.
    """

    parts: tuple[str, ...]
    length: int
    is_pad: bool = False
    root: bytes = b""
    layer: bytes = b""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in their order, pad files included, and the v1 piece hashes (b"" in v2)."""

    files: tuple[ListedFile, ...]
    pieces: bytes


def listing(metainfo: Metainfo) -> Listing:
    """What is listed in a metainfo that has been parsed.

    Raises MetainfoError for a path that would lead out of the content.
    """
    root: dict[bytes, Any] = bdecode(metainfo.data)
    info = root[b"info"]
    layers = root.get(b"piece layers", {})
    tree = {} if metainfo.format is Format.V1 else dict(_tree(info[b"file tree"]))
    if metainfo.format is Format.V2:
        files = [ListedFile(_safe(parts), *_leaf(node, layers)) for parts, node in tree.items()]
    elif b"files" in info:
        files = [_v1_file(entry, tree, layers) for entry in info[b"files"]]
    else:
        node = next(iter(tree.values()), {})
        files = [ListedFile((), info[b"length"], *_leaf(node, layers)[1:])]
    if metainfo.format is Format.V2 and len(files) == 1 and files[0].parts == (metainfo.name,):
        only = files[0]
        files = [ListedFile((), only.length, only.is_pad, only.root, only.layer)]
    return Listing(tuple(files), info.get(b"pieces", b""))


def _v1_file(
    entry: dict[bytes, Any],
    tree: dict[tuple[bytes, ...], dict[bytes, Any]],
    layers: dict[bytes, bytes],
) -> ListedFile:
    path = tuple(entry[b"path"])
    is_pad = b"p" in entry.get(b"attr", b"")
    root, layer = _leaf(tree.get(path, {}), layers)[2:]
    parts = tuple(map(_text, path)) if is_pad else _safe(path)
    return ListedFile(parts, entry[b"length"], is_pad, root, layer)


def _tree(node: dict[bytes, Any]) -> Iterator[tuple[tuple[bytes, ...], dict[bytes, Any]]]:
    """The leaves of a file tree in their order, each with its path."""
    pending: list[tuple[tuple[bytes, ...], dict[bytes, Any]]]
    pending = [((name,), node[name]) for name in sorted(node, reverse=True)]
    while pending:
        path, below = pending.pop()
        if b"" in below:
            yield path, below[b""]
        else:
            pending += [((*path, name), below[name]) for name in sorted(below, reverse=True)]


def _leaf(node: dict[bytes, Any], layers: dict[bytes, bytes]) -> tuple[int, bool, bytes, bytes]:
    root = node.get(b"pieces root", b"")
    return node.get(b"length", 0), False, root, layers.get(root, b"")


def _safe(path: tuple[bytes, ...]) -> tuple[str, ...]:
    parts = tuple(map(_text, path))
    for part in parts:
        if part in ("", ".", "..") or "/" in part or "\\" in part or "\0" in part:
            raise MetainfoError(
                f"the torrent has a file at '{printable('/'.join(parts))}', which leads out of it"
            )
    return parts


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
