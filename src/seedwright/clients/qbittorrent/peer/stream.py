"""One TCP connection to a client: every wait is bounded, and ends early when that is wanted."""

from __future__ import annotations

import os
import selectors
import socket
import time
from errno import EINPROGRESS, EWOULDBLOCK
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import seedwright._core as core
from seedwright.clients.examination import os_reason
from seedwright.clients.qbittorrent.peer.hindrances import PeerError

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]

_TICK = 0.1
"""Seconds between two looks at the clock, and at whether to go on at all."""

_CONNECTS_WITHIN = 6.0
_AT_ONCE = 256 * 1024


class Peer(NamedTuple):
    """Where a client listens for peers."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class TimeIsUpError(Exception):
    """What was waited for did not come in time."""


class ClosedError(Exception):
    """The client closed the connection."""


class Clock:
    """The time there is: ``seconds`` in all, less for what is waited for now, none once cancelled."""

    def __init__(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        self._end = self._until = time.monotonic() + seconds
        self._cancelled = cancelled
        self._next_look = 0.0

    def allow(self, seconds: float | None = None) -> None:
        """Give what comes next so many seconds, or all that are left."""
        self._until = self._end
        if seconds is not None:
            self._until = min(self._end, time.monotonic() + seconds)

    def check(self) -> None:
        """Raise TimeIsUpError when time is up, and ``_core.Cancelled`` when that is wanted."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _TICK
            if self._cancelled():
                raise core.Cancelled("asking the client was cancelled")
        if now >= self._until:
            raise TimeIsUpError


class Stream:
    """The bytes of one connection, in plain or through a cipher for each direction."""

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._received = bytearray()
        self._sends_with: core.Rc4 | None = None
        self._reads_with: core.Rc4 | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def encrypt(self, sends_with: core.Rc4 | None, reads_with: core.Rc4 | None) -> None:
        """Take these ciphers from the next byte on, None for none."""
        self._sends_with, self._reads_with = sends_with, reads_with

    def send(self, data: bytes) -> None:
        """Send all of ``data``; raises ClosedError, TimeIsUpError and PeerError."""
        left = memoryview(self._sends_with.crypt(data) if self._sends_with else data)
        while left:
            self._clock.check()
            left = left[self._unless_broken(self._connection.send, left) or 0 :]

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; raises ClosedError, TimeIsUpError and PeerError."""
        while len(self._received) < count:
            self._receive()
        data = bytes(memoryview(self._received)[:count])
        del self._received[:count]
        return self._reads_with.crypt(data) if self._reads_with else data

    def skip(self, count: int) -> None:
        """Read ``count`` bytes and keep none."""
        while count:
            count -= len(self.read(min(count, _AT_ONCE)))

    def skip_past(self, marker: bytes, within: int) -> bool:
        """Whether the bytes as they come have ``marker`` within so many; they are read up to there."""
        while (at := self._received.find(marker, 0, within)) < 0:
            if len(self._received) >= within:
                return False
            self._receive()
        del self._received[: at + len(marker)]
        return True

    def _receive(self) -> None:
        self._clock.check()
        data = self._unless_broken(self._connection.recv, _AT_ONCE)
        if data == b"":
            raise ClosedError
        self._received += data or b""

    def _unless_broken(self, call: Callable[[Any], Any], argument: object) -> Any:
        """What ``call`` gives, or None when it can do nothing for a moment."""
        try:
            return call(argument)
        except ConnectionError as error:
            raise ClosedError from error
        except OSError as error:
            # A connection that is only quiet has no number, one that the system gave up has one.
            if isinstance(error, TimeoutError) and error.errno is None:
                return None
            raise PeerError(f"the connection was lost: {os_reason(error)}") from error


def connect(peer: Peer, clock: Clock) -> Stream:
    """A connection to ``peer``; raises PeerError."""
    if not 0 < peer.port < 1 << 16:
        raise PeerError("it listens for peers on no port")
    try:
        rows = socket.getaddrinfo(peer.host, peer.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PeerError(f"the host {peer.host} does not exist") from error
    failure = PeerError(f"{peer} has no address")
    for row in rows:
        clock.allow(_CONNECTS_WITHIN / len(rows))
        try:
            return Stream(_connected(row, clock), clock)
        except TimeIsUpError:
            failure = PeerError(f"{peer} does not accept connections")
        except ConnectionRefusedError:
            failure = PeerError(f"nothing listens at {peer}")
        except OSError as error:
            failure = PeerError(f"{peer} cannot be reached: {os_reason(error)}")
    raise failure


def _connected(row: Row, clock: Clock) -> socket.socket:
    family, kind, protocol, _, address = row
    connection = socket.socket(family, kind, protocol)
    try:
        connection.setblocking(False)
        code = connection.connect_ex(address)
        if code in (EINPROGRESS, EWOULDBLOCK):
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_WRITE)
                while not selector.select(_TICK):
                    clock.check()
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        connection.settimeout(_TICK)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection
