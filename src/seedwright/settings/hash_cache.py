"""The cache of hashes that the settings describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.hashes.cache import HashCache
from seedwright.metainfo.pieces import parse_size
from seedwright.settings import places

if TYPE_CHECKING:
    from seedwright.settings.model import Settings


def hash_cache(settings: Settings) -> HashCache | None:
    """Where hashes are kept, whether the folder exists or not; None without a home folder."""
    folder = places.user_hashes_path()
    if folder is None:
        return None
    return HashCache(folder, parse_size(str(settings.torrent_creation.hash_cache_size)))
