"""Where a client listens for peers, as far as anybody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.clients.qbittorrent.peer.stream import Peer
from seedwright.clients.qbittorrent.recent import recent_preferences

if TYPE_CHECKING:
    from seedwright.clients.destination import Destination
    from seedwright.clients.qbittorrent.connection import Connection


async def peers_of(connection: Connection, destination: Destination) -> list[Peer]:
    """The addresses to try, in their order; none where nobody knows a port.

    The settings go first, then the port of the client's preferences. A client that picks any port
    names none there; beside us, what its process listens on is looked up.
    """
    host = destination.peer_host or connection.endpoint.host
    if destination.peer_port is not None:
        return [Peer(host, destination.peer_port)]
    preferences = await recent_preferences(connection)
    port = int(preferences.get("listen_port") or 0)
    if port:
        return [Peer(host, port)]
    neighbour = await connection.neighbour()
    return [Peer(host, each) for each in neighbour.ports] if neighbour else []
