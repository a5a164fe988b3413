"""The options for how a torrent is made."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import CHECKS, PATH, SECONDS, SWITCH, TEXT, choice
from seedwright.request.option import Where, option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfMaking:
    """What hashes the content, and what is checked on the way."""

    engine: str | None = option(
        choice("auto", "local", "qbittorrent"),
        "Engine that hashes: local on this machine, qbittorrent where qBittorrent runs, auto whichever"
        " is nearer to the content.",
        flags="--engine",
        setting="torrent_creation.engine",
        default="auto",
    )
    reuse: bool | None = option(
        SWITCH,
        "Keep hashes, and reuse them for content that has not changed.",
        flags="--reuse/--no-reuse",
        setting="torrent_creation.reuse_hashes",
        default=False,
        default_note="off",
        everywhere=False,
    )
    from_torrent: str | None = option(
        PATH,
        "Take the hashes from this .torrent of the same content, after checking samples.",
        where=Where.JOB,
        flags="--from",
        metavar="FILE",
        everywhere=False,
    )
    content_checks: bool | None = option(
        SWITCH,
        "Look for gaps, samples and leftovers in the content.",
        flags="--content-checks/--no-content-checks",
        setting="torrent_creation.content_checks",
        default_note="on",
    )
    strict: bool | None = option(
        SWITCH,
        "Fail if a content check finds something, instead of warning.",
        flags="--strict/--no-strict",
        setting="torrent_creation.strict",
    )
    allow: tuple[str, ...] | None = option(
        CHECKS,
        "Name of a content check to skip.",
        flags="--allow",
        setting="torrent_creation.allow",
        default=(),
        examples=(["sample"],),
    )
    client: str | None = option(
        TEXT,
        "qBittorrent to use, by its name in the settings.",
        flags="--client",
        metavar="NAME",
        examples=("seedbox",),
    )
    timeout: float | None = option(
        SECONDS,
        "Time limit for each torrent, including the time it waits.",
        flags="--timeout",
        setting="torrent_creation.timeout",
    )
