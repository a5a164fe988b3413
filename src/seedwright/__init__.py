"""Makes torrents and proves that they seed.

``TorrentManager`` is the front door; every failure is a ``SeedwrightError``::

    async with TorrentManager() as manager:
        report = await manager.create_torrent("/data/book", seed=True, category="books")
"""

from __future__ import annotations

TYPE_CHECKING = False  # as of typing, which the first moment of a command is too short for
if TYPE_CHECKING:
    from typing import Any

    from seedwright import errors
    from seedwright.engines.base import Progress
    from seedwright.errors import SeedwrightError
    from seedwright.manager import TorrentManager
    from seedwright.plan import Plan
    from seedwright.report import Report
    from seedwright.request import Request

__all__ = [
    "Plan",
    "Progress",
    "Report",
    "Request",
    "SeedwrightError",
    "Settings",
    "TorrentManager",
    "errors",
    "load_settings",
]

# Imported when first used: a help text needs none of them, and they take most of a start.
_HOMES = {
    "Plan": "seedwright.plan",
    "Progress": "seedwright.engines.base",
    "Report": "seedwright.report",
    "Request": "seedwright.request",
    "SeedwrightError": "seedwright.errors",
    "Settings": "seedwright.settings.model",
    "TorrentManager": "seedwright.manager",
    "load_settings": "seedwright.settings.load",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "errors":
        return import_module("seedwright.errors")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
