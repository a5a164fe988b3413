"""How far a client's word goes: which proof a torrent needs before it counts as seeding.

A client that skips its check calls anything complete. Its word is worth something only
where the bytes that were hashed in this run are the very file that it opens: where it hashed them
itself, or where it runs next to us and reads the same path. Everywhere else it is asked for bytes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from seedwright.clients.destination import AUTO, Origin, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.clients.destination import Destination
    from seedwright.clients.qbittorrent.connection import Connection


class Graded(NamedTuple):
    """The proof that is needed, and why, as a phrase."""

    proof: Proof
    why: str


async def required(connection: Connection, destination: Destination, origin: Origin) -> Graded:
    """What it takes to prove that the torrent seeds there."""
    known = next((graded for applies, graded in _rules(destination, origin) if applies), None)
    if known is not None:
        return known
    if await connection.neighbour() is None:
        return Graded(Proof.SAMPLED, "it may see other files under the same path")
    return Graded(Proof.LISTED, "it opens the very files that were hashed")


async def surest(connection: Connection, destination: Destination, origin: Origin) -> Graded:
    """What it takes to be sure, whatever is requested."""
    return await required(connection, replace(destination, proof=AUTO, seed_mode=True), origin)


def _rules(destination: Destination, origin: Origin) -> Iterator[tuple[bool, Graded]]:
    """The rules in their order, the first that applies counts, as far as they need not ask."""
    asked = destination.proof
    yield not destination.seed_mode, Graded(Proof.RECHECKED, "seed_mode is off")
    if asked != AUTO:
        yield True, Graded(Proof(asked), "the request says so")
    sampled, listed = Proof.SAMPLED, Proof.LISTED
    elsewhere = not destination.is_own_folder
    yield elsewhere, Graded(sampled, "it seeds from another folder than the one that was hashed")
    yield origin is Origin.CLIENT, Graded(listed, "it hashed the content itself")
    yield origin is Origin.BEFORE, Graded(sampled, "the content was not hashed in this run")
    is_mapped = destination.content.mapping is not None
    yield is_mapped, Graded(sampled, "it sees the content through a path mapping")
