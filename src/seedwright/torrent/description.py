"""A torrent for people and for programs: what its metainfo says, and each of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.torrent.entries import entries, name_of
from seedwright.torrent.magnet import magnet
from seedwright.torrent.metainfo import dictionaries
from seedwright.torrent.paths import path_problems
from seedwright.torrent.spec import Format
from seedwright.torrent.urls import mask_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.torrent.entries import Entry
    from seedwright.torrent.metainfo import Metainfo

ATTRIBUTES = {"p": "pad", "l": "symlink", "x": "executable", "h": "hidden"}
"""BEP 47's letters, and what they say about a file."""


class FileLine(NamedTuple):
    """One file as the torrent lists it, pad files included.

    ``parts`` are its names below the content, or its only name; bytes that are not UTF-8 are
    surrogates in them. ``length`` is in bytes. ``problems`` are names in PATH_PROBLEMS.
    """

    parts: tuple[str, ...]
    length: int
    attributes: tuple[str, ...] = ()
    target: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The names with slashes between them."""
        return "/".join(self.parts)

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints of this file."""
        return {
            "path": _utf8(self.path),
            "length": self.length,
            "attributes": list(self.attributes),
            "target": self.target and _utf8(self.target),
            "problems": list(self.problems),
        }


def file_lines(metainfo: Metainfo) -> Iterator[FileLine]:
    """The files in their order, each built when it is asked for."""
    _, info = dictionaries(metainfo.data)
    above: tuple[bytes, ...] = ()
    folders: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    for entry in entries(metainfo.data, info, v2=metainfo.format is Format.V2):
        # Files of one folder follow one another, and a hostile torrent has many in a deep one.
        if entry.path[:-1] != above:
            above = entry.path[:-1]
            folders, outer = tuple(map(_text, above)), path_problems(above)
        parts = (*folders, _text(entry.path[-1]))
        if entry.attributes:
            yield _marked(entry, parts)
            continue
        problems = path_problems(entry.path[-1:])
        if outer and problems:
            problems = path_problems(entry.path)
        yield FileLine(parts, entry.length, (), None, problems or outer)


def name_problems(metainfo: Metainfo) -> tuple[str, ...]:
    """What is wrong with the torrent's own name: names in PATH_PROBLEMS."""
    return path_problems((name_of(dictionaries(metainfo.data)[1]),))


def describe(metainfo: Metainfo, *, show_secrets: bool = False) -> dict[str, Any]:
    """All that ``--json`` prints of a torrent but for its files; passkeys as ``***``."""
    shown = str if show_secrets else mask_url
    return {
        "name": metainfo.name,
        "format": str(metainfo.format),
        "infohash_v1": metainfo.infohash_v1,
        "infohash_v2": metainfo.infohash_v2,
        "size": metainfo.size,
        "files": metainfo.files,
        "pieces": metainfo.pieces,
        "piece_length": metainfo.piece_length,
        "private": metainfo.private,
        "source": metainfo.source,
        "comment": metainfo.comment,
        "created_by": metainfo.created_by,
        "creation_date": metainfo.creation_date,
        "encoding": metainfo.encoding,
        "tiers": [list(map(shown, tier)) for tier in metainfo.tiers],
        "web_seeds": list(map(shown, metainfo.web_seeds)),
        "http_seeds": list(map(shown, metainfo.http_seeds)),
        "dht_nodes": [list(node) for node in metainfo.dht_nodes],
        "unknown_keys": list(metainfo.unknown),
        "ignored_keys": list(metainfo.ignored),
        "name_problems": list(name_problems(metainfo)),
        "magnet": magnet(metainfo, show_secrets=show_secrets),
    }


def _marked(entry: Entry, parts: tuple[str, ...]) -> FileLine:
    """A file with attributes; nobody writes pad files, whatever their names are."""
    letters = entry.attributes.decode("latin-1")
    attributes = tuple(name for letter, name in ATTRIBUTES.items() if letter in letters)
    target = "/".join(map(_text, entry.target)) if entry.target else None
    problems = () if entry.is_pad else path_problems(entry.path)
    return FileLine(parts, entry.length, attributes, target, problems)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _utf8(text: str) -> str:
    r"""``text`` as UTF-8 can hold it: bytes that are not UTF-8 as ``\udcff``."""
    return text.encode("utf-8", "backslashreplace").decode()
