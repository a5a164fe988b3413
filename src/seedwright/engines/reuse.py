"""Hashes that were made before: when they are taken, and what of them is hashed again to be sure."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import seedwright._core as core
from seedwright.engines.base import Reused
from seedwright.engines.filesystem import file_system_of
from seedwright.errors import ContentError
from seedwright.hashes.sample import Claim
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedwright.content.walk import Content, ContentFile
    from seedwright.hashes.cache import HashCache, KeptHashes, Layout
    from seedwright.hashes.donor import Donor
    from seedwright.hashes.sample import Difference


class Found(NamedTuple):
    """Hashes that are taken, and what is told of that; or None, and a warning why not, if any."""

    hashes: KeptHashes | None = None
    reused: Reused | None = None
    warnings: tuple[str, ...] = ()


def kept(cache: HashCache, layout: Layout, cancelled: Callable[[], bool]) -> Found:
    """What ``cache`` has of a layout.

    Some pieces are hashed again where the file system does not tell a changed file for certain, and
    where the clock is behind the time of the hashes; hashes that fail this are forgotten. Raises
    ContentError for what cannot be read, and ``_core.Cancelled``.
    """
    hashes = cache.find(layout)
    if hashes is None:
        return Found()
    sampled: list[int] = []
    if hashes.made > time.time() or not _are_dependable(layout.files):
        claim = Claim.of(layout.rows, layout.piece_length, hashes)
        sampled = claim.sample()
        if claim.first_difference(sampled, _stop_when(cancelled)) is not None:
            cache.forget(layout)
            return Found(
                warnings=("the cached hashes did not match the content, so it was hashed again",)
            )
    return Found(hashes, Reused("cache", made=hashes.made, sampled=len(sampled)))


def given(donor: Donor, content: Content, cancelled: Callable[[], bool]) -> Reused:
    """What is told of the hashes that ``donor`` has of ``content``, once a sample agrees.

    Raises ContentError for a piece that differs and for what cannot be read, and
    ``_core.Cancelled``.
    """
    claim = donor.claim(content)
    sampled = claim.sample()
    difference = claim.first_difference(sampled, _stop_when(cancelled))
    if difference is not None:
        raise ContentError(
            f"{_in_words(difference)} does not match '{donor.shown}'",
            hint="run `seedwright verify` to find what differs",
        )
    return Reused("torrent", torrent=donor.path, sampled=len(sampled))


def _are_dependable(files: Sequence[ContentFile]) -> bool:
    one_each = {file.device: file.path for file in files}
    return all(file_system_of(Path(path)).is_dependable for path in one_each.values())


def _stop_when(cancelled: Callable[[], bool]) -> Callable[[], None]:
    def stop() -> None:
        if cancelled():
            raise core.Cancelled

    return stop


def _in_words(difference: Difference) -> str:
    shown = [
        f"bytes {extent.start}-{extent.end - 1} of '{printable(extent.name)}'"
        for extent in difference.extents
    ]
    more = f" and {len(shown) - 3} more files" if len(shown) > 3 else ""
    return f"piece {difference.piece} ({', '.join(shown[:3])}{more})"
