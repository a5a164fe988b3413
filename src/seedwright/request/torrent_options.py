"""The options that decide what the ``.torrent`` contains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.request.kinds import (
    COUNT,
    GLOBS,
    NAME,
    NODES,
    PADDING_LIMIT,
    PIECE_LENGTH,
    PIECE_LENGTH_OR_AUTO,
    RULES,
    SIZE,
    SWITCH,
    TEXT,
    TIERS,
    TIME,
    URLS,
    choice,
)
from seedwright.request.option import Spelling, Where, option

if TYPE_CHECKING:
    from seedwright.trackers.tracker_rules import TrackerRule


@dataclass(init=False, repr=False, eq=False, match_args=False)
class OfTorrent:
    """What the torrent contains, and which files."""

    trackers: tuple[tuple[str, ...], ...] | None = option(
        TIERS,
        "Announce URL of a tracker, which forms a tier of its own.",
        flags="-t --tracker",
        also=(
            Spelling("--tier", "Several trackers in one tier, after those of -t.", "URL,URL"),
            Spelling(
                "--no-trackers", "No trackers at all, whatever a preset or the settings name."
            ),
        ),
        setting="client.trackers",
        default=(),
        examples=(["https://tracker.example/${PASSKEY}/announce"],),
    )
    private: bool | None = option(
        SWITCH,
        "Set the private flag (BEP 27): peers come from the torrent's trackers only.",
        flags="--private/--public",
        setting="torrent_creation.private",
    )
    like: str | None = option(
        choice("seedwright", "mkbrr"),
        "Produce the infohash that this tool would produce from the same options.",
        flags="--like",
        default="seedwright",
        everywhere=False,
    )
    format: str | None = option(
        choice("v1", "v2", "hybrid"),
        "Format of the torrent: v1 (BEP 3), v2 (BEP 52), or hybrid, which is both.",
        flags="--format",
        setting="torrent_creation.format",
        default_note="v1",
    )
    piece_length: int | str | None = option(
        PIECE_LENGTH_OR_AUTO,
        "Piece length: auto, or a power of two from 16KiB to 128MiB.",
        flags="--piece-length --piece-size",
        aliases=("piece_size",),
        setting="torrent_creation.piece_size",
        default="auto",
        examples=("4MiB",),
    )
    piece_count: int | None = option(
        COUNT,
        "Choose the piece length that gives about this many pieces.",
        flags="--piece-count",
        everywhere=False,
    )
    max_piece_length: int | None = option(
        PIECE_LENGTH,
        "Upper limit for an automatically chosen piece length.",
        flags="--max-piece-length --max-piece-size",
        aliases=("max_piece_size",),
        everywhere=False,
        examples=("8MiB",),
    )
    max_torrent_size: int | None = option(
        SIZE,
        "Raise the piece length until the .torrent is no larger than this.",
        flags="--max-torrent-size",
        everywhere=False,
        examples=("1MiB",),
    )
    tracker_rules: bool | None = option(
        SWITCH,
        "Let the rules of known trackers choose the piece length and the source.",
        flags="--tracker-rules/--no-tracker-rules",
        setting="torrent_creation.use_tracker_rules",
    )
    source: str | None = option(
        TEXT,
        "Source tag, which many private trackers require; it changes the infohash.",
        flags="--source",
        setting="torrent_creation.source",
        examples=("EXAMPLE",),
    )
    publisher: str | None = option(
        TEXT,
        "Publisher to store in the torrent; it changes the infohash.",
        flags="--publisher",
        default="",
        everywhere=False,
        examples=("Example Archive",),
    )
    comment: str | None = option(
        TEXT,
        "Comment to store in the torrent.",
        flags="--comment",
        setting="torrent_creation.comment",
        default="",
        examples=("made by me",),
    )
    name: str | None = option(
        NAME,
        "Name of the torrent, if it differs from that of the content.",
        where=Where.JOB,
        flags="--name",
        default="",
        everywhere=False,
    )
    entropy: str | None = option(
        TEXT,
        "Text to store in the torrent only to give it a different infohash.",
        flags="--entropy",
        default="",
        everywhere=False,
    )
    with_date: bool | None = option(
        SWITCH,
        "Store the creation date in the torrent.",
        flags="--date/--no-date",
        default=True,
        everywhere=False,
    )
    with_creator: bool | None = option(
        SWITCH,
        "Store the name of the program that made the torrent.",
        flags="--creator/--no-creator",
        default=True,
        everywhere=False,
    )
    web_seeds: tuple[str, ...] | None = option(
        URLS,
        "URL that serves the content over HTTP (web seed, BEP 19).",
        flags="--web-seed",
        default=(),
        examples=(["https://files.example/"],),
    )
    http_seeds: tuple[str, ...] | None = option(
        URLS,
        "URL of an HTTP seed of the older kind (BEP 17).",
        flags="--http-seed",
        default=(),
        everywhere=False,
    )
    dht_nodes: tuple[tuple[str, int], ...] | None = option(
        NODES,
        "DHT node through which clients can join the DHT (BEP 5).",
        flags="--node",
        default=(),
        everywhere=False,
        examples=(["router.example:6881"],),
    )
    include: tuple[str, ...] | None = option(
        GLOBS,
        "Include only files that match this pattern.",
        flags="--include",
        default=(),
        everywhere=False,
        examples=(["*.mkv"],),
    )
    exclude: tuple[str, ...] | None = option(
        GLOBS,
        "Leave out files that match this pattern, unless --include matches them.",
        flags="--exclude",
        default=(),
        everywhere=False,
        examples=(["*.nfo"],),
    )
    ignore_dotfiles: bool | None = option(
        SWITCH,
        "Leave out files and folders whose names begin with a dot.",
        flags="--ignore-dotfiles/--include-dotfiles",
        setting="torrent_creation.ignore_dotfiles",
        default_note="ignore",
    )
    optimize_alignment: bool | None = option(
        SWITCH,
        "Align files to pieces with padding (qBittorrent with libtorrent 1.x only).",
        where=Where.CALL,
        setting="torrent_creation.optimize_alignment",
    )
    padded_file_size_limit: int | None = option(
        PADDING_LIMIT,
        "Size in bytes from which files are aligned; -1 aligns none (libtorrent 1.x only).",
        where=Where.CALL,
        setting="torrent_creation.padded_file_size_limit",
    )
    creation_date: int | None = option(
        TIME,
        "Creation date to store, in seconds since 1970.",
        where=Where.CALL,
    )
    rules: tuple[TrackerRule, ...] | None = option(
        RULES,
        "Tracker rules to apply, instead of those of the torrent's trackers.",
        where=Where.CALL,
    )
