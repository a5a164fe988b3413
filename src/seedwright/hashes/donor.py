"""A torrent whose hashes another one takes over: its files, found again, and the new torrent."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.content.looking import content_status
from seedwright.content.policy import Policy
from seedwright.content.walk import walk
from seedwright.errors import (
    ContentError,
    ContentNotFoundError,
    EmptyContentError,
    MetainfoError,
    UsageError,
)
from seedwright.hashes.listing import flaw_of_trees, listing
from seedwright.hashes.sample import Claim, Segment
from seedwright.hints import Hint
from seedwright.metainfo.build import build_around
from seedwright.metainfo.edit import rename
from seedwright.metainfo.halves import difference_of_halves
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.pieces import check_piece_length
from seedwright.metainfo.raw import raw_fields
from seedwright.metainfo.reading import read_torrent
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from seedwright.content.walk import Content
    from seedwright.hashes.listing import Listing
    from seedwright.metainfo.build import Blueprint

_LIST_KEYS = (b"files", b"length", b"file tree", b"meta version", b"piece length", b"pieces")


@dataclass(frozen=True, slots=True)
class Donor:
    """The torrent at ``path``, whose files and hashes are all there and agree with each other."""

    path: Path
    metainfo: Metainfo
    listed: Listing

    @classmethod
    def read(cls, path: Path) -> Donor:
        """The torrent at ``path``.

        Raises MetainfoError for what is none, or holds what a torrent made here cannot hold.
        """
        data = read_torrent(path)
        try:
            metainfo = Metainfo.parse(data)
            donor = cls(path, metainfo, listing(metainfo))
        except MetainfoError as error:
            shown = printable(str(path))
            raise MetainfoError(f"'{shown}': {error.message}", hint=error.hint) from error
        if reason := donor._unfit():
            raise MetainfoError(
                f"cannot use the hashes of '{donor.shown}': {reason}",
                hint=Hint("remove {from_torrent} to hash the content"),
            )
        return donor

    @property
    def shown(self) -> str:
        """Its path in messages."""
        return printable(str(self.path))

    @property
    def is_dir(self) -> bool:
        """Whether it is the torrent of a folder."""
        return self.listed.is_folder

    def walk(self, path: Path) -> Content:
        """The files of the torrent as they lie at ``path``, and how many others lie there.

        Raises ContentError and its kinds, as :func:`~seedwright.content.walk.walk` does, and also
        where a file is not there, has another size, or is a folder.
        """
        if stat.S_ISDIR(content_status(path).st_mode) != self.is_dir:
            kinds = ("a folder", "a file") if self.is_dir else ("a file", "a folder")
            raise ContentError(
                f"'{self.shown}' is the torrent of {kinds[0]}, but '{printable(str(path))}' is"
                f" {kinds[1]}",
                hint="give the content itself",
            )
        listed = {file.parts: file for file in self.listed.files if not file.is_pad}
        folders = {"/".join(parts[:end]) for parts in listed for end in range(1, len(parts))}
        names = {"/".join(parts) or path.name for parts in listed}

        def is_listed(path: str, *, is_dir: bool) -> bool:
            return path in (folders if is_dir else names)

        try:
            content = walk(path, Policy(choice=is_listed))
        except EmptyContentError:
            raise ContentNotFoundError(
                f"'{printable(str(path))}' contains no file that '{self.shown}' lists",
                hint="give the content itself",
            ) from None
        missing = listed.keys() - {file.parts for file in content.files}
        if missing:
            raise ContentNotFoundError(
                f"'{printable(str(path))}' is missing {_first_of(missing)} of '{self.shown}'",
                hint="give the complete content",
            )
        for file in content.files:
            if file.size != (length := listed[file.parts].length):
                raise ContentError(
                    f"'{printable(file.path)}' has {file.size} bytes, but '{self.shown}' lists"
                    f" {length}",
                    hint="check that the content is complete and belongs to this torrent",
                )
        return content

    def claim(self, content: Content) -> Claim:
        """What the torrent says of the hashes of ``content``, which :meth:`walk` gave."""
        paths = {file.parts: file.path for file in content.files}
        segments = (
            Segment("", "", file.length)
            if file.is_pad
            else Segment(
                paths[file.parts],
                "/".join(file.parts) or content.name,
                file.length,
                file.root,
                file.layer,
            )
            for file in self.listed.files
        )
        return Claim(segments, self.metainfo.piece_length, self.listed.pieces)

    def torrent(self, blueprint: Blueprint) -> bytes:
        """The ``.torrent`` of ``blueprint`` with this one's files, as it lists them, and hashes."""
        info = raw_fields(raw_fields(self.metainfo.data)[b"info"])
        rename(info, blueprint.name, self.metainfo)
        kept = {key: info[key] for key in _LIST_KEYS if key in info}
        if b"files" in kept:
            kept.pop(b"length", None)
        length = self.metainfo.piece_length
        layers = {file.root: file.layer for file in self.listed.files if file.length > length}
        return build_around(blueprint, kept, layers)

    def _unfit(self) -> str:
        """Why its hashes cannot be taken; "" when they can."""
        length, format_ = self.metainfo.piece_length, self.metainfo.format
        try:
            check_piece_length(length)
        except UsageError as error:
            return error.message
        if self.listed.files.links:
            return "it contains symlinks"
        files = [file for file in self.listed.files if not file.is_pad]
        if len({file.parts for file in files}) < len(files):
            return "it lists a file twice"
        if flaw := difference_of_halves(self.metainfo):
            return flaw
        return "" if format_ is Format.V1 else flaw_of_trees(self.listed, length)


def _first_of(names: Collection[tuple[str, ...]]) -> str:
    """One of some files by name, and how many others there are."""
    first, others = f"'{printable('/'.join(min(names)))}'", len(names) - 1
    return first if not others else f"{first} and {others} more file{'s' if others > 1 else ''}"
