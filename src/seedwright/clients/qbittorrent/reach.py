"""The way to a client below HTTP: its name, its port and its TLS, each tested by itself.

Everything goes as the client's own requests go: the addresses in the resolver's order, the same
CA bundle, the same time limit.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import select_proxy

from seedwright.clients.examination import (
    failed,
    failed_with,
    os_reason,
    passed,
    skipped,
    warned,
)
from seedwright.clients.qbittorrent import refusals as failures
from seedwright.errors import ExitCode
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from seedwright.clients.examination import Finding
    from seedwright.clients.qbittorrent.single_request import Endpoint

NAME, PORT, TLS = "name", "port", "tls"
ENDING_SOON = timedelta(days=14)
_PROBE_LIMIT = 3.0


@dataclass(frozen=True)
class _Address:
    """One address of the host, as ``socket`` wants it."""

    family: socket.AddressFamily
    target: Any

    def __str__(self) -> str:
        return str(self.target[0])


@dataclass(frozen=True)
class _Attempt:
    """How a connection to one address went; None is well."""

    address: _Address
    error: OSError | None


async def reach(endpoint: Endpoint) -> AsyncGenerator[Finding, None]:
    """The findings on name, port and TLS; the last one is a failure where the way ends early."""
    proxy = _proxy(endpoint)
    if proxy:
        yield warned(
            NAME,
            f"requests go through the proxy {proxy}, as the environment says",
            f"if that is not meant so, add {endpoint.host} to the variable NO_PROXY",
        )
        yield skipped(PORT, "not tested: the proxy connects")
        yield skipped(TLS, "not tested: the proxy connects")
        return
    try:
        addresses = await asyncio.wait_for(
            in_thread(lambda: _look_up(endpoint)), endpoint.connection_timeout
        )
    except (OSError, UnicodeError) as error:
        yield _unknown_name(endpoint, error)
        return
    known_as = list(dict.fromkeys(map(str, addresses)))
    if known_as == [endpoint.host]:
        yield passed(NAME, f"{endpoint.host} needs no look-up")
    else:
        yield passed(NAME, f"{endpoint.host} is {' and '.join(known_as)}")
    limit = endpoint.connection_timeout
    attempts = await asyncio.gather(
        *(in_thread(partial(_try, address, limit)) for address in addresses)
    )
    yield _on_port(endpoint, attempts)
    way = next((attempt.address for attempt in attempts if attempt.error is None), None)
    if way is not None:
        yield await in_thread(lambda: _on_tls(endpoint, way))


async def speaks_tls(endpoint: Endpoint) -> bool:
    """Whether TLS is spoken at the port, whatever the settings say."""

    def probe() -> bool:
        limit = min(endpoint.connection_timeout, _PROBE_LIMIT)
        try:
            with socket.create_connection((endpoint.host, endpoint.port), limit) as connection:
                _shake_hands(connection, endpoint.host, verify=False)
        except OSError:
            return False
        return True

    return await in_thread(probe)


def _requests_settings(endpoint: Endpoint) -> dict[str, Any]:
    """What ``requests`` makes of the environment: ``proxies``, and ``verify`` with the bundle."""
    with requests.Session() as session:
        return dict(
            session.merge_environment_settings(
                endpoint.url, {}, stream=None, verify=endpoint.verify_tls, cert=None
            )
        )


def _proxy(endpoint: Endpoint) -> str:
    """The proxy on the way, without the password it may ask for; "" when there is none."""
    proxy = select_proxy(endpoint.url, _requests_settings(endpoint)["proxies"])
    if not proxy:
        return ""
    return urlsplit(proxy if "//" in proxy else f"//{proxy}").netloc.rpartition("@")[2]


def _look_up(endpoint: Endpoint) -> list[_Address]:
    rows = socket.getaddrinfo(
        endpoint.host,
        endpoint.port,
        urllib3.util.connection.allowed_gai_family(),
        socket.SOCK_STREAM,
    )
    return [_Address(row[0], row[4]) for row in rows]


def _unknown_name(endpoint: Endpoint, error: OSError | UnicodeError) -> Finding:
    if isinstance(error, TimeoutError):
        text = f"the look-up of {endpoint.host} took longer than {endpoint.connection_timeout:g} s"
        hint = "check this machine's DNS, or set host to an address"
    elif getattr(error, "errno", None) == socket.EAI_AGAIN:
        text = f"the look-up of {endpoint.host} got no answer"
        hint = "check the spelling of host and this machine's DNS"
    else:
        text = f"there is no host named {endpoint.host}"
        hint = "check the spelling of host; inside Docker use the service's name"
    return failed(NAME, text, hint, ExitCode.CONNECTION)


def _connect(address: _Address, time_limit: float) -> socket.socket:
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(time_limit)
        connection.connect(address.target)
    except BaseException:
        connection.close()
        raise
    return connection


def _try(address: _Address, time_limit: float) -> _Attempt:
    try:
        _connect(address, time_limit).close()
    except OSError as error:
        return _Attempt(address, error)
    return _Attempt(address, None)


def _on_port(endpoint: Endpoint, attempts: list[_Attempt]) -> Finding:
    open_at = [attempt for attempt in attempts if attempt.error is None]
    if not open_at:
        return failed(
            PORT,
            "; ".join(_what_happened(attempt, endpoint) for attempt in attempts),
            _what_to_do(attempts[0].error),
            ExitCode.CONNECTION,
        )
    text = f"{open_at[0].address} takes connections on port {endpoint.port}"
    before = attempts[: attempts.index(open_at[0])]
    silent = [attempt for attempt in before if isinstance(attempt.error, TimeoutError)]
    if silent:
        return warned(
            PORT,
            f"{text}, but {silent[0].address}, which is tried first, does not answer",
            f"set host to {open_at[0].address}: the other address costs"
            f" {endpoint.connection_timeout:g} s a connection",
        )
    return passed(PORT, text)


def _what_happened(attempt: _Attempt, endpoint: Endpoint) -> str:
    where = f"{attempt.address} port {endpoint.port}"
    if isinstance(attempt.error, TimeoutError):
        return f"{where} did not take the connection within {endpoint.connection_timeout:g} s"
    if isinstance(attempt.error, ConnectionRefusedError):
        return f"nothing listens at {where}"
    return f"{where} cannot be reached: {os_reason(attempt.error or OSError())}"


def _what_to_do(error: OSError | None) -> str:
    if isinstance(error, TimeoutError):
        return "check the host, the port and the firewall, or raise connection_timeout"
    if isinstance(error, ConnectionRefusedError):
        return "check host and port, and whether qBittorrent runs with its Web UI switched on"
    return "check host, and this machine's network"


def _on_tls(endpoint: Endpoint, address: _Address) -> Finding:
    if not endpoint.use_https:
        return skipped(TLS, "not used, since use_https is false")
    verify = _requests_settings(endpoint)["verify"]
    try:
        shown = _certificate(endpoint, address, verify)
    except _UnreadableBundleError:
        return failed(
            TLS,
            f"the CA bundle {verify} cannot be read",
            "set verify_tls to a PEM file, to true or to false",
            ExitCode.CONNECTION,
        )
    except ssl.SSLError as error:
        told = failures.translate(requests.exceptions.SSLError(error), endpoint)
        return failed_with(TLS, told)
    except TimeoutError:
        return failed(
            TLS,
            f"the handshake was not answered within {endpoint.connection_timeout:g} s",
            "check the port, and whether HTTPS is switched on in qBittorrent",
            ExitCode.CONNECTION,
        )
    except OSError as error:
        return failed(
            TLS,
            f"the handshake broke off: {os_reason(error)}",
            "check the port, and whether HTTPS is switched on in qBittorrent",
            ExitCode.CONNECTION,
        )
    return _on_certificate(shown) if verify else _unverified(endpoint, address)


def _on_certificate(shown: dict[str, Any]) -> Finding:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    text = (
        f"the certificate of {_subject(shown)}, issued by {_name(shown.get('issuer', ()))},"
        f" is trusted and good until {ends:%Y-%m-%d}"
    )
    left = ends - datetime.now(UTC)
    if left < ENDING_SOON:
        return warned(TLS, f"{text}, which is in {left.days} days", "renew the certificate")
    return passed(TLS, text)


def _unverified(endpoint: Endpoint, address: _Address) -> Finding:
    try:
        _certificate(endpoint, address, verify=True)
    except OSError as error:
        why = getattr(error, "verify_message", "") or "TLS could not be agreed"
        return warned(
            TLS,
            f"the certificate is not checked, since verify_tls is false (else: {why.rstrip('.')})",
            "set verify_tls to the CA's PEM file: without it anybody on the way can read along",
        )
    return warned(
        TLS,
        "the certificate is not checked, since verify_tls is false, but it would be trusted",
        "set verify_tls to true",
    )


class _UnreadableBundleError(Exception):
    """The CA bundle is not there, or is none."""


def _certificate(endpoint: Endpoint, address: _Address, verify: bool | str) -> dict[str, Any]:
    """What the certificate says; {} where it is not verified."""
    with _connect(address, endpoint.connection_timeout) as connection:
        return _shake_hands(connection, endpoint.host, verify=verify)


def _shake_hands(connection: socket.socket, host: str, *, verify: bool | str) -> dict[str, Any]:
    context = urllib3.util.ssl_.create_urllib3_context()
    if verify:
        bundle = requests.utils.DEFAULT_CA_BUNDLE_PATH if verify is True else verify
        is_folder = Path(bundle).is_dir()
        try:
            context.load_verify_locations(**{"capath" if is_folder else "cafile": bundle})
        except OSError as error:
            raise _UnreadableBundleError from error
        context.check_hostname = True
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with context.wrap_socket(connection, server_hostname=host) as secured:
        return dict(secured.getpeercert() or {})


def _subject(shown: dict[str, Any]) -> str:
    names = [value for _, value in shown.get("subjectAltName", ())]
    return " and ".join(names[:2]) or _name(shown.get("subject", ()))


def _name(rows: Any) -> str:
    """The most telling part of a distinguished name."""
    parts = {key: value for row in rows for key, value in row}
    for key in ("commonName", "organizationalUnitName", "organizationName"):
        with suppress(KeyError):
            return str(parts[key])
    return "an unnamed authority"
