from __future__ import annotations

import errno
import gc
import ssl
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import qbittorrentapi
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests import exceptions as http
from urllib3 import exceptions as urllib

from seedwright.clients.qbittorrent import refusals
from seedwright.clients.qbittorrent.refusals import _chain, translate
from seedwright.clients.qbittorrent.single_request import (
    Endpoint,
    RedirectedError,
    SingleRequestClient,
)
from seedwright.errors import (
    AddressBannedError,
    CapabilityError,
    CertificateError,
    ClientError,
    ConnectionTimedOutError,
    NotQBittorrentError,
    RequestRefusedError,
    SignInNeededError,
    SignInRefusedError,
    TaskFailedError,
    UnreachableError,
)
from tests.testbed.fakes import HangingHost, closed_port
from tests.testbed.web import Answer, LoopbackServer, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRETS = ("hunter2-the-password", "the-api-key-0123456789")
NAS = Endpoint(
    "nas",
    host="nas.example",
    port=8081,
    username="admin",
    password=SECRETS[0],
    api_key=SECRETS[1],
    connection_timeout=2.5,
    read_timeout=12.0,
)
URL = "http://nas.example:8081"


def caused(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


def refused_connection() -> BaseException:
    new = urllib.NewConnectionError(Mock(), f"Failed to establish a new connection {SECRETS}")
    caused(new, ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
    return http.ConnectionError(urllib.MaxRetryError(Mock(), "/api", new))


def unknown_name() -> BaseException:
    resolution = urllib.NameResolutionError("nas.example", Mock(), Mock())
    return http.ConnectionError(urllib.MaxRetryError(Mock(), "/api", resolution))


def broken_connection() -> BaseException:
    reset = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    return http.ConnectionError(urllib.ProtocolError("Connection aborted.", reset))


def read_timeout_inside() -> BaseException:
    return http.ConnectionError(urllib.ReadTimeoutError(Mock(), "/api", "Read timed out."))


def tls(text: str) -> BaseException:
    inner = urllib.SSLError(ssl.SSLError(1, text))
    return http.SSLError(urllib.MaxRetryError(Mock(), "/api", inner))


def status(kind: type[qbittorrentapi.HTTPError], code: int, text: str = "") -> BaseException:
    error = kind(text)
    error.http_status_code = code
    return error


SYMPTOMS: list[tuple[str, Callable[[], BaseException], type[ClientError], str]] = [
    ("connect timeout", http.ConnectTimeout, ConnectionTimedOutError, "within 2.5 s"),
    ("read timeout", http.ReadTimeout, ConnectionTimedOutError, "did not respond within 12 s"),
    ("read timeout inside", read_timeout_inside, ConnectionTimedOutError, "within 12 s"),
    ("other timeout", http.Timeout, ConnectionTimedOutError, "within 12 s"),
    ("no address", http.InvalidURL, UnreachableError, "is not an address"),
    (
        "no host of that form",
        lambda: urllib.LocationParseError("'nas..example', label empty or too long"),
        UnreachableError,
        "is not an address",
    ),
    ("unknown name", unknown_name, UnreachableError, "the host nas.example does not exist"),
    ("refused", refused_connection, UnreachableError, f"nothing listens at {URL}"),
    ("broken", broken_connection, UnreachableError, "dropped the connection"),
    ("cut short", http.ChunkedEncodingError, UnreachableError, "dropped the connection"),
    ("redirected", lambda: RedirectedError("http://x/"), NotQBittorrentError, "http://x/"),
    ("redirected nowhere", lambda: RedirectedError(""), NotQBittorrentError, "elsewhere"),
    (
        "no bundle",
        lambda: OSError("Could not find a suitable TLS CA certificate bundle, invalid path: x"),
        CertificateError,
        "CA bundle",
    ),
    (
        "not trusted",
        lambda: tls(
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate"
            " (_ssl.c:1006)"
        ),
        CertificateError,
        "is not trusted: self-signed certificate",
    ),
    (
        "another host",
        lambda: tls("Hostname mismatch, certificate is not valid for 'nas.example'. (_ssl.c:1006)"),
        CertificateError,
        "is not trusted: Hostname mismatch",
    ),
    ("tls alert", lambda: tls("[SSL: TLSV1_ALERT] alert"), CertificateError, "handshake failed"),
    (
        "no tls",
        lambda: tls("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
        CertificateError,
        "does not speak TLS",
    ),
    (
        "no tls any more",
        lambda: tls("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred"),
        CertificateError,
        "does not speak TLS",
    ),
    ("anything else", lambda: ValueError(SECRETS), UnreachableError, "failed (ValueError)"),
    (
        "old library rule",
        lambda: NotImplementedError("ERROR: Endpoint 'x' is Not Implemented in this version"),
        CapabilityError,
        "too old",
    ),
    ("strange answer", qbittorrentapi.APIError, NotQBittorrentError, "has an unexpected form"),
    (
        "banned",
        lambda: status(
            qbittorrentapi.Forbidden403Error, 403, "Your IP address has been banned after too many"
        ),
        AddressBannedError,
        "banned",
    ),
    (
        "forbidden",
        lambda: status(qbittorrentapi.Forbidden403Error, 403, "Forbidden"),
        SignInNeededError,
        "HTTP 403: Forbidden",
    ),
    (
        "unauthorized",
        lambda: status(qbittorrentapi.Unauthorized401Error, 401),
        SignInNeededError,
        "(HTTP 401)",
    ),
    (
        "server error",
        lambda: status(qbittorrentapi.InternalServerError500Error, 500),
        UnreachableError,
        "HTTP 500",
    ),
    (
        "bad gateway",
        lambda: status(qbittorrentapi.InternalServerError500Error, 502, "<html>"),
        UnreachableError,
        "HTTP 502",
    ),
    (
        "last of the refusals",
        lambda: status(qbittorrentapi.HTTPError, 499, "said\nmore"),
        RequestRefusedError,
        "HTTP 499: said)",
    ),
    (
        "conflict",
        lambda: status(qbittorrentapi.Conflict409Error, 409),
        RequestRefusedError,
        "(HTTP 409)",
    ),
]
EACH_SYMPTOM = pytest.mark.parametrize(
    ("make", "kind", "words"), [row[1:] for row in SYMPTOMS], ids=[row[0] for row in SYMPTOMS]
)


@EACH_SYMPTOM
def test_every_symptom_has_its_error(
    make: Callable[[], BaseException], kind: type[ClientError], words: str
) -> None:
    told = translate(make(), NAS)
    assert type(told) is kind
    assert words in told.message
    assert told.client == "nas"
    assert "nas" in told.message
    assert "\n" not in told.message
    assert told.hint


@EACH_SYMPTOM
def test_no_symptom_shows_a_secret(
    make: Callable[[], BaseException], kind: type[ClientError], words: str
) -> None:
    told = translate(make(), NAS)
    assert not any(secret in str(told.as_dict()) for secret in SECRETS)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 429, 500])
@pytest.mark.parametrize("secret", SECRETS)
def test_an_answer_that_echoes_a_secret_is_told_without_it(code: int, secret: str) -> None:
    caught = status(qbittorrentapi.HTTPError, code, f"invalid token {secret!r}")
    told = translate(caught, NAS)
    assert secret not in str(told.as_dict())


@pytest.mark.parametrize(
    "failure", [refusals.SIGN_IN_REFUSED, refusals.BANNED, refusals.SIGN_IN_NEEDED]
)
@pytest.mark.parametrize("endpoint", [NAS, Endpoint("default", password=SECRETS[0])])
def test_no_word_on_the_sign_in_shows_a_secret(
    failure: refusals.Failure, endpoint: Endpoint
) -> None:
    told = failure.of(endpoint)
    assert endpoint.url in told.message
    assert not any(secret in str(told.as_dict()) for secret in SECRETS)


def test_an_endpoint_is_never_shown_with_its_secrets() -> None:
    assert "nas.example" in repr(NAS)
    assert not any(secret in repr(NAS) for secret in SECRETS)


def test_a_refusal_tells_what_was_refused() -> None:
    assert "API key" in refusals.SIGN_IN_REFUSED.of(NAS).message
    by_name = refusals.SIGN_IN_REFUSED.of(Endpoint("nas", username="admin", password=SECRETS[0]))
    assert "'admin'" in by_name.message
    assert isinstance(by_name, SignInRefusedError)


def test_what_we_raised_ourselves_stays_as_it_is() -> None:
    ours = TaskFailedError("it failed", client="nas")
    assert translate(ours, NAS) is ours


def test_a_long_answer_is_cut_short() -> None:
    told = translate(status(qbittorrentapi.HTTPError, 400, "x" * 10_000), NAS)
    assert len(told.message) < 400


def test_a_proxy_that_fails_is_not_told_as_the_client_that_fails() -> None:
    refused = urllib.NewConnectionError(Mock(), "refused")
    caused(refused, ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
    inside = urllib.ProxyError("Unable to connect to proxy", refused)
    caught = http.ProxyError(urllib.MaxRetryError(Mock(), "/api", inside))
    told = translate(caught, NAS)
    assert isinstance(told, UnreachableError)
    assert "proxy" in told.message + told.hint


@given(st.text(), st.integers(400, 599))
def test_whatever_a_server_says_is_told_in_one_sentence(said: str, code: int) -> None:
    told = translate(status(qbittorrentapi.HTTPError, code, said), NAS)
    assert URL in told.message
    assert told.hint


def call(endpoint: Endpoint) -> ClientError:
    """What a user reads of a real call that fails."""
    client = SingleRequestClient(endpoint)
    try:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the libraries raise
            client.app_version()
        return translate(caught.value, endpoint)
    finally:
        client._trigger_session_initialization()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_closed_port_is_told_as_such() -> None:
    with closed_port() as port:
        told = call(Endpoint("default", host="127.0.0.1", port=port))
    assert isinstance(told, UnreachableError)
    assert f"nothing listens at http://127.0.0.1:{port}" in told.message


def test_a_host_that_says_nothing_is_told_as_such() -> None:
    with HangingHost() as host:
        told = call(Endpoint("default", host=host.host, port=host.port, read_timeout=0.05))
    assert isinstance(told, ConnectionTimedOutError)
    assert "did not respond within 0.05 s" in told.message


@pytest.mark.parametrize("host", ["a..example", "a" * 64 + ".example", "two words"])
def test_a_host_that_cannot_be_is_told_as_such(host: str) -> None:
    told = call(Endpoint("default", host=host))
    assert isinstance(told, UnreachableError)
    assert "is not an address" in told.message


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(400, b"Bad Request"), RequestRefusedError),
        (Answer(401, b"Unauthorized"), SignInNeededError),
        (Answer(403, b"Forbidden"), SignInNeededError),
        (Answer(403, b"Your IP address has been banned"), AddressBannedError),
        (Answer(404, b"Not Found"), RequestRefusedError),
        (Answer(418, b"I am a teapot"), RequestRefusedError),
        (Answer(500), UnreachableError),
        (Answer(503, b"<html>"), UnreachableError),
        (None, UnreachableError),
    ],
)
def test_a_real_answer_has_its_error(answer: Answer | None, kind: type[ClientError]) -> None:
    with LoopbackServer(lambda _: answer) as web:
        told = call(Endpoint("default", host=web.host, port=web.port))
    assert type(told) is kind
    assert told.message


def test_a_redirect_is_not_followed_and_leaves_no_connection_open() -> None:
    asked = []

    def respond(request: Request) -> Answer:
        asked.append(request.path)
        return Answer(302, b"moved", [("Location", "/login")])

    with LoopbackServer(respond) as web:
        told = call(Endpoint("default", host=web.host, port=web.port))
        gc.collect()  # what was left open is told now, and fails this test
    assert isinstance(told, NotQBittorrentError)
    assert "it redirects to /login" in told.message
    assert asked == ["/api/v2/app/version"]


def test_a_server_without_tls_is_told_as_such() -> None:
    with LoopbackServer(lambda _: Answer(200)) as web:
        told = call(Endpoint("default", host=web.host, port=web.port, use_https=True))
    assert isinstance(told, CertificateError)
    assert "use_https" in told.hint


@pytest.mark.parametrize("content", [None, b"", b"this is no PEM file"])
def test_a_bundle_that_cannot_be_read_is_told_as_such(
    tmp_path: Path, content: bytes | None
) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_bytes(content)
    with LoopbackServer(lambda _: Answer(200)) as web:
        told = call(
            Endpoint(
                "default", host=web.host, port=web.port, use_https=True, verify_tls=str(bundle)
            )
        )
    assert isinstance(told, CertificateError)
    assert f"cannot read the CA bundle {bundle} for qBittorrent" in told.message


@pytest.mark.parametrize("key", ["line\nbreak", "€uro"])
def test_a_key_that_no_header_can_hold_is_told_without_it(key: str) -> None:
    with LoopbackServer(lambda _: Answer(200)) as web:
        told = call(Endpoint("default", host=web.host, port=web.port, api_key=key))
    assert key not in str(told.as_dict())
    assert repr(key) not in str(told.as_dict())


def test_everything_inside_an_exception_is_laid_open() -> None:
    argument, cause, context, reason = (OSError(word) for word in "abcd")
    outer: Any = ValueError("outer", argument, "text", 1)
    outer.__cause__, outer.__context__, outer.reason = cause, context, reason
    assert set(_chain(outer)) == {outer, argument, cause, context, reason}


def test_causes_in_a_circle_come_to_an_end() -> None:
    first, second = OSError("first"), requests.ConnectionError("second")
    first.__cause__, second.__cause__ = second, first
    first.args = (first, second)
    assert list(_chain(first)) == [first, second]
    assert translate(second, NAS).message
