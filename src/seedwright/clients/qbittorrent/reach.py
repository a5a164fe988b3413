"""The way to a client below HTTP: its name, its port and its TLS, each tested on its own.

Everything goes as the client's own requests go: the addresses in the resolver's order, the same
CA bundle, the same time limit.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import select_proxy

from seedwright.clients import examination
from seedwright.clients.examination import failed_with, os_reason, passed, skipped, warned
from seedwright.clients.qbittorrent import refusals
from seedwright.errors import ExitCode
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from seedwright.clients.examination import Finding
    from seedwright.clients.qbittorrent.single_request import Endpoint

NAME, PORT, TLS = "name", "port", "tls"
ENDING_SOON = timedelta(days=14)
_PROBE_LIMIT = 3.0

_NO_CONNECTION = (
    (
        TimeoutError,
        "{where} did not accept the connection within {limit:g} s",
        refusals.CHECK_NETWORK,
    ),
    (ConnectionRefusedError, "nothing listens at {where}", refusals.CHECK_ADDRESS),
    (OSError, "{where} cannot be reached: {reason}", "check host, and this machine's network"),
)
"""For each error of a connection what to report, and what to do."""

failed = partial(examination.failed, exit_code=ExitCode.CONNECTION)


class _Address(NamedTuple):
    """One address of the host, as ``socket`` wants it."""

    family: socket.AddressFamily
    target: Any

    def __str__(self) -> str:
        return str(self.target[0])


async def reach(endpoint: Endpoint) -> AsyncGenerator[Finding, None]:
    """The findings on name, port and TLS; the last one is a failure where the way ends early."""
    proxy, limit = _proxy(endpoint), endpoint.connection_timeout
    if proxy:
        yield warned(
            NAME,
            f"requests go through the proxy {proxy}, as the environment says",
            f"if you do not want that, add {endpoint.host} to the variable NO_PROXY",
        )
        yield skipped(PORT, "not tested, because the proxy connects")
        yield skipped(TLS, "not tested, because the proxy connects")
        return
    try:
        addresses = await asyncio.wait_for(in_thread(lambda: _look_up(endpoint)), limit)
    except (OSError, UnicodeError) as error:
        yield failed(NAME, *_unknown_name(endpoint, error))
        return
    known_as = list(dict.fromkeys(map(str, addresses)))
    if known_as == [endpoint.host]:
        yield passed(NAME, f"{endpoint.host} needs no look-up")
    else:
        yield passed(NAME, f"{endpoint.host} is {' and '.join(known_as)}")
    errors = await asyncio.gather(
        *(in_thread(partial(_hindrance, address, limit)) for address in addresses)
    )
    yield _on_port(endpoint, addresses, errors)
    if None in errors:
        way = addresses[errors.index(None)]
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


def _unknown_name(endpoint: Endpoint, error: OSError | UnicodeError) -> tuple[str, str]:
    if isinstance(error, TimeoutError):
        text = f"the look-up of {endpoint.host} took longer than {endpoint.connection_timeout:g} s"
        return text, "check this machine's DNS, or set host to an address"
    if getattr(error, "errno", None) == socket.EAI_AGAIN:
        text = f"the look-up of {endpoint.host} got no answer"
        return text, "check the spelling of host and this machine's DNS"
    return f"the host {endpoint.host} does not exist", refusals.CHECK_NAME


def _connect(address: _Address, time_limit: float) -> socket.socket:
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(time_limit)
        connection.connect(address.target)
    except BaseException:
        connection.close()
        raise
    return connection


def _hindrance(address: _Address, time_limit: float) -> OSError | None:
    """What keeps connections from this address, if anything."""
    try:
        _connect(address, time_limit).close()
    except OSError as error:
        return error
    return None


def _on_port(
    endpoint: Endpoint, addresses: list[_Address], errors: list[OSError | None]
) -> Finding:
    limit = endpoint.connection_timeout
    if None not in errors:
        reasons = [
            _no_connection(f"{address} port {endpoint.port}", limit, error)
            for address, error in zip(addresses, errors, strict=True)
        ]
        return failed(PORT, "; ".join(text for text, _ in reasons), reasons[0][1])
    first = errors.index(None)
    text = f"{addresses[first]} accepts connections on port {endpoint.port}"
    for address, error in zip(addresses[:first], errors, strict=False):
        if isinstance(error, TimeoutError):
            return warned(
                PORT,
                f"{text}, but {address}, which is tried first, does not respond",
                f"set host to {addresses[first]}: the other address costs {limit:g} s a connection",
            )
    return passed(PORT, text)


def _no_connection(where: str, limit: float, error: OSError | None) -> tuple[str, str]:
    text, hint, reason = next(
        (text, hint, os_reason(error))
        for kind, text, hint in _NO_CONNECTION
        if isinstance(error, kind)
    )
    return text.format(where=where, limit=limit, reason=reason), hint


def _on_tls(endpoint: Endpoint, address: _Address) -> Finding:
    if not endpoint.use_https:
        return skipped(TLS, "not used, because use_https is false")
    verify = _requests_settings(endpoint)["verify"]
    check_port = "check the port, and that HTTPS is switched on in qBittorrent"
    try:
        shown = _certificate(endpoint, address, verify)
    except _UnreadableBundleError:
        return failed(TLS, f"cannot read the CA bundle {verify}", refusals.CHECK_BUNDLE)
    except ssl.SSLError as error:
        return failed_with(TLS, refusals.translate(requests.exceptions.SSLError(error), endpoint))
    except TimeoutError:
        limit = f"{endpoint.connection_timeout:g} s"
        return failed(TLS, f"the TLS handshake got no answer within {limit}", check_port)
    except OSError as error:
        return failed(TLS, f"the TLS handshake failed: {os_reason(error)}", check_port)
    return _on_certificate(shown) if verify else _unverified(endpoint, address)


def _on_certificate(shown: dict[str, Any]) -> Finding:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    text = (
        f"the certificate of {_subject(shown)}, issued by {_name(shown.get('issuer', ()))},"
        f" is trusted and valid until {ends:%Y-%m-%d}"
    )
    left = ends - datetime.now(UTC)
    if left < ENDING_SOON:
        return warned(TLS, f"{text}, which is in {left.days} days", "renew the certificate")
    return passed(TLS, text)


def _unverified(endpoint: Endpoint, address: _Address) -> Finding:
    unchecked = "the certificate is not checked, because verify_tls is false"
    try:
        _certificate(endpoint, address, verify=True)
    except OSError as error:
        why = getattr(error, "verify_message", "") or "the TLS handshake failed"
        return warned(
            TLS,
            f"{unchecked}; it would fail: {why.rstrip('.')}",
            "set verify_tls to the CA's PEM file: without it anybody on the way can read along",
        )
    return warned(TLS, f"{unchecked}; it would be trusted", "set verify_tls to true")


class _UnreadableBundleError(Exception):
    """The CA bundle does not exist, or is not one."""


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
    """The most informative part of a distinguished name."""
    parts = {key: value for row in rows for key, value in row}
    for key in ("commonName", "organizationalUnitName", "organizationName"):
        with suppress(KeyError):
            return str(parts[key])
    return "an unnamed authority"
