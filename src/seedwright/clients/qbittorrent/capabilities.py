"""What a qBittorrent can be asked, by its Web API version, its own version and its libtorrent.

This is the only place where versions are compared. Figures are from qBittorrent's Web API
changelog and from real servers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from seedwright.errors import CapabilityError

Version = tuple[int, ...]


class Feature(StrEnum):
    """Something that not every qBittorrent can do; the value is how people call it."""

    CREATOR = "the Torrent Creator"
    FOLDER_LISTING = "listing folders"
    FOLDER_SIZES = "listing folders with sizes"
    SOURCE = "a source tag of its own (it writes the comment there)"
    DOTFILES = "including dotfiles"
    ENCODED_URLS = "percent-encoded tracker URLs"
    FORMAT = "the formats v2 and hybrid"
    ALIGNMENT = "alignment options"
    SEED_MODE = "the name seedMode for adding without a check"
    ADDED_IDS = "naming what was added"
    API_KEY = "API keys"


@dataclass(frozen=True)
class Requirement:
    """What a feature needs: the least Web API and qBittorrent versions, the libtorrent branch.

    ``released`` says it for people.
    """

    released: str
    api: Version = ()
    app: Version = ()
    libtorrent: int | None = None


REQUIREMENTS: dict[Feature, Requirement] = {
    Feature.CREATOR: Requirement("qBittorrent 5.0 or later", api=(2, 10, 4)),
    Feature.FOLDER_LISTING: Requirement("qBittorrent 5.0 or later", api=(2, 11, 2)),
    Feature.SOURCE: Requirement("qBittorrent 5.0.3 or later", api=(2, 10, 4), app=(5, 0, 3)),
    Feature.ENCODED_URLS: Requirement("qBittorrent 5.2 or later", api=(2, 11, 6)),
    Feature.FOLDER_SIZES: Requirement("qBittorrent 5.2 or later", api=(2, 11, 8)),
    Feature.ADDED_IDS: Requirement("qBittorrent 5.2 or later", api=(2, 14)),
    Feature.API_KEY: Requirement("qBittorrent 5.2 or later", api=(2, 14, 1)),
    Feature.DOTFILES: Requirement("qBittorrent 5.3 or later", api=(2, 16)),
    Feature.SEED_MODE: Requirement("qBittorrent 5.3 or later", api=(2, 16)),
    Feature.FORMAT: Requirement("a build with libtorrent 2", libtorrent=2),
    Feature.ALIGNMENT: Requirement("a build with libtorrent 1.2", libtorrent=1),
}


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
        needs = REQUIREMENTS[feature]
        branch = parse_version(self.libtorrent_version)[:1]
        return (
            parse_version(self.api_version) >= needs.api
            and parse_version(self.app_version) >= needs.app
            and (needs.libtorrent is None or branch == (needs.libtorrent,))
        )

    def need(self, feature: Feature) -> None:
        """Nothing where the feature is there, else :class:`CapabilityError` saying who has it."""
        if not self.can(feature):
            raise CapabilityError(
                f"{self.describe()} does not have {feature.value}",
                client=self.client,
                hint=f"it needs {REQUIREMENTS[feature].released}",
            )

    def describe(self) -> str:
        """The server in words: "qBittorrent 5.1.0 (Web API 2.11.4, libtorrent 2.0.11)"."""
        parts = [f"Web API {self.api_version}"]
        if self.libtorrent_version:
            parts.append(f"libtorrent {self.libtorrent_version}")
        return f"qBittorrent {self.app_version.removeprefix('v')} ({', '.join(parts)})"
