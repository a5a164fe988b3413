"""Where a client listens for peers, as far as anybody says, and whether it can be reached there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from seedwright.clients.qbittorrent.peer.hindrances import PeerError
from seedwright.clients.qbittorrent.peer.stream import Clock, Peer, connect
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.threads import stoppable

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.clients.destination import Destination
    from seedwright.clients.qbittorrent.connection import Connection

_ANSWERS_WITHIN = 6.0

_unreachable: WeakKeyDictionary[Connection, str] = WeakKeyDictionary()
"""Why no peer's port could be reached, by client: the next torrent need not wait for that again."""


async def reachable_peers(connection: Connection, destination: Destination) -> list[Peer]:
    """The addresses that take a connection, in their order; raises PeerError where none does."""
    if connection in _unreachable:
        raise PeerError(_unreachable[connection])
    reasons, found = [], []
    for peer in await _peers_of(connection, destination):
        try:
            await stoppable(partial(_knock, peer))
            found.append(peer)
        except PeerError as error:
            reasons.append(str(error))
    if not found:
        why = "; ".join(reasons) or "the port where it listens for peers is unknown"
        _unreachable[connection] = why
        raise PeerError(why)
    return found


async def _peers_of(connection: Connection, destination: Destination) -> list[Peer]:
    """The addresses to try, in their order; none where nobody knows a port.

    The settings go first, then the port of the client's preferences. A client that picks any port
    names none there; next to us, what its process listens on is looked up.
    """
    host = destination.peer_host or connection.endpoint.host
    if destination.peer_port is not None:
        return [Peer(host, destination.peer_port)]
    port = int((await recent_preferences(connection)).get("listen_port") or 0)
    if port:
        return [Peer(host, port)]
    neighbour = await connection.neighbour()
    return [Peer(host, each) for each in neighbour.ports] if neighbour else []


def _knock(peer: Peer, cancelled: Callable[[], bool]) -> None:
    with connect(peer, Clock(_ANSWERS_WITHIN, cancelled)):
        pass
