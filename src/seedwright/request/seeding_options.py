"""The options of how a torrent is to seed."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import SWITCH, TAGS, TEXT, choice
from seedwright.request.option import option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfSeeding:
    """Where on the client it goes, and how its seeding is proven."""

    category: str | None = option(
        TEXT,
        "Category of the added torrent.",
        flags="--category",
        metavar="NAME",
        setting="client.category",
        default="",
        examples=("films",),
    )
    create_category: bool | None = option(
        SWITCH,
        "Create the category if qBittorrent does not have it.",
        flags="--create-category/--no-create-category",
        setting="client.create_category",
    )
    tags: tuple[str, ...] | None = option(
        TAGS,
        "Tag of the added torrent.",
        flags="--tag",
        setting="client.tags",
        default=(),
        examples=(["mine"],),
    )
    save_path: str | None = option(
        TEXT,
        "Folder that holds the content, here or as qBittorrent sees it.",
        flags="--save-path",
        metavar="PATH",
        setting="client.save_path",
        default="",
        default_note="its own",
    )
    auto_management: bool | None = option(
        SWITCH,
        "Let the category decide the folder.",
        flags="--auto-management/--no-auto-management",
        setting="client.auto_torrent_management",
    )
    proof: str | None = option(
        choice("auto", "listed", "sampled", "rechecked"),
        "How seeding is proven: by qBittorrent's word, by some pieces asked of it, by a full check,"
        " or auto for the quickest that is sure.",
        flags="--proof",
        setting="client.proof",
        default="auto",
    )
    share_limits: str | None = option(
        choice("auto", "client", "none"),
        "Keep qBittorrent's share limits, or set none; auto sets none where they would delete"
        " content.",
        flags="--share-limits",
        setting="client.share_limits",
        default="auto",
    )
    merge_same: bool | None = option(
        SWITCH,
        "Make one torrent, with the trackers of all, of presets and jobs with one infohash.",
        flags="--merge-same/--no-merge-same",
        default=False,
    )
