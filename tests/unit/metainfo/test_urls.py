from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.errors import UsageError
from seedwright.metainfo.urls import (
    check_node,
    check_tracker,
    check_web_seed,
    holds_passkey,
    holds_secret,
    mask_url,
    node_from,
)

PASSKEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://t.example/announce", "http://t.example/announce"),
        ("udp://t.example:6969", "udp://t.example:6969"),
        (f"http://t.example:2710/{PASSKEY}/announce", "http://t.example:2710/***/announce"),
        (f"https://t.example/announce.php?passkey={PASSKEY}&x=1",
         "https://t.example/announce.php?passkey=***&x=***"),
        ("https://t.example/a?Auth_Key=short", "https://t.example/a?Auth_Key=***"),
        ("https://t.example/a?a=1&torrent_pass=s3cret;b=2",
         "https://t.example/a?a=***&torrent_pass=***;b=***"),
        (f"https://t.example/a?x={PASSKEY}", "https://t.example/a?x=***"),
        ("https://t.example/AbC-_dEf%2F0123+9/a", "https://t.example/***/a"),
        ("http://me:password@t.example/a", "http://***@t.example/a"),
        ("http://a@b:p@t.example/a", "http://***@t.example/a"),
        (f"http://t.example/a#{PASSKEY}", "http://t.example/a#***"),
        (f"t.example/{PASSKEY}/announce", "t.example/***/announce"),
        (PASSKEY, "***"),
        ("http://t.example/\x1b[2J", r"http://t.example/\x1b[2J"),
        ("http://[::1/a", "http://[::1/a"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_shown_url_keeps_its_host_and_no_secret(url: str, shown: str) -> None:
    assert mask_url(url) == shown


@pytest.mark.parametrize(
    ("segment", "is_secret"),
    [
        ("a1" * 4 + "a", False),
        ("a1" * 5, True),
        ("1" * 9, False),
        ("1" * 10, True),
        ("a" * 15, False),
        ("a" * 16, True),
        ("a-1-b-2-c-3", True),
        ("%61%31" * 2, False),
        ("%61%31" * 5, True),
    ],
)
@pytest.mark.parametrize("url", ["http://t.example/{}", "http://t.example/{}/a", "ws://t/a/{};b"])
def test_what_may_be_a_key_is_hidden_in_a_path(url: str, segment: str, is_secret: bool) -> None:
    assert (segment not in mask_url(url.format(segment))) is is_secret


@pytest.mark.parametrize(
    "url",
    [
        "https://abc123def4.t.example/announce",
        f"https://{PASSKEY}.t.example/announce",
        "https://t.example/announce?k=abc",
        "https://t.example/announce?abc",
        "https://t.example/announce?x=1&abc",
        "https://t.example/announce;k=abc",
        "https://t.example/announce;abc",
        "https://t.example/k=;abc/announce",
        "https://t.example/announce#abc",
        "https://t.example/announce?#abc",
        "udp://t.example:6969/announce?k=abc",
        "udp://t.example:6969/?abc",
        "https://t.example/abc123/announce",
        "https://t.example/abc123/announce.php",
        "https://t.example/abc123/scrape",
        "https://abc:abc@t.example/announce",
        "https://x:abc/y@t.example/announce",
        "https://t.example/announce?a=x/abc",
    ],
)
def test_a_short_passkey_is_hidden_wherever_it_stands(url: str) -> None:
    assert "abc" not in mask_url(url)
    assert holds_secret(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://t.example/announce",
        "udp://tracker.opentrackr.org:1337/announce",
        "http://tracker2.example:80/announce.php",
        "wss://tracker.example",
        "https://t.example/v2/announce",
        "http://[2001:db8::1]:6969/announce",
        "http://192.0.2.1:6969/announce",
        f"http://{'a2' * 26}.b32.i2p/a",
        "https://cdn.example/debian-12.5.0-amd64-netinst.iso",
        "https://cdn.example/ubuntu-22.04/ubuntu-22.04.3-desktop-amd64.iso",
        "https://cdn.example/Some.Show.S01E02.1080p.WEB-DL.x264-GROUP.mkv",
        "https://cdn.example/pool/main/",
    ],
)
def test_what_is_plainly_public_is_shown(url: str) -> None:
    assert mask_url(url) == url
    assert not holds_secret(url)
    assert not holds_passkey(url)


@pytest.mark.parametrize(
    ("url", "has_passkey"),
    [
        ("https://t.example/announce?compact=1", False),
        ("https://t.example/announce?passkey=abc", True),
        (f"https://t.example/announce?x={PASSKEY}", True),
        ("https://t.example/abc123/announce", True),
        (f"https://{PASSKEY}.t.example/announce", True),
    ],
)
def test_not_all_that_is_hidden_is_taken_for_a_passkey(url: str, has_passkey: bool) -> None:
    assert holds_passkey(url) is has_passkey


@given(st.text(), st.sampled_from(["/", "?passkey=", "/announce?x=1&key=", "#", ":80/", "@h/"]))
def test_a_passkey_after_the_host_is_never_shown(host: str, before: str) -> None:
    assert PASSKEY not in mask_url(f"http://{host}{before}{PASSKEY}/a")


@pytest.mark.parametrize(
    "url",
    [
        "http://t.example/announce",
        "https://t.example:443/a%2Fb?x=1,2|3",
        "https://t.example/a,b?c=//d,e:f",
        "udp://t.example:6969/announce",
        "ws://t.example/",
        "wss://t.example",
        "udp://[2001:db8::1]:80",
        "http://bücher.example/announce",
        "http://me:pass@t.example/a",
    ],
)
def test_a_tracker_of_any_known_scheme_is_taken_as_it_is(url: str) -> None:
    assert check_tracker(url) == url


@pytest.mark.parametrize("check", [check_tracker, check_web_seed])
def test_a_scheme_is_written_in_lower_case_and_the_rest_as_it_is(
    check: Callable[[str], str],
) -> None:
    assert check("HTTPS://T.example/A") == "https://T.example/A"
    assert check("Http://t.example:80") == "http://t.example:80"


@pytest.mark.parametrize("comma", [",", ",HTTPS://b.example/x,"])
def test_several_urls_in_one_are_refused_with_what_to_write(comma: str) -> None:
    urls = f"https://a.example/{PASSKEY}{comma}https://b.example/y"
    for check, words in (
        (check_tracker, "give each its own trackers, or make them one tier"),
        (check_web_seed, "give each its own web_seeds"),
    ):
        with pytest.raises(UsageError, match="is several URLs in one") as caught:
            check(urls)
        assert caught.value.hint == words
        assert PASSKEY not in caught.value.message


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "the URL of a tracker is empty"),
        ("foo.example/announce", "tracker 'foo.example/announce' has no scheme"),
        ("foo.example:80/announce", "tracker 'foo.example:80/announce' has no scheme"),
        ("ftp://foo.example/", "has a scheme that a tracker cannot use"),
        ("http:///announce", "has no host"),
        ("http://:80/announce", "has no host"),
        ("http://foo.example:0/a", "has no port"),
        ("http://foo.example:65536/a", "an invalid host or port"),
        ("http://foo.example:x/a", "an invalid host or port"),
        ("http://[::1/a", "an invalid host or port"),
        ("http://foo.example/a b", "contains a space or a control character"),
        (" http://foo.example/a", "contains a space or a control character"),
        ("http://foo.example/a\n", "contains a space or a control character"),
        ("http://foo.example/\x00", "contains a space or a control character"),
        ("http://foo.example/\u202e", "contains a space or a control character"),
        ("http://foo.example/\udcff", "contains a space or a control character"),
    ],
)
def test_a_tracker_that_cannot_be_is_refused_in_a_sentence(url: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_tracker(url)
    assert message in caught.value.message


def test_a_missing_scheme_comes_with_the_urls_to_write() -> None:
    with pytest.raises(UsageError) as caught:
        check_tracker("foo.example/announce")
    assert caught.value.hint == ("write http://foo.example/announce or udp://foo.example/announce")


@pytest.mark.parametrize("url", ["http://w.example/", "https://w.example/f", "ftp://w.example/f"])
def test_a_web_seed_may_be_http_or_ftp(url: str) -> None:
    assert check_web_seed(url) == url


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("udp://w.example/f", "a scheme that a web seed cannot use", "http, https, ftp"),
        ("w.example/f", "web seed 'w.example/f' has no scheme", "https://w.example/f"),
        ("", "the URL of a web seed is empty", "remove it"),
    ],
)
def test_a_web_seed_that_cannot_be_is_refused(url: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_web_seed(url)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        f"t.example/{PASSKEY}/announce",
        f"gopher://t.example/{PASSKEY}",
        f"http://t.example:x/{PASSKEY}",
        f"http:///{PASSKEY}",
        f"http://t.example/{PASSKEY} ",
    ],
)
def test_no_refusal_tells_a_passkey(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_tracker(url)
    assert PASSKEY not in caught.value.message + caught.value.hint


@given(st.text())
def test_any_text_is_a_tracker_or_a_usage_error(url: str) -> None:
    with contextlib.suppress(UsageError):
        scheme, _, rest = url.partition("://")
        assert check_tracker(url) == f"{scheme.lower()}://{rest}"


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("router.example:6881", ("router.example", 6881)),
        (" 127.0.0.1:1 ", ("127.0.0.1", 1)),
        ("[2001:db8::1]:65535", ("2001:db8::1", 65535)),
    ],
)
def test_a_dht_node_is_a_host_and_a_port(text: str, node: tuple[str, int]) -> None:
    assert node_from(text) == node


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "host",
        "host:",
        ":6881",
        "host:0",
        "host:65536",
        "host:-1",
        "host:x",
        "host:²",
        "::1:1",
        "udp://host:1",
        "a b:1",
        "[]:1",
    ],
)
def test_what_is_no_dht_node_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a valid DHT node") as caught:
        node_from(text)
    assert "HOST:PORT" in caught.value.hint


@pytest.mark.parametrize(("host", "port"), [("", 1), ("h", 0), ("h", 65536), ("h/x", 1)])
def test_a_dht_node_is_checked_when_it_comes_in_two_parts(host: str, port: int) -> None:
    with pytest.raises(UsageError, match="not a valid DHT node"):
        check_node(host, port)
