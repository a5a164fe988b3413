"""Magnet links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from seedwright.errors import UsageError
from seedwright.hints import Hint
from seedwright.metainfo.urls import holds_secret
from seedwright.names import printable

if TYPE_CHECKING:
    from seedwright.metainfo.parse import Metainfo

_SHA256_MULTIHASH = "1220"
_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def magnet(metainfo: Metainfo, *, select: str = "", show_secrets: bool = False) -> str:
    """The magnet link of ``metainfo`` (BEP 9, BEP 52): infohashes, name, trackers, web seeds.

    ``select`` names the files to download (BEP 53), as in ``0,2,4-6``. A magnet is made to be shared
    and a passkey is not: URLs that contain one are left out, unless ``show_secrets``.

    Raises UsageError for a ``select`` with files that the torrent does not list.
    """
    fields = []
    if metainfo.infohash_v1:
        fields.append(f"xt=urn:btih:{metainfo.infohash_v1}")
    if metainfo.infohash_v2:
        fields.append(f"xt=urn:btmh:{_SHA256_MULTIHASH}{metainfo.infohash_v2}")
    fields.append(f"dn={_quoted(metainfo.name)}")
    trackers = dict.fromkeys(url for tier in metainfo.tiers for url in tier)
    seeds = dict.fromkeys(metainfo.web_seeds)
    for key, urls in (("tr", trackers), ("ws", seeds)):
        fields += [f"{key}={_quoted(url)}" for url in urls if show_secrets or not holds_secret(url)]
    if select:
        fields.append(f"so={check_selection(select, metainfo.listed)}")
    return "magnet:?" + "&".join(fields)


def check_selection(text: str, files: int) -> str:
    """The numbers and ranges in ``text`` without blanks, when a list of ``files`` has them all.

    Files are counted from 0, pad files included (BEP 53). Raises UsageError.
    """
    ranges = []
    for part in text.split(","):
        found = _RANGE.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if first > last:
            raise UsageError(
                f"'{printable(part.strip())}' is neither a file number nor a range",
                hint="write numbers from 0 and ranges, such as 0,2,4-6",
            )
        if last >= files:
            raise UsageError(
                f"file {last} does not exist: the torrent lists {files} files, counted from 0",
                hint=Hint("`{seedwright.inspect[files]}` lists them with their numbers"),
            )
        ranges.append(f"{first}-{last}" if first < last else f"{first}")
    return ",".join(ranges)


def _quoted(text: str) -> str:
    return quote(text, safe="")
