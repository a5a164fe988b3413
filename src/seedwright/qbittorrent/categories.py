"""A client's categories and the folders that automatic management takes for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seedwright.qbittorrent.paths import pure

if TYPE_CHECKING:
    from pathlib import PurePath

    from seedwright.qbittorrent.connection import Connection

_NOT_IN_A_FILE_NAME = re.compile(r'[\\/:?"*<>|]+')


async def category_save_path(connection: Connection, category: str) -> PurePath | None:
    """The folder the client keeps a category's torrents in; None when there is no such category.

    "" stands for no category: the client's default save path. A category without a path of its own
    has a folder of its name, below that of its parent category.
    """
    default = pure(await connection.call(lambda client: client.app_default_save_path()))
    if not category:
        return default
    rows: Any = await connection.call(lambda client: client.torrents_categories())
    return _save_path(rows, category, default) if category in rows else None


def _save_path(rows: Any, category: str, default: PurePath) -> PurePath:
    own = str(rows.get(category, {}).get("savePath", ""))
    if own and pure(own).is_absolute():
        return pure(own)
    if own:
        return default / own
    parent, slash, last = category.rpartition("/")
    base = _save_path(rows, parent, default) if slash else default
    return base / _NOT_IN_A_FILE_NAME.sub(" ", last).strip()
