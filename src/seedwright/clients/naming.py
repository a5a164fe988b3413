"""What a client is called."""

from __future__ import annotations

DEFAULT = "default"


def title(client: str) -> str:
    """How messages call a client: its name is worth telling only where there are several."""
    return "qBittorrent" if client == DEFAULT else f"qBittorrent '{client}'"
