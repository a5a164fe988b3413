"""Every byte of a piece's files is asked for once, in blocks that clients serve, and no padding."""

from __future__ import annotations

import hashlib
import random

import pytest
from bencode2 import bencode
from hypothesis import given
from hypothesis import strategies as st

from seedwright.clients.qbittorrent.peer.asked_pieces import Pieces
from seedwright.errors import MetainfoError
from seedwright.hashes.merkle import BLOCK
from seedwright.metainfo.parse import Metainfo
from seedwright.metainfo.torrent_spec import Format
from tests.unit.qbittorrent.peer.torrents import seeded

ROWS = st.lists(
    st.tuples(st.integers(1, 3 * BLOCK) | st.integers(1, 40), st.booleans()),
    min_size=1,
    max_size=12,
).filter(lambda rows: not all(is_pad for _, is_pad in rows))


def padded(rows: list[tuple[int, bool]], piece_length: int) -> tuple[Metainfo, bytes]:
    """A v1 torrent of files and pad files (BEP 47) anywhere, and its stream."""
    rng = random.Random(1)
    stream = b"".join(bytes(size) if is_pad else rng.randbytes(size) for size, is_pad in rows)
    pieces = [stream[at : at + piece_length] for at in range(0, len(stream), piece_length)]
    info = {
        b"files": [
            {b"length": size, b"path": [b"%d" % number]} | ({b"attr": b"p"} if is_pad else {})
            for number, (size, is_pad) in enumerate(rows)
        ],
        b"name": b"name",
        b"piece length": piece_length,
        b"pieces": b"".join(hashlib.sha1(piece).digest() for piece in pieces),
    }
    return Metainfo.parse(bencode({b"info": info})), stream


@given(ROWS, st.sampled_from([BLOCK, 3 * BLOCK, 8 * BLOCK, 1000, BLOCK + 7]), st.randoms())
def test_blocks_cover_the_files_and_make_the_piece_in_any_order(
    rows: list[tuple[int, bool]], piece_length: int, rng: random.Random
) -> None:
    torrent, stream = padded(rows, piece_length)
    is_file = b"".join((b"\0" if is_pad else b"\1") * size for size, is_pad in rows)
    pieces = Pieces(torrent)
    asked = bytearray(len(stream))
    for number in range(pieces.count):
        blocks = list(pieces.blocks(number))
        arriving = pieces.arriving(number)
        assert arriving.is_whole is (not blocks)
        rng.shuffle(blocks)
        for block in blocks:
            assert block.begin // BLOCK == (block.begin + block.length - 1) // BLOCK
            start = number * piece_length + block.begin
            end = start + block.length
            assert is_file[start]
            assert is_file[end - 1]
            assert not any(asked[start:end])
            asked[start:end] = b"\1" * block.length
            arriving.take(block, stream[start:end])
        assert arriving.is_whole
        assert arriving.is_right()
    assert all(asked[at] for at, flag in enumerate(is_file) if flag)


@pytest.mark.parametrize("format_", list(Format))
def test_pieces_are_chosen_in_order_and_both_ends_are_among_them(format_: Format) -> None:
    torrent, _ = seeded(format_, 1500 * BLOCK, BLOCK)
    chosen = Pieces(torrent).chosen()
    assert chosen == sorted({*chosen})
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 1499, 1024)


def test_pieces_that_no_client_takes_are_refused() -> None:
    torrent, _ = padded([(10, False)], 1 << 40)
    with pytest.raises(MetainfoError, match="its pieces cannot be compared"):
        Pieces(torrent)
