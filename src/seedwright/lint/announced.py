"""Checks of what a torrent says about trackers, web seeds and privacy, whatever its files are.

They need no content, so a plan can warn of them before anything is hashed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from seedwright.content.checks.findings import places
from seedwright.hints import Hint
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.urls import holds_passkey, mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PLACEHOLDER = re.compile(
    r"<[^<>/]*>|\{[^{}/]*\}|\[[A-Za-z_ -]+\]|\$\{[A-Za-z_]+\}|\$[A-Z_]{3,}"
    r"|(?i:%7B[^/]*%7D|%3C[^/]*%3E|=pass_?key(?![^&;#]))"
)
_WORD = re.compile(r"(?i)(?<![a-z])(?:(?:your|my)[-_ ]?)?pass_?key(?![a-z=])")


class Said(NamedTuple):
    """What a torrent says; ``folder`` is its name where it holds a folder, "" for a single file."""

    private: bool
    source: str
    tiers: tuple[tuple[str, ...], ...]
    web_seeds: tuple[str, ...]
    folder: str
    format: Format

    @property
    def trackers(self) -> list[str]:
        """The announce URLs of all tiers."""
        return [url for tier in self.tiers for url in tier]


class Check(NamedTuple):
    """What is wrong, what to do about a torrent that is made and about a planned one, and where."""

    meaning: str
    made: str
    planned: str
    find: Callable[[Said], Iterable[str]]


def warnings(said: Said) -> tuple[str, ...]:
    """A sentence about each check that a planned torrent fails."""
    found = (
        (each, list(dict.fromkeys(each.find(said)))) for each in (*CHECKS.values(), *_ONLY_PLANNED)
    )
    return tuple(
        Hint("{what}; {hint}", what=each.meaning + places(where), hint=each.planned)
        for each, where in found
        if where
    )


def _placeholders(said: Said) -> Iterable[str]:
    """The trackers in which a passkey is still to be filled in."""
    for url in said.trackers:
        rest = url.partition("://")[2]
        if _PLACEHOLDER.search(rest) or (_WORD.search(rest) and not holds_passkey(url)):
            yield mask_url(url)


def _portless(said: Said) -> Iterable[str]:
    """The UDP trackers without a port, which has no default there (BEP 15)."""
    return (mask_url(url) for url in said.trackers if _has_no_port(url))


def _has_no_port(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "udp" and port is None


def _public_passkeys(said: Said) -> Iterable[str]:
    """The trackers with a passkey, where the torrent is public."""
    if not said.private:
        yield from (mask_url(url) for url in said.trackers if holds_passkey(url))


def _folder_twice(said: Said) -> Iterable[str]:
    """The web seeds that end with the folder's name, which clients append (BEP 19)."""
    for url in said.web_seeds if said.folder else ():
        if unquote(url.rstrip("/")).rpartition("/")[2] == said.folder:
            yield mask_url(url)


def _blank_source(said: Said) -> Iterable[str]:
    """A source with blanks around it."""
    if said.source != said.source.strip():
        yield f"'{printable(said.source)}'"


def _private_web_seeds(said: Said) -> Iterable[str]:
    """The web seeds of a private torrent, from which anybody can download."""
    if said.private:
        yield from map(mask_url, said.web_seeds)


def _private_v2(said: Said) -> Iterable[str]:
    """The format of a private torrent, where it is not v1."""
    if said.private and said.format is not Format.V1:
        yield str(said.format)


CHECKS = {
    "public-passkey": Check(
        "the torrent is public, but a tracker URL seems to contain a passkey",
        "make it private, which changes the infohash",
        Hint("make it private with {private.on}"),
        _public_passkeys,
    ),
    "tracker-placeholder": Check(
        "a tracker URL in which the passkey is still a placeholder",
        Hint("write the passkey with `{seedwright.edit[replace_tracker]}`"),
        "write the passkey into the URL",
        _placeholders,
    ),
    "tracker-port": Check(
        "a UDP tracker without a port, so no client can contact it",
        Hint("add the port with `{seedwright.edit[replace_tracker]}`"),
        "add the port, such as :6969",
        _portless,
    ),
    "web-seed-folder": Check(
        "a web seed that ends with the folder's name, which clients append once more",
        Hint("set the web seeds again with `{seedwright.edit[web_seed]}`"),
        "give the URL of the folder above it",
        _folder_twice,
    ),
    "blank-source": Check(
        "a source with blanks around it",
        Hint("set it again with `{seedwright.edit[source]}`, which changes the infohash"),
        Hint("remove the blanks from {source}"),
        _blank_source,
    ),
}
"""The checks of torrents, made or planned, by their names among the lints."""

_ONLY_PLANNED = (
    Check(
        "the torrent is private, but anybody can download it from a web seed",
        "",
        Hint("remove {web_seeds}, unless the tracker allows it"),
        _private_web_seeds,
    ),
    Check(
        "the torrent is private and not in format v1, which many private trackers refuse",
        "",
        Hint("use {format[v1]}, unless the tracker allows others"),
        _private_v2,
    ),
)
