"""Makes torrents and proves that they seed.

``TorrentManager`` is the front door; every failure is a ``SeedwrightError``::

    async with TorrentManager() as manager:
        report = await manager.create_torrent("/data/book", seed=True, category="books")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from seedwright import errors
from seedwright.errors import SeedwrightError

if TYPE_CHECKING:
    from seedwright.engines.base import Progress
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

# Imported when first asked for: a help text needs none of them, and they cost most of
# a start.
_HOMES = {
    "Plan": "seedwright.plan",
    "Progress": "seedwright.engines.base",
    "Report": "seedwright.report",
    "Request": "seedwright.request",
    "Settings": "seedwright.settings.model",
    "TorrentManager": "seedwright.manager",
    "load_settings": "seedwright.settings.load",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
