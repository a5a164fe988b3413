"""Loopback ports."""

from __future__ import annotations

import random
import socket
from pathlib import Path

HOST = "127.0.0.1"

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A TCP port on loopback that nobody has right now.

    Not one the kernel hands out by itself: between a server's kill and its restart, any outgoing
    connection on the machine could get that. Another test process may still choose the same port,
    so whoever takes it must be ready to ask again.
    """
    lowest, highest = (int(bound) for bound in _EPHEMERAL.read_text().split())
    outside = [port for port in range(10_000, 60_000) if not lowest <= port <= highest]
    while True:
        port = random.choice(outside) if outside else 0
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
