"""Hosts that are not qBittorrent, and a tracker."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote_to_bytes

from tests.testbed.ports import HOST
from tests.testbed.web import Answer, LoopbackServer, Request

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotQBittorrent(LoopbackServer):
    """Some other web server: a page of HTML and STATUS for every request."""

    def __init__(self, status: int = 404) -> None:
        page = b"<!doctype html><title>Router</title><h1>Welcome to your router</h1>"
        super().__init__(lambda _: Answer(status, page, [("Content-Type", "text/html")]))


class HangingHost:
    """A host that takes connections and never says a word."""

    host = HOST

    def __init__(self) -> None:
        # The kernel takes connections up to the backlog; nobody ever accepts them.
        self._listener = socket.create_server((HOST, 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can open meanwhile."""
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        yield int(bound.getsockname()[1])


class Tracker(LoopbackServer):
    """An HTTP tracker (BEP 3) that knows no peers, or refuses with a FAILURE reason.

    ``infohashes`` are the 20 bytes of every announce in turn, ``paths`` as they were asked for,
    percent signs untouched. libtorrent announces to loopback only where the path starts with
    ``/announce``, its guard against requests forged by a torrent.
    """

    def __init__(self, failure: str = "") -> None:
        super().__init__(self._respond)
        self.failure = failure
        self.infohashes: list[bytes] = []
        self.paths: list[str] = []

    @property
    def announce_url(self) -> str:
        return f"{self.url}/announce"

    def _respond(self, request: Request) -> Answer:
        self.paths.append(request.path)
        for parameter in request.query.split("&"):
            name, _, value = parameter.partition("=")
            if name == "info_hash":
                self.infohashes.append(unquote_to_bytes(value))
        if self.failure:
            reason = self.failure.encode()
            return Answer(200, b"d14:failure reason%d:%be" % (len(reason), reason))
        return Answer(200, b"d8:intervali1800e5:peers0:e")
