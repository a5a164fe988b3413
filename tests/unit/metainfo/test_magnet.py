from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from seedwright.errors import UsageError
from seedwright.metainfo.magnet import magnet
from seedwright.metainfo.parse import Metainfo
from tests.unit.builders import hybrid_info, torrent, v1_info, v2_info


def fields(link: str) -> list[tuple[str, str]]:
    scheme, query = link.split("?", 1)
    assert scheme == "magnet:"
    return parse_qsl(query, strict_parsing=True)


def test_a_v1_magnet_is_an_infohash_and_a_name() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1)))
    assert magnet(metainfo) == f"magnet:?xt=urn:btih:{metainfo.infohash_v1}&dn=content"


def test_a_v2_magnet_has_a_multihash() -> None:
    metainfo = Metainfo.parse(torrent(v2_info(1)))
    assert magnet(metainfo) == f"magnet:?xt=urn:btmh:1220{metainfo.infohash_v2}&dn=content"


def test_a_hybrid_magnet_has_both_infohashes() -> None:
    metainfo = Metainfo.parse(torrent(hybrid_info(1)))
    assert fields(magnet(metainfo))[:2] == [
        ("xt", f"urn:btih:{metainfo.infohash_v1}"),
        ("xt", f"urn:btmh:1220{metainfo.infohash_v2}"),
    ]


def test_names_and_urls_survive_the_way_through_a_link() -> None:
    name = "Bücher & mehr = 100% #1/2\n"
    trackers = ["http://t.example/a%2Fb?x=1&y=2#z", "udp://u.example:80"]
    seeds = ["http://w.example/a b?c+d"]
    metainfo = Metainfo.parse(
        torrent(
            v1_info(1, name=name.encode()),
            announce_list=[[url.encode()] for url in trackers],
            url_list=[url.encode() for url in seeds],
        )
    )
    link = magnet(metainfo, show_secrets=True)
    assert fields(link)[1:] == [
        ("dn", name),
        *(("tr", url) for url in trackers),
        *(("ws", url) for url in seeds),
    ]
    assert link.isascii()
    assert " " not in link


def test_no_url_is_in_a_magnet_twice() -> None:
    metainfo = Metainfo.parse(
        torrent(
            v1_info(1),
            announce_list=[[b"http://a", b"http://b"], [b"http://a"]],
            url_list=[b"http://w", b"http://w"],
        )
    )
    assert fields(magnet(metainfo))[2:] == [
        ("tr", "http://a"),
        ("tr", "http://b"),
        ("ws", "http://w"),
    ]


SECRET = b"http://t.example/0123456789abcdef0123456789abcdef/announce"


def test_urls_with_a_passkey_are_in_a_magnet_only_when_they_are_asked_for() -> None:
    metainfo = Metainfo.parse(torrent(v1_info(1), announce=SECRET, url_list=SECRET))
    assert fields(magnet(metainfo))[2:] == []
    assert fields(magnet(metainfo, show_secrets=True))[2:] == [
        ("tr", SECRET.decode()),
        ("ws", SECRET.decode()),
    ]


@pytest.mark.parametrize(
    ("select", "so"),
    [("0", "0"), ("2", "2"), ("0,2", "0,2"), (" 0 , 1-2 ", "0,1-2"), ("1-1", "1"), ("0-2", "0-2")],
)
def test_files_are_selected_by_their_numbers(select: str, so: str) -> None:
    link = magnet(Metainfo.parse(torrent(v1_info(1, 2, 3))), select=select)
    assert link.endswith(f"&so={so}")


def test_pad_files_have_numbers_too() -> None:
    metainfo = Metainfo.parse(torrent(hybrid_info(1, 2)))
    assert magnet(metainfo, select="3").endswith("&so=3")


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("3", "file 3 does not exist: the torrent lists 3"),
        ("0-3", "file 3 does not exist: the torrent lists 3"),
        ("2-1", "'2-1' is neither a file number nor a range"),
        ("a", "'a' is neither"),
        ("-1", "'-1' is neither"),
        ("1-", "'1-' is neither"),
        ("0,,1", "'' is neither"),
        ("\u0661", "is neither"),
        ("1" * 10, "is neither"),
    ],
)
def test_what_selects_no_file_is_refused(select: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        magnet(Metainfo.parse(torrent(v1_info(1, 2, 3))), select=select)
    assert message in caught.value.message
