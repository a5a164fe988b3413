"""The settings: each with its type, its default and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from seedwright.errors import SettingsError
from seedwright.settings.group import Group, setting
from seedwright.settings.problems import BadValueError, NotTogetherError, nearest
from seedwright.settings.secret import Secret
from seedwright.settings.value_rules import Rule
from seedwright.settings.values import (
    BasePath,
    CheckName,
    Count,
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
        "localhost", "Name or address of the machine qBittorrent's Web UI answers on."
    )
    port: Port = setting(8080, "Port of the Web UI.")
    use_https: bool = setting(False, "Speak HTTPS instead of HTTP.")
    base_path: BasePath = setting(
        "", "Path of the Web UI behind a reverse proxy.", examples=("/qbittorrent",)
    )
    verify_tls: Verification = setting(
        True,
        "Check the certificate: true, false, or the path of a CA bundle.",
        examples=("/etc/ssl/private-ca.pem",),
    )
    username: Maybe[str] = setting(
        None,
        "User name of the Web UI; none where sign-in is bypassed.",
        examples=("admin",),
        in_file=True,
    )
    password: Maybe[Secret] = setting(
        None,
        "Password of the Web UI; password_file names a file that holds it.",
        examples=("${QBITTORRENT_PASSWORD}",),
        in_file=True,
    )
    api_key: Maybe[Secret] = setting(
        None,
        "API key (qBittorrent 5.2 or later), instead of user name and password.",
        examples=("${QBITTORRENT_API_KEY}",),
        in_file=True,
    )
    connection_timeout: Seconds = setting(10.0, "Seconds to wait for a connection.")
    read_timeout: Seconds = setting(30.0, "Seconds to wait for an answer.")
    pool_connections: Count = setting(10, "Hosts to keep connections to.")
    pool_maxsize: Count = setting(10, "Connections to keep to each host.")
    docker_path_mapping: PathMapping = setting(
        {},
        "Where paths of this machine are for qBittorrent: a path here, a path there.",
        examples=({"/srv/torrents": "/downloads"},),
    )
    category: Maybe[str] = setting(None, "Category of added torrents.", examples=("books",))
    create_category: bool = setting(True, "Create the category when qBittorrent does not have it.")
    tags: list[Tag] = setting([], "Tags of added torrents.", examples=(["seedwright", "mine"],))
    max_tag_length: Count = setting(100, "Characters of a tag to keep; longer tags are cut.")
    save_path: Maybe[str] = setting(
        None,
        "Folder of the content as qBittorrent sees it; worked out when not given.",
        examples=("/downloads",),
    )
    auto_torrent_management: bool = setting(
        False, "Let the category decide where the content lies."
    )
    auto_add_after_creation: bool = setting(
        False, "Seed each torrent that is made, as --seed does."
    )
    seed_mode: bool = setting(
        True, "Add torrents without a full check by qBittorrent; false asks for proof: rechecked."
    )
    proof: Literal["auto", "listed", "sampled", "rechecked"] = setting(
        "auto",
        "How seeding is proven: listed (qBittorrent's word), sampled (pieces asked of it), rechecked"
        " (all of it checked), or auto for the quickest that is sure.",
    )
    share_limits: Literal["auto", "client", "none"] = setting(
        "auto",
        "Share limits of added torrents: client (qBittorrent's), none, or auto for none where"
        " qBittorrent's would delete content or end seeding at once.",
    )
    peer_host: Maybe[Host] = setting(
        None,
        "Where qBittorrent listens for peers; its own host when not given.",
        examples=("192.0.2.7",),
    )
    peer_port: Maybe[Port] = setting(
        None,
        "Port qBittorrent listens on for peers, as seen from here; its own setting when not given.",
        examples=(6881,),
    )
    trackers: list[Tier] = setting(
        [],
        "Trackers of new torrents: each item is one tier, a URL or a list of URLs.",
        examples=(["https://tracker.example/announce"],),
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
        "auto", "What hashes: local, qbittorrent, or auto for the one nearest to the content."
    )
    format: Literal["v1", "v2", "hybrid"] = setting(
        "v1", "v1, v2 or hybrid; v1 is the one that every tracker takes."
    )
    private: bool = setting(False, "Keep to the torrent's own trackers: no DHT, no PeX.")
    piece_size: PieceSize = setting(
        "auto", "Piece size: auto, or a power of two from 16KiB to 128MiB."
    )
    comment: str = setting("", "Comment in the torrent.", examples=("made by me",))
    source: str = setting(
        "", "Source in the torrent; it changes the infohash.", examples=("EXAMPLE",)
    )
    use_tracker_rules: bool = setting(
        True, "Let the rules of its trackers choose the piece size and the source that are not set."
    )
    start_seeding: bool = setting(
        False, "Another name for auto_add_after_creation; either one seeds."
    )
    optimize_alignment: Maybe[bool] = setting(
        None,
        "Align files to pieces with padding (qBittorrent with libtorrent 1.x only).",
        examples=(True,),
    )
    padded_file_size_limit: Maybe[PaddingLimit] = setting(
        None,
        "Smallest file to align, in bytes; -1 aligns none (libtorrent 1.x only).",
        examples=(16384,),
    )
    ignore_dotfiles: bool = setting(True, "Leave out files whose names begin with a dot.")
    reuse_hashes: bool = setting(
        False, "Keep hashes, and take kept ones of content that has not changed."
    )
    hash_cache_size: Size = setting("256MiB", "How much space kept hashes may take.")
    content_checks: bool = setting(
        True, "Look for gaps, samples, archives and unfinished downloads in the content."
    )
    strict: bool = setting(False, "Fail where a content check finds anything, instead of warning.")
    allow: list[CheckName] = setting(
        [], "Content checks that are left out, by their names.", examples=(["sample"],)
    )
    poll_interval: Seconds = setting(1.0, "Longest pause, in seconds, between two looks at a task.")
    timeout: Maybe[Seconds] = setting(
        None,
        "Seconds that making one torrent may take; no limit when not given.",
        examples=(3600.0,),
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
        _UNDESCRIBED, "The qBittorrent that is used unless another is named."
    )
    clients: Annotated[dict[str, QBittorrentSettings], Rule(_own_names)] = setting(
        {}, "More qBittorrents by name, each with the same settings."
    )
    torrent_creation: TorrentCreationSettings = setting(
        TorrentCreationSettings(), "How torrents are made, whichever client makes them."
    )
    default_output_dir: Maybe[Path] = setting(
        None,
        "Folder for new .torrent files; the current folder when not given.",
        examples=("~/torrents",),
    )
    tracker_rules: Maybe[Path] = setting(
        None,
        "Your own rules for trackers; tracker-rules.toml beside the settings when not given.",
        examples=("~/tracker-rules.toml",),
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
