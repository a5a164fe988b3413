"""``--from``: what the torrent whose hashes are taken makes of the options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from seedwright.errors import UsageError
from seedwright.hashes.donor import Donor
from seedwright.metainfo.pieces import format_size, parse_size

if TYPE_CHECKING:
    from seedwright.options import CreateOptions

_NOT_WITH = {"piece_count": "--piece-count", "include": "--include", "exclude": "--exclude"}


def borrow(options: CreateOptions) -> tuple[CreateOptions, Donor]:
    """The options with the donor's format and piece length, and the donor itself.

    Raises UsageError for options that ask for another torrent than its files and pieces make, and
    MetainfoError for a donor that cannot be one.
    """
    donor = Donor.read(Path(options["from_torrent"] or ""))
    for key, option in _NOT_WITH.items():
        if options.get(key):
            raise UsageError(
                f"{option} and --from cannot be given at once: '{donor.shown}' has its files and its"
                " pieces",
                hint=f"leave out {option} (a preset may give it), or --from",
            )
    format_, length = donor.metainfo.format.value, donor.metainfo.piece_length
    if options.get("format") not in (None, format_):
        raise _contradiction(donor, "--format", str(options.get("format")), format_)
    asked = options.get("piece_size")
    if asked not in (None, "auto", 0) and parse_size(str(asked)) != length:
        raise _contradiction(donor, "--piece-size", str(asked), format_size(length))
    return cast("CreateOptions", {**options, "format": format_, "piece_size": length}), donor


def _contradiction(donor: Donor, option: str, asked: str, has: str) -> UsageError:
    return UsageError(
        f"{option} asks for {asked}, and '{donor.shown}' has {has}",
        hint=f"leave out {option} or --from; a preset's goes unheard where {option} says {has}",
    )
