"""Plans and reports as a manager gives them, or the failure that stands in the place of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.errors import SeedwrightError
from seedwright.manager import TorrentManager
from seedwright.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from seedwright import Plan, Report, Settings


def plan_of(path: Path, settings: Settings, options: Mapping[str, Any]) -> Plan:
    """The plan, as far as this machine alone can make it."""
    [plan] = TorrentManager(settings).plans([Request(path, **options)])
    if isinstance(plan, SeedwrightError):
        raise plan
    return plan


def reports_of(outcomes: Iterable[Report | SeedwrightError]) -> list[Report]:
    """The report of each torrent; raises the first failure."""
    reports = []
    for each in outcomes:
        if isinstance(each, SeedwrightError):
            raise each
        reports.append(each)
    return reports
