"""The search for the folder on a client that holds what a folder here holds."""

from __future__ import annotations

import asyncio
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwright.clients.path_map import PathMapping, pure
from seedwright.clients.qbittorrent.browse import Entry
from seedwright.clients.qbittorrent.folder_match import FolderMatch, match
from seedwright.clients.qbittorrent.mapping_search import (
    Bounds,
    Candidate,
    FolderSearch,
    Suggestion,
    generalised,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = PurePosixPath("/srv/media")


class Disk:
    """The folders of a machine, made of the paths of its files and empty folders ("/x/")."""

    def __init__(self, *paths: str) -> None:
        self.folders: dict[PurePath, dict[str, Entry]] = {}
        self.looked_into: list[str] = []
        for path in paths:
            self._add(pure(path), is_folder=path.endswith("/"))

    def _add(self, path: PurePath, *, is_folder: bool) -> None:
        if is_folder:
            self.folders.setdefault(path, {})
        if path != path.parent:
            self._add(path.parent, is_folder=True)
            self.folders[path.parent][path.name] = Entry(path.name, is_folder)

    async def look(self, folder: PurePath) -> Mapping[str, Entry] | None:
        self.looked_into.append(str(folder))
        return self.folders.get(folder)

    async def search(
        self, here: Mapping[str, Entry], *starts: str, bounds: Bounds | None = None
    ) -> FolderSearch:
        search = FolderSearch(self.look, here, HOST, bounds or Bounds())
        await search.run([pure(start) for start in starts or ("/",)])
        return search


def names(*given: str) -> dict[str, Entry]:
    return {name: Entry(name, is_folder=False) for name in given}


def best(search: FolderSearch) -> list[str]:
    return [str(folder) for folder in search.best()]


async def test_the_folder_is_found_from_the_root() -> None:
    disk = Disk("/a/x", "/b/c/one", "/b/c/two", "/b/one")

    search = await disk.search(names("one", "two"))

    assert best(search) == ["/b/c"]
    assert search.is_complete


async def test_nothing_alike_is_nothing_found() -> None:
    search = await Disk("/a/x", "/b/y").search(names("one"))

    assert best(search) == []
    assert (search.folders, search.is_complete) == (3, True)


@pytest.mark.parametrize(("there", "found"), [(("1", "2"), []), (("1", "2", "3"), ["/data"])])
async def test_more_than_half_of_the_names_have_to_agree(
    there: tuple[str, ...], found: list[str]
) -> None:
    disk = Disk(*(f"/data/{name}" for name in there))

    assert best(await disk.search(names("1", "2", "3", "4"))) == found


async def test_the_folder_with_more_of_the_names_is_better() -> None:
    disk = Disk("/part/1", "/part/2", "/whole/1", "/whole/2", "/whole/3", "/whole/4")

    assert best(await disk.search(names("1", "2", "3"))) == ["/whole"]


async def test_the_folder_with_less_beside_the_names_is_better() -> None:
    disk = Disk("/crowded/1", "/crowded/2", "/plain/1")

    assert best(await disk.search(names("1"))) == ["/plain"]


async def test_equals_are_all_told_and_the_one_of_the_same_name_first() -> None:
    disk = Disk("/a/1", "/z/media/1")

    assert best(await disk.search(names("1"))) == ["/z/media", "/a"]


async def test_starts_are_looked_into_first_and_nothing_twice() -> None:
    disk = Disk("/a/", "/data/b/")

    await disk.search(names("1"), "/data/b", "/gone", "/")

    assert disk.looked_into == ["/data/b", "/gone", "/", "/a", "/data"]


async def test_the_systems_folders_are_passed_by() -> None:
    disk = Disk("/proc/1", "/usr/share/1", "/srv/usr/1")

    assert best(await disk.search(names("1"))) == ["/srv/usr"]


@pytest.mark.parametrize(("depth", "found"), [(2, []), (3, ["/a/b/c"])])
async def test_the_search_goes_down_so_many_levels(depth: int, found: list[str]) -> None:
    disk = Disk("/a/b/c/1")

    assert best(await disk.search(names("1"), bounds=Bounds(depth=depth))) == found


@pytest.mark.parametrize(("folders", "found"), [(3, []), (4, ["/c"])])
async def test_the_search_looks_into_so_many_folders(folders: int, found: list[str]) -> None:
    search = await Disk("/a/", "/b/", "/c/1").search(names("1"), bounds=Bounds(folders=folders))

    assert best(search) == found
    assert search.is_complete == bool(found)


@pytest.mark.parametrize(("children", "found"), [(2, []), (3, ["/c"])])
async def test_the_search_goes_into_so_many_folders_of_one(children: int, found: list[str]) -> None:
    search = await Disk("/a/", "/b/", "/c/1").search(names("1"), bounds=Bounds(children=children))

    assert best(search) == found
    assert search.is_complete == bool(found)


async def test_folders_named_like_the_one_sought_are_gone_into_first() -> None:
    disk = Disk("/a/", "/b/", "/media/1")

    assert best(await disk.search(names("1"), bounds=Bounds(children=1))) == ["/media"]


async def test_what_was_found_counts_although_time_ran_out() -> None:
    disk = Disk("/data/1", "/slow/2")

    async def look(folder: PurePath) -> Mapping[str, Entry] | None:
        if folder.name == "slow":
            await asyncio.Event().wait()
        return await disk.look(folder)

    search = FolderSearch(look, names("1"), HOST, Bounds(seconds=0.05))
    await search.run([pure("/")])

    assert best(search) == ["/data"]
    assert not search.is_complete


async def test_windows_folders_are_found_and_its_system_passed_by() -> None:
    disk = Disk("D:\\Windows\\1", "D:\\Torrents\\tv\\1")

    assert best(await disk.search(names("1"), "D:\\")) == ["D:\\Torrents\\tv"]


folder_names = st.sampled_from(["data", "media", "tv", "usr", "proc", "x"])
folders = st.lists(folder_names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(wanted=folders, others=st.lists(folders, max_size=20))
@settings(deadline=None)
def test_whatever_else_there_is_the_folder_is_found(wanted: str, others: list[str]) -> None:
    disk = Disk(f"{wanted}/here it is", *(f"{other}/" for other in others))

    search = asyncio.run(disk.search(names("here it is"), "/", wanted))

    assert wanted in best(search)
    assert search.is_complete


def candidate(host: str, client: str) -> Candidate:
    return Candidate(PathMapping(pure(host), pure(client)), match(names("1"), names("1")))


async def test_a_mapping_is_told_from_as_far_up_as_both_sides_are_the_same() -> None:
    here = Disk("/srv/media/tv/a/1", "/srv/media/films/2", "/srv/other/3")
    there = Disk("/x/data/tv/a/1", "/x/data/films/2", "/x/4")

    found = await generalised(candidate("/srv/media/tv/a", "/x/data/tv/a"), here.look, there.look)

    assert str(found.mapping) == "/srv/media → /x/data"
    assert (found.match.agreeing, found.match.compared) == (2, 2)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("/srv/media/tv/1",), ("/data/tv/1", "/data/more/2")),
        (("/srv/media/tv/1", "/srv/media/more/2"), ("/data/tv/1",)),
    ],
)
async def test_a_parent_that_differs_is_not_taken(
    here: tuple[str, ...], there: tuple[str, ...]
) -> None:
    first = candidate("/srv/media/tv", "/data/tv")

    assert await generalised(first, Disk(*here).look, Disk(*there).look) == first


async def test_a_parent_that_cannot_be_read_is_not_taken() -> None:
    first = candidate("/srv/media/tv", "/data/tv")

    assert await generalised(first, Disk().look, Disk("/data/tv/1").look) == first
    assert await generalised(first, Disk("/srv/media/tv/1").look, Disk().look) == first


@pytest.mark.parametrize(
    ("host", "client"), [("/srv/data", "/data"), ("/data", "/srv/data"), ("/data", "/data")]
)
async def test_a_root_is_never_mapped(host: str, client: str) -> None:
    disk = Disk("/data/1", "/srv/data/1")

    assert (await generalised(candidate(host, client), disk.look, disk.look)) == candidate(
        host, client
    )


async def test_a_windows_drive_and_a_posix_folder_are_told_from_above_too() -> None:
    here, there = Disk("D:\\media\\tv\\1"), Disk("/x/data/tv/1")

    found = await generalised(candidate("D:\\media\\tv", "/x/data/tv"), here.look, there.look)

    assert found.mapping == PathMapping(PureWindowsPath("D:\\media"), PurePosixPath("/x/data"))


def suggestion(*clients: str, in_force: bool = False, exact: bool = True) -> Suggestion:
    how = FolderMatch(2, (), () if exact else ("gone",), ())
    found = tuple(Candidate(PathMapping(HOST, pure(client)), how) for client in clients)
    return Suggestion(HOST, found, in_force, folders=7, is_complete=exact)


@pytest.mark.parametrize(
    ("found", "verdict", "text", "hint"),
    [
        (suggestion("/data"), "pass", "/srv/media → /data: 2 of 2 names match", ""),
        (
            suggestion("/data", in_force=True),
            "pass",
            "/srv/media → /data is already set: 2 of 2 names match",
            "",
        ),
        (
            suggestion("/srv/media", in_force=True),
            "pass",
            "no mapping is needed: qBittorrent sees /srv/media under the same path; 2 of 2 names match",
            "",
        ),
        (
            suggestion("/data", exact=False),
            "warn",
            "/srv/media → /data: 2 of 3 names match; only here: 'gone'",
            "check that both are the same folder",
        ),
        (
            suggestion("/data", "/downloads", "/x"),
            "warn",
            "/srv/media → /data: 2 of 2 names match; as many match in /downloads and /x",
            "if they are the same folder, use any of them; else name a folder with more in it",
        ),
        (
            suggestion(),
            "fail",
            "no folder that qBittorrent sees holds what /srv/media holds (7 folders were searched)",
            "check that qBittorrent sees the folder; in Docker, that it is one of the volumes",
        ),
        (
            suggestion(exact=False),
            "fail",
            "no folder that qBittorrent sees holds what /srv/media holds (7 folders were searched)",
            (
                "write the mapping by hand, because qBittorrent has more folders than are searched;"
                " `seedwright doctor` tests it"
            ),
        ),
    ],
)
def test_a_suggestion_says_what_it_is_worth(
    found: Suggestion, verdict: str, text: str, hint: str
) -> None:
    finding = found.as_finding("mapping")

    assert (finding.step, finding.verdict, finding.text, finding.hint) == (
        "mapping",
        verdict,
        text,
        hint,
    )
