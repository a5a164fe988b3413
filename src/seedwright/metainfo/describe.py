"""A torrent for people and for programs: what its metainfo says, and each of its files."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.metainfo.entries import Entry, batches, name_of, rows
from seedwright.metainfo.fields import FIELDS
from seedwright.metainfo.magnet import magnet
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.urls import mask_url
from seedwright.metainfo.wrong_paths import SplitPaths, path_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedwright.metainfo.bencode import FileRow
    from seedwright.metainfo.parse import Metainfo

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
        """The JSON of this file."""
        return {
            "path": _utf8(self.path),
            "length": self.length,
            "attributes": list(self.attributes),
            "target": self.target and _utf8(self.target),
            "problems": list(self.problems),
        }


class FileRun(NamedTuple):
    """Files that follow one another: no symlinks, and no paths with problems.

    ``folders`` are the names of those that each of ``names`` lies in, ``lengths`` are in bytes, and
    ``attributes`` are BEP 47's letters.
    """

    folders: list[tuple[str, ...]]
    names: list[str]
    lengths: tuple[int, ...]
    attributes: tuple[bytes, ...]


def file_groups(metainfo: Metainfo) -> Iterator[FileRun | list[FileLine]]:
    """The files in their order, a few hundred at once, each group built when it is asked for.

    There may be a million of them, and what is done with a run takes a fraction of the time.
    """
    listed = rows(metainfo.data, metainfo.info, v2=metainfo.format is Format.V2)
    for batch in batches(listed):
        yield _run(batch, are_fine=metainfo.has_fine_paths) or list(_lines(batch))


def bad_files(metainfo: Metainfo) -> Iterator[FileLine]:
    """The files whose paths have problems."""
    listed = () if metainfo.has_fine_paths else file_groups(metainfo)
    groups = (group for group in listed if isinstance(group, list))
    return (line for group in groups for line in group if line.problems)


def attributes_in(letters: bytes) -> tuple[str, ...]:
    """The words for BEP 47's letters."""
    return tuple(name for letter, name in ATTRIBUTES.items() if letter.encode() in letters)


def _run(batch: Sequence[FileRow], *, are_fine: bool) -> FileRun | None:
    """The files as a run, or None where there is more to be said of one of them."""
    paths, lengths, attributes, targets, _ = zip(*batch, strict=True)
    split = SplitPaths.of(paths)
    if any(targets) or not (are_fine or split.are_fine):
        return None
    read = {folder: tuple(map(bytes.decode, folder)) for folder in split.above}
    folders = list(map(read.__getitem__, split.folders))
    return FileRun(folders, b"/".join(split.names).decode().split("/"), lengths, attributes)


def _lines(batch: Sequence[FileRow]) -> Iterator[FileLine]:
    above: tuple[bytes, ...] = ()
    folders: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    for entry in starmap(Entry, batch):
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
    return path_problems((name_of(metainfo.info),))


def describe(metainfo: Metainfo, *, show_secrets: bool = False) -> dict[str, Any]:
    """The JSON of a torrent but for its files; passkeys as ``***``."""
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
        **{row.name: row.shape.plain(getattr(metainfo, row.name), shown) for row in FIELDS},
        "unknown_keys": list(metainfo.unknown),
        "ignored_keys": list(metainfo.ignored),
        "name_problems": list(name_problems(metainfo)),
        "magnet": magnet(metainfo, show_secrets=show_secrets),
    }


def lines(metainfo: Metainfo, *, show_secrets: bool = False) -> Iterator[tuple[str, str]]:
    """What a torrent says beside its content, for people: labels and texts; passkeys as ``***``."""
    shown = str if show_secrets else mask_url
    for row in FIELDS:
        yield from ((row.label, text) for text in row.lines(metainfo, shown))
    if metainfo.unknown:
        yield "unknown", ", ".join(metainfo.unknown)


def _marked(entry: Entry, parts: tuple[str, ...]) -> FileLine:
    """A file with attributes; nobody writes pad files, whatever their names are."""
    attributes = attributes_in(entry.attributes)
    target = "/".join(map(_text, entry.target)) if entry.target else None
    problems = () if entry.is_pad else path_problems(entry.path)
    return FileLine(parts, entry.length, attributes, target, problems)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _utf8(text: str) -> str:
    r"""``text`` as UTF-8 can hold it: bytes that are not UTF-8 as ``\udcff``."""
    return text.encode("utf-8", "backslashreplace").decode()
