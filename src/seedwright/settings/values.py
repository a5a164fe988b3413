"""What can be a host, a tag, a tracker: the kinds of values that the settings are made of."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Literal, TypeVar

from seedwright.request.kinds import SWITCHES
from seedwright.settings.problems import BadValueError
from seedwright.settings.secret import Secret
from seedwright.settings.value_rules import Bounds, EmptyIsNone, Rule

T = TypeVar("T")

NO_TEXT = "contains characters that are not text"
_NO_TEXT = r"\0\ud800-\udfff"
"""NUL and halves of characters: they can be neither sent nor printed."""

_TRACKER = rf"(?i:https?|udp|wss?)://[^\s/?#{_NO_TEXT}]+[^\s{_NO_TEXT}]*"


def is_text(value: str) -> bool:
    """Whether ``value`` can be sent and printed."""
    return not re.search(f"[{_NO_TEXT}]", value)


def switch(value: object) -> object:
    """What ``value`` switches, where it is a word that does; else itself."""
    return SWITCHES.get(value.lower(), value) if isinstance(value, str) else value


def _host(value: str) -> str:
    host = value.removeprefix("[").removesuffix("]")
    if not host or re.search(r"[\s/@?#\[\]]", host) or host.count(":") == 1:
        raise BadValueError(
            "must be a host name or an address",
            hint="split a URL into host, port, use_https and base_path",
            shows_value=True,
        )
    return host


def _base_path(value: str) -> str:
    if re.search(r"[\s:?#]", value):
        raise BadValueError("must be a path such as /qbittorrent", shows_value=True)
    return "".join(f"/{part}" for part in value.split("/") if part)


def _verification(value: object) -> bool | Path:
    meant = switch(value)
    if isinstance(meant, bool | Path):
        return meant
    if isinstance(meant, str) and meant:
        return Path(meant)
    raise BadValueError("must be true, false or the path of a CA bundle", shows_value=True)


def _absolute_paths(value: dict[str, str]) -> dict[str, str]:
    for here, there in value.items():
        for path in (here, there):
            if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
                raise BadValueError(
                    f"must map absolute paths to absolute paths, but {path!r} is not one",
                    hint="write two absolute paths, such as /srv/torrents: /downloads",
                    at=(here,),
                )
    return value


def _hidden(value: object) -> Secret:
    if isinstance(value, str | Secret):
        return Secret(value) if isinstance(value, str) else value
    raise BadValueError("must be text", shows_value=True)


def _tag(value: str) -> str:
    if not value.strip() or "," in value:
        raise BadValueError("must be a tag without commas", shows_value=True)
    return value


def _check_name(value: str) -> str:
    from seedwright.content.checks.check import check_names

    check_names([value])
    return value


def _tier(value: object) -> object:
    urls = value if isinstance(value, list) else [value]
    if urls and all(isinstance(url, str) and re.fullmatch(_TRACKER, url) for url in urls):
        from seedwright.metainfo.urls import check_tracker

        written = [check_tracker(str(url)) for url in urls]
        return written if isinstance(value, list) else written[0]
    raise BadValueError(
        "must be a tracker's whole URL, or a list of them",
        hint="such as https://tracker.example/announce",
    )


def _piece_size(value: object) -> str | int:
    if value == "auto":
        return "auto"
    return _piece_length(_written_size(value, "auto or a size such as 4MiB"))


def _piece_length(value: object) -> int:
    from seedwright.metainfo.pieces import check_piece_length, parse_size

    return check_piece_length(parse_size(str(_size(value))))


def _size(value: object) -> str | int:
    from seedwright.metainfo.pieces import parse_size

    written = _written_size(value, "a size such as 1MiB")
    parse_size(str(written))
    return written


def _written_size(value: object, expected: str) -> str | int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadValueError(f"must be {expected}", shows_value=True)
    return value


Maybe = Annotated[T | None, EmptyIsNone()]
Port = Annotated[int, Bounds(ge=1, le=65535)]
Count = Annotated[int, Bounds(ge=1)]
Seconds = Annotated[float, Bounds(gt=0)]
Hidden = Annotated[Secret, Rule(_hidden, written=str)]
Host = Annotated[str, Rule(_host)]
BasePath = Annotated[str, Rule(_base_path)]
Verification = Annotated[bool | Path, Rule(_verification, written=bool | Path)]
PathMapping = Annotated[dict[str, str], Rule(_absolute_paths)]
Tag = Annotated[str, Rule(_tag)]
CheckName = Annotated[str, Rule(_check_name)]
Tier = Annotated[str | list[str], Rule(_tier, written=str | list[str])]
PieceSize = Annotated[Literal["auto"] | int, Rule(_piece_size, written=str | int)]
Size = Annotated[str | int, Rule(_size, written=str | int)]
"""A size as it was written: bytes, or text such as "256MiB"."""
PaddingLimit = Annotated[int, Bounds(ge=-1)]
"""A size in bytes, or -1."""
