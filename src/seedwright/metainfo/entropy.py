"""Texts in a torrent that are there for another infohash alone, where any text will do."""

from __future__ import annotations

import os

_MARK = "5eedd1ce"
_DIGITS = 64


def drawn() -> str:
    """A text by chance, another one each time, as long as mkbrr's."""
    return _MARK + os.urandom(_DIGITS // 2).hex()[len(_MARK) :]


def is_drawn(entropy: str) -> bool:
    """Whether ``entropy`` is one, so that any other would have done as well."""
    return entropy.startswith(_MARK) and len(entropy) == _DIGITS
