"""The settings: each with its type, its default and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from seedwright.errors import SettingsError
from seedwright.names import nearest
from seedwright.request import OPTIONS
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

_HELP = {name: each.help for name, each in OPTIONS.items()}
"""What the options of a request are for, each of which may have a setting behind it."""


@dataclass(frozen=True, kw_only=True)
class QBittorrentSettings(Group):
    """One qBittorrent: how to reach it, and how torrents are added to it."""

    host: Host = setting("Host name or address of qBittorrent's Web UI.", "localhost")
    port: Port = setting("Port of the Web UI.", 8080)
    use_https: bool = setting("Use HTTPS instead of HTTP.", False)
    base_path: BasePath = setting(
        "Path of the Web UI behind a reverse proxy.", "", example="/qbittorrent"
    )
    verify_tls: Verification = setting(
        "Verify the certificate: true, false, or the path of a CA bundle.",
        True,
        example="/etc/ssl/private-ca.pem",
    )
    username: Maybe[str] = setting(
        "User name for the Web UI; not needed if sign-in is bypassed.",
        example="admin",
        in_file=True,
    )
    password: Maybe[Hidden] = setting(
        "Password for the Web UI; password_file names a file that holds it.",
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
    pool_connections: Count = setting("Number of hosts to keep connections to.", 10)
    pool_maxsize: Count = setting("Number of connections to keep to each host.", 10)
    docker_path_mapping: PathMapping = setting(
        "Folders of this machine, and the same folders as qBittorrent sees them.",
        {},
        example={"/srv/torrents": "/downloads"},
    )
    category: Maybe[str] = setting(_HELP["category"], example="books")
    create_category: bool = setting(_HELP["create_category"], True)
    tags: list[Tag] = setting("Tags of added torrents.", [], example=["seedwright", "mine"])
    max_tag_length: Count = setting("Longest tag in characters; longer tags are cut.", 100)
    save_path: Maybe[str] = setting(
        "Folder that holds the content, as qBittorrent sees it; by default it is worked out.",
        example="/downloads",
    )
    auto_torrent_management: bool = setting(_HELP["auto_management"], False)
    auto_add_after_creation: bool = setting(
        "Seed every new torrent, unless a request says otherwise.", False
    )
    seed_mode: bool = setting(
        "Add torrents without a full check by qBittorrent; false means proof: rechecked.", True
    )
    proof: Literal["auto", "listed", "sampled", "rechecked"] = setting(_HELP["proof"], "auto")
    share_limits: Literal["auto", "client", "none"] = setting(_HELP["share_limits"], "auto")
    peer_host: Maybe[Host] = setting(
        "Host on which qBittorrent listens for peers; by default the host of its Web UI.",
        example="192.0.2.7",
    )
    peer_port: Maybe[Port] = setting(
        "Port on which qBittorrent listens for peers, as seen from here; by default the port that it"
        " reports.",
        example=6881,
    )
    trackers: list[Tier] = setting(
        "Trackers of new torrents: each item is one tier, a URL or a list of URLs.",
        [],
        example=["https://tracker.example/announce"],
        hidden=True,
    )

    def check_together(self) -> None:
        """Raise NotTogetherError for an API key with a password, and for half a sign-in."""
        given = [name for name in ("username", "password") if getattr(self, name) is not None]
        if self.api_key is not None and given:
            raise NotTogetherError(
                f"and {' and '.join(given)} cannot be combined",
                hint="use api_key, or username and password",
                at=("api_key",),
            )
        if len(given) == 1:
            missing = "password" if given == ["username"] else "username"
            raise NotTogetherError(
                f"needs {missing}",
                hint=f"add {missing}, or remove both if qBittorrent needs no sign-in",
                at=(given[0],),
            )


@dataclass(frozen=True, kw_only=True)
class TorrentCreationSettings(Group):
    """How torrents are made."""

    engine: Literal["auto", "local", "qbittorrent"] = setting(_HELP["engine"], "auto")
    format: Literal["v1", "v2", "hybrid"] = setting(
        "Format: v1, v2 or hybrid. Every tracker accepts v1.", "v1"
    )
    private: bool = setting(_HELP["private"], False)
    piece_size: PieceSize = setting(_HELP["piece_length"], "auto")
    comment: str = setting(_HELP["comment"], "", example="made by me")
    source: str = setting(_HELP["source"], "", example="EXAMPLE")
    use_tracker_rules: bool = setting(_HELP["tracker_rules"], True)
    start_seeding: bool = setting("Same as auto_add_after_creation; either one is enough.", False)
    optimize_alignment: Maybe[bool] = setting(_HELP["optimize_alignment"], example=True)
    padded_file_size_limit: Maybe[PaddingLimit] = setting(
        _HELP["padded_file_size_limit"], example=16384
    )
    ignore_dotfiles: bool = setting(_HELP["ignore_dotfiles"], True)
    create_output_dir: bool = setting(_HELP["create_output_dir"], False)
    reuse_hashes: bool = setting(_HELP["reuse"], False)
    hash_cache_size: Size = setting("Upper limit for the size of the hash cache.", "256MiB")
    content_checks: bool = setting(_HELP["content_checks"], True)
    strict: bool = setting(_HELP["strict"], False)
    allow: list[CheckName] = setting("Content checks to skip, by name.", [], example=["sample"])
    poll_interval: Seconds = setting("Longest pause in seconds between two looks at a task.", 1.0)
    timeout: Maybe[Seconds] = setting(
        "Time limit for one torrent in seconds, waiting included; by default there is none.",
        example=3600.0,
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
        "The qBittorrent to use unless a request names another.", _UNDESCRIBED
    )
    clients: Annotated[dict[str, QBittorrentSettings], Rule(_own_names)] = setting(
        "More qBittorrents by name, each with the same settings.", {}
    )
    torrent_creation: TorrentCreationSettings = setting(
        "How torrents are made, whichever client makes them.", TorrentCreationSettings()
    )
    default_output_dir: Maybe[Path] = setting(
        "Folder for new .torrent files; by default the current folder.", example="~/torrents"
    )
    tracker_rules: Maybe[Path] = setting(
        "File with your own tracker rules; by default tracker-rules.toml next to the settings.",
        example="~/tracker-rules.toml",
    )

    @property
    def describes_default_client(self) -> bool:
        """Whether anything was set for the default client, even if it equals the defaults."""
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
            f"client {name!r} does not exist",
            hint=nearest(name, known) or f"the settings have {', '.join(known)}",
        )


class LoadedSettings(NamedTuple):
    """The settings in force, and the file that some of them came from, if there is one."""

    settings: Settings
    path: Path | None
