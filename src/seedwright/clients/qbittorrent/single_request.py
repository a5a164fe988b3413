"""``qbittorrentapi.Client`` with its own retries and sign-ins taken out.

The library signs in again on every 403 and starts a new session on every connection error. Both
are what a script wants and what a tool must not do: five refused sign-ins ban the address, and a
session dropped on our side stays open on the server's. Here one call is one request; who retries
and who signs in is decided in :mod:`seedwright.clients.qbittorrent.connection`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import qbittorrentapi
import requests

from seedwright.clients.naming import title
from seedwright.log import Log, hide

log = Log(__name__)

# What may stand in the log of what is asked; bodies never do.
_HARMLESS = frozenset({"hash", "hashes", "taskID"})

Timeout = tuple[float, float]


@dataclass(frozen=True)
class Endpoint:
    """Where one qBittorrent is and how to get in.

    ``name`` is the client's name in messages; ``base_path`` is "" or "/path" (a reverse proxy);
    ``verify_tls`` is True, False or the path of a CA bundle; times are seconds.
    """

    name: str
    host: str = "localhost"
    port: int = 8080
    use_https: bool = False
    base_path: str = ""
    verify_tls: bool | str = True
    username: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    connection_timeout: float = 10.0
    read_timeout: float = 30.0
    pool_connections: int = 10
    pool_maxsize: int = 10

    @property
    def title(self) -> str:
        """What messages call it."""
        return title(self.name)

    @property
    def url(self) -> str:
        """The address of the Web UI, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.use_https else 'http'}://{host}:{self.port}{self.base_path}"

    @property
    def credentials(self) -> str:
        """What it is to let us in with, for messages."""
        return "API key" if self.api_key else f"user name {self.username!r} or its password"

    def __str__(self) -> str:
        return f"{self.title} at {self.url}"


class RedirectedError(requests.RequestException):
    """The address answers with a redirect; following it would turn a POST into a GET."""

    def __init__(self, location: str) -> None:
        super().__init__(f"redirected to {location}")
        self.location = location


def _refuse_redirects(response: requests.Response, **_: Any) -> None:
    if response.is_redirect:
        response.close()
        raise RedirectedError(response.headers.get("location", ""))


class SingleRequestClient(qbittorrentapi.Client):
    """A client whose every call is one request: no retry, no sign-in, no hidden version look-up."""

    def __init__(self, endpoint: Endpoint) -> None:
        hide(endpoint.password, endpoint.api_key)
        self._known_api_version: str | None = None
        self._endpoint = endpoint
        self._answer = threading.local()
        super().__init__(
            host=endpoint.url,
            username=endpoint.username,
            password=endpoint.password,
            api_key=endpoint.api_key,
            # Only silences urllib3's warning; _session says what is to be verified.
            VERIFY_WEBUI_CERTIFICATE=endpoint.verify_tls is not False,
            FORCE_SCHEME_FROM_HOST=True,
            RAISE_NOTIMPLEMENTEDERROR_FOR_UNIMPLEMENTED_API_ENDPOINTS=True,
            DISABLE_LOGGING_DEBUG_OUTPUT=True,
            SIMPLE_RESPONSES=True,
            REQUESTS_ARGS={
                "timeout": (endpoint.connection_timeout, endpoint.read_timeout),
                "hooks": {"response": [self._note_status, _refuse_redirects]},
            },
            HTTPADAPTER_ARGS={
                "pool_connections": endpoint.pool_connections,
                "pool_maxsize": endpoint.pool_maxsize,
                "max_retries": 0,
            },
        )
        # The library falls back to QBITTORRENTAPI_* variables; the settings alone decide here.
        self.username, self._password = endpoint.username, endpoint.password
        self._api_key = endpoint.api_key

    def app_web_api_version(self, **kwargs: Any) -> str:
        """The Web API's version, asked once: the library would ask before nearly every call."""
        if self._known_api_version is None:
            self._known_api_version = super().app_web_api_version(**kwargs)
        return self._known_api_version

    def forget_version(self) -> None:
        """Ask for the version again: the server may have been replaced by a newer one."""
        self._known_api_version = None

    def has_session(self) -> bool:
        """Whether a cookie-based session of ours may be open on the server."""
        return self._http_session is not None and len(self._http_session.cookies) > 0

    def hide_session(self) -> None:
        """Keep the cookie of the session out of the log."""
        if self._http_session is not None:
            hide(*(str(cookie.value) for cookie in self._http_session.cookies))

    def end_session(self, timeout: Timeout) -> bool:
        """Whether there was a session, which is over now; asks for (connect, read) seconds at most.

        Raises what ``requests`` and ``qbittorrentapi`` raise.
        """
        if not self.has_session():
            return False
        try:
            self._post(
                _name=qbittorrentapi.APINames.Authorization,
                _method="logout",
                requests_args={"timeout": timeout},
            )
        except qbittorrentapi.Forbidden403Error:
            # It had ended before: expired, or logged out by a request whose answer got lost.
            return False
        return True

    @property
    def _session(self) -> Any:
        is_new = self._http_session is None
        session = super()._session
        if is_new:
            # The environment's proxies and CA bundle are looked up once, not before each request,
            # and its .netrc not at all: who signs in is for the settings to say.
            found = session.merge_environment_settings(
                self._endpoint.url, {}, None, self._endpoint.verify_tls, None
            )
            session.trust_env = False
            session.proxies, session.verify = found["proxies"], found["verify"]
        return session

    def _initialize_context(self) -> None:
        # Called before each sign-in, while other threads may be in the middle of a call: the
        # address and the pool stay, only the cookie that no longer counts goes.
        if self._http_session is not None:
            self._http_session.cookies.clear()

    def _request_manager(  # type: ignore[override]
        self,
        http_method: str,
        api_namespace: str,
        api_method: str,
        version_introduced: str = "",
        version_removed: str = "",
        **request: Any,
    ) -> Any:
        self._is_endpoint_supported_for_version(
            f"{api_namespace}/{api_method}", version_introduced, version_removed
        )
        for retry_option in ("_retries", "_retry_backoff_factor"):
            request.pop(retry_option, None)
        return self._request(http_method, api_namespace, api_method, **request)

    def _request(  # type: ignore[override]
        self, http_method: str, api_namespace: Any, api_method: str, **request: Any
    ) -> Any:
        namespace = getattr(api_namespace, "value", api_namespace)
        harmless = {k: v for k, v in (request.get("params") or {}).items() if v and k in _HARMLESS}
        path = f"{namespace}/{api_method}{'?' if harmless else ''}{urlencode(harmless)}"
        self._answer.status = "no answer"
        started = time.monotonic()
        try:
            return super()._request(http_method, api_namespace, api_method, **request)
        finally:
            spent = (time.monotonic() - started) * 1000
            asked = (self._endpoint.title, http_method.upper(), path)
            log.debug("%s: %s %s: %s in %.0f ms", *asked, self._answer.status, spent)

    def _note_status(self, response: requests.Response, **_: Any) -> None:
        self._answer.status = response.status_code

    def _auth_request(self, *args: Any, **kwargs: Any) -> Any:
        return self._request_manager(*args, **kwargs)
