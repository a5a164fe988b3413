"""Random texts that only give a torrent another infohash."""

from __future__ import annotations

import os

_MARK = "5eedd1ce"
_DIGITS = 64


def drawn() -> str:
    """A random text, as long as mkbrr's."""
    return _MARK + os.urandom(_DIGITS // 2).hex()[len(_MARK) :]


def is_drawn(entropy: str) -> bool:
    """Whether ``entropy`` is such a text, so that any other would do as well."""
    return entropy.startswith(_MARK) and len(entropy) == _DIGITS
