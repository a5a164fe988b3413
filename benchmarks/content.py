"""The files that are hashed: random, whole on disk, and in the page cache."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import page_cache

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK = 16 << 20
_SPARE = 1 << 30


class NoRoomError(Exception):
    """The disk cannot take the content."""


@dataclass(frozen=True)
class Layout:
    """Files to be made: names below the content and lengths in bytes.

    A name of "" is the content itself, as a single file.
    """

    name: str
    files: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        """All bytes."""
        return sum(length for _, length in self.files)

    def at(self, content: Path) -> list[tuple[Path, int]]:
        """Path and length of every file when the content lies at CONTENT."""
        return [(content / name if name else content, length) for name, length in self.files]


def make(layout: Layout, folder: Path, *, seed: str | None = None) -> Path:
    """The content in FOLDER: with SEED as it may be there already, without it always new.

    Raises NoRoomError.
    """
    content = folder / layout.name
    if seed is not None and _is_there(layout, content):
        return content
    remove(content)
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < layout.size + _SPARE:
        raise NoRoomError(
            f"the disk has {free / 1e9:.1f} GB free, and '{layout.name}' needs"
            f" {(layout.size + _SPARE) / 1e9:.1f} GB"
        )
    source = random.Random(os.urandom(32) if seed is None else seed)
    for path, length in layout.at(content):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for start in range(0, length, _CHUNK):
                file.write(source.randbytes(min(_CHUNK, length - start)))
    # Writing back while the clock runs would be charged to whoever runs then.
    os.sync()
    return content


def remove(content: Path) -> None:
    """Delete it, whatever is there of it."""
    if content.is_dir():
        shutil.rmtree(content)
    else:
        content.unlink(missing_ok=True)


def warm(layout: Layout, content: Path) -> float:
    """Read all of it; the part that is in the page cache then, 0 to 1."""
    files = layout.at(content)
    for path, _ in files:
        page_cache.warm(path)
    return sum(length * page_cache.resident(path) for path, length in files) / layout.size


def memory_warning(size: int, free: int) -> str | None:
    """What to say when SIZE bytes do not fit beside all else in FREE bytes of memory, else None."""
    if size + _SPARE <= free:
        return None
    return (
        f"{size / 1e9:.1f} GB do not fit the page cache ({free / 1e9:.1f} GB of memory are free):"
        " these figures are the disk's as much as the tools'; --size takes less"
    )


def _is_there(layout: Layout, content: Path) -> bool:
    return all(
        path.is_file() and path.stat().st_size == length for path, length in layout.at(content)
    )
