"""The profile folder of a qBittorrent that stays on loopback."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.testbed.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Profile:
    """One qBittorrent's settings, logs, downloads and temporary files, all under FOLDER."""

    folder: Path

    @property
    def downloads(self) -> Path:
        """The default save path."""
        return self.folder / "downloads"

    @property
    def temporary(self) -> Path:
        """Where this qBittorrent puts its temporary files."""
        return self.folder / "tmp"

    @property
    def console(self) -> Path:
        """What it printed."""
        return self.folder / "console.txt"

    @property
    def log(self) -> Path:
        """What it logged."""
        return self.folder / "qBittorrent/data/logs/qbittorrent.log"

    def write(self, port: int, username: str, password: str, settings: Mapping[str, str]) -> None:
        """Make the profile anew: a Web UI on PORT for this user, and SETTINGS over the rest.

        A key of SETTINGS is a key of the section ``Preferences``, or ``SECTION/KEY``.
        """
        for folder in (self.downloads, self.temporary):
            folder.mkdir(parents=True, exist_ok=True)
        sections: dict[str, dict[str, str]] = {}
        for key, value in {
            **self._on_loopback(),
            "WebUI\\Port": str(port),
            "WebUI\\Username": username,
            "WebUI\\Password_PBKDF2": _hashed(password),
            **settings,
        }.items():
            section, _, name = key.rpartition("/")
            sections.setdefault(section or "Preferences", {})[name] = value
        path = self.folder / "qBittorrent/config/qBittorrent.conf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "\n".join(
                f"[{section}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
                for section, keys in sections.items()
            ),
            encoding="utf-8",
        )

    def _on_loopback(self) -> dict[str, str]:
        return {
            "LegalNotice/Accepted": "true",
            "Application/FileLogger\\Enabled": "true",
            # Whole, so that it can be read from where it was left off.
            "Application/FileLogger\\Backup": "false",
            "Application/FileLogger\\MaxSizeBytes": "99999999",
            "Network/PortForwardingEnabled": "false",
            "BitTorrent/Session\\DefaultSavePath": str(self.downloads),
            "BitTorrent/Session\\DHTEnabled": "false",
            "BitTorrent/Session\\LSDEnabled": "false",
            "BitTorrent/Session\\PeXEnabled": "false",
            "BitTorrent/Session\\Interface": "lo",
            "BitTorrent/Session\\InterfaceName": "lo",
            "BitTorrent/Session\\InterfaceAddress": HOST,
            # Any free one, so that several run side by side.
            "BitTorrent/Session\\Port": "0",
            # A torrent's state is up to this old (ms); of 1500, its default, tests are made waiting.
            "BitTorrent/Session\\RefreshInterval": "100",
            # Else it downloads a database of countries.
            "Connection\\ResolvePeerCountries": "false",
            "WebUI\\Address": HOST,
            "WebUI\\UseUPnP": "false",
        }


@lru_cache
def _hashed(password: str) -> str:
    """PASSWORD as qBittorrent keeps it: salt and PBKDF2-HMAC-SHA512 of 100,000 rounds."""
    salt = b"salt of the test"
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 100_000)
    salted = f"{base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()}"
    return f'"@ByteArray({salted})"'
