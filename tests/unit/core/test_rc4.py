"""RC4 gives the key streams of RFC 6229, however it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright._core import Rc4

# RFC 6229, section 2: the key, and by their offsets 16 bytes of the stream.
VECTORS = [
    (
        "0102030405",
        {
            0: "b2396305f03dc027ccc3524a0a1118a8",
            240: "28cb1132c96ce286421dcaadb8b69eae",
            1024: "30abbcc7c20b01609f23ee2d5f6bb7df",
            4096: "ff25b58995996707e51fbdf08b34d875",
        },
    ),
    (
        "0102030405060708",
        {
            0: "97ab8a1bf0afb96132f2f67258da15a8",
            1024: "c6d0e7b226259fa9023490b26167ad1d",
        },
    ),
    (
        "0102030405060708090a0b0c0d0e0f10",
        {
            0: "9ac7cc9a609d1ef7b2932899cde41b97",
            1024: "bdf0324e6083dcc6d3cedd3ca8c53c16",
        },
    ),
]


@pytest.mark.parametrize(
    ("key", "offset", "stream"), [(k, o, s) for k, v in VECTORS for o, s in v.items()]
)
def test_it_gives_the_published_streams(key: str, offset: int, stream: str) -> None:
    cipher = Rc4(bytes.fromhex(key))
    assert len(cipher.crypt(bytes(offset))) == offset
    assert cipher.crypt(bytes(16)).hex() == stream


@given(st.binary(min_size=1, max_size=256), st.lists(st.binary(max_size=100), max_size=10))
def test_what_was_encrypted_is_decrypted_in_other_parts(key: bytes, parts: list[bytes]) -> None:
    cipher = Rc4(key)
    assert Rc4(key).crypt(b"".join(map(cipher.crypt, parts))) == b"".join(parts)


@pytest.mark.parametrize("length", [0, 257])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="1 to 256 bytes"):
        Rc4(bytes(length))
