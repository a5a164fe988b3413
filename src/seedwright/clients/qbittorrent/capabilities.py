"""What a qBittorrent can be asked, by its Web API version, its own version and its libtorrent.

This is the only place where versions are compared. Figures are from qBittorrent's Web API
changelog and from real servers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from seedwright.errors import CapabilityError

Version = tuple[int, ...]


class Feature(Enum):
    """Something that not every qBittorrent can do, and what it needs.

    ``title`` is its name for people and ``released`` says for them who has it; ``api`` and ``app``
    are the least versions of the Web API and of qBittorrent, ``libtorrent`` the branch.
    """

    CREATOR = ("the Torrent Creator", "qBittorrent 5.0 or later", (2, 10, 4))
    FOLDER_LISTING = ("listing folders", "qBittorrent 5.0 or later", (2, 11, 2))
    SOURCE = (
        "a source that differs from the comment",
        "qBittorrent 5.0.3 or later",
        (2, 10, 4),
        (5, 0, 3),
    )
    ENCODED_URLS = ("percent-encoded tracker URLs", "qBittorrent 5.2 or later", (2, 11, 6))
    FOLDER_SIZES = ("listing folders with sizes", "qBittorrent 5.2 or later", (2, 11, 8))
    API_KEY = ("API keys", "qBittorrent 5.2 or later", (2, 14, 1))
    DOTFILES = ("including dotfiles", "qBittorrent 5.3 or later", (2, 16))
    FORMAT = ("the formats v2 and hybrid", "a build with libtorrent 2", (), (), 2)
    ALIGNMENT = ("alignment options", "a build with libtorrent 1.2", (), (), 1)

    def __init__(
        self,
        title: str,
        released: str,
        api: Version,
        app: Version = (),
        libtorrent: int | None = None,
    ) -> None:
        self.title, self.released = title, released
        self.api, self.app, self.libtorrent = api, app, libtorrent


def parse_version(text: str) -> Version:
    """The leading numbers of a version: "v5.1.0beta1" gives (5, 1, 0); () when there are none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", text.strip())
    return tuple(int(part) for part in found[1].split(".")) if found else ()


@dataclass(frozen=True)
class Capabilities:
    """What one qBittorrent is, and so what it can do.

    ``client`` is its name in the settings; versions are as the server spells them.
    """

    client: str
    app_version: str
    api_version: str
    libtorrent_version: str = ""

    def can(self, feature: Feature) -> bool:
        """Whether this qBittorrent has the feature."""
        branch = parse_version(self.libtorrent_version)[:1]
        return (
            parse_version(self.api_version) >= feature.api
            and parse_version(self.app_version) >= feature.app
            and feature.libtorrent in (None, *branch)
        )

    def need(self, feature: Feature) -> None:
        """Nothing where the feature exists, else CapabilityError that names who has it."""
        if not self.can(feature):
            raise CapabilityError(
                f"{self.describe()} does not support {feature.title}",
                client=self.client,
                hint=f"use {feature.released}",
            )

    def describe(self) -> str:
        """The server in words: "qBittorrent 5.1.0 (Web API 2.11.4, libtorrent 2.0.11)"."""
        parts = [f"Web API {self.api_version}"]
        if self.libtorrent_version:
            parts.append(f"libtorrent {self.libtorrent_version}")
        return f"qBittorrent {self.app_version.removeprefix('v')} ({', '.join(parts)})"
