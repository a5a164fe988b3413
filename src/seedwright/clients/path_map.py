r"""The same folder under two names: here on the host, and as a client sees it.

A mapping pairs a host folder with the client's folder. Paths are compared by whole components, the
longest match wins, and what no mapping covers goes as it is. Either side may be POSIX
(``/data/tv``), a Windows drive (``D:\tv``) or a UNC share (``\\nas\tv``), whatever the machine
this runs on.
"""

from __future__ import annotations

import ntpath
import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from seedwright.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WINDOWS = re.compile(r"[A-Za-z]:(?:[\\/]|$)|\\\\[^\\/]")


def pure(path: str) -> PurePath:
    """The path in its own flavour, without "." and "..": Windows for a drive or a UNC share."""
    if _WINDOWS.match(path):
        return PureWindowsPath(ntpath.normpath(path))
    # POSIX leaves two leading slashes to the system; here they mean one.
    return PurePosixPath(re.sub(r"^//+", "/", posixpath.normpath(path)))


@dataclass(frozen=True)
class PathMapping:
    """One row: a host folder and the name the client has for it."""

    host: PurePath
    client: PurePath

    def __str__(self) -> str:
        return f"{self.host} → {self.client}"


@dataclass(frozen=True)
class MappedPath:
    """A translated path, and the mapping that did it (None: it went as it was)."""

    path: str
    mapping: PathMapping | None

    def explain(self) -> str:
        """How the path came about, for messages."""
        return f"mapping {self.mapping}" if self.mapping else "no mapping covers it"


class PathMap:
    """A client's path mappings, both ways."""

    def __init__(self, mappings: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        """Take host → client pairs.

        Raises SettingsError for a side that is not absolute, or a host folder named twice.
        """
        pairs = mappings.items() if hasattr(mappings, "items") else mappings
        self.mappings = tuple(
            PathMapping(_absolute(host), _absolute(client)) for host, client in pairs
        )
        hosts = [mapping.host for mapping in self.mappings]
        twice = next((host for host in hosts if hosts.count(host) > 1), None)
        if twice is not None:
            raise SettingsError(
                f"docker_path_mapping has {twice} twice", hint="keep one row for each host folder"
            )

    def to_client(self, host_path: str) -> MappedPath:
        """The client's name of a host path."""
        return _mapped(host_path, [(each.host, each.client, each) for each in self.mappings])

    def to_host(self, client_path: str) -> MappedPath:
        """The host's name of a client's path."""
        return _mapped(client_path, [(each.client, each.host, each) for each in self.mappings])


def _mapped(text: str, rows: Iterable[tuple[PurePath, PurePath, PathMapping]]) -> MappedPath:
    """The path by the longest row that covers it: a folder on one side, and on the other."""
    path = pure(text)
    matches = [row for row in rows if _is_below(path, row[0])]
    if not matches:
        return MappedPath(text, None)
    near, far, mapping = max(matches, key=lambda row: len(row[0].parts))
    # Joined as text: to pathlib a POSIX name such as "A: B" would be another Windows drive.
    separator = "\\" if isinstance(far, PureWindowsPath) else "/"
    below = path.parts[len(near.parts) :]
    folder = str(far).rstrip(separator) if below else str(far)
    return MappedPath(separator.join([folder, *below]), mapping)


def _absolute(path: str) -> PurePath:
    folder = pure(path)
    if not folder.is_absolute():
        raise SettingsError(
            f"{path!r} in docker_path_mapping is not an absolute path",
            hint="write both sides in full, as in /srv/media: /data",
        )
    return folder


def _is_below(path: PurePath, folder: PurePath) -> bool:
    # pathlib compares Windows parts without regard to case, POSIX ones exactly.
    return type(path) is type(folder) and path.is_relative_to(folder)
