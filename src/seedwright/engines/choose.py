"""Which engine makes a torrent, and why.

Hashing is cheapest where the bytes are: here when the content is readable here on a local file
system, in qBittorrent when only that sees it or when reading would cross a network. What only one
engine can do decides before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from seedwright.errors import UsageError
from seedwright.hints import Hint, joined

if TYPE_CHECKING:
    from collections.abc import Collection

    from seedwright.engines.filesystem import FileSystem

EngineName = Literal["local", "qbittorrent"]
EngineChoice = Literal["auto", "local", "qbittorrent"]

ASKED_FOR = "it was requested"
CHOICES: tuple[str, ...] = get_args(EngineChoice)


class Chosen(NamedTuple):
    """The engine, and the reason in words for the report."""

    engine: EngineName
    reason: str


def choose(
    asked: str, *, is_readable_here: bool, file_system: FileSystem, only_local: Collection[str]
) -> Chosen:
    """The engine for one torrent.

    ``only_local`` names the options in use that the Torrent Creator does not support. Raises
    :class:`UsageError` for an unknown engine, and for one that does not support an option.
    """
    if asked not in CHOICES:
        raise UsageError(
            f"'{asked}' is not a valid engine", hint=f"use one of {', '.join(CHOICES)}"
        )
    missing = joined(sorted(only_local), ", ")
    if asked == "qbittorrent":
        if only_local:
            raise UsageError(
                Hint("qBittorrent's Torrent Creator does not support {options}", options=missing),
                hint=Hint("remove that, or use {engine[local]}"),
            )
        return Chosen("qbittorrent", ASKED_FOR)
    if asked == "local":
        return Chosen("local", ASKED_FOR)
    if only_local:
        return Chosen("local", Hint("only it supports {options}", options=missing))
    if not is_readable_here:
        return Chosen("qbittorrent", "the content cannot be read here")
    if file_system.is_network:
        return Chosen("qbittorrent", f"the content is on a network mount ({file_system.type})")
    return Chosen("local", "the content can be read here")
