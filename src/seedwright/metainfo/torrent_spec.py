"""What is requested of one torrent, checked once and then trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Never

from seedwright.errors import UsageError
from seedwright.metainfo.fields import ASKED, Asked
from seedwright.metainfo.pieces import check_piece_length
from seedwright.metainfo.shapes import check_text
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# A URL may hold a comma itself, so only one before the next URL separates two.
_NEXT_URL = r"\s*,\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)"


class Format(StrEnum):
    """The kind of metainfo: BEP 3, BEP 52, or both in one file."""

    V1 = "v1"
    V2 = "v2"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class TorrentSpec(Asked[Never]):
    """All that is requested of one torrent. Raises UsageError for an invalid value.

    ``content`` is an absolute path on this host. Lengths and sizes are in bytes. ``piece_length`` is
    None when the engine chooses it: then ``piece_count`` is a target, ``max_piece_length`` a limit,
    and the piece length grows until the ``.torrent`` is within ``max_torrent_size``.
    ``optimize_alignment`` and ``padded_file_size_limit`` only affect qBittorrent with libtorrent
    1.x; None leaves them to it. ``named`` replaces the name of the content. ``creation_date`` is in
    seconds since 1970, None for the time of making; ``with_date`` and ``with_creator`` write it and
    the creator. ``include`` and ``exclude`` are globs. ``as_mkbrr`` makes the ``info`` that mkbrr
    makes.
    """

    content: Path
    format: Format
    piece_length: int | None = None
    private: bool = field(default=False, kw_only=True)
    ignore_dotfiles: bool = True
    optimize_alignment: bool | None = None
    padded_file_size_limit: int | None = None
    named: str = ""
    with_date: bool = True
    creation_date: int | None = None
    with_creator: bool = True
    piece_count: int | None = None
    max_piece_length: int | None = None
    max_torrent_size: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    as_mkbrr: bool = False

    def __post_init__(self) -> None:
        _check_content(self.content)
        for length in (self.piece_length, self.max_piece_length):
            if length is not None:
                check_piece_length(length)
        check_name(self.named)
        for row in ASKED:
            if getattr(self, row.name) is None:  # only a text can be, and a spec has an empty one
                object.__setattr__(self, row.name, "")
            row.shape.check(getattr(self, row.name), row.name)

    @property
    def name(self) -> str:
        """The torrent's name: ``named``, or else that of the file or folder it is made from."""
        return self.named or self.content.name


def tiers_from(trackers: Iterable[str], tier_options: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The tiers of a command line: each of ``trackers`` alone, then each of ``tier_options``.

    A tier option is URLs separated by commas; a comma that no ``scheme://`` follows belongs to
    its URL. Nothing is checked here: TorrentSpec does that.
    """
    alone = tuple((url.strip(),) for url in trackers)
    return alone + tuple(tuple(re.split(_NEXT_URL, option.strip())) for option in tier_options)


def _check_content(content: Path) -> None:
    if not content.is_absolute() or content.name in ("", ".."):
        raise UsageError(
            f"'{printable(str(content))}' is not the absolute path of a file or folder"
        )


def check_name(name: str) -> None:
    """Nothing when ``name`` is a valid torrent name or empty; else UsageError."""
    check_text(name, "name")
    if name in (".", "..") or "/" in name or "\\" in name:
        raise UsageError(
            f"'{printable(name)}' is not a valid torrent name",
            hint="use a name without slashes and backslashes",
        )
