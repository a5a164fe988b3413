"""The settings: each with its type, its default and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from seedwright.errors import SettingsError
from seedwright.names import nearest
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import BadValueError, NotTogetherError
from seedwright.settings.value_rules import Rule
from seedwright.settings.values import (
    BasePath,
    CheckName,
    Count,
    Hidden,
    Host,
    Maybe,
    PaddingLimit,
    PathMapping,
    PieceSize,
    Port,
    Seconds,
    Size,
    Tag,
    Tier,
    Verification,
)

DEFAULT_CLIENT = "default"
"""The name of the client that the ``qbittorrent:`` block describes."""


@dataclass(frozen=True, kw_only=True)
class QBittorrentSettings(Group):
    """One qBittorrent: how to reach it, and how torrents are added to it."""

    host: Host = setting(
        "Name or address of the machine qBittorrent's Web UI answers on.", "localhost"
    )
    port: Port = setting("Port of the Web UI.", 8080)
    use_https: bool = setting("Speak HTTPS instead of HTTP.", False)
    base_path: BasePath = setting(
        "Path of the Web UI behind a reverse proxy.", "", example="/qbittorrent"
    )
    verify_tls: Verification = setting(
        "Check the certificate: true, false, or the path of a CA bundle.",
        True,
        example="/etc/ssl/private-ca.pem",
    )
    username: Maybe[str] = setting(
        "User name of the Web UI; none where sign-in is bypassed.", example="admin", in_file=True
    )
    password: Maybe[Hidden] = setting(
        "Password of the Web UI; password_file names a file that holds it.",
        example="${QBITTORRENT_PASSWORD}",
        in_file=True,
    )
    api_key: Maybe[Hidden] = setting(
        "API key (qBittorrent 5.2 or later), instead of user name and password.",
        example="${QBITTORRENT_API_KEY}",
        in_file=True,
    )
    connection_timeout: Seconds = setting("Seconds to wait for a connection.", 10.0)
    read_timeout: Seconds = setting("Seconds to wait for an answer.", 30.0)
    pool_connections: Count = setting("Hosts to keep connections to.", 10)
    pool_maxsize: Count = setting("Connections to keep to each host.", 10)
    docker_path_mapping: PathMapping = setting(
        "Where paths of this machine are for qBittorrent: a path here, a path there.",
        {},
        example={"/srv/torrents": "/downloads"},
    )
    category: Maybe[str] = setting("Category of added torrents.", example="books")
    create_category: bool = setting("Create the category when qBittorrent does not have it.", True)
    tags: list[Tag] = setting("Tags of added torrents.", [], example=["seedwright", "mine"])
    max_tag_length: Count = setting("Characters of a tag to keep; longer tags are cut.", 100)
    save_path: Maybe[str] = setting(
        "Folder of the content as qBittorrent sees it; worked out when not given.",
        example="/downloads",
    )
    auto_torrent_management: bool = setting(
        "Let the category decide where the content lies.", False
    )
    auto_add_after_creation: bool = setting(
        "Seed each torrent that is made, unless a request says otherwise.", False
    )
    seed_mode: bool = setting(
        "Add torrents without a full check by qBittorrent; false asks for proof: rechecked.", True
    )
    proof: Literal["auto", "listed", "sampled", "rechecked"] = setting(
        "How seeding is proven: listed (qBittorrent's word), sampled (pieces asked of it), rechecked"
        " (all of it checked), or auto for the quickest that is sure.",
        "auto",
    )
    share_limits: Literal["auto", "client", "none"] = setting(
        "Share limits of added torrents: client (qBittorrent's), none, or auto for none where"
        " qBittorrent's would delete content or end seeding at once.",
        "auto",
    )
    peer_host: Maybe[Host] = setting(
        "Where qBittorrent listens for peers; its own host when not given.", example="192.0.2.7"
    )
    peer_port: Maybe[Port] = setting(
        "Port qBittorrent listens on for peers, as seen from here; its own setting when not given.",
        example=6881,
    )
    trackers: list[Tier] = setting(
        "Trackers of new torrents: each item is one tier, a URL or a list of URLs.",
        [],
        example=["https://tracker.example/announce"],
        hidden=True,
    )

    def check_together(self) -> None:
        """Raise NotTogetherError for an API key beside a password, and for half a sign-in."""
        given = [name for name in ("username", "password") if getattr(self, name) is not None]
        if self.api_key is not None and given:
            raise NotTogetherError(
                f"is set together with {' and '.join(given)}",
                hint="keep either api_key or username and password",
                at=("api_key",),
            )
        if len(given) == 1:
            missing = "password" if given == ["username"] else "username"
            raise NotTogetherError(
                f"is set, and {missing} is not",
                hint=f"add {missing}, or leave both out where qBittorrent asks for no sign-in",
                at=(given[0],),
            )


@dataclass(frozen=True, kw_only=True)
class TorrentCreationSettings(Group):
    """How torrents are made."""

    engine: Literal["auto", "local", "qbittorrent"] = setting(
        "What hashes: local, qbittorrent, or auto for the one nearest to the content.", "auto"
    )
    format: Literal["v1", "v2", "hybrid"] = setting(
        "v1, v2 or hybrid; v1 is the one that every tracker takes.", "v1"
    )
    private: bool = setting("Keep to the torrent's own trackers: no DHT, no PeX.", False)
    piece_size: PieceSize = setting(
        "Piece size: auto, or a power of two from 16KiB to 128MiB.", "auto"
    )
    comment: str = setting("Comment in the torrent.", "", example="made by me")
    source: str = setting("Source in the torrent; it changes the infohash.", "", example="EXAMPLE")
    use_tracker_rules: bool = setting(
        "Let the rules of its trackers choose the piece size and the source that are not set.", True
    )
    start_seeding: bool = setting(
        "Another name for auto_add_after_creation; either one seeds.", False
    )
    optimize_alignment: Maybe[bool] = setting(
        "Align files to pieces with padding (qBittorrent with libtorrent 1.x only).", example=True
    )
    padded_file_size_limit: Maybe[PaddingLimit] = setting(
        "Smallest file to align, in bytes; -1 aligns none (libtorrent 1.x only).", example=16384
    )
    ignore_dotfiles: bool = setting("Leave out files whose names begin with a dot.", True)
    reuse_hashes: bool = setting(
        "Keep hashes, and take kept ones of content that has not changed.", False
    )
    hash_cache_size: Size = setting("How much space kept hashes may take.", "256MiB")
    content_checks: bool = setting(
        "Look for gaps, samples, archives and unfinished downloads in the content.", True
    )
    strict: bool = setting("Fail where a content check finds anything, instead of warning.", False)
    allow: list[CheckName] = setting(
        "Content checks that are left out, by their names.", [], example=["sample"]
    )
    poll_interval: Seconds = setting("Longest pause, in seconds, between two looks at a task.", 1.0)
    timeout: Maybe[Seconds] = setting(
        "Seconds that making one torrent may take; no limit when not given.", example=3600.0
    )


_UNDESCRIBED = QBittorrentSettings()


def _own_names(clients: dict[str, QBittorrentSettings]) -> dict[str, QBittorrentSettings]:
    for name in clients:
        if name == DEFAULT_CLIENT or not name.strip():
            raise BadValueError(
                "needs another name",
                hint=f"{DEFAULT_CLIENT!r} is the client under qbittorrent",
                at=(name,),
            )
    return clients


@dataclass(frozen=True, kw_only=True)
class Settings(Group):
    """Everything that can be set."""

    qbittorrent: QBittorrentSettings = setting(
        "The qBittorrent that is used unless another is named.", _UNDESCRIBED
    )
    clients: Annotated[dict[str, QBittorrentSettings], Rule(_own_names)] = setting(
        "More qBittorrents by name, each with the same settings.", {}
    )
    torrent_creation: TorrentCreationSettings = setting(
        "How torrents are made, whichever client makes them.", TorrentCreationSettings()
    )
    default_output_dir: Maybe[Path] = setting(
        "Folder for new .torrent files; the current folder when not given.", example="~/torrents"
    )
    tracker_rules: Maybe[Path] = setting(
        "Your own rules for trackers; tracker-rules.toml beside the settings when not given.",
        example="~/tracker-rules.toml",
    )

    @property
    def describes_default_client(self) -> bool:
        """Whether anything was said about the default client, be it what is so anyway."""
        return self.qbittorrent is not _UNDESCRIBED

    def client_names(self) -> tuple[str, ...]:
        """The names of all clients, the default one first."""
        return (DEFAULT_CLIENT, *self.clients)

    def client(self, name: str | None) -> tuple[str, QBittorrentSettings]:
        """The name and the settings of the client called ``name``; None means the default one.

        Raises SettingsError for a name that no client has.
        """
        if name is None or name == DEFAULT_CLIENT:
            return DEFAULT_CLIENT, self.qbittorrent
        if name in self.clients:
            return name, self.clients[name]
        known = self.client_names()
        raise SettingsError(
            f"there is no client called {name!r}",
            hint=nearest(name, known) or f"the settings know {', '.join(known)}",
        )


class LoadedSettings(NamedTuple):
    """The settings in force, and the file that some of them came from, if there is one."""

    settings: Settings
    path: Path | None
