"""A real peer with bytes of its own, that would give them to anybody."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import libtorrent

from tests.testbed.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def rival(torrent: Path, folder: Path, port: int) -> Iterator[libtorrent.torrent_handle]:
    """A libtorrent that seeds TORRENT from FOLDER to the client that listens for peers at PORT."""
    session = libtorrent.session(
        {
            "listen_interfaces": f"{HOST}:0",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "allow_multiple_connections_per_ip": True,
        }
    )
    parameters = libtorrent.add_torrent_params()
    parameters.ti = libtorrent.torrent_info(str(torrent))
    parameters.save_path = str(folder)
    parameters.flags |= libtorrent.torrent_flags.seed_mode
    parameters.flags &= ~libtorrent.torrent_flags.auto_managed
    parameters.flags &= ~libtorrent.torrent_flags.paused
    handle = session.add_torrent(parameters)
    handle.connect_peer((HOST, port))
    try:
        yield handle
    finally:
        session.remove_torrent(handle)
        session.pause()
        del session
