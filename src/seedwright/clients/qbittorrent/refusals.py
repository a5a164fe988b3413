"""From what ``requests`` and ``qbittorrentapi`` raise to the errors a user reads."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import qbittorrentapi
import requests
import urllib3

from seedwright.clients.qbittorrent.single_request import RedirectedError
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
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedwright.clients.qbittorrent.single_request import Endpoint

_PLAIN_HTTP = re.compile(
    r"WRONG_VERSION_NUMBER|RECORD_LAYER|UNEXPECTED_EOF|HTTP_REQUEST", re.IGNORECASE
)
_CERTIFICATE = re.compile(r"certificate verify failed: ([^(\n]+)|(Hostname mismatch[^(\n]*)")


def refused(endpoint: Endpoint) -> SignInRefusedError:
    """The credentials are wrong."""
    what = "API key" if endpoint.api_key else f"user name {endpoint.username!r} or its password"
    return SignInRefusedError(
        f"{endpoint.title} at {endpoint.url} refused the {what}",
        client=endpoint.name,
        hint="correct the settings; the sign-in is not tried again, since five failures ban the"
        " address",
    )


def banned(endpoint: Endpoint) -> AddressBannedError:
    """Too many failed sign-ins from our address, by whomever."""
    return AddressBannedError(
        f"{endpoint.title} at {endpoint.url} has banned this address after too many failed sign-ins",
        client=endpoint.name,
        hint="wait until the ban ends (an hour by default) or restart qBittorrent, and correct the"
        " settings first",
    )


def sign_in_needed(endpoint: Endpoint) -> SignInNeededError:
    """No credentials, and the server asks for some."""
    return SignInNeededError(
        f"{endpoint.title} at {endpoint.url} asks for a sign-in and the settings have none",
        client=endpoint.name,
        hint="set username and password, or api_key, or let qBittorrent trust this address",
    )


def not_qbittorrent(endpoint: Endpoint, seen: str) -> NotQBittorrentError:
    """Something else answers."""
    return NotQBittorrentError(
        f"what answers at {endpoint.url} is not a qBittorrent Web UI: {seen}",
        client=endpoint.name,
        hint="check host, port and base_path: the address should open qBittorrent in a browser",
    )


def closed(endpoint: Endpoint) -> UnreachableError:
    """The connection was closed by us, and opening it again would leave a session."""
    return UnreachableError(
        f"the connection to {endpoint.title} at {endpoint.url} has been closed",
        client=endpoint.name,
        hint="keep the TorrentManager open while it works",
    )


def translate(caught: BaseException, endpoint: Endpoint) -> ClientError:
    """The error a user reads for what a call raised."""
    if isinstance(caught, ClientError):
        return caught
    if isinstance(caught, NotImplementedError):
        return CapabilityError(
            f"{endpoint.title} at {endpoint.url} is too old for this",
            client=endpoint.name,
            hint=str(caught).removeprefix("ERROR: "),
        )
    if isinstance(caught, qbittorrentapi.HTTPError):
        return _http(caught, endpoint)
    if isinstance(caught, qbittorrentapi.APIError):
        return not_qbittorrent(endpoint, "its answer is in another form")
    return _network(caught, endpoint)


def _http(caught: qbittorrentapi.HTTPError, endpoint: Endpoint) -> ClientError:
    status, said = caught.http_status_code, _quoted(str(caught), endpoint)
    if status == 403 and "banned" in said.lower():
        return banned(endpoint)
    if status in (401, 403):
        return SignInNeededError(
            f"{endpoint.title} at {endpoint.url} does not let this request in"
            f" (HTTP {status}{': ' + said if said else ''})",
            client=endpoint.name,
            hint="check the sign-in in the settings, what a reverse proxy in front asks for, and"
            " qBittorrent's own Host header validation",
        )
    if status >= 500:
        return UnreachableError(
            f"{endpoint.title} at {endpoint.url} answers with an error (HTTP {status})",
            client=endpoint.name,
            hint="look into qBittorrent's log, or that of the reverse proxy in front of it",
        )
    return RequestRefusedError(
        f"{endpoint.title} at {endpoint.url} refused a request (HTTP {status}"
        f"{': ' + said if said else ''})",
        client=endpoint.name,
        hint="run `seedwright doctor` to see what this qBittorrent can do",
    )


def _quoted(said: str, endpoint: Endpoint) -> str:
    """The first line of an answer, without the secrets that it may echo."""
    for secret in filter(None, (endpoint.password, endpoint.api_key)):
        said = said.replace(secret, "***")
    return said.strip().partition("\n")[0][:200]


def _network(caught: BaseException, endpoint: Endpoint) -> ClientError:
    if isinstance(caught, RedirectedError):
        return not_qbittorrent(endpoint, f"it redirects to {caught.location or 'elsewhere'}")
    trouble = _Trouble(caught)
    if isinstance(caught, requests.exceptions.SSLError) and "[X509" not in trouble.text:
        return _tls(trouble.text, endpoint)
    symptom = next(symptom for symptom in _SYMPTOMS if symptom.shows(trouble))
    return symptom.error(
        symptom.message.format(
            name=endpoint.title, url=endpoint.url, endpoint=endpoint, kind=type(caught).__name__
        ),
        client=endpoint.name,
        hint=symptom.hint,
    )


_NO_ADDRESS = (requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError)


class _Trouble:
    """What a call raised, with everything inside it laid open."""

    def __init__(self, caught: BaseException) -> None:
        self.caught = caught
        self.causes = list(_chain(caught))
        self.text = " ".join(str(cause) for cause in self.causes)

    def has_errno(self, number: int) -> bool:
        return any(getattr(cause, "errno", None) == number for cause in self.causes)

    def has(self, kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in self.causes)


@dataclass(frozen=True)
class _Symptom:
    shows: Callable[[_Trouble], bool]
    error: type[ClientError]
    message: str
    hint: str


_SYMPTOMS = (
    _Symptom(
        lambda t: isinstance(t.caught, requests.exceptions.ConnectTimeout),
        ConnectionTimedOutError,
        "{name} at {url} did not take the connection within {endpoint.connection_timeout:g} s",
        "check the host, the port and the firewall, or raise connection_timeout",
    ),
    _Symptom(
        lambda t: isinstance(t.caught, requests.Timeout) or "Read timed out" in t.text,
        ConnectionTimedOutError,
        "{name} at {url} did not answer within {endpoint.read_timeout:g} s",
        "look whether qBittorrent is busy or hangs, or raise read_timeout",
    ),
    _Symptom(
        lambda t: isinstance(t.caught, _NO_ADDRESS),
        UnreachableError,
        "{url} is not an address (for {name})",
        "check host, port and base_path",
    ),
    _Symptom(
        lambda t: "CA certificate bundle" in t.text or "[X509" in t.text,
        CertificateError,
        "the CA bundle {endpoint.verify_tls} for {name} cannot be read",
        "set verify_tls to a PEM file, to true or to false",
    ),
    _Symptom(
        lambda t: isinstance(t.caught, requests.exceptions.ProxyError),
        UnreachableError,
        "the proxy on the way to {name} at {url} does not connect",
        "check the variables http_proxy and https_proxy, or name the host in no_proxy",
    ),
    _Symptom(
        lambda t: t.has(urllib3.exceptions.NameResolutionError),
        UnreachableError,
        "there is no host named {endpoint.host} (for {name})",
        "check the spelling of host; inside Docker use the service's name",
    ),
    _Symptom(
        lambda t: t.has_errno(errno.ECONNREFUSED),
        UnreachableError,
        "nothing listens at {url} (for {name})",
        "check host and port, and whether qBittorrent runs with its Web UI switched on",
    ),
    _Symptom(
        lambda t: isinstance(t.caught, requests.RequestException),
        UnreachableError,
        "the connection to {name} at {url} broke",
        "check use_https, and whether qBittorrent still runs",
    ),
    _Symptom(
        lambda t: True,
        UnreachableError,
        "the call to {name} at {url} failed ({kind})",
        "run `seedwright doctor` for a closer look",
    ),
)


def _tls(text: str, endpoint: Endpoint) -> CertificateError:
    if _PLAIN_HTTP.search(text):
        return CertificateError(
            f"{endpoint.title} at {endpoint.url} does not speak TLS",
            client=endpoint.name,
            hint="set use_https to false, or switch HTTPS on in qBittorrent",
        )
    found = _CERTIFICATE.search(text)
    why = (found[1] or found[2]).strip().rstrip(".") if found else "TLS could not be agreed"
    return CertificateError(
        f"the certificate of {endpoint.title} at {endpoint.url} is not trusted: {why}",
        client=endpoint.name,
        hint="set verify_tls to the CA's PEM file; false switches the check off",
    )


def _chain(caught: BaseException) -> Iterator[BaseException]:
    """The exception and everything inside it: causes, contexts, reasons, arguments."""
    seen: set[int] = set()
    waiting: list[object] = [caught]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args
