"""Message stream encryption: the handshake of clients that want no plain one.

It hides what is said from whoever only looks for the protocol's first bytes, and no more. Two keys
are agreed by Diffie-Hellman, with pads of random length around, and each direction has its own RC4.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING

import seedwright._core as core
from seedwright.clients.qbittorrent.peer.hindrances import PeerError

if TYPE_CHECKING:
    from seedwright.clients.qbittorrent.peer.stream import Stream

_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563",
    16,
)
_KEY = 96
_SECRET_BITS = 160
_LONGEST_PAD = 512
_CONSTANT = bytes(8)
_PLAIN, _RC4 = 1, 2
_DROPPED = 1024


class UnluckyKeysError(Exception):
    """The keys of both sides make one that libtorrent gets wrong; others will do."""


def encrypt(stream: Stream, infohash: bytes, first: bytes) -> bool:
    """Agree on how ``stream`` is encrypted and send ``first``; whether it is from now on.

    The client chooses between RC4 and nothing. Raises PeerError for garbage, and UnluckyKeysError,
    after which the client has to be called again.
    """
    mine = secrets.randbits(_SECRET_BITS)
    pad = os.urandom(secrets.randbelow(_LONGEST_PAD + 1))
    stream.send(pow(2, mine, _PRIME).to_bytes(_KEY, "big") + pad)
    shared = pow(int.from_bytes(stream.read(_KEY), "big"), mine, _PRIME).to_bytes(_KEY, "big")
    if not shared[0]:
        # libtorrent hashes such a key without its leading zeros, and then knows no torrent by it.
        raise UnluckyKeysError
    sends_with = _cipher(b"keyA", shared, infohash)
    reads_with = _cipher(b"keyB", shared, infohash)
    hidden = int.from_bytes(_sha1(b"req2", infohash), "big") ^ int.from_bytes(
        _sha1(b"req3", shared), "big"
    )
    offer = _CONSTANT + (_PLAIN | _RC4).to_bytes(4, "big") + bytes(2)
    offer += len(first).to_bytes(2, "big") + first
    stream.send(_sha1(b"req1", shared) + hidden.to_bytes(20, "big") + sends_with.crypt(offer))
    if not stream.skip_past(reads_with.crypt(_CONSTANT), _LONGEST_PAD + len(_CONSTANT)):
        raise PeerError("its encrypted handshake is not valid")
    stream.encrypt(None, reads_with)
    chosen = int.from_bytes(stream.read(4), "big")
    padded = int.from_bytes(stream.read(2), "big")
    if chosen not in (_PLAIN, _RC4) or padded > _LONGEST_PAD:
        raise PeerError("its encrypted handshake is not valid")
    stream.skip(padded)
    stream.encrypt(*((sends_with, reads_with) if chosen == _RC4 else (None, None)))
    return chosen == _RC4


def _cipher(name: bytes, shared: bytes, infohash: bytes) -> core.Rc4:
    cipher = core.Rc4(_sha1(name, shared, infohash))
    cipher.crypt(bytes(_DROPPED))
    return cipher


def _sha1(*parts: bytes) -> bytes:
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).digest()
