"""What a preset can say: the options of ``create`` that suit more than one torrent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from seedwright.metainfo.urls import check_web_seed, node_from
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import NotTogetherError
from seedwright.settings.value_rules import Rule
from seedwright.settings.values import (
    CheckName,
    Count,
    Hidden,
    PieceLength,
    PieceSize,
    Seconds,
    Size,
    Tag,
    Tier,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

UNSAID: Any = None
"""The default of everything in a preset, which then leaves it to the settings.

Nothing that is said is None; empty text says that there is to be no comment, no category.
"""

DEFAULT = "default"
"""The preset that is under every other one, unless that names another or none."""

RIVALS = (frozenset({"piece_size", "piece_count"}), frozenset({"output", "output_dir"}))
"""Options of which a stronger one puts all weaker ones of its group out of force."""

_NO_OPTIONS = frozenset({"extends", "variables"})


def beaten_by(said: Iterable[str]) -> frozenset[str]:
    """The options that are out of force where a stronger word says those in ``said``."""
    given = frozenset(said)
    return frozenset().union(*(rivals for rivals in RIVALS if rivals & given))


def _node(value: str) -> str:
    node_from(value)
    return value


WebSeed = Annotated[str, Rule(check_web_seed)]
Node = Annotated[str, Rule(_node)]


@dataclass(frozen=True, kw_only=True)
class Shared(Group):
    """Options of ``create`` that torrents can have in common; what it does not say is None."""

    variables: dict[str, Hidden] = setting(
        "What ${NAME} stands for here and in what this is put over;"
        " NAME_file names a file that holds it.",
        example={"PASSKEY_file": "/run/secrets/passkey"},
        hidden=True,
    )
    trackers: list[Tier] = setting(
        "Trackers: each item is one tier, a URL or a list of URLs; an empty list for none.",
        example=["https://tracker.example/${PASSKEY}/announce"],
        hidden=True,
    )
    private: bool = setting("Keep to the torrent's own trackers: no DHT, no PeX.")
    source: str = setting("Source in the torrent; it changes the infohash.", example="EXAMPLE")
    comment: str = setting("Comment in the torrent.", example="made by me")
    entropy: str = setting("A text in the torrent that makes another infohash.")
    with_date: bool = setting("Write the creation date.")
    with_creator: bool = setting("Write what made the torrent.")
    like: Literal["seedwright", "mkbrr"] = setting(
        "The tool whose torrent is made where nothing else is said: seedwright or mkbrr."
    )
    format: Literal["v1", "v2", "hybrid"] = setting("v1, v2 or hybrid.")
    piece_size: PieceSize = setting(
        "Piece size: auto, or a power of two from 16KiB to 128MiB.", example="4MiB"
    )
    piece_count: Count = setting("About how many pieces, instead of a size.")
    max_piece_size: PieceLength = setting(
        "The longest piece that is chosen unasked.", example="8MiB"
    )
    max_torrent_size: Size = setting(
        "The largest .torrent; pieces get longer until it fits.", example="1MiB"
    )
    web_seeds: list[WebSeed] = setting(
        "Web seeds (BEP 19).", example=["https://files.example/"], hidden=True
    )
    http_seeds: list[WebSeed] = setting("HTTP seeds (BEP 17).", hidden=True)
    dht_nodes: list[Node] = setting(
        "Nodes to enter the DHT by (BEP 5).", example=["router.example:6881"]
    )
    include: list[str] = setting("Globs of what to take in.", example=["*.mkv"])
    exclude: list[str] = setting("Globs of what to leave out; include wins.", example=["*.nfo"])
    tracker_rules: bool = setting(
        "Let the rules of its trackers choose the piece size and the source."
    )
    ignore_dotfiles: bool = setting("Leave out files whose names begin with a dot.")
    content_checks: bool = setting("Look for gaps and leftovers in the content.")
    strict: bool = setting("Fail where a content check finds anything.")
    allow: list[CheckName] = setting("Content checks that are left out.", example=["sample"])
    engine: Literal["auto", "local", "qbittorrent"] = setting(
        "What hashes: local, qbittorrent, or auto for the one nearest to the content."
    )
    reuse: bool = setting("Keep hashes, and take kept ones of content that has not changed.")
    output_dir: Path = setting("Folder for the .torrent files.", example="~/torrents")
    client: str = setting("Which qBittorrent of the settings.", example="seedbox")
    seed: bool = setting("Add each torrent to qBittorrent and prove that it seeds.")
    category: str = setting("Category of added torrents.", example="films")
    create_category: bool = setting("Create the category when qBittorrent does not have it.")
    tags: list[Tag] = setting("Tags of added torrents.", example=["mine"])
    save_path: str = setting("Folder that holds the content, as qBittorrent sees it.")
    auto_management: bool = setting("Let the category decide where the content lies.")
    proof: Literal["auto", "listed", "sampled", "rechecked"] = setting(
        "How seeding is proven: auto, listed, sampled or rechecked."
    )
    share_limits: Literal["auto", "client", "none"] = setting(
        "Share limits of added torrents: auto, client or none."
    )
    merge_same: bool = setting(
        "Make one torrent, with the trackers of all, of presets and jobs of one infohash."
    )
    timeout: Seconds = setting("Seconds that making one torrent may take.")

    def check_together(self) -> None:
        """Raise NotTogetherError for a number of pieces beside a piece size."""
        if self.piece_count is not UNSAID and self.piece_size not in (UNSAID, "auto"):
            raise NotTogetherError(
                "is given, and so is piece_size", hint="keep one of the two", at=("piece_count",)
            )

    def said(self) -> dict[str, Any]:
        """What it says of torrents, by the names it has in the file."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not UNSAID and name not in _NO_OPTIONS
        }

    def options(self) -> dict[str, Any]:
        """What it says, as ``CreateOptions`` has it."""
        options = self.said()
        if "dht_nodes" in options:
            options["dht_nodes"] = [node_from(node) for node in options["dht_nodes"]]
        if "output_dir" in options:
            options["output"] = f"{options.pop('output_dir')}{os.sep}"  # a folder, there or not
        return options


@dataclass(frozen=True, kw_only=True)
class Preset(Shared):
    """Options of ``create`` under a name; what it does not say is None."""

    extends: str = setting(
        "The preset that this one is put over, instead of default; empty for none at all.",
        example="films",
    )
