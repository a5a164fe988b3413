"""The options of how a torrent is made."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import CHECKS, PATH, SECONDS, SWITCH, choice
from seedwright.request.option import Where, option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfMaking:
    """Who hashes it, from what, and what is to follow."""

    engine: str | None = option(
        choice("auto", "local", "qbittorrent"),
        "What hashes: local, qbittorrent, or auto for the one nearest to the content.",
        flags="--engine",
        setting="torrent_creation.engine",
        default="auto",
    )
    reuse: bool | None = option(
        SWITCH,
        "Keep hashes, and reuse kept ones of content that has not changed.",
        flags="--reuse/--no-reuse",
        setting="torrent_creation.reuse_hashes",
        default=False,
        default_note="not",
        everywhere=False,
    )
    from_torrent: str | None = option(
        PATH,
        "Take the hashes from this .torrent of the same content, after a check of samples.",
        where=Where.JOB,
        flags="--from",
        metavar="FILE",
        everywhere=False,
    )
    content_checks: bool | None = option(
        SWITCH,
        "Look for gaps and leftovers in the content.",
        flags="--content-checks/--no-content-checks",
        setting="torrent_creation.content_checks",
        default_note="look",
    )
    strict: bool | None = option(
        SWITCH,
        "Fail where a content check finds anything, instead of warning.",
        flags="--strict/--no-strict",
        setting="torrent_creation.strict",
    )
    allow: tuple[str, ...] | None = option(
        CHECKS,
        "Content check to skip.",
        flags="--allow",
        setting="torrent_creation.allow",
        default=(),
        examples=(["sample"],),
    )
    seed: bool | None = option(
        SWITCH,
        "Add the torrent to qBittorrent and prove that it seeds.",
        flags="--seed/--no-seed",
        setting=("torrent_creation.start_seeding", "client.auto_add_after_creation"),
    )
    timeout: float | None = option(
        SECONDS,
        "Time limit for one torrent, waiting included.",
        flags="--timeout",
        setting="torrent_creation.timeout",
    )
