"""Files on the disk for a test to look at."""

from __future__ import annotations

from pathlib import Path


def put(path: Path, size: int = 1) -> Path:
    """The path, with a file of that many zeros and every folder around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return path
