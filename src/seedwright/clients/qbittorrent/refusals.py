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


@dataclass(frozen=True)
class Failure:
    """An error and its sentence, whose blanks are those of :meth:`of`."""

    error: type[ClientError]
    message: str
    hint: str

    def of(self, endpoint: Endpoint, **blanks: object) -> ClientError:
        """The error of this endpoint: ``{name}`` is its title, and ``{client}`` has the URL, too."""
        blanks |= {"client": str(endpoint), "name": endpoint.title, "endpoint": endpoint}
        message, hint = self.message.format(**blanks), self.hint.format(**blanks)
        return self.error(message, client=endpoint.name, hint=hint)


SEE_LOG = "look at the log in qBittorrent"
CHECK_ADDRESS = "check host and port, and that qBittorrent runs with its Web UI switched on"
CHECK_NETWORK = "check the host, the port and the firewall, or raise connection_timeout"
CHECK_NAME = "check the spelling of host; inside Docker use the service's name"
CHECK_BUNDLE = "set verify_tls to a PEM file, to true or to false"

SIGN_IN_REFUSED = Failure(
    SignInRefusedError,
    "{client} refused the {endpoint.credentials}",
    "correct the settings; the sign-in is not tried again, because five failures ban the address",
)
BANNED = Failure(
    AddressBannedError,
    "{client} has banned this address after too many failed sign-ins",
    "correct the settings, then wait until the ban ends (an hour by default) or restart qBittorrent",
)
SIGN_IN_NEEDED = Failure(
    SignInNeededError,
    "{client} needs a sign-in, and the settings have none",
    "set username and password, or api_key, or let qBittorrent trust this address",
)
NOT_QBITTORRENT = Failure(
    NotQBittorrentError,
    "the server at {endpoint.url} is not a qBittorrent Web UI: {seen}",
    "check host, port and base_path: the address should open qBittorrent in a browser",
)
CLOSED = Failure(
    UnreachableError,
    "the connection to {client} is closed",
    "keep the TorrentManager open while it works",
)
_TOO_OLD = Failure(CapabilityError, "{client} is too old for this request", "{said}")
_NOT_LET_IN = Failure(
    SignInNeededError,
    "{client} denied access (HTTP {status})",
    "check the sign-in in the settings, the sign-in of a reverse proxy in front, and qBittorrent's"
    " Host header validation",
)
_BROKEN = Failure(
    UnreachableError,
    "{client} answers with an error (HTTP {status})",
    "look at the log of qBittorrent, or of the reverse proxy in front of it",
)
_REFUSED = Failure(
    RequestRefusedError,
    "{client} refused a request (HTTP {status})",
    "run `seedwright doctor` to see what this qBittorrent can do",
)

_PLAIN_HTTP = re.compile(
    r"WRONG_VERSION_NUMBER|RECORD_LAYER|UNEXPECTED_EOF|HTTP_REQUEST", re.IGNORECASE
)
_CERTIFICATE = re.compile(r"certificate verify failed: ([^(\n]+)|(Hostname mismatch[^(\n]*)")
_NO_ADDRESS = (requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError)


def translate(caught: BaseException, endpoint: Endpoint) -> ClientError:
    """The error a user reads for what a call raised."""
    match caught:
        case ClientError():
            return caught
        case NotImplementedError():
            return _TOO_OLD.of(endpoint, said=str(caught).removeprefix("ERROR: "))
        case qbittorrentapi.HTTPError():
            return _http(caught, endpoint)
        case qbittorrentapi.APIError():
            return NOT_QBITTORRENT.of(endpoint, seen="its answer has an unexpected form")
        case RedirectedError():
            seen = f"it redirects to {caught.location or 'elsewhere'}"
            return NOT_QBITTORRENT.of(endpoint, seen=seen)
        case _:
            trouble = _Trouble(caught)
            symptom = next(symptom for symptom in _SYMPTOMS if symptom.shows(trouble))
            return symptom.of(endpoint, kind=type(caught).__name__, why=trouble.with_certificate)


def _http(caught: qbittorrentapi.HTTPError, endpoint: Endpoint) -> ClientError:
    status, said = caught.http_status_code, str(caught)
    for secret in filter(None, (endpoint.password, endpoint.api_key)):
        said = said.replace(secret, "***")
    said = said.strip().partition("\n")[0][:200]
    answer = f"{status}: {said}" if said else str(status)
    if status == 403 and "banned" in said.lower():
        return BANNED.of(endpoint)
    if status in (401, 403):
        return _NOT_LET_IN.of(endpoint, status=answer)
    if status >= 500:
        return _BROKEN.of(endpoint, status=status)
    return _REFUSED.of(endpoint, status=answer)


class _Trouble:
    """What a call raised, with everything inside it laid open."""

    def __init__(self, caught: BaseException) -> None:
        self.caught = caught
        self.causes = list(_chain(caught))
        self.text = " ".join(str(cause) for cause in self.causes)
        # A bundle that cannot be read is an error of TLS, too.
        self.is_tls = isinstance(caught, requests.exceptions.SSLError) and "[X509" not in self.text

    @property
    def with_certificate(self) -> str:
        """What is wrong with the server's certificate."""
        found = _CERTIFICATE.search(self.text)
        return (found[1] or found[2]).strip().rstrip(".") if found else "the TLS handshake failed"

    def has_errno(self, number: int) -> bool:
        return any(getattr(cause, "errno", None) == number for cause in self.causes)

    def has(self, kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in self.causes)


@dataclass(frozen=True)
class _Symptom(Failure):
    """A failure, and the trouble that shows it."""

    shows: Callable[[_Trouble], bool]


_SYMPTOMS = (
    _Symptom(
        CertificateError,
        "{client} does not speak TLS",
        "set use_https to false, or switch HTTPS on in qBittorrent",
        lambda t: t.is_tls and bool(_PLAIN_HTTP.search(t.text)),
    ),
    _Symptom(
        CertificateError,
        "the certificate of {client} is not trusted: {why}",
        "set verify_tls to the CA's PEM file; false switches the check off",
        lambda t: t.is_tls,
    ),
    _Symptom(
        ConnectionTimedOutError,
        "{client} did not accept the connection within {endpoint.connection_timeout:g} s",
        CHECK_NETWORK,
        lambda t: isinstance(t.caught, requests.exceptions.ConnectTimeout),
    ),
    _Symptom(
        ConnectionTimedOutError,
        "{client} did not respond within {endpoint.read_timeout:g} s",
        "check whether qBittorrent is busy or hangs, or raise read_timeout",
        lambda t: isinstance(t.caught, requests.Timeout) or "Read timed out" in t.text,
    ),
    _Symptom(
        UnreachableError,
        "{name} cannot be reached: {endpoint.url} is not an address",
        "check host, port and base_path",
        lambda t: isinstance(t.caught, _NO_ADDRESS),
    ),
    _Symptom(
        CertificateError,
        "cannot read the CA bundle {endpoint.verify_tls} for {name}",
        CHECK_BUNDLE,
        lambda t: "CA certificate bundle" in t.text or "[X509" in t.text,
    ),
    _Symptom(
        UnreachableError,
        "{client} cannot be reached: the proxy does not connect",
        "check the variables http_proxy and https_proxy, or add the host to no_proxy",
        lambda t: isinstance(t.caught, requests.exceptions.ProxyError),
    ),
    _Symptom(
        UnreachableError,
        "{name} cannot be reached: the host {endpoint.host} does not exist",
        CHECK_NAME,
        lambda t: t.has(urllib3.exceptions.NameResolutionError),
    ),
    _Symptom(
        UnreachableError,
        "{name} cannot be reached: nothing listens at {endpoint.url}",
        CHECK_ADDRESS,
        lambda t: t.has_errno(errno.ECONNREFUSED),
    ),
    _Symptom(
        UnreachableError,
        "{client} dropped the connection",
        "check use_https, and that qBittorrent still runs",
        lambda t: isinstance(t.caught, requests.RequestException),
    ),
    _Symptom(
        UnreachableError,
        "the call to {client} failed ({kind})",
        "run `seedwright doctor` for details",
        lambda _: True,
    ),
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
