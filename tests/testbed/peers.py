"""Peers on loopback: a good seeder, and whatever else a test has a connection do."""

from __future__ import annotations

import contextlib
import hashlib
import random
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from seedwright._core import Rc4
from seedwright.clients.qbittorrent.peer.stream import Peer
from tests.testbed.ports import HOST

if TYPE_CHECKING:
    from seedwright.metainfo.parse import Metainfo

# The prime of message stream encryption; 2 is the generator.
_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563",
    16,
)


class Line:
    """A connection as the peer has it; a read or a send after the other side's end is an OSError."""

    def __init__(self, connection: socket.socket, closed: threading.Event) -> None:
        self.closed = closed
        self._connection = connection
        self._reads_with: Rc4 | None = None
        self._sends_with: Rc4 | None = None

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._connection.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return self._reads_with.crypt(data) if self._reads_with else data

    def send(self, data: bytes) -> None:
        self._connection.sendall(self._sends_with.crypt(data) if self._sends_with else data)

    def drain(self) -> None:
        """Hear everything until the other side hangs up, and answer nothing."""
        while True:
            self.read(1)

    def secure(self, reads_with: Rc4 | None, sends_with: Rc4 | None) -> None:
        self._reads_with, self._sends_with = reads_with, sends_with


Behave = Callable[[Line], object]


class FakePeer:
    """A peer on a free port of loopback: BEHAVE is called with each connection, in its own thread.

    The connection is closed when BEHAVE returns.
    """

    def __init__(self, behave: Behave, host: str = HOST) -> None:
        self._behave = behave
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.peer = Peer(host, int(self._listener.getsockname()[1]))
        self.connections = 0
        self._closed = threading.Event()
        self._errors: list[BaseException] = []
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every connection; raises what BEHAVE raised, but for a lost connection."""
        self._closed.set()
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._behave(Line(connection, self._closed))
            except OSError:
                pass
            except BaseException as error:
                self._errors.append(error)


def said(kind: int, body: bytes = b"") -> bytes:
    return struct.pack(">IB", 1 + len(body), kind) + body


HAVE_ALL, UNCHOKE, CHOKE, KEEP_ALIVE = said(14), said(1), said(0), bytes(4)


@dataclass
class Seeder:
    """A seeder of one torrent, whose pieces are cut from STREAM; it is a behaviour.

    With ENCRYPTS, 1 for plain bytes after the handshake or 2 for RC4, it hangs up on a plain one.
    ANSWER makes the message that a block is answered with, b"" for none, or None to hang up.
    """

    torrent: Metainfo
    stream: bytes
    encrypts: int = 0
    answer: Callable[[int, int, bytes], bytes | None] = lambda piece, begin, data: said(
        7, struct.pack(">II", piece, begin) + data
    )
    greeting: bytes = HAVE_ALL
    infohash: bytes = b""
    reserved: bytes = bytes((0, 0, 0, 0, 0, 0, 0, 4))
    shuffles: int = 1

    def __post_init__(self) -> None:
        self.requests: list[tuple[int, int, int]] = []
        self.handshakes: list[bytes] = []
        self.infohash = self.infohash or bytes.fromhex(self.torrent.client_hash)

    def __call__(self, line: Line) -> None:
        if self.encrypts:
            head = line.read(20)
            if head == b"\x13BitTorrent protocol":
                return
            accept_encrypted(line, head, self.infohash, self.encrypts)
        else:
            self.handshakes.append(line.read(68))
        line.send(b"\x13BitTorrent protocol" + self.reserved + self.infohash + bytes(20))
        line.send(self.greeting)
        waiting: list[tuple[int, int, int]] = []
        while True:
            (length,) = struct.unpack(">I", line.read(4))
            message = line.read(length)
            if message[:1] == b"\x02":
                line.send(UNCHOKE)
            elif message[:1] == b"\x06":
                waiting.append(struct.unpack(">III", message[1:]))
                if len(waiting) >= self.shuffles or self._is_last(waiting):
                    random.shuffle(waiting) if self.shuffles > 1 else None
                    if not self._serve(line, waiting):
                        return
                    waiting.clear()

    def _serve(self, line: Line, requests: list[tuple[int, int, int]]) -> bool:
        for piece, begin, length in requests:
            self.requests.append((piece, begin, length))
            at = piece * self.torrent.piece_length + begin
            answer = self.answer(piece, begin, self.stream[at : at + length])
            if answer is None:
                return False
            line.send(answer)
        return True

    def _is_last(self, waiting: list[tuple[int, int, int]]) -> bool:
        piece, begin, length = waiting[-1]
        return piece * self.torrent.piece_length + begin + length >= len(self.stream.rstrip(b"\0"))


def accept_encrypted(
    line: Line, head: bytes, infohash: bytes, chosen: int, pads: int = 100
) -> None:
    """The other side of an encrypted handshake, whose first bytes are HEAD."""
    secret = random.getrandbits(160)
    theirs = int.from_bytes(head + line.read(96 - len(head)), "big")
    line.send(pow(2, secret, _PRIME).to_bytes(96, "big") + random.randbytes(pads))
    shared = pow(theirs, secret, _PRIME).to_bytes(96, "big")
    marker, heard = _sha1(b"req1" + shared), b""
    while not heard.endswith(marker):
        if len(heard) > 512 + 20:
            raise ConnectionError
        heard += line.read(1)
    masked = int.from_bytes(line.read(20), "big") ^ int.from_bytes(_sha1(b"req3" + shared), "big")
    assert masked.to_bytes(20, "big") == _sha1(b"req2" + infohash)
    reads, sends = (_cipher(name + shared + infohash) for name in (b"keyA", b"keyB"))
    line.secure(reads, sends)
    assert line.read(8) == bytes(8)
    assert line.read(4) == bytes((0, 0, 0, 3))
    line.read(int.from_bytes(line.read(2), "big"))
    first = line.read(int.from_bytes(line.read(2), "big"))
    assert first[28:48] == infohash
    line.send(bytes(8) + chosen.to_bytes(4, "big") + pads.to_bytes(2, "big") + bytes(pads))
    if chosen == 1:
        line.secure(None, None)


def _cipher(key: bytes) -> Rc4:
    cipher = Rc4(_sha1(key))
    cipher.crypt(bytes(1024))
    return cipher


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data).digest()
