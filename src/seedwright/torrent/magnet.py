"""Magnet links."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from seedwright.torrent.urls import holds_secret

if TYPE_CHECKING:
    from seedwright.torrent.metainfo import Metainfo

_SHA256_MULTIHASH = "1220"


def magnet(metainfo: Metainfo) -> str:
    """The magnet link of ``metainfo`` (BEP 9, BEP 52): infohashes, name, trackers, web seeds.

    A magnet is made to be passed on and a passkey is not: URLs that hold a secret stay out.
    """
    fields = []
    if metainfo.infohash_v1:
        fields.append(f"xt=urn:btih:{metainfo.infohash_v1}")
    if metainfo.infohash_v2:
        fields.append(f"xt=urn:btmh:{_SHA256_MULTIHASH}{metainfo.infohash_v2}")
    fields.append(f"dn={_quoted(metainfo.name)}")
    trackers = dict.fromkeys(url for tier in metainfo.tiers for url in tier)
    fields += [f"tr={_quoted(url)}" for url in trackers if not holds_secret(url)]
    seeds = dict.fromkeys(metainfo.web_seeds)
    fields += [f"ws={_quoted(url)}" for url in seeds if not holds_secret(url)]
    return "magnet:?" + "&".join(fields)


def _quoted(text: str) -> str:
    return quote(text, safe="")
