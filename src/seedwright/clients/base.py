"""What every torrent client gives: what it sees, torrents added and proven, and its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from seedwright.clients.destination import Destination, Kind, Origin
    from seedwright.clients.examination import Finding
    from seedwright.clients.path_map import MappedPath, PathMap
    from seedwright.clients.seeding import Seeding
    from seedwright.metainfo.parse import Metainfo
    from seedwright.names import Version


@dataclass(frozen=True)
class Habits:
    """How torrents are added to a client by default.

    ``category`` and ``save_path`` are "" where there is none; the save path is the host's.
    """

    category: str = ""
    create_category: bool = True
    save_path: str = ""
    auto_management: bool = False


class Client(Protocol):
    """One torrent client, by its name in the settings; nothing is sent before it is first used.

    Every coroutine except ``remove`` and ``close`` may raise ClientConnectionError or SignInError.
    """

    @property
    def name(self) -> str:
        """Its name in the settings."""

    @property
    def title(self) -> str:
        """Its name in messages."""

    @property
    def path_map(self) -> PathMap:
        """Paths of this host by its own names."""

    async def libtorrent(self) -> Version | None:
        """The libtorrent in it, which decides what names it can seed; None where it is unknown."""

    async def sees(self, path: Path, kind: Kind | None) -> MappedPath:
        """``path`` by the client's own name; without a ``kind`` it does not exist on this machine.

        Raises PathNotVisibleError.
        """

    async def check(self, destination: Destination, origin: Origin) -> tuple[str, ...]:
        """Warnings about a seeding that nothing stands in the way of; changes nothing.

        Raises AddingError and its kin.
        """

    async def add(
        self,
        destination: Destination,
        torrent: Metainfo,
        origin: Origin,
        *,
        on_add: Callable[[], None] | None = None,
        on_added: Callable[[], None] | None = None,
        on_check: Callable[[float], None] | None = None,
    ) -> Seeding:
        """The proof that the torrent seeds, which is added unless it was there.

        ``on_add`` is called before it is added and ``on_added`` once the client has accepted it;
        neither where it was there. ``on_check`` hears how far a check by the client is, from 0 to 1.
        Raises AddingError and its kin, after what was added was removed.
        """

    async def proof(self, destination: Destination, torrent: Metainfo) -> Seeding | None:
        """The proof that a torrent seeds by now; None when it does not, or not yet."""

    async def added_at(self, infohash: str) -> int | None:
        """When a torrent was added, in seconds since 1970; None where it is missing."""

    async def remove(self, infohash: str) -> None:
        """Remove a torrent within a few seconds, never its data; one that stays is logged."""

    def examine(self) -> AsyncGenerator[Finding, None]:
        """What an examination finds on the way to it, step by step; changes nothing."""

    async def close(self) -> None:
        """Stop and take back what is in progress, and sign out; raises nothing."""
