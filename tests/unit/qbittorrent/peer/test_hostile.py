"""Whatever a peer sends: it ends soon, in little memory, and in a sentence."""

from __future__ import annotations

import itertools
import random
import struct
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwright.clients.qbittorrent.peer.hindrances import PeerError, PieceDiffersError
from seedwright.clients.qbittorrent.peer.sampling import sample
from seedwright.hashes.merkle import BLOCK
from seedwright.metainfo.torrent_spec import Format
from tests.testbed.peers import (
    CHOKE,
    HAVE_ALL,
    KEEP_ALIVE,
    UNCHOKE,
    FakePeer,
    Line,
    Seeder,
    accept_encrypted,
    said,
)
from tests.unit.qbittorrent.peer.torrents import PIECE, seeded

if TYPE_CHECKING:
    from tests.testbed.peers import Behave

TORRENT, STREAM = seeded(Format.V1, 10 * PIECE)
HASH = bytes.fromhex(TORRENT.client_hash)
HELLO = b"\x13BitTorrent protocol" + bytes(7) + b"\x04" + HASH + bytes(20)
READY = HELLO + HAVE_ALL + UNCHOKE
LIMIT = 1.0
SOON = 10.0


def says(*parts: bytes) -> Behave:
    """Say this to the handshake, and then nothing more."""

    def behave(line: Line) -> None:
        line.read(68)
        for part in parts:
            line.send(part)
        line.drain()

    return behave


def repeats(begin: bytes, message: bytes) -> Behave:
    """Say this to the handshake, and then the same without end."""

    def behave(line: Line) -> None:
        line.read(68)
        line.send(begin)
        while True:
            line.send(message * 100)

    return behave


def drips(begin: bytes, data: bytes) -> Behave:
    """Say this to the handshake, and then a byte at a time."""

    def behave(line: Line) -> None:
        line.read(68)
        line.send(begin)
        for byte in itertools.cycle(data):
            line.send(bytes([byte]))
            if line.closed.wait(0.02):
                return

    return behave


def answers(*parts: bytes) -> Behave:
    """Unchoke, and say this to the first request."""

    def behave(line: Line) -> None:
        line.read(68)
        line.send(READY)
        # What comes after the handshake: have none, interested, the first request.
        line.read(5 + 5 + 17)
        for part in parts:
            line.send(part)
        line.drain()

    return behave


def piece(number: int, begin: int, length: int) -> bytes:
    return said(7, struct.pack(">II", number, begin) + bytes(length))


def hangs_up(line: Line) -> None:
    line.read(20)


def only_listens(line: Line) -> None:
    line.drain()


def encrypted(*parts: bytes, pads: int = 0, chosen: int = 2) -> Behave:
    """Hang up on a plain handshake; agree on an encrypted one, and then say this."""

    def behave(line: Line) -> None:
        head = line.read(20)
        if head != b"\x13BitTorrent protocol":
            accept_encrypted(line, head, HASH, chosen, pads)
            for part in parts:
                line.send(part)
            line.drain()

    return behave


def garbled(length: int) -> Behave:
    """Hang up on a plain handshake, and answer an encrypted one with garbage."""

    def behave(line: Line) -> None:
        if line.read(20) != b"\x13BitTorrent protocol":
            line.send(random.Random(1).randbytes(length))
            line.drain()

    return behave


def weak(line: Line) -> None:
    """Make a key of 1 of the encrypted handshake."""
    if line.read(20) != b"\x13BitTorrent protocol":
        line.send((1).to_bytes(96, "big"))
        line.drain()


HOSTILE: dict[str, tuple[Behave, str]] = {
    "silence": (only_listens, "accepts connections, but does not respond"),
    "an end": (hangs_up, "it closes the connection at once: the torrent is stopped"),
    "an end after the handshake": (
        lambda line: line.send(HELLO + line.read(68)[:0]),
        "closed the connection before it offered anything",
    ),
    "another protocol": (
        says(b"SSH-2.0-OpenSSH_9.9 and more\r\n"),
        "does not speak the BitTorrent protocol",
    ),
    "another torrent": (
        says(HELLO.replace(HASH, bytes(20)) + HAVE_ALL + UNCHOKE),
        "answers with another torrent",
    ),
    "half a handshake": (says(HELLO[:40]), "accepts connections, but does not respond"),
    "a handshake that drips": (drips(b"", HELLO[:30] * 3), "does not"),
    "no unchoke": (says(HELLO + HAVE_ALL), "it does not unchoke"),
    "no pieces": (says(HELLO + said(15) + UNCHOKE), r"does not offer all pieces \(0 of 10\)"),
    "no pieces and no unchoke": (says(HELLO + said(15)), "does not offer all pieces"),
    "few pieces": (
        says(HELLO + said(15) + said(4, bytes(4)) + said(4, bytes(4)) + UNCHOKE),
        r"does not offer all pieces \(1 of 10\)",
    ),
    "a piece beyond the last": (
        says(HELLO + said(4, struct.pack(">I", 10))),
        "it reports piece 10 of a torrent with 10 pieces",
    ),
    "a short bitfield": (says(HELLO + said(5, b"\xff")), "the wrong length"),
    "a long bitfield": (says(HELLO + said(5, b"\xff" * 3)), "the wrong length"),
    "two bitfields": (says(HELLO + said(5, b"\xff\xff") * 2), "reported its pieces twice"),
    "a have of two bytes": (says(HELLO + said(4, b"\0\0")), "the wrong length"),
    "an unchoke with more": (says(HELLO + said(1, b"\0")), "the wrong length"),
    "a huge length": (says(HELLO + b"\xff\xff\xff\xff\x07"), "the wrong length"),
    "a huge length of no kind": (says(HELLO + b"\xff\xff\xff\xff\xff"), "the wrong length"),
    "a long extension": (says(HELLO + struct.pack(">IB", 1 << 20, 20)), "the wrong length"),
    "keep-alives without end": (repeats(HELLO + HAVE_ALL, KEEP_ALIVE), "endless messages"),
    "chokes without end": (repeats(HELLO + HAVE_ALL, CHOKE), "endless messages"),
    "unchokes without end": (repeats(READY, UNCHOKE), "endless messages"),
    "haves without end": (repeats(HELLO, said(4, bytes(4))), "endless messages"),
    "extensions without end": (repeats(HELLO, said(20, bytes(60_000))), "endless messages"),
    "small extensions without end": (repeats(READY, said(20, b"\0")), "endless messages"),
    "keep-alives that drip": (drips(HELLO + HAVE_ALL, KEEP_ALIVE), "does not unchoke"),
    "an extension that drips": (drips(READY + b"\0\0\xff\0\x14", b"x"), "sent 0 of 10 pieces"),
    "a block that drips": (
        drips(READY, piece(0, 0, BLOCK)),
        "sent 0 of 10 pieces in 1 s",
    ),
    "a block before one was asked for": (
        says(HELLO + piece(0, 0, BLOCK)),
        "before any was requested",
    ),
    "blocks before one was asked for": (
        repeats(HELLO, piece(0, 0, BLOCK)),
        "before any was requested",
    ),
    "a block that was not asked for": (answers(piece(9, 7, 16)), "was not requested"),
    "a block twice": (answers(piece(0, 0, BLOCK) * 2), "was not requested"),
    "a short block": (answers(piece(0, 0, 16)), "was not requested"),
    "a block at another place": (answers(piece(0, 1, BLOCK)), "was not requested"),
    "a long block": (answers(piece(0, 0, BLOCK + 1)), "the wrong length"),
    "an empty block": (answers(piece(0, 0, 0)), "the wrong length"),
    "a rejection of something else": (
        answers(said(16, struct.pack(">III", 9, 7, 16))),
        "was not requested",
    ),
    "a choke amid blocks": (answers(CHOKE), "it stopped uploading before everything had arrived"),
    "nothing for requests": (answers(), "sent 0 of 10 pieces in 1 s"),
    "garbage for an encrypted handshake": (garbled(96 + 600), "encrypted handshake is not valid"),
    "some garbage for an encrypted handshake": (garbled(150), "does not respond"),
    "a weak key": (weak, "encrypted handshake is not valid"),
    "an encrypted other protocol": (encrypted(bytes(68)), "does not speak the BitTorrent protocol"),
    "long pads": (encrypted(pads=600), "is not valid|does not respond"),
    "a method that was not offered": (encrypted(chosen=4), "encrypted handshake is not valid"),
    "two methods at once": (encrypted(chosen=3), "encrypted handshake is not valid"),
    "an encrypted silence": (encrypted(pads=512), "does not respond"),
    "plain garbage after an encrypted handshake": (
        encrypted(HELLO + b"\xff" * 9, chosen=1),
        "the wrong length",
    ),
}


@pytest.mark.parametrize(("behave", "phrase"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_peer_ends_in_bounded_time_and_in_a_sentence(behave: Behave, phrase: str) -> None:
    began = time.monotonic()
    with FakePeer(behave) as peer, pytest.raises(PeerError, match=phrase):
        sample(peer.peer, TORRENT, time_limit=LIMIT)
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize(
    "behave",
    [
        repeats(HELLO, said(20, bytes(60_000))),
        drips(READY, b"\0\0\xff\xff\x14"),
        garbled(1 << 20),
        says(HELLO + b"\x7f\xff\xff\xff\x05", bytes(1 << 20)),
    ],
)
def test_a_hostile_peer_is_heard_in_little_memory(behave: Behave) -> None:
    with FakePeer(behave) as peer:
        tracemalloc.start()
        try:
            with pytest.raises(PeerError):
                sample(peer.peer, TORRENT, time_limit=0.3)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 8 << 20


@settings(max_examples=60, deadline=None)
@given(
    begin=st.sampled_from([b"", HELLO[:20], HELLO, HELLO + HAVE_ALL, READY]),
    data=st.binary(max_size=300)
    | st.lists(st.builds(said, st.integers(0, 25), st.binary(max_size=20)), max_size=20).map(
        b"".join
    ),
)
def test_arbitrary_bytes_end_in_a_peer_error_and_soon(begin: bytes, data: bytes) -> None:
    def behave(line: Line) -> None:
        line.send(begin + data)

    with FakePeer(behave) as peer, pytest.raises(PeerError):
        sample(peer.peer, TORRENT, time_limit=LIMIT)


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 200), byte=st.integers(0, 255), encrypts=st.sampled_from([0, 1, 2]))
def test_one_bent_byte_of_a_good_answer_ends_well_or_in_an_error(
    at: int, byte: int, encrypts: int
) -> None:
    def behave(line: Line) -> None:
        real, sent = line.send, 0

        def send(data: bytes) -> None:
            nonlocal sent
            here = at - sent
            sent += len(data)
            if 0 <= here < len(data):
                data = data[:here] + bytes([byte]) + data[here + 1 :]
            real(data)

        line.send = send  # type: ignore[method-assign]
        Seeder(TORRENT, STREAM, encrypts=encrypts)(line)

    try:
        with FakePeer(behave) as peer:
            found = sample(peer.peer, TORRENT, time_limit=0.3)
    except (PeerError, PieceDiffersError):
        return
    assert found.pieces == 10
