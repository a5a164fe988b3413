from __future__ import annotations

from dataclasses import replace
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.qbittorrent.submission import CreationRequest, Submission, submission_for
from seedwright.clients.qbittorrent.tasks import CreatorTask
from seedwright.errors import CapabilityError

from .servers import (
    V4_5,
    V5_0_2,
    V5_1,
    V5_1_LIBTORRENT_1,
    V5_3,
    V5_3_LIBTORRENT_1,
    server,
)

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.capabilities import Capabilities
    from seedwright.clients.qbittorrent.submission import Tiers

PASSKEY = "0123456789abcdef0123456789abcdef"
PATH = "/data/book"

SERVERS = pytest.mark.parametrize(
    "capabilities",
    [
        pytest.param(V5_1, id="5.1"),
        pytest.param(V5_1_LIBTORRENT_1, id="5.1-libtorrent-1"),
        pytest.param(V5_3, id="5.3"),
        pytest.param(V5_3_LIBTORRENT_1, id="5.3-libtorrent-1"),
    ],
)


def submit(capabilities: Capabilities, **fields: Any) -> Submission:
    return submission_for(CreationRequest(PATH, **fields), capabilities)


def read_by(capabilities: Capabilities, sent: list[str]) -> list[str]:
    """What the server makes of a list of URLs: joined, split, and from 5.2 on decoded."""
    urls = "|".join(sent).split("|")
    if capabilities is V5_1:
        return urls
    return [unquote_to_bytes(url.encode("latin-1")).decode() for url in urls]


def tiers_of(urls: list[str]) -> Tiers:
    """BEP 12's tiers as qBittorrent finds them: an empty entry starts a new one."""
    return tuple(tuple(urls) for given, urls in groupby(urls, bool) if given)


PRINTABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Z")), min_size=1, max_size=40
)
URLS = PRINTABLE.map("http://t.example/{}".format)
TIERS = st.lists(st.lists(URLS, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple)


@given(st.lists(URLS, min_size=1, max_size=4).map(tuple))
def test_a_decoding_server_ends_up_with_each_url_exactly_as_given(urls: tuple[str, ...]) -> None:
    submission = submit(V5_3, web_seeds=urls)
    assert tuple(read_by(V5_3, submission.arguments["url_seeds"])) == urls == submission.web_seeds
    assert submission.warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://t.example/%2Fannounce",
        "http://t.example/%252F%",
        "http://t.example/%E2%82%AC",
        "http://t.example/a|b",
        "http://t.example/a%7Cb|%7c",
        "http://t.example/announce?a=1&b=2;c#d+e",
        "http://[2001:db8::1]:80/announce",
        "https://übung.example/日本/🎬",
        f"https://t.example/{PASSKEY}/announce",
    ],
)
def test_a_decoding_server_ends_up_with_the_tracker_exactly_as_given(url: str) -> None:
    submission = submit(V5_3, tiers=((url,),))
    assert read_by(V5_3, submission.arguments["trackers"]) == [url]
    assert submission.tiers == ((url,),)


def test_what_needs_no_encoding_is_sent_as_it_is() -> None:
    url = "https://t.example:443/a/b?x=1&y=[2]#~!$'()*+,;@^`{}\"<>\\"
    assert submit(V5_3, tiers=((url,),)).arguments["trackers"] == [url]


@pytest.mark.parametrize("capabilities", [V5_1, V5_3], ids=["5.1", "5.3"])
@given(tiers=TIERS)
def test_tiers_arrive_as_they_are_promised(capabilities: Capabilities, tiers: Tiers) -> None:
    submission = submit(capabilities, tiers=tiers)
    sent = submission.arguments.get("trackers", [])
    assert tiers_of(read_by(capabilities, sent)) == submission.tiers


@given(tiers=TIERS)
def test_a_server_that_splits_gets_every_bar_as_its_code(tiers: Tiers) -> None:
    submission = submit(V5_1, tiers=tiers)
    assert submission.tiers == tuple(
        tuple(url.replace("|", "%7C") for url in tier) for tier in tiers
    )
    assert bool(submission.warnings) == any("|" in url for tier in tiers for url in tier)


@pytest.mark.parametrize("field", ["tiers", "web_seeds"])
def test_a_bar_that_had_to_be_rewritten_is_told_once_and_without_the_url(field: str) -> None:
    url = f"http://t.example/{PASSKEY}|x"
    submission = submit(V5_1, **{field: ((url,),) if field == "tiers" else (url, url + "|")})
    (warning,) = submission.warnings
    assert "%7C" in warning
    assert "qBittorrent 5.1.0" in warning
    assert PASSKEY not in warning


def test_percent_signs_and_other_letters_reach_a_server_that_does_not_decode_untouched() -> None:
    url = "http://t.example/%2F/ü%"
    submission = submit(V5_1, tiers=((url,),), web_seeds=(url,))
    assert submission.arguments["trackers"] == submission.arguments["url_seeds"] == [url]
    assert submission.warnings == ()


@pytest.mark.parametrize(
    ("api", "sent"), [("2.11.5", "http://t/%2F"), ("2.11.6", "http://t/%252F")]
)
def test_urls_are_encoded_from_the_version_on_that_decodes(api: str, sent: str) -> None:
    assert submit(server(api), tiers=(("http://t/%2F",),)).arguments["trackers"] == [sent]


def test_an_empty_entry_separates_tiers() -> None:
    a, b, c = (f"http://{name}.example/announce" for name in "abc")
    arguments = submit(V5_1, tiers=((a, b), (c,))).arguments
    assert arguments["trackers"] == [a, b, "", c]


@SERVERS
def test_without_trackers_and_web_seeds_none_are_sent(capabilities: Capabilities) -> None:
    assert {"trackers", "url_seeds"}.isdisjoint(submit(capabilities).arguments)


@SERVERS
def test_the_server_is_always_told_not_to_seed_by_itself(capabilities: Capabilities) -> None:
    assert submit(capabilities).arguments["start_seeding"] is False


@SERVERS
def test_what_every_server_can_do_is_sent_as_asked(capabilities: Capabilities) -> None:
    submission = submit(
        capabilities, piece_length=1 << 20, private=True, comment="two\nlines", source="Ü"
    )
    expected = {
        "source_path": PATH,
        "piece_size": 1 << 20,
        "is_private": True,
        "comment": "two\nlines",
        "source": "Ü",
    }
    assert submission.arguments.items() >= expected.items()
    assert submission.source_path == PATH
    assert submission.warnings == ()


@SERVERS
def test_a_piece_length_is_left_to_the_server_when_none_is_asked_for(
    capabilities: Capabilities,
) -> None:
    assert "piece_size" not in submit(capabilities).arguments


def test_a_server_without_the_torrent_creator_is_told_as_such() -> None:
    with pytest.raises(CapabilityError, match="the Torrent Creator") as caught:
        submit(V4_5)
    assert "5.0" in caught.value.hint


@pytest.mark.parametrize("capabilities", [V5_1_LIBTORRENT_1, V5_3_LIBTORRENT_1])
@pytest.mark.parametrize("format_", ["v2", "hybrid"])
def test_a_build_with_libtorrent_1_refuses_what_it_cannot_make(
    capabilities: Capabilities, format_: str
) -> None:
    with pytest.raises(CapabilityError) as caught:
        submit(capabilities, format=format_)
    assert "libtorrent 2" in caught.value.hint


@pytest.mark.parametrize("capabilities", [V5_1_LIBTORRENT_1, V5_3_LIBTORRENT_1])
def test_a_build_with_libtorrent_1_makes_v1_without_being_told(capabilities: Capabilities) -> None:
    assert "format" not in submit(capabilities, format="v1").arguments


@pytest.mark.parametrize("capabilities", [V5_1, V5_3])
@pytest.mark.parametrize("format_", ["v1", "v2", "hybrid"])
def test_a_build_with_libtorrent_2_is_always_told_the_format(
    capabilities: Capabilities, format_: str
) -> None:
    assert submit(capabilities, format=format_).arguments["format"] == format_


ALIGNMENT = {"optimize_alignment": False, "padded_file_size_limit": 0}


@pytest.mark.parametrize("capabilities", [V5_1_LIBTORRENT_1, V5_3_LIBTORRENT_1])
def test_alignment_options_are_sent_to_libtorrent_1(capabilities: Capabilities) -> None:
    submission = submit(capabilities, **ALIGNMENT)
    assert submission.arguments.items() >= ALIGNMENT.items()
    assert submission.warnings == ()


@pytest.mark.parametrize("capabilities", [V5_1, V5_3])
def test_alignment_options_are_left_out_on_libtorrent_2_and_each_is_told(
    capabilities: Capabilities,
) -> None:
    submission = submit(capabilities, **ALIGNMENT)
    assert ALIGNMENT.keys().isdisjoint(submission.arguments)
    assert [warning.split()[0] for warning in submission.warnings] == list(ALIGNMENT)
    assert all(capabilities.describe() in warning for warning in submission.warnings)


@SERVERS
def test_alignment_options_that_nobody_asked_for_are_neither_sent_nor_told(
    capabilities: Capabilities,
) -> None:
    submission = submit(capabilities)
    assert ALIGNMENT.keys().isdisjoint(submission.arguments)
    assert submission.warnings == ()


@pytest.mark.parametrize("capabilities", [V5_1, V5_1_LIBTORRENT_1, server("2.15.1")])
def test_dotfiles_are_refused_where_they_would_be_left_out(capabilities: Capabilities) -> None:
    with pytest.raises(CapabilityError, match="dotfiles") as caught:
        submit(capabilities, ignore_dotfiles=False)
    assert "5.3" in caught.value.hint


def test_dotfiles_are_asked_for_where_they_can_be() -> None:
    assert submit(V5_3, ignore_dotfiles=False).arguments["ignore_dotfiles"] is False


@SERVERS
def test_leaving_dotfiles_out_is_what_every_server_does_by_itself(
    capabilities: Capabilities,
) -> None:
    assert "ignore_dotfiles" not in submit(capabilities).arguments


@pytest.mark.parametrize(("source", "comment"), [("X", ""), ("", "X"), ("X", "Y")])
def test_a_source_is_refused_where_the_comment_would_take_its_place(
    source: str, comment: str
) -> None:
    with pytest.raises(CapabilityError, match="a source that differs") as caught:
        submit(V5_0_2, source=source, comment=comment)
    assert "5.0.3" in caught.value.hint


@pytest.mark.parametrize("text", ["", "X"])
def test_a_source_that_equals_the_comment_comes_out_right_on_every_server(text: str) -> None:
    arguments = submit(V5_0_2, source=text, comment=text).arguments
    assert (arguments["source"], arguments["comment"]) == (text, text)


def test_a_source_of_its_own_is_sent_from_5_0_3_on() -> None:
    assert submit(server("2.11.2", "v5.0.3"), source="X").arguments["source"] == "X"


REQUEST = CreationRequest(
    PATH,
    format="hybrid",
    private=True,
    comment="a comment",
    source="a source",
    tiers=(("http://a.example", "http://b.example/%2F"), ("http://c.example",)),
)
TASK = CreatorTask(
    "an-id",
    PATH,
    "Running",
    format="hybrid",
    private=True,
    comment="a comment",
    source="a source",
    trackers=tuple(chain.from_iterable(REQUEST.tiers)),
)


@pytest.mark.parametrize("capabilities", [V5_1, V5_3])
@pytest.mark.parametrize("status", ["Queued", "Running", "Finished", "Failed"])
def test_a_task_made_from_the_arguments_is_recognised(
    capabilities: Capabilities, status: str
) -> None:
    assert submission_for(REQUEST, capabilities).matches(replace(TASK, status=status))


@pytest.mark.parametrize(
    "other",
    [
        {"source_path": "/data/books"},
        {"format": "v1"},
        {"private": False},
        {"comment": "a commentary"},
        {"source": ""},
        {"trackers": ()},
        {"trackers": TASK.trackers[:-1]},
        {"trackers": tuple(reversed(TASK.trackers))},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_task_that_differs_in_anything_is_somebody_elses(other: dict[str, Any]) -> None:
    assert not submission_for(REQUEST, V5_3).matches(replace(TASK, **other))


def test_a_server_that_knows_no_formats_tells_none_of_its_tasks() -> None:
    submission = submit(V5_1_LIBTORRENT_1)
    assert submission.matches(CreatorTask("an-id", PATH, "Queued"))


def test_neither_a_request_nor_a_submission_is_shown_with_its_passkeys() -> None:
    url = f"https://t.example/{PASSKEY}/announce"
    request = CreationRequest(PATH, tiers=((url,),), web_seeds=(url,))
    shown = repr(request) + repr(submission_for(request, V5_3))
    assert PATH in shown
    assert PASSKEY not in shown
