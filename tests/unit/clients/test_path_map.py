from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.path_map import PathMap, pure
from seedwright.errors import ExitCode, SettingsError

DATA = PathMap({"/data": "/downloads"})


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("/data", "/downloads"),
        ("/data/", "/downloads"),
        ("/data/tv", "/downloads/tv"),
        ("/data/tv/", "/downloads/tv"),
        ("/data//tv", "/downloads/tv"),
        ("//data/tv", "/downloads/tv"),
        ("/data/./tv", "/downloads/tv"),
        ("/data/tv/../film", "/downloads/film"),
        ("/elsewhere/../data/tv", "/downloads/tv"),
        ("/data/two words", "/downloads/two words"),
        ("/data/ leading and trailing ", "/downloads/ leading and trailing "),
        ("/data/Ünï/日本語/🎬", "/downloads/Ünï/日本語/🎬"),
        ("/data/a\nb", "/downloads/a\nb"),
        ("/data/a\\b", "/downloads/a\\b"),
        ("/data/C:", "/downloads/C:"),
    ],
)
def test_a_path_below_a_mapping_is_renamed(host: str, client: str) -> None:
    mapped = DATA.to_client(host)
    assert (mapped.path, mapped.mapping) == (client, DATA.mappings[0])


@pytest.mark.parametrize(
    "path",
    [
        "/database",
        "/database/tv",
        "/dat",
        "/",
        "/Data/tv",
        "/data/../etc",
        "/other/data/tv",
        "/downloads/tv",
        "/elsewhere/",
        "/elsewhere//two",
        "data/tv",
        "D:\\data",
        "\\\\nas\\data",
    ],
)
def test_a_path_that_no_mapping_covers_goes_as_it_is(path: str) -> None:
    mapped = DATA.to_client(path)
    assert (mapped.path, mapped.mapping) == (path, None)


def test_without_mappings_every_path_goes_as_it_is() -> None:
    assert PathMap().to_client("/data/tv").path == "/data/tv"


NESTED = (("/", "/host"), ("/data", "/d"), ("/data/tv", "/t"), ("/srv/data/tv/hd", "/hd"))


@pytest.mark.parametrize("rows", list(permutations(NESTED)))
def test_the_longest_match_wins_in_any_order_of_rows(rows: tuple[tuple[str, str], ...]) -> None:
    paths = PathMap(rows)
    assert paths.to_client("/data/tv/x").path == "/t/x"
    assert paths.to_client("/data/tv").path == "/t"
    assert paths.to_client("/data/tvs").path == "/d/tvs"
    assert paths.to_client("/etc").path == "/host/etc"


def test_the_root_can_be_mapped_on_either_side() -> None:
    outwards = PathMap({"/": "/host"})
    assert outwards.to_client("/").path == "/host"
    assert outwards.to_client("/tv").path == "/host/tv"
    inwards = PathMap({"/srv/media": "/"})
    assert inwards.to_client("/srv/media").path == "/"
    assert inwards.to_client("/srv/media/tv").path == "/tv"


@pytest.mark.parametrize(
    ("host", "client"),
    [
        (r"D:\Media", "/media"),
        (r"d:\media\TV", "/media/TV"),
        (r"D:\MEDIA\a b\Ü", "/media/a b/Ü"),
        ("D:/Media/TV", "/media/TV"),
        (r"D:\Media\..\Media\TV" + "\\", "/media/TV"),
        (r"D:\MediaToo", r"D:\MediaToo"),
        (r"E:\Media", r"E:\Media"),
        ("/Media", "/Media"),
    ],
)
def test_a_windows_drive_is_mapped_whatever_the_case(host: str, client: str) -> None:
    assert PathMap({r"D:\Media": "/media"}).to_client(host).path == client


@pytest.mark.parametrize(
    ("host", "client"),
    [
        (r"\\nas\media", "/media"),
        (r"\\NAS\Media\TV", "/media/TV"),
        (r"\\nas\media\\TV" + "\\", "/media/TV"),
        (r"\\nas\mediatoo\TV", r"\\nas\mediatoo\TV"),
        (r"\\other\media\TV", r"\\other\media\TV"),
    ],
)
def test_a_share_is_mapped_whatever_the_case(host: str, client: str) -> None:
    assert PathMap({r"\\nas\media": "/media"}).to_client(host).path == client


def test_a_windows_client_gets_its_own_separators() -> None:
    drive = PathMap({"/srv/media": r"D:\Media"})
    assert drive.to_client("/srv/media/a b/c").path == r"D:\Media\a b\c"
    whole_drive = PathMap({"/srv": "D:\\"})
    assert whole_drive.to_client("/srv/tv").path == r"D:\tv"
    share = PathMap({"/srv/media": r"\\nas\media"})
    assert share.to_client("/srv/media/c").path == r"\\nas\media\c"


def test_posix_letters_keep_their_case() -> None:
    assert PathMap({"/Data": "/d"}).to_client("/data/x").mapping is None


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("data", "/downloads"),
        ("/data", "downloads"),
        ("./data", "/downloads"),
        ("../data", "/downloads"),
        ("", "/downloads"),
        ("/data", ""),
        ("~/data", "/downloads"),
        ("C:", "/downloads"),
        ("C:data", "/downloads"),
        (r"\data", "/downloads"),
    ],
)
def test_a_side_that_is_not_absolute_is_refused(host: str, client: str) -> None:
    wrong = host if client == "/downloads" else client
    with pytest.raises(SettingsError) as caught:
        PathMap({host: client})
    assert repr(wrong) in caught.value.message
    assert "docker_path_mapping" in caught.value.message
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/data", "/data"),
        ("/data", "/data/"),
        ("/data", "//data"),
        ("/data", "/srv/../data"),
        (r"D:\Media", "d:/media"),
        (r"\\nas\tv", r"\\NAS\TV"),
    ],
)
def test_a_host_folder_named_twice_is_refused(first: str, second: str) -> None:
    with pytest.raises(SettingsError, match="twice"):
        PathMap([(first, "/a"), (second, "/b")])


def test_folders_that_differ_are_not_the_same_one() -> None:
    paths = PathMap([("/data", "/a"), ("/Data", "/b"), ("/data2", "/c"), ("/other", "/a")])
    assert len(paths.mappings) == 4


def test_a_mapped_path_tells_how_it_came_about() -> None:
    assert DATA.to_client("/data/tv").explain() == "mapping /data → /downloads"
    assert DATA.to_client("/etc").explain() == "no mapping covers it"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/../x", "/x"),
        ("///x", "/x"),
        ("", "."),
        (r"C:\..\x", r"C:\x"),
        ("c:/x/.", r"c:\x"),
        (r"\\nas\tv\..\x", r"\\nas\tv\x"),
        (r"a\..\b", r"a\..\b"),
    ],
)
def test_a_path_is_read_in_its_own_flavour(text: str, shown: str) -> None:
    assert str(pure(text)) == shown


# Names that both flavours take, so that they survive the way there and back.
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='<>:"/\\|?*'), min_size=1
).filter(lambda name: name not in (".", ".."))
PARTS = st.lists(NAMES, max_size=4)
ROOTS = st.sampled_from(["/", "C:\\", "d:\\", "\\\\nas\\share\\"])


def join(root: str, parts: list[str]) -> str:
    separator = root[-1]
    below = separator.join(parts)
    # A share has a separator at its end only when nothing follows.
    return root + below if below or not root.startswith("\\\\") else root


@given(ROOTS, PARTS, ROOTS, PARTS, PARTS)
def test_there_and_back_again_gives_the_same_path(
    host_root: str, host: list[str], client_root: str, client: list[str], below: list[str]
) -> None:
    paths = PathMap({join(host_root, host): join(client_root, client)})
    path = join(host_root, host + below)
    there = paths.to_client(path)
    assert there.mapping is paths.mappings[0]
    assert there.path == join(client_root, client + below)
    back = PathMap({join(client_root, client): join(host_root, host)})
    assert back.to_client(there.path).path == path


@given(PARTS, NAMES, PARTS)
def test_a_name_that_only_begins_alike_is_another_folder(
    above: list[str], name: str, below: list[str]
) -> None:
    folder = join("/", [*above, "tv"])
    path = join("/", [*above, "tv" + name, *below])
    assert PathMap({folder: "/mapped"}).to_client(path).path == path
