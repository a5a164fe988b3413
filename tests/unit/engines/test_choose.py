"""The engine that hashes is the one that is nearest to the bytes and can do what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seedwright.engines.choose import Chosen, choose
from seedwright.engines.filesystem import FileSystem
from seedwright.errors import UsageError

if TYPE_CHECKING:
    from seedwright.engines.choose import EngineName

DISK, NETWORK = FileSystem("ext4"), FileSystem("nfs4")


@pytest.mark.parametrize(
    ("asked", "readable", "where", "only_local", "engine", "reason"),
    [
        ("auto", True, DISK, (), "local", "the content can be read here"),
        ("auto", True, NETWORK, (), "qbittorrent", "the content is on a network mount (nfs4)"),
        ("auto", False, DISK, (), "qbittorrent", "the content cannot be read here"),
        (
            "auto",
            True,
            NETWORK,
            ("--name", "--entropy"),
            "local",
            "only it supports --entropy, --name",
        ),
        ("local", True, NETWORK, (), "local", "it was requested"),
        ("local", True, DISK, ("--name",), "local", "it was requested"),
        ("qbittorrent", True, DISK, (), "qbittorrent", "it was requested"),
    ],
)
def test_the_engine_and_why(
    asked: str,
    readable: bool,
    where: FileSystem,
    only_local: tuple[str, ...],
    engine: EngineName,
    reason: str,
) -> None:
    chosen = choose(asked, is_readable_here=readable, file_system=where, only_local=only_local)
    assert chosen == Chosen(engine, reason)


def test_what_the_torrent_creator_does_not_have_cannot_be_asked_of_it() -> None:
    with pytest.raises(UsageError, match="Torrent Creator does not support --entropy, --name"):
        choose(
            "qbittorrent",
            is_readable_here=True,
            file_system=DISK,
            only_local=("--name", "--entropy"),
        )


def test_an_engine_that_is_none_is_told() -> None:
    with pytest.raises(UsageError, match="'lokal' is not a valid engine"):
        choose("lokal", is_readable_here=True, file_system=DISK, only_local=())
