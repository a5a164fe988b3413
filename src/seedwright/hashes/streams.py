"""Which hashes come from the same read of the content."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import seedwright._core as core
from seedwright.metainfo.build import layout, pad_lengths
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seedwright.content.walk import ContentFile


class Want(NamedTuple):
    """The hashes that one torrent needs; ``piece_length`` is in bytes."""

    piece_length: int
    format: Format


class Streams(NamedTuple):
    """What ``hash_streams`` of the core is to be told, and where it gives what is wanted.

    ``places`` holds for each want the number of its stream, and that of its piece length there.
    """

    files: core.Entries
    streams: list[core.Stream]
    places: dict[Want, tuple[int, int]]

    def sorted_out(self, hashes: Sequence[Sequence[core.Hashes]]) -> dict[Want, core.Hashes]:
        """The hashes for each want, which may be more than its format needs."""
        return {want: hashes[stream][number] for want, (stream, number) in self.places.items()}


def streams_for(files: Sequence[ContentFile], wants: Iterable[Want]) -> Streams:
    """The fewest streams of ``files`` that give all that is wanted.

    The v1 pieces of a folder run through from file to file, and those of a hybrid begin with each
    file: these are two streams. All other hashes go along with one of them (BEP 3, BEP 52).
    """
    alone = len(files) == 1
    through: set[Want] = set()
    by_file: set[Want] = set()
    for want in wants:
        (through if want.format is Format.V1 and not alone else by_file).add(want)
    streams: list[core.Stream] = []
    places: dict[Want, tuple[int, int]] = {}
    for some in (through, by_file):
        if not some:
            continue
        lengths = sorted({want.piece_length for want in some})
        v1 = any(want.format is not Format.V2 for want in some)
        v2 = any(want.format is not Format.V1 for want in some)
        pads = pad_lengths(files, lengths[-1], Format.HYBRID if v1 and v2 else Format.V1)
        for want in some:
            places[want] = (len(streams), lengths.index(want.piece_length))
        streams.append(core.Stream(lengths, v1=v1, v2=v2, pads=pads))
    return Streams(layout(files, 1, Format.V1), streams, places)
