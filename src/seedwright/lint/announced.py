"""Checks of what a torrent says about trackers, web seeds and privacy, whatever its files are.

They need no content, so a plan can warn of them before anything is hashed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from seedwright.metainfo.urls import holds_passkey, mask_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PLACEHOLDER = re.compile(
    r"<[^<>/]*>|\{[^{}/]*\}|\[[A-Za-z_ -]+\]|\$\{?[A-Za-z_]+\}?"
    r"|(?i:(?<![a-z])(?:your|my)?[-_ ]?pass_?key(?![a-z=]))|%7B[^/]*%7D|%3C[^/]*%3E"
)


class Said(NamedTuple):
    """What a torrent says; ``folder`` is its name where it holds a folder, "" for a single file."""

    private: bool
    source: str
    tiers: tuple[tuple[str, ...], ...]
    web_seeds: tuple[str, ...]
    folder: str

    @property
    def trackers(self) -> list[str]:
        """The announce URLs of all tiers."""
        return [url for tier in self.tiers for url in tier]


def placeholders(said: Said) -> Iterable[str]:
    """The trackers in which a passkey is still to be filled in."""
    for url in said.trackers:
        if found := _PLACEHOLDER.search(url.partition("://")[2]):
            yield found[0]


def portless(said: Said) -> Iterable[str]:
    """The UDP trackers without a port, which has no default there (BEP 15)."""
    return (mask_url(url) for url in said.trackers if _has_no_port(url))


def public_passkeys(said: Said) -> Iterable[str]:
    """The trackers with a passkey, where the torrent is public."""
    if not said.private:
        yield from (mask_url(url) for url in said.trackers if holds_passkey(url))


def folder_twice(said: Said) -> Iterable[str]:
    """The web seeds that end with the folder's name, which clients append (BEP 19)."""
    for url in said.web_seeds if said.folder else ():
        if unquote(url.rstrip("/")).rpartition("/")[2] == said.folder:
            yield mask_url(url)


def private_web_seeds(said: Said) -> Iterable[str]:
    """The web seeds of a private torrent, from which anybody can download."""
    if said.private:
        yield from map(mask_url, said.web_seeds)


def blank_source(said: Said) -> Iterable[str]:
    """A source with blanks around it."""
    if said.source != said.source.strip():
        yield f"'{said.source}'"


def found_in(said: Said, checks: Iterable[Callable[[Said], Iterable[str]]]) -> Iterable[list[str]]:
    """For each check the places that fail it, each once."""
    return (list(dict.fromkeys(check(said))) for check in checks)


def _has_no_port(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "udp" and port is None
