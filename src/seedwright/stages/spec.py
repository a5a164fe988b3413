"""From a request to the spec: what decides the ``.torrent``, checked as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedwright.errors import UsageError
from seedwright.hints import Hint, named
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.torrent_spec import Format, TorrentSpec
from seedwright.plan import OPTION_OF
from seedwright.request import only_embedded
from seedwright.request.kinds import AUTO

if TYPE_CHECKING:
    from seedwright.hashes.donor import Donor
    from seedwright.request import Request


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Specified:
    """A request and its spec; ``donor`` is the torrent whose hashes are taken.

    ``only_embedded`` are the options in use that only the embedded engine supports.
    """

    request: Request
    spec: TorrentSpec
    donor: Donor | None = None
    only_embedded: tuple[str, ...] = ()

    @property
    def output(self) -> Path:
        """Where the ``.torrent`` goes."""
        return Path(self.request.output or "")


def specify(request: Request) -> Specified:
    """The spec of a settled request.

    Raises UsageError for options that cannot be combined or contradict the donor, and MetainfoError
    for a donor that is not a torrent.
    """
    asked: Any = request  # in which nothing is None that has a default
    donor = None if asked.from_torrent is None else _donor_of(request)
    length = None if asked.piece_length == AUTO else asked.piece_length
    spec = TorrentSpec(
        content=Path(asked.path),
        format=donor.metainfo.format if donor else Format(asked.format),
        piece_length=donor.metainfo.piece_length if donor else length,
        ignore_dotfiles=asked.ignore_dotfiles,
        piece_count=asked.piece_count,
        max_piece_length=asked.max_piece_length,
        max_torrent_size=asked.max_torrent_size,
        include=asked.include,
        exclude=asked.exclude,
        named=asked.name,
        with_date=asked.with_date,
        creation_date=asked.creation_date,
        with_creator=asked.with_creator,
        optimize_alignment=asked.optimize_alignment,
        padded_file_size_limit=asked.padded_file_size_limit,
        as_mkbrr=asked.like == "mkbrr",
        **{row: getattr(asked, option) for row, option in OPTION_OF.items()},
    )
    return Specified(request=request, spec=spec, donor=donor, only_embedded=only_embedded(request))


def _donor_of(request: Request) -> Donor:
    from seedwright.hashes.donor import Donor

    donor = Donor.read(Path(request.from_torrent or ""))
    for name in ("piece_count", "include", "exclude"):
        if getattr(request, name):
            raise UsageError(
                Hint(
                    "{option} and {from_torrent} cannot be combined: '{donor}' decides files and pieces",
                    option=named(name),
                    donor=donor.shown,
                ),
                hint=Hint(
                    "remove {option}, which a preset may set, or {from_torrent}", option=named(name)
                ),
            )
    format_, length = donor.metainfo.format.value, donor.metainfo.piece_length
    if request.format not in (None, format_):
        raise _contradiction(donor, "format", str(request.format), format_)
    asked = request.piece_length
    if asked not in (None, AUTO, length):
        raise _contradiction(donor, "piece_length", format_size(int(asked)), format_size(length))
    return donor


def _contradiction(donor: Donor, name: str, asked: str, has: str) -> UsageError:
    option = named(name)
    return UsageError(
        Hint(
            "{option} is {asked}, but '{donor}' has {has}",
            option=option,
            asked=asked,
            donor=donor.shown,
            has=has,
        ),
        hint=Hint(
            "remove {option} or {from_torrent}; if a preset sets {option}, overrule it with {has}",
            option=option,
            has=has,
        ),
    )
