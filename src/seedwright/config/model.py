"""The settings: each with its type, its default and what it means."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from seedwright.config.problems import BadValueError, nearest
from seedwright.errors import SettingsError, UsageError
from seedwright.torrent.pieces import check_piece_length, parse_size

DEFAULT_CLIENT = "default"
"""The name of the client that the ``qbittorrent:`` block describes."""

SWITCHES = {
    **dict.fromkeys(("true", "yes", "on", "1", "y", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n", "f"), False),
}
"""The words that switch something on or off, the same ones that pydantic takes."""

_TRACKER = re.compile(r"(?:https?|udp|wss?)://[^\s/?#]+\S*", re.IGNORECASE)


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _verification(value: object) -> object:
    if isinstance(value, bool | Path):
        return value
    if isinstance(value, str) and value:
        return SWITCHES.get(value.lower(), Path(value))
    raise BadValueError("must be true, false or the path of a CA bundle", shows_value=True)


def _tag(value: str) -> str:
    if not value.strip() or "," in value:
        raise BadValueError("must be a tag without commas", shows_value=True)
    return value


def _tier(value: object) -> object:
    urls = value if isinstance(value, list) else [value]
    if urls and all(isinstance(url, str) and _TRACKER.fullmatch(url) for url in urls):
        return value
    raise BadValueError(
        "must be a tracker's whole URL, or a list of them",
        hint="such as https://tracker.example/announce",
    )


def _piece_size(value: object) -> object:
    if value == "auto":
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadValueError("must be auto or a size such as 4MiB", shows_value=True)
    try:
        return check_piece_length(parse_size(str(value)))
    except UsageError as error:
        raise BadValueError(f"cannot be used: {error.message}", hint=error.hint) from None


def _is_absolute(path: str) -> bool:
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


OptionalText = Annotated[str | None, BeforeValidator(_none_if_empty)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_none_if_empty)]
OptionalPath = Annotated[Path | None, BeforeValidator(_none_if_empty)]
Verification = Annotated[bool | Path, BeforeValidator(_verification)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Tag = Annotated[str, AfterValidator(_tag)]
Tier = Annotated[str | list[str], BeforeValidator(_tier)]
PieceSize = Annotated[
    Literal["auto"] | int,
    BeforeValidator(_piece_size),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class QBittorrentSettings(_Group):
    """One qBittorrent: how to reach it, and how torrents are added to it."""

    host: str = Field(
        default="localhost",
        description="Name or address of the machine qBittorrent's Web UI answers on.",
    )
    port: int = Field(default=8080, ge=1, le=65535, description="Port of the Web UI.")
    use_https: bool = Field(default=False, description="Speak HTTPS instead of HTTP.")
    base_path: str = Field(
        default="",
        description="Path of the Web UI behind a reverse proxy.",
        examples=["/qbittorrent"],
    )
    verify_tls: Verification = Field(
        default=True,
        description="Check the certificate: true, false, or the path of a CA bundle.",
        examples=["/etc/ssl/private-ca.pem"],
    )
    username: OptionalText = Field(
        default=None,
        description="User name of the Web UI; none where sign-in is bypassed.",
        examples=["admin"],
    )
    password: OptionalSecret = Field(
        default=None,
        description="Password of the Web UI; password_file names a file that holds it.",
        examples=["${QBITTORRENT_PASSWORD}"],
    )
    api_key: OptionalSecret = Field(
        default=None,
        description="API key (qBittorrent 5.2 or later), instead of user name and password.",
        examples=["${QBITTORRENT_API_KEY}"],
    )
    connection_timeout: Seconds = Field(
        default=10.0, description="Seconds to wait for a connection."
    )
    read_timeout: Seconds = Field(default=30.0, description="Seconds to wait for an answer.")
    pool_connections: int = Field(default=10, ge=1, description="Hosts to keep connections to.")
    pool_maxsize: int = Field(default=10, ge=1, description="Connections to keep to each host.")
    docker_path_mapping: dict[str, str] = Field(
        default={},
        description="Where paths of this machine are for qBittorrent: a path here, a path there.",
        examples=[{"/srv/torrents": "/downloads"}],
    )
    category: OptionalText = Field(
        default=None, description="Category of added torrents.", examples=["books"]
    )
    create_category: bool = Field(
        default=True, description="Create the category when qBittorrent does not have it."
    )
    tags: list[Tag] = Field(
        default=[], description="Tags of added torrents.", examples=[["seedwright", "mine"]]
    )
    max_tag_length: int = Field(
        default=100, ge=1, description="Characters of a tag to keep; longer tags are cut."
    )
    save_path: OptionalText = Field(
        default=None,
        description="Folder of the content as qBittorrent sees it; worked out when not given.",
        examples=["/downloads"],
    )
    auto_torrent_management: bool = Field(
        default=False, description="Let the category decide where the content lies."
    )
    auto_add_after_creation: bool = Field(
        default=False, description="Seed each torrent that is made, as --seed does."
    )
    seed_mode: bool = Field(
        default=True, description="Add torrents without checking the content again."
    )
    trackers: list[Tier] = Field(
        default=[],
        repr=False,
        description="Trackers of new torrents: each item is one tier, a URL or a list of URLs.",
        examples=[["https://tracker.example/announce"]],
    )

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        host = value.removeprefix("[").removesuffix("]")
        if not host or re.search(r"[\s/@?#\[\]]", host) or host.count(":") == 1:
            raise BadValueError(
                "must be a name or an address alone",
                hint="a URL is split over host, port, use_https and base_path",
                shows_value=True,
            )
        return host

    @field_validator("base_path")
    @classmethod
    def _check_base_path(cls, value: str) -> str:
        if re.search(r"[\s:?#]", value):
            raise BadValueError("must be a path such as /qbittorrent", shows_value=True)
        return "".join(f"/{part}" for part in value.split("/") if part)

    @field_validator("docker_path_mapping")
    @classmethod
    def _check_mapping(cls, value: dict[str, str]) -> dict[str, str]:
        for here, there in value.items():
            for path in (here, there):
                if not _is_absolute(path):
                    raise BadValueError(
                        f"must map absolute paths to absolute paths, and {path!r} is not one",
                        hint="write both paths in full, such as /srv/torrents: /downloads",
                        at=(here,),
                    )
        return value

    @model_validator(mode="after")
    def _check_sign_in(self) -> Self:
        given = [name for name in ("username", "password") if getattr(self, name) is not None]
        if self.api_key is not None and given:
            raise BadValueError(
                f"is set together with {' and '.join(given)}",
                hint="keep either api_key or username and password",
                at=("api_key",),
            )
        if len(given) == 1:
            missing = "password" if given == ["username"] else "username"
            raise BadValueError(
                f"is set, and {missing} is not",
                hint=f"add {missing}, or leave both out where qBittorrent asks for no sign-in",
                at=(given[0],),
            )
        return self


class TorrentCreationSettings(_Group):
    """How torrents are made."""

    engine: Literal["auto", "local", "qbittorrent"] = Field(
        default="auto",
        description="What hashes: local, qbittorrent, or auto for the one nearest to the content.",
    )
    format: Literal["v1", "v2", "hybrid"] = Field(
        default="v1", description="v1, v2 or hybrid; v1 is the one that every tracker takes."
    )
    private: bool = Field(
        default=False, description="Keep to the torrent's own trackers: no DHT, no PeX."
    )
    piece_size: PieceSize = Field(
        default="auto", description="Piece size: auto, or a power of two from 16KiB to 128MiB."
    )
    comment: str = Field(default="", description="Comment in the torrent.", examples=["made by me"])
    source: str = Field(
        default="",
        description="Source in the torrent; it changes the infohash.",
        examples=["EXAMPLE"],
    )
    start_seeding: bool = Field(
        default=False, description="Another name for auto_add_after_creation; either one seeds."
    )
    optimize_alignment: bool | None = Field(
        default=None,
        description="Align files to pieces with padding (qBittorrent with libtorrent 1.x only).",
        examples=[True],
    )
    padded_file_size_limit: int | None = Field(
        default=None,
        ge=-1,
        description="Smallest file to align, in bytes; -1 aligns none (libtorrent 1.x only).",
        examples=[16384],
    )
    ignore_dotfiles: bool = Field(
        default=True, description="Leave out files whose names begin with a dot."
    )
    poll_interval: Seconds = Field(
        default=1.0, description="Longest pause, in seconds, between two looks at a task."
    )
    timeout: Seconds | None = Field(
        default=None,
        description="Seconds that making one torrent may take; no limit when not given.",
        examples=[3600.0],
    )


class Settings(_Group):
    """Everything that can be set."""

    qbittorrent: QBittorrentSettings = Field(
        default=QBittorrentSettings(),
        description="The qBittorrent that is used unless another is named.",
    )
    clients: dict[str, QBittorrentSettings] = Field(
        default={}, description="More qBittorrents by name, each with the same settings."
    )
    torrent_creation: TorrentCreationSettings = Field(
        default=TorrentCreationSettings(),
        description="How torrents are made, whichever client makes them.",
    )
    default_output_dir: OptionalPath = Field(
        default=None,
        description="Folder for new .torrent files; the current folder when not given.",
        examples=["~/torrents"],
    )

    @field_validator("clients")
    @classmethod
    def _check_names(cls, value: dict[str, QBittorrentSettings]) -> dict[str, QBittorrentSettings]:
        for name in value:
            if name == DEFAULT_CLIENT or not name.strip():
                raise BadValueError(
                    "needs another name",
                    hint=f"{DEFAULT_CLIENT!r} is the client under qbittorrent",
                    at=(name,),
                )
        return value

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
