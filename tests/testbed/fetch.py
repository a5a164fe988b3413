"""A qBittorrent of a given version, fetched from Debian without root and cached."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.testbed import packages

CACHE = Path(__file__).parents[2] / ".cache" / "testbed"

# What the tests run on, and one that is too old for Seedwright.
VERSIONS = ("5.1", "5.3")
OLD_VERSION = "4.5"

# Backports build on the suite they are for.
_SUITES = {
    "5.1": ("trixie",),
    "5.3": ("trixie", "trixie-backports"),
    "4.5": ("bookworm",),
}


class TestbedUnavailable(Exception):  # noqa: N818 - a circumstance, not a fault of the test
    """No qBittorrent of that version can be had on this machine; the message says why."""

    __test__ = False


@dataclass(frozen=True)
class Installation:
    """A qBittorrent ready to be started: its command line so far and its environment."""

    version: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def versions() -> tuple[str, ...]:
    """The versions the tests run on: the one of ``QBITTORRENT_NOX`` when that is set."""
    return ("installed",) if _installed_path() else VERSIONS


def qbittorrent(version: str) -> Installation:
    """The qBittorrent of VERSION (``5.1``, ``5.3``, ``4.5``), fetched when it is not cached yet.

    ``QBITTORRENT_NOX=/path`` stands in for every version but the one that is meant to be too old.
    Raises TestbedUnavailable.
    """
    if (path := _installed_path()) and version != OLD_VERSION:
        return _installed(path)
    if version not in _SUITES:
        known = ", ".join(_SUITES)
        raise TestbedUnavailable(f"No qBittorrent {version} for the tests: there are {known}.")
    try:
        root = packages.unpacked(f"qbittorrent-nox={version}*", _SUITES[version], CACHE / version)
        command = packages.command(root, "qbittorrent-nox")
    except packages.PackagesUnavailable as error:
        raise TestbedUnavailable(
            f"qBittorrent {version} cannot be fetched: {error}; "
            "QBITTORRENT_NOX=/path names an installed one."
        ) from error
    plugins = packages.library_folders(root)[0].glob("qt*/plugins")
    return Installation(
        version, command, {"QT_PLUGIN_PATH": ":".join(str(path) for path in plugins)}
    )


def _installed_path() -> str:
    return os.environ.get("QBITTORRENT_NOX", "")


def _installed(path: str) -> Installation:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TestbedUnavailable(f"QBITTORRENT_NOX={path} does not run: {reason}.") from error
    return Installation(told.stdout.split()[-1].lstrip("v"), (path,))
