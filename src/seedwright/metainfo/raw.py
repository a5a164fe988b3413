"""A bencoded dictionary as its keys, each with the bytes of its value just as they stand.

What is put together from them again is the same, but for the values that were changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.metainfo.bencode import fields
from seedwright.metainfo.fields import LONG

if TYPE_CHECKING:
    from collections.abc import Mapping


def raw_fields(data: bytes) -> dict[bytes, bytes]:
    """The values of the dictionary that ``data`` begins with by their keys, none of them decoded.

    Of a key that stands there twice the first counts. Raises MetainfoError for what is no
    dictionary.
    """
    keys = tuple(fields(data, later=tuple(LONG)))
    return {key: data[place] for key, place in fields(data, later=keys).items()}


def joined(values: Mapping[bytes, bytes]) -> bytes:
    """The bencoded dictionary of these values, its keys in the order that BEP 3 asks for."""
    parts = [b"%d:%b%b" % (len(key), key, values[key]) for key in sorted(values)]
    return b"d%be" % b"".join(parts)
