"""Plans as a manager makes them of options, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.errors import SeedwrightError
from seedwright.manager import TorrentManager
from seedwright.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright import Plan, Settings


def plan_of(path: Path, settings: Settings, options: Mapping[str, Any]) -> Plan:
    """The plan, as far as this machine alone can make it."""
    [plan] = TorrentManager(settings).plans([Request(path, **options)])
    if isinstance(plan, SeedwrightError):
        raise plan
    return plan
