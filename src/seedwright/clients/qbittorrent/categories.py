"""A client's categories and the folders that automatic management takes for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seedwright.clients.path_map import pure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import PurePath

    from seedwright.clients.qbittorrent.connection import Connection

_FORBIDDEN_UP_TO_5_1 = re.compile(r'[:?"*<>|]+')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


async def category_save_path(connection: Connection, category: str) -> PurePath | None:
    """The folder the client keeps a category's torrents in; None when there is no such category.

    "" stands for no category: the client's default save path. A category without a path of its own
    has a folder of its name, below that of its parent category where subcategories are in use.
    """
    default = pure(await connection.call(lambda client: client.app_default_save_path()))
    if not category:
        return default
    rows: Any = await connection.call(lambda client: client.torrents_categories())
    if category not in rows:
        return None
    preferences: Any = await connection.call(lambda client: client.app_preferences())
    # The switch went with 5.2: subcategories are always in use, and folders spelled in a new way.
    switch = preferences.get("use_subcategories")
    spell = _spelled_since_5_2 if switch is None else _spelled_up_to_5_1
    return _save_path(rows, category, default, spell, nested=switch is not False)


def _save_path(
    rows: Any, category: str, default: PurePath, spell: Callable[[str], str], *, nested: bool
) -> PurePath:
    own = str(rows.get(category, {}).get("savePath", ""))
    if own:
        return pure(own) if pure(own).is_absolute() else default / own
    parent, slash, last = category.rpartition("/")
    if nested and slash:
        return _save_path(rows, parent, default, spell, nested=nested) / spell(last)
    return default.joinpath(*map(spell, category.split("/")))


def _spelled_up_to_5_1(name: str) -> str:
    return _FORBIDDEN_UP_TO_5_1.sub(" ", name)


def _spelled_since_5_2(name: str) -> str:
    kept = _CONTROL.sub("_", name.strip())
    return "_" if kept in (".", "..") else kept
