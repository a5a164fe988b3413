"""Which proof a torrent needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from seedwright.clients.destination import Destination, Origin, Proof
from seedwright.clients.path_map import MappedPath, PathMap
from seedwright.clients.qbittorrent.grades import required
from seedwright.clients.qbittorrent.same_machine import Neighbour

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.connection import Connection

OWN = Destination(
    content=MappedPath("/data/films/film.mkv", None),
    save_path=MappedPath("/data/films", None),
    kind="file",
)
MAPPED = replace(
    OWN,
    content=PathMap({"/srv": "/data"}).to_client("/srv/films/film.mkv"),
    save_path=PathMap({"/srv": "/data"}).to_client("/srv/films"),
)
ELSEWHERE = replace(OWN, save_path=MappedPath("/data/old", None))
MANAGED = replace(ELSEWHERE, auto_management=True)
SPELLED = replace(OWN, save_path=MappedPath("/data/x/../films/", None))


class _Beside:
    """A connection to a client that is, or is not, beside us."""

    def __init__(self, *, is_beside: bool) -> None:
        self._neighbour = Neighbour(1, ()) if is_beside else None

    async def neighbour(self) -> Neighbour | None:
        return self._neighbour


async def grade(destination: Destination, origin: Origin, *, is_beside: bool = True) -> Proof:
    connection = cast("Connection", _Beside(is_beside=is_beside))
    return (await required(connection, destination, origin)).proof


@pytest.mark.parametrize(
    ("destination", "origin", "proof"),
    [
        (OWN, Origin.HERE, Proof.LISTED),
        (SPELLED, Origin.HERE, Proof.LISTED),
        (MANAGED, Origin.HERE, Proof.LISTED),
        (OWN, Origin.CLIENT, Proof.LISTED),
        (MAPPED, Origin.CLIENT, Proof.LISTED),
        (OWN, Origin.BEFORE, Proof.SAMPLED),
        (MAPPED, Origin.HERE, Proof.SAMPLED),
        (ELSEWHERE, Origin.HERE, Proof.SAMPLED),
        (ELSEWHERE, Origin.CLIENT, Proof.SAMPLED),
        (replace(OWN, seed_mode=False), Origin.HERE, Proof.RECHECKED),
    ],
)
async def test_a_word_counts_for_the_very_file_that_was_hashed(
    destination: Destination, origin: Origin, proof: Proof
) -> None:
    assert await grade(destination, origin) is proof


async def test_who_only_answers_on_this_machine_is_asked_for_bytes() -> None:
    assert await grade(OWN, Origin.HERE, is_beside=False) is Proof.SAMPLED
    assert await grade(OWN, Origin.CLIENT, is_beside=False) is Proof.LISTED


@pytest.mark.parametrize("asked", list(Proof))
async def test_what_is_asked_for_is_taken_and_never_less_than_seed_mode_wants(asked: Proof) -> None:
    there = replace(ELSEWHERE, proof=asked.value)
    assert await grade(there, Origin.BEFORE) is asked
    assert await grade(replace(there, seed_mode=False), Origin.HERE) is Proof.RECHECKED
