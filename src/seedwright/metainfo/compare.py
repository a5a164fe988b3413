"""Whether a torrent matches what was requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.metainfo.fields import ASKED
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.shapes import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.torrent_spec import TorrentSpec

Tiers = tuple[tuple[str, ...], ...]


def differences(
    metainfo: Metainfo,
    spec: TorrentSpec,
    *,
    name: str | None = None,
    expected_tiers: Tiers | None = None,
    expected_web_seeds: tuple[str, ...] | None = None,
) -> list[str]:
    """What in ``metainfo`` is not as ``spec`` asks: a short phrase each, none when all is well.

    ``name`` stands in for the spec's where the engine knows the content by another one, and
    ``expected_tiers`` and ``expected_web_seeds`` where URLs had to be spelled in another way to get
    there. Tiers count in their order; trackers within one do not, nor do web seeds. An absent text
    equals an empty one.
    """
    expected = {"tiers": expected_tiers, "web_seeds": expected_web_seeds}
    asked_length = spec.piece_length or metainfo.piece_length
    pairs: list[tuple[str, Any, Any, Callable[[Any], str]]] = [
        ("name", metainfo.name, spec.name if name is None else name, TEXT.told),
        ("format", metainfo.format, spec.format, str),
        ("piece length", metainfo.piece_length, asked_length, _length),
    ]
    for row in ASKED:
        asked = expected.get(row.name)
        values = (getattr(metainfo, row.name), getattr(spec, row.name) if asked is None else asked)
        pairs.append(
            (row.compared or row.label, *map(row.shape.comparable, values), row.shape.told)
        )
    return [
        _phrase(what, show(got), show(asked)) for what, got, asked, show in pairs if got != asked
    ]


def _phrase(what: str, got: str, asked: str) -> str:
    if not got:
        return f"{what} differs"
    if got == asked:
        return f"{what} differs in a secret part"
    return f"{what} is {got} instead of {asked}"


def _length(n: int) -> str:
    return f"{format_size(n)} ({n} bytes)"
