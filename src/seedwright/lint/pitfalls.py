"""Checks of trackers, pieces and sizes: what some client or tracker refuses or handles badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.errors import UsageError
from seedwright.metainfo.piece_length import LARGEST_DEFAULT
from seedwright.metainfo.pieces import MAX_PIECE_LENGTH, MIN_PIECE_LENGTH, format_size
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.lint.subject import Subject

MOST_PIECES = 10_000
"""More pieces than this are many, where longer pieces are possible."""

FEWEST_PIECES = 20
"""Fewer pieces than this are few, where they are longer than 1 MiB."""

LARGEST_TORRENT = 10_000_000
"""Bytes of a ``.torrent``: the most that libtorrent loads from a file by default."""

_WITHOUT_TLS = {"https": "http", "wss": "ws"}


def no_tracker(subject: Subject, *, private: bool) -> Iterable[str]:
    """Whether it has no tracker, and is private or public as given."""
    if subject.private == private and not subject.trackers:
        yield ""


def refused(urls: Iterable[str], check: Callable[[str], str]) -> Iterable[str]:
    """Why a URL does not pass the check."""
    for url in urls:
        try:
            check(url)
        except UsageError as error:
            yield error.message


def upper_case_schemes(subject: Subject) -> Iterable[str]:
    """The trackers and web seeds whose scheme is not in lower case; libtorrent compares its letters."""
    for url in (*subject.trackers, *subject.web_seeds):
        scheme, separator, _ = url.partition("://")
        if separator and scheme != scheme.lower():
            yield mask_url(url)


def duplicate_trackers(subject: Subject) -> Iterable[str]:
    """The trackers that are listed before; the case of scheme and host does not count."""
    seen = set()
    for url in subject.trackers:
        scheme, separator, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        same = scheme.lower() + separator + host.lower() + slash + path
        if same in seen:
            yield mask_url(url)
        seen.add(same)


def mixed_tiers(subject: Subject) -> Iterable[str]:
    """The tiers with several protocols; TLS does not count."""
    for tier in subject.tiers:
        protocols = {_protocol(url) for url in tier}
        if len(protocols) > 1:
            yield ", ".join(map(mask_url, tier))


def _protocol(url: str) -> str:
    scheme = url.partition("://")[0].lower()
    return _WITHOUT_TLS.get(scheme, scheme)


def announce_apart(subject: Subject) -> Iterable[str]:
    """``announce``, where ``announce-list`` does not have it (BEP 12)."""
    url = subject.announce
    if url and subject.trackers and url not in subject.trackers:
        yield mask_url(url)


def private_nodes(subject: Subject) -> Iterable[str]:
    """The DHT nodes of a private torrent."""
    if subject.private:
        yield from (printable(f"{host}:{port}") for host, port in subject.dht_nodes)


def many_pieces(subject: Subject) -> Iterable[str]:
    """How many there are, where longer ones would do."""
    if subject.pieces > MOST_PIECES and subject.piece_length < LARGEST_DEFAULT:
        yield _pieces(subject)


def few_pieces(subject: Subject) -> Iterable[str]:
    """How few there are, where shorter ones would do."""
    if subject.pieces < FEWEST_PIECES and subject.piece_length > 1 << 20:
        yield _pieces(subject)


def _pieces(subject: Subject) -> str:
    return f"{subject.pieces} of {format_size(subject.piece_length)}"


def odd_piece_length(subject: Subject) -> Iterable[str]:
    """The piece length, where BEP 52 or libtorrent does not allow it."""
    length = subject.piece_length
    if length.bit_count() != 1 or not MIN_PIECE_LENGTH <= length <= MAX_PIECE_LENGTH:
        yield f"{length} bytes"


def large_torrent(subject: Subject) -> Iterable[str]:
    """The size of the ``.torrent``, where it is large."""
    if subject.torrent_size > LARGEST_TORRENT:
        yield f"{subject.torrent_size:,} bytes"


def wrong_source(subject: Subject) -> Iterable[str]:
    """The source, where a tracker expects another."""
    given = subject.source
    for each in subject.limits:
        if each.source and each.source != given:
            got = f"'{printable(given)}'" if given else "none"
            yield f"{got} instead of '{each.source}' for {each.name}"


def long_pieces(subject: Subject) -> Iterable[str]:
    """The piece length, where a tracker allows less."""
    length = subject.piece_length
    for each in subject.limits:
        if each.max_piece_length is not None and length > each.max_piece_length:
            most = format_size(each.max_piece_length)
            yield f"{format_size(length)}, but {each.name} allows {most} at most"


def large_for_tracker(subject: Subject) -> Iterable[str]:
    """The size of the ``.torrent``, where a tracker allows less."""
    size = subject.torrent_size
    for each in subject.limits:
        if each.max_torrent_size is not None and size > each.max_torrent_size:
            yield f"{size:,} bytes, but {each.name} allows {each.max_torrent_size:,} at most"
