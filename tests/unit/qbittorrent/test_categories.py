from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from seedwright.clients.qbittorrent.categories import category_save_path

from .servers import V5_1, V5_3

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.clients.qbittorrent.capabilities import Capabilities
    from seedwright.clients.qbittorrent.connection import Connection

# Each row was seen on the real server: a torrent under automatic management, and its save path.
# "other" keeps to /elsewhere and "rel" to the relative rel/dir; the others have no path of their own.
OWN = {"other": "/elsewhere", "rel": "rel/dir", "rel/with": "x"}
PLAIN = {
    "other": "/elsewhere",
    "rel": "/downloads/rel/dir",
    "rel/with": "/downloads/x",
    "books": "/downloads/books",
    "two words": "/downloads/two words",
    "Ünï 🎬": "/downloads/Ünï 🎬",
    "CON": "/downloads/CON",
    "dots...": "/downloads/dots...",
    "books/new": "/downloads/books/new",
    "books/new/.hidden": "/downloads/books/new/.hidden",
}
UP_TO_5_1 = {
    "?a": "/downloads/ a",
    "a??b": "/downloads/a b",
    "a?": "/downloads/a ",
    "q:w": "/downloads/q w",
    "<>": "/downloads/ ",
    "x/ y": "/downloads/x/ y",
}
FLAT = {"other/b": "/downloads/other/b", "rel/sub": "/downloads/rel/sub"}
NESTED = {
    "other/b": "/elsewhere/b",
    "other/b/c": "/elsewhere/b/c",
    "rel/sub": "/downloads/rel/dir/sub",
}
FROM_5_3 = {
    "?a": "/downloads/?a",
    "a??b": "/downloads/a??b",
    "q:w": "/downloads/q:w",
    "<>": "/downloads/<>",
    "a\tb": "/downloads/a_b",
    "tr. ": "/downloads/tr.",
    "x/ y": "/downloads/x/y",
    "..": "/downloads/_",
    "dots/..": "/downloads/dots/_",
}


class FakeConnection:
    """A server with these categories, as far as their folders are asked for."""

    def __init__(
        self,
        capabilities: Capabilities,
        *categories: str,
        default: str = "/downloads",
        own: dict[str, str] | None = None,
        preferences: dict[str, Any] | None = None,
    ) -> None:
        own = OWN if own is None else own
        if preferences is None:
            # The switch is gone from 5.2 on, where subcategories are always in use.
            preferences = {"use_subcategories": False} if capabilities is V5_1 else {}
        names = {*own, *categories}
        self._capabilities = capabilities
        self._client = SimpleNamespace(
            app_default_save_path=lambda: default,
            app_preferences=lambda: preferences,
            torrents_categories=lambda: {
                name: {"name": name, "savePath": own.get(name, "")} for name in names
            },
        )

    async def open(self) -> Capabilities:
        return self._capabilities

    async def call(self, operation: Callable[[Any], Any], **_: Any) -> Any:
        return operation(self._client)


async def folder(connection: FakeConnection, category: str) -> str | None:
    path = await category_save_path(cast("Connection", connection), category)
    return None if path is None else str(path)


@pytest.mark.parametrize("category", PLAIN)
@pytest.mark.parametrize("capabilities", [V5_1, V5_3], ids=["5.1", "5.3"])
async def test_a_category_has_its_own_folder_or_one_of_its_name(
    capabilities: Capabilities, category: str
) -> None:
    connection = FakeConnection(capabilities, category)
    assert await folder(connection, category) == PLAIN[category]


@pytest.mark.parametrize("category", UP_TO_5_1)
async def test_up_to_5_1_what_no_file_name_may_have_becomes_a_space(category: str) -> None:
    connection = FakeConnection(V5_1, category)
    assert await folder(connection, category) == UP_TO_5_1[category]


@pytest.mark.parametrize("category", FLAT)
async def test_without_subcategories_a_parents_folder_does_not_count(category: str) -> None:
    connection = FakeConnection(V5_1, category)
    assert await folder(connection, category) == FLAT[category]


@pytest.mark.parametrize("category", NESTED)
async def test_with_subcategories_a_folder_lies_in_its_parents(category: str) -> None:
    connection = FakeConnection(V5_1, category, preferences={"use_subcategories": True})
    assert await folder(connection, category) == NESTED[category]


@pytest.mark.parametrize("category", NESTED)
async def test_from_5_3_on_a_folder_always_lies_in_its_parents(category: str) -> None:
    assert await folder(FakeConnection(V5_3, category), category) == NESTED[category]


@pytest.mark.parametrize("category", FROM_5_3)
async def test_from_5_3_on_only_what_this_system_forbids_is_replaced(category: str) -> None:
    assert await folder(FakeConnection(V5_3, category), category) == FROM_5_3[category]


async def test_no_category_stands_for_the_default_folder() -> None:
    assert await folder(FakeConnection(V5_3), "") == "/downloads"


async def test_a_category_that_is_not_there_has_no_folder() -> None:
    assert await folder(FakeConnection(V5_3, "books"), "Books") is None


async def test_a_windows_client_has_windows_folders() -> None:
    own = {"drive": r"E:\tv", "share": r"\\nas\tv", "rel": "tv"}
    connection = FakeConnection(V5_3, "plain", default=r"D:\torrents", own=own)
    found = {
        name: await category_save_path(cast("Connection", connection), name)
        for name in ("drive", "share", "rel", "plain")
    }
    assert found == {
        "drive": PureWindowsPath(r"E:\tv"),
        "share": PureWindowsPath(r"\\nas\tv"),
        "rel": PureWindowsPath(r"D:\torrents\tv"),
        "plain": PureWindowsPath(r"D:\torrents\plain"),
    }


async def test_a_path_with_a_separator_at_its_end_is_the_same_folder() -> None:
    connection = FakeConnection(V5_3, "books", own={"books": "/books/"}, default="/downloads/")
    for category, path in (("books", "/books"), ("", "/downloads")):
        found = await category_save_path(cast("Connection", connection), category)
        assert found == PurePosixPath(path)
