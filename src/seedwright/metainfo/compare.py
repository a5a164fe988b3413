"""Whether a torrent is the one that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.metainfo.parse import Metainfo
    from seedwright.metainfo.spec import TorrentSpec

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
    there. Tiers count in their order; trackers within
    one do not, since clients shuffle them (BEP 12) and libtorrent's own sorting moves them beyond
    sixteen. Neither do web seeds. An absent text equals an empty one.
    """
    tiers = spec.tiers if expected_tiers is None else expected_tiers
    seeds = spec.web_seeds if expected_web_seeds is None else expected_web_seeds
    asked_length = spec.piece_length or metainfo.piece_length
    rows: list[tuple[str, Any, Any, Callable[[Any], str]]] = [
        ("name", metainfo.name, spec.name if name is None else name, _quoted),
        ("format", metainfo.format, spec.format, str),
        ("torrent", metainfo.private, spec.private, _privacy),
        ("source", metainfo.source or "", spec.source, _quoted),
        ("comment", metainfo.comment or "", spec.comment, _quoted),
        ("piece length", metainfo.piece_length, asked_length, _length),
        ("announce list", _unordered(metainfo.tiers), _unordered(tiers), _urls),
        ("web seed list", _unordered([metainfo.web_seeds]), _unordered([seeds]), _urls),
        ("HTTP seed list", _unordered([metainfo.http_seeds]), _unordered([spec.http_seeds]), _urls),
        ("node list", sorted(metainfo.dht_nodes), sorted(spec.dht_nodes), _nodes),
    ]
    return [
        _phrase(what, show(got), show(asked)) for what, got, asked, show in rows if got != asked
    ]


def _phrase(what: str, got: str, asked: str) -> str:
    if got == asked:
        return f"{what} differs in a part that is kept secret"
    return f"{what} is {got} instead of {asked}"


def _unordered(groups: list[tuple[str, ...]] | Tiers) -> list[list[str]]:
    return [sorted(group) for group in groups]


def _quoted(text: str) -> str:
    return f"'{printable(text)}'" if text else "absent"


def _privacy(private: bool) -> str:
    return "private" if private else "public"


def _length(n: int) -> str:
    return f"{format_size(n)} ({n} bytes)"


def _urls(groups: list[list[str]]) -> str:
    """Tiers apart by a bar, and URLs by a comma, without their secrets."""
    return "[" + " | ".join(", ".join(map(mask_url, group)) for group in groups) + "]"


def _nodes(nodes: list[tuple[str, int]]) -> str:
    return "[" + ", ".join(f"{host}:{port}" for host, port in nodes) + "]"
