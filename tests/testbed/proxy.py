"""A reverse proxy that sees, counts and breaks the traffic to one server."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from tests.testbed.faults import Action, Exchange, pass_on
from tests.testbed.web import Answer, LoopbackServer, Request

if TYPE_CHECKING:
    import ssl

    from tests.testbed.server import Server

# Each side of a proxy has a connection of its own. The rest qBittorrent compares with its own
# address: its wiki has a reverse proxy take them away.
_NOT_FORWARDED = {"connection", "keep-alive", "content-length", "host", "origin", "referer"}
_NOT_GIVEN_BACK = {"connection", "keep-alive", "content-length", "transfer-encoding"}

_UPSTREAM_LIMIT = 60.0


@dataclass
class Rule:
    """ACTION on requests whose path holds WHERE, TIMES times or always."""

    where: str
    action: Action
    times: int | None
    hits: int = 0


class RecordingProxy(LoopbackServer):
    """A reverse proxy on loopback in front of SERVER: HTTP, or HTTPS with a context for TLS.

    With a BASE_PATH (``/qb``) the server's root lies there, and everything else is not found.
    A server that does not answer shows as it does without a proxy: the connection is closed.
    ``requests`` are all that came, the base path taken off.
    """

    def __init__(
        self, server: Server, *, base_path: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(self._respond, tls=tls)
        self.server = server
        self.requests: list[Request] = []
        self._base_path = base_path.rstrip("/")
        self._rules: list[Rule] = []
        self._cookies: dict[str, str] = {}
        self._upstream: set[http.client.HTTPConnection] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def url(self) -> str:
        """The server's address through this proxy, base path included."""
        return super().url + self._base_path

    @property
    def logins(self) -> int:
        """How many sign-ins were tried."""
        return self.count("/auth/login")

    def count(self, where: str) -> int:
        """How many requests had WHERE in their path."""
        return sum(where in request.path for request in self.requests)

    def on(self, where: str, action: Action, times: int | None = None) -> Rule:
        """Have ACTION (see faults) answer requests whose path holds WHERE; newer rules first."""
        rule = Rule(where, action, times)
        with self._lock:
            self._rules.insert(0, rule)
        return rule

    def calm(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    def open_sessions(self) -> list[str]:
        """The session cookies handed out through this proxy that the server still accepts."""
        return [value for value, name in self._cookies.items() if self._accepted(name, value)]

    def close(self) -> None:
        """Close the port and every connection, hanging ones too; raises what a hook raised."""
        self._closed.set()
        for connection in list(self._upstream):
            with contextlib.suppress(AttributeError, OSError):  # not open yet, closed already
                connection.sock.shutdown(socket.SHUT_RDWR)
        super().close()

    def _respond(self, request: Request) -> Answer | None:
        self.requests.append(request)
        inside = request.path.removeprefix(self._base_path)
        if not request.path.startswith(self._base_path) or not inside.startswith("/"):
            return Answer(404, b"<h1>404 Not Found</h1>", [("Content-Type", "text/html")])
        request.path = inside
        return self._action(inside)(Exchange(request, lambda: self._forward(request), self._closed))

    def _action(self, path: str) -> Action:
        with self._lock:
            for rule in self._rules:
                if rule.where in path and (rule.times is None or rule.hits < rule.times):
                    rule.hits += 1
                    return rule.action
        return pass_on

    def _forward(self, request: Request) -> Answer | None:
        headers = {n: value for n, value in request.headers.items() if n not in _NOT_FORWARDED}
        try:
            answer = self._ask(replace(request, headers=headers))
        except (OSError, http.client.HTTPException):
            return None
        return replace(answer, headers=[self._given_back(*header) for header in answer.headers])

    def _given_back(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() != "set-cookie":
            return name, value
        for cookie in SimpleCookie(value).values():
            if cookie.value:
                self._cookies[cookie.value] = cookie.key
        return name, value.replace("path=/", f"path={self._base_path}/")

    def _ask(self, request: Request) -> Answer:
        """The server's own answer."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection = http.client.HTTPConnection(
            self.server.host, self.server.port, timeout=_UPSTREAM_LIMIT
        )
        self._upstream.add(connection)
        try:
            connection.request(request.method, target, request.body or None, request.headers)
            answer = connection.getresponse()
            headers = [
                each for each in answer.getheaders() if each[0].lower() not in _NOT_GIVEN_BACK
            ]
            return Answer(answer.status, answer.read(), headers)
        finally:
            self._upstream.discard(connection)
            connection.close()

    def _accepted(self, name: str, value: str) -> bool:
        try:
            answer = self._ask(
                Request("GET", "/api/v2/app/version", "", {"cookie": f"{name}={value}"}, b"")
            )
        except OSError:
            return False
        # Where no sign-in is asked for, an unknown session is answered with a new one.
        renewed = [v for n, v in answer.headers if n.lower() == "set-cookie" and value not in v]
        return answer.status == 200 and not renewed
