"""The cache of hashes that the settings describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.hashes.cache import HashCache
from seedwright.metainfo.pieces import parse_size
from seedwright.settings import places

if TYPE_CHECKING:
    from seedwright.settings.model import Settings


def hash_cache(settings: Settings) -> HashCache | None:
    """Where hashes are kept, be the folder there or not; None where there is no home for it."""
    folder = places.user_hashes_path()
    if folder is None:
        return None
    return HashCache(folder, parse_size(str(settings.torrent_creation.hash_cache_size)))
