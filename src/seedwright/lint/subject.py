"""What lint looks at: a torrent that is made, or one that is only planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from seedwright.lint.announced import Said
from seedwright.lint.grammar import faults_of_grammar
from seedwright.lint.keys import faults_of_keys
from seedwright.lint.layers import faults_of_layers
from seedwright.lint.spelling import LONGEST_PATH, Paths, text
from seedwright.metainfo.build import pieces_of, torrent_size
from seedwright.metainfo.entries import columns, entries, name_of
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import LONGEST_PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seedwright.metainfo.build import Blueprint
    from seedwright.metainfo.parse import Metainfo


class Limits(Protocol):
    """What one tracker asks of a torrent; sizes are in bytes, "" and None where it does not care."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def max_piece_length(self) -> int | None: ...

    @property
    def max_torrent_size(self) -> int | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A torrent as it is looked at, with what its trackers ask of it; sizes are in bytes.

    ``folder`` is its name where it holds a folder, "" for a single file.

    What only one that is made can have wrong comes last: an ``announce`` beside the tiers, keys that
    are ``ignored``, the paths of files that a hybrid has ``uneven``, not at the start of a piece, and
    ``faults``, the places that fail other lints by the names of these.
    """

    is_made: bool
    folder: str
    format: Format
    private: bool
    source: str
    tiers: tuple[tuple[str, ...], ...] = field(repr=False)
    web_seeds: tuple[str, ...] = field(repr=False)
    dht_nodes: tuple[tuple[str, int], ...]
    piece_length: int
    pieces: int
    torrent_size: int
    paths: Paths = field(repr=False)
    limits: Sequence[Limits]
    announce: str = field(default="", repr=False)
    ignored: tuple[str, ...] = ()
    uneven: tuple[str, ...] = ()
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def made(cls, metainfo: Metainfo, limits: Sequence[Limits] = ()) -> Subject:
        """A metainfo that has been parsed, taken apart."""
        info = metainfo.info
        announce = metainfo.root.get(b"announce")
        return cls(
            is_made=True,
            folder=metainfo.name if metainfo.is_folder else "",
            format=metainfo.format,
            private=metainfo.private,
            source=metainfo.source or "",
            tiers=metainfo.tiers,
            web_seeds=metainfo.web_seeds,
            dht_nodes=metainfo.dht_nodes,
            piece_length=metainfo.piece_length,
            pieces=metainfo.pieces,
            torrent_size=len(metainfo.data),
            paths=_paths_of(metainfo),
            limits=limits,
            announce=announce.decode("utf-8", "replace").strip()
            if isinstance(announce, bytes)
            else "",
            ignored=metainfo.ignored,
            uneven=tuple(_uneven(metainfo, info)),
            faults=_faults(metainfo),
        )

    @classmethod
    def planned(
        cls, blueprint: Blueprint, piece_length: int, limits: Sequence[Limits] = ()
    ) -> Subject:
        """What would be made of ``blueprint`` with pieces of this length, in bytes."""
        name = _bytes(blueprint.name)
        files = (tuple(map(_bytes, file.parts)) for file in blueprint.files)
        return cls(
            is_made=False,
            folder=blueprint.name if blueprint.is_dir else "",
            format=blueprint.format,
            private=bool(blueprint.private),
            source=blueprint.source or "",
            tiers=blueprint.tiers,
            web_seeds=blueprint.web_seeds,
            dht_nodes=blueprint.dht_nodes,
            piece_length=piece_length,
            pieces=pieces_of(blueprint, piece_length),
            torrent_size=torrent_size(blueprint, piece_length),
            paths=Paths.of(
                name,
                files if blueprint.is_dir else ((name,) for _ in blueprint.files),
                is_folder=blueprint.is_dir,
            ),
            limits=limits,
        )

    @property
    def said(self) -> Said:
        """What it says about trackers, web seeds and privacy."""
        return Said(self.private, self.source, self.tiers, self.web_seeds, self.folder, self.format)

    @property
    def trackers(self) -> list[str]:
        """The announce URLs of all tiers."""
        return [url for tier in self.tiers for url in tier]


def _paths_of(metainfo: Metainfo) -> Paths:
    """The paths of a torrent, or only its name where nobody can trip over any of them."""
    data, info, is_v2 = metainfo.data, metainfo.info, metainfo.format is Format.V2
    name = name_of(info) or metainfo.name.encode()
    if metainfo.has_fine_paths:
        listed = columns(data, info, v2=is_v2)
        if listed.are_plain(LONGEST_PLAIN, LONGEST_PATH - len(f"{text(name)}/")):
            return Paths.of(name, (), is_folder=True)
    files = [entry.path for entry in entries(data, info, v2=is_v2) if not entry.is_pad]
    return Paths.of(name, files, is_folder=metainfo.is_folder)


def _faults(metainfo: Metainfo) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for find in (faults_of_grammar, faults_of_keys, faults_of_layers):
        for name, place in find(metainfo):
            faults.setdefault(name, []).append(place)
    return faults


def _uneven(metainfo: Metainfo, info: Mapping[bytes, Any]) -> Iterator[str]:
    if metainfo.format is Format.HYBRID:
        offset = 0
        for entry in entries(metainfo.data, info, v2=False):
            if offset % metainfo.piece_length and entry.length and not entry.is_pad:
                yield "/".join(map(text, entry.path))
            offset += entry.length


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
