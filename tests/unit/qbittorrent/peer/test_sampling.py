"""A good seeder's pieces are found to be right, and any other byte is found."""

from __future__ import annotations

import secrets
import struct
import threading

import pytest

from seedwright._core import Cancelled
from seedwright.clients.qbittorrent.peer.asked_pieces import Pieces
from seedwright.clients.qbittorrent.peer.hindrances import (
    PeerError,
    PieceDiffersError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.sampling import Sample, sample
from seedwright.clients.qbittorrent.peer.stream import Peer
from seedwright.errors import MetainfoError
from seedwright.hashes.merkle import BLOCK
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.testbed.fakes import closed_port
from tests.testbed.peers import HAVE_ALL, FakePeer, Line, Seeder, said
from tests.unit.qbittorrent.peer.torrents import FILES, PIECE, seeded

LIMIT = 20.0


def sampled(seeder: Seeder, host: str = "127.0.0.1") -> Sample:
    with FakePeer(seeder, host) as peer:
        return sample(peer.peer, seeder.torrent, time_limit=LIMIT)


@pytest.mark.parametrize("encrypts", [0, 1, 2])
@pytest.mark.parametrize("files", [FILES, 5 * PIECE - 100], ids=["folder", "file"])
@pytest.mark.parametrize("format_", list(Format))
def test_every_piece_of_a_small_torrent_is_right(
    format_: Format, files: dict[str, int] | int, encrypts: int
) -> None:
    torrent, stream = seeded(format_, files)
    seeder = Seeder(torrent, stream, encrypts=encrypts)
    size = files if isinstance(files, int) else sum(files.values())
    pieces = -(-len(stream) // PIECE)
    assert sampled(seeder) == Sample(pieces, pieces, size, encrypted=encrypts == 2)


@pytest.mark.parametrize("format_", list(Format))
def test_blocks_may_come_in_any_order(format_: Format) -> None:
    torrent, stream = seeded(format_, 40 * PIECE + 1, 8 * BLOCK)
    assert sampled(Seeder(torrent, stream, shuffles=8)).pieces == 11


def test_blocks_are_16_kib_and_hold_bytes_of_files() -> None:
    torrent, stream = seeded(Format.HYBRID)
    seeder = Seeder(torrent, stream)
    sampled(seeder)
    assert sum(length for _, _, length in seeder.requests) == sum(FILES.values())
    assert all(begin % BLOCK == 0 and length <= BLOCK for _, begin, length in seeder.requests)


def test_a_long_torrent_is_asked_for_a_part() -> None:
    torrent, stream = seeded(Format.V1, 2000 * BLOCK, BLOCK)
    seeder = Seeder(torrent, stream)
    assert sampled(seeder) == Sample(1024, 2000, 1024 * BLOCK, encrypted=False)
    assert {0, 1999} <= {piece for piece, _, _ in seeder.requests}


@pytest.mark.parametrize("format_", list(Format))
@pytest.mark.parametrize(("at", "names"), [(0, ("a",)), (3 * PIECE + 4, ("a",)), (-1, ("f",))])
def test_another_byte_is_found_and_its_files_are_named(
    format_: Format, at: int, names: tuple[str, ...]
) -> None:
    torrent, stream = seeded(format_)
    if at < 0:
        at = len(stream.rstrip(b"\0")) - 1
    damaged = bytearray(stream)
    damaged[at] ^= 1
    with pytest.raises(PieceDiffersError) as caught:
        sampled(Seeder(torrent, bytes(damaged)))
    assert caught.value.piece == at // PIECE
    assert {*names} <= {*caught.value.names}


def test_a_piece_of_a_single_file_has_no_names() -> None:
    torrent, stream = seeded(Format.V1, 3 * PIECE)
    with pytest.raises(PieceDiffersError) as caught:
        sampled(Seeder(torrent, bytes(len(stream))))
    assert (caught.value.piece, caught.value.names) == (0, ())


@pytest.mark.parametrize("format_", list(Format))
def test_a_client_that_hangs_up_when_asked_for_a_piece_refuses_it(format_: Format) -> None:
    torrent, stream = seeded(format_, {"a": 1 << 20, "b": 1 << 20}, 1 << 18)

    def answer(piece: int, begin: int, data: bytes) -> bytes | None:
        return None if piece == 5 else said(7, struct.pack(">II", piece, begin) + data)

    with pytest.raises(RefusedPieceError) as caught:
        sampled(Seeder(torrent, stream, answer=answer))
    assert (caught.value.piece, caught.value.names) == (5, ("b",))
    assert str(caught.value) == "it closed the connection when asked for piece 5"


def test_a_piece_that_is_rejected_is_refused() -> None:
    torrent, stream = seeded(Format.V1, {"a": 3 * PIECE, "b": PIECE})

    def answer(piece: int, begin: int, data: bytes) -> bytes | None:
        if piece == 3:
            return said(16, struct.pack(">III", piece, begin, len(data)))
        return said(7, struct.pack(">II", piece, begin) + data)

    with pytest.raises(RefusedPieceError, match="it refuses piece 3") as caught:
        sampled(Seeder(torrent, stream, answer=answer))
    assert (caught.value.piece, caught.value.names) == (3, ("b",))


def test_a_client_that_hangs_up_amid_a_piece_refuses_nothing() -> None:
    torrent, stream = seeded(Format.V1, 1 << 20, 1 << 20)

    def answer(piece: int, begin: int, data: bytes) -> bytes | None:
        return None if begin else said(7, struct.pack(">II", piece, begin) + data)

    with pytest.raises(PeerError, match="closed the connection after 0 pieces") as caught:
        sampled(Seeder(torrent, stream, answer=answer))
    assert not isinstance(caught.value, RefusedPieceError)


@pytest.mark.parametrize(
    "greeting",
    [
        HAVE_ALL,
        said(5, b"\xff\xc0"),
        said(5, b"\xff\xff"),
        said(5, b"\xff\x00") + said(4, struct.pack(">I", 8)) + said(4, struct.pack(">I", 9)),
        b"".join(said(4, struct.pack(">I", piece)) for piece in range(10)),
        bytes(4) + said(20, b"\0de") + HAVE_ALL + said(9, b"\0\1") + said(17, bytes(4)),
    ],
    ids=["have all", "bitfield", "spare bits", "lazy bitfield", "haves", "and more"],
)
def test_a_client_may_say_in_many_ways_that_it_has_everything(greeting: bytes) -> None:
    torrent, stream = seeded(Format.V1, 10 * PIECE)
    assert sampled(Seeder(torrent, stream, greeting=greeting)).pieces == 10


def test_a_client_without_the_fast_extension_is_asked_too() -> None:
    torrent, stream = seeded(Format.V1, 10 * PIECE)
    seeder = Seeder(torrent, stream, greeting=said(5, b"\xff\xc0"), reserved=bytes(8))
    assert sampled(seeder).pieces == 10


@pytest.mark.parametrize("format_", list(Format))
def test_only_torrents_of_v2_are_asked_for_in_its_name(format_: Format) -> None:
    torrent, stream = seeded(format_)
    seeder = Seeder(torrent, stream)
    sampled(seeder)
    (handshake,) = seeder.handshakes
    assert bool(handshake[27] & 0x10) is (format_ is not Format.V1)
    assert handshake[28:48].hex() == torrent.client_hash
    assert handshake[48:56] == b"-SW0001-"


def test_a_hybrid_may_answer_by_either_infohash() -> None:
    torrent, stream = seeded(Format.HYBRID)
    v1 = bytes.fromhex(torrent.infohash_v1 or "")
    assert sampled(Seeder(torrent, stream, infohash=v1)).pieces


def test_a_client_at_an_ipv6_address_is_asked() -> None:
    torrent, stream = seeded(Format.V1)
    assert sampled(Seeder(torrent, stream), "::1").pieces


def test_keys_that_libtorrent_gets_wrong_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    torrent, stream = seeded(Format.V1)
    real, unlucky = secrets.randbits, [0, 0]
    monkeypatch.setattr(secrets, "randbits", lambda bits: unlucky.pop() if unlucky else real(bits))
    with FakePeer(Seeder(torrent, stream, encrypts=2)) as peer:
        assert sample(peer.peer, torrent, time_limit=LIMIT).encrypted
        assert peer.connections == 4


def test_a_torrent_whose_pieces_are_padding_alone_needs_no_client() -> None:
    assert seeded(Format.V1, 3 * PIECE)
    info = b"d5:filesld4:attr1:p6:lengthi16384e4:pathl4:.pad1:1eed6:lengthi0e4:pathl1:aeee"
    info += b"4:name1:x12:piece lengthi16384e6:pieces20:" + bytes(20) + b"e"
    torrent = Metainfo.parse(b"d4:info" + info + b"e")
    assert sample(Peer("127.0.0.1", 1), torrent, time_limit=LIMIT).pieces == 0


def test_a_torrent_whose_layers_do_not_lead_to_its_roots_is_refused() -> None:
    torrent, _ = seeded(Format.V2)
    layer = torrent.data.index(b"12:piece layers")
    data = bytearray(torrent.data)
    data[layer + 70] ^= 1
    with pytest.raises(MetainfoError, match="the piece layer of 'a' is wrong"):
        Pieces(Metainfo.parse(bytes(data)))


def test_a_client_that_is_not_there_is_said_to_be_so() -> None:
    torrent, _ = seeded(Format.V1)
    with closed_port() as port, pytest.raises(PeerError, match=f"nothing listens at 127.*:{port}"):
        sample(Peer("127.0.0.1", port), torrent, time_limit=LIMIT)
    with pytest.raises(PeerError, match="listens for peers on no port"):
        sample(Peer("127.0.0.1", 0), torrent, time_limit=LIMIT)
    with pytest.raises(PeerError, match=r"the host nowhere\.invalid does not exist"):
        sample(Peer("nowhere.invalid", 1), torrent, time_limit=LIMIT)


def test_it_ends_once_it_is_cancelled() -> None:
    torrent, _ = seeded(Format.V1)
    heard = threading.Event()

    def silent(line: Line) -> None:
        heard.set()
        line.drain()

    with FakePeer(silent) as peer, pytest.raises(Cancelled):
        sample(peer.peer, torrent, time_limit=LIMIT, cancelled=heard.is_set)


def test_many_blocks_wait_for_one_in_bounded_memory() -> None:
    torrent, stream = seeded(Format.V1, 1 << 22, 1 << 22)

    def all_but_the_first(piece: int, begin: int, data: bytes) -> bytes | None:
        return said(7, struct.pack(">II", piece, begin) + data) if begin else b""

    seeder = Seeder(torrent, stream, answer=all_but_the_first)
    with FakePeer(seeder) as peer, pytest.raises(PeerError, match="it sent 0 of 1 pieces in"):
        sample(peer.peer, torrent, time_limit=0.5)
    assert len(seeder.requests) == 64
