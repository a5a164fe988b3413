"""What messages call a client."""

from __future__ import annotations

DEFAULT = "default"


def title(client: str) -> str:
    """How messages name a client: by its own name only where there are several."""
    return "qBittorrent" if client == DEFAULT else f"qBittorrent '{client}'"
