"""A small web server on loopback, made of one function from a request to its answer."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.testbed.ports import HOST

if TYPE_CHECKING:
    import ssl


@dataclass
class Request:
    """One request; ``status`` is what it was answered with, None when it was not.

    Names of ``headers`` are in lower case.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None

    @property
    def form(self) -> dict[str, str]:
        """The fields of the body, url-encoded or multipart; of a file, its name."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        if not kind.startswith("multipart/form-data"):
            return {}
        message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        return {
            str(part.get_param("name", header="content-disposition")): part.get_filename()
            or bytes(part.get_payload(decode=True)).decode()
            for part in message.walk()
            if not part.is_multipart()
        }


@dataclass(frozen=True)
class Answer:
    """A status, a body, and headers but those which are the connection's own."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


Respond = Callable[[Request], Answer | None]


class LoopbackServer:
    """A web server on a free loopback port, which asks RESPOND for every answer.

    Without an answer (None) the connection is closed. Connections are kept alive; RESPOND is called
    from a thread for each. With a context for TLS it speaks HTTPS.
    """

    host = HOST

    def __init__(self, respond: Respond, *, tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "https" if tls else "http"
        self._listener = _Listener(respond, tls)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.01}
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections were opened, over time."""
        return self._listener.opened

    def close(self) -> None:
        """Close the port and every connection; raises what RESPOND raised."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.close_connections()
        self._listener.server_close()
        if self._listener.errors:
            raise self._listener.errors[0]


class _Listener(ThreadingHTTPServer):
    # Closing waits for the handlers, so that none outlives the test.
    daemon_threads = False

    def __init__(self, respond: Respond, tls: ssl.SSLContext | None) -> None:
        self.respond = respond
        self.errors: list[BaseException] = []
        self.opened = 0
        self._tls = tls
        self._connections: set[socket.socket] = set()
        super().__init__((HOST, 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls is not None:
            # The handshake comes with the first read, in the connection's own thread.
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self.opened += 1
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is two writes (head, body): together they must not wait for the client's ACK.
    disable_nagle_algorithm = True
    server: _Listener

    def _serve(self) -> None:
        target = urlsplit(self.path)
        request = Request(
            self.command,
            target.path,
            target.query,
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        answer = self.server.respond(request)
        if answer is None:
            self.close_connection = True
            return
        request.status = answer.status
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Nothing: what happened is for the test to ask."""
