"""The options for how a torrent seeds."""

from __future__ import annotations

from dataclasses import dataclass

from seedwright.request.kinds import SWITCH, TAGS, TEXT, choice
from seedwright.request.option import option


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfSeeding:
    """Whether and where it seeds, and how that is proven."""

    seed: bool | None = option(
        SWITCH,
        "Add the torrent to qBittorrent and prove that it seeds.",
        flags="--seed/--no-seed",
        setting=("torrent_creation.start_seeding", "client.auto_add_after_creation"),
    )
    category: str | None = option(
        TEXT,
        "Category for the torrent.",
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
        "Tag for the torrent.",
        flags="--tag",
        setting="client.tags",
        default=(),
        examples=(["mine"],),
    )
    save_path: str | None = option(
        TEXT,
        "Folder that holds the content, as this machine or qBittorrent sees it.",
        flags="--save-path",
        metavar="PATH",
        setting="client.save_path",
        default="",
        default_note="where the content is",
    )
    auto_management: bool | None = option(
        SWITCH,
        "Let the category decide in which folder qBittorrent looks for the content.",
        flags="--auto-management/--no-auto-management",
        setting="client.auto_torrent_management",
    )
    proof: str | None = option(
        choice("auto", "listed", "sampled", "rechecked"),
        "How to prove that the torrent seeds: qBittorrent lists it, sends a sample of pieces, or checks"
        " all of it; auto is the quickest that is reliable.",
        flags="--proof",
        setting="client.proof",
        default="auto",
    )
    share_limits: str | None = option(
        choice("auto", "client", "none"),
        "Keep qBittorrent's share limits (client) or remove them (none); auto removes them only where"
        " they would delete content.",
        flags="--share-limits",
        setting="client.share_limits",
        default="auto",
    )
    merge_same: bool | None = option(
        SWITCH,
        "Make one torrent with all trackers of presets and jobs that give the same infohash.",
        flags="--merge-same/--no-merge-same",
        default=False,
    )
