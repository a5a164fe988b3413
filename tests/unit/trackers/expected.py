"""What is known of each tracker, written out by itself and not taken from the table that is tested."""

from __future__ import annotations

from typing import NamedTuple

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


class Expected(NamedTuple):
    """``pieces`` are content in MiB, and the power of two up to it; ``beyond`` is for the rest."""

    source: str
    pieces: tuple[tuple[int, int], ...]
    beyond: int
    max_piece: int | None = None
    max_torrent_kib: int | None = None
    has_table: bool = False


USUAL = ((64, 15), (128, 16), (256, 17), (512, 18), (1024, 19), (2048, 20), (4096, 21), (8192, 22))
TO_8, TO_16 = USUAL, (*USUAL, (16384, 23))
TO_64 = (*TO_16, (32768, 24), (65536, 25))
TO_128 = (*TO_64, (131072, 26))
PTP = ((58, 16), (122, 17), (213, 18), (444, 19), (922, 20), (3977, 21), (6861, 22), (14234, 23))
NORBITS = ((250, 18), (1024, 20), (5120, 21), (20480, 22), (40960, 23))
SYNDIKAT = ((5120, 20), (20480, 22), (51200, 23))
ENCODES = ((1024, 20), (4096, 21), (12288, 22), (20480, 23))
_LANDOF = ((32, 15), (62, 16), (125, 17), (250, 18), (500, 19), (1000, 20))
LANDOF = (*_LANDOF, (1945, 21), (3906, 22), (7810, 23))
_LEECH = ((50, 15), (150, 16), (350, 17), (512, 18), (1024, 19), (2048, 20), (4096, 21))
LEECH = (*_LEECH, (8192, 22), (16384, 23), (32768, 24), (65536, 25), (122880, 26))

TRACKERS = {
    "anthelion.me": Expected("ANT", TO_16, 24, None, 250),
    "nebulance.io": Expected("NBL", TO_16, 24, None, 1024),
    "hdbits.org": Expected("", TO_16, 24, 24),
    "superbits.org": Expected("", TO_16, 24, 24),
    "sptracker.cc": Expected("", TO_16, 24, 24),
    "beyond-hd.me": Expected("BHD", TO_16, 24, 24),
    "passthepopcorn.me": Expected("PTP", PTP, 24, 24, has_table=True),
    "morethantv.me": Expected("MTV", TO_8, 23, 23),
    "empornium.sx": Expected("Emp", TO_8, 23, 23),
    "gazellegames.net": Expected("GGn", TO_64, 26, 26, 1024, has_table=True),
    "tracker.alpharatio.cc": Expected("AlphaRatio", TO_64, 26, 26, 2048, has_table=True),
    "seedpool.org": Expected("seedpool.org", TO_128, 27, 27),
    "norbits.net": Expected("", NORBITS, 24, 24, has_table=True),
    "landof.tv": Expected("", LANDOF, 24, 24, has_table=True),
    "torrent-syndikat.org": Expected("", SYNDIKAT, 24, 24, has_table=True),
    "tee-stube.org": Expected("", SYNDIKAT, 24, 24, has_table=True),
    "onlyencodes.cc": Expected("", ENCODES, 24, 24, has_table=True),
    "lst.gg": Expected("lst.gg", ENCODES, 24, 24, has_table=True),
    "aither.cc": Expected("Aither", ENCODES, 24, 27, has_table=True),
    "upload.cx": Expected("ULCX", TO_16, 24),
    "capybarabr.com": Expected("CapybaraBR", TO_16, 24),
    "hawke.uno": Expected("HUNO", TO_16, 24),
    "tracker.torrentleech.org": Expected("TorrentLeech.org", LEECH, 27, 27, has_table=True),
    "tracker.tleechreload.org": Expected("TorrentLeech.org", LEECH, 27, 27, has_table=True),
}
"""By announce host. Who names no bound gets 16 MiB at most without being asked."""

BOUNDARIES = [
    (host, bound, power, after)
    for host, known in TRACKERS.items()
    for (bound, power), (_, after) in zip(
        known.pieces, (*known.pieces[1:], (0, known.beyond)), strict=True
    )
]
"""Host, MiB of content, the power of two up to there, and the one from the next byte on."""
