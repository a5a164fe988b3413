"""What real servers say of themselves, for the tests in this folder."""

from __future__ import annotations

from seedwright.clients.qbittorrent.capabilities import Capabilities


def server(api: str = "2.16.2", app: str = "v5.3.0", libtorrent: str = "2.0.11.0") -> Capabilities:
    return Capabilities(
        client="nas", app_version=app, api_version=api, libtorrent_version=libtorrent
    )


V4_5 = server("2.8.19", "v4.5.2", "2.0.8.0")
V5_0_2 = server("2.11.2", "v5.0.2")
V5_1 = server("2.11.4", "v5.1.0")
V5_1_LIBTORRENT_1 = server("2.11.4", "v5.1.0", "1.2.19.0")
V5_3 = server()
V5_3_LIBTORRENT_1 = server(libtorrent="1.2.20.0")
