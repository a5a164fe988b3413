"""What mkbrr takes for granted, as far as the infohash depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULTS: Mapping[str, Any] = {
    "format": "v1",
    "private": True,
    "piece_length": "auto",
    "source": None,
    "ignore_dotfiles": False,
    "tracker_rules": True,
}
"""Options of a request that are so where nobody asks for anything else, whatever the settings say."""
