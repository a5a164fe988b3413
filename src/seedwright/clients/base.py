"""What every torrent client gives: what it sees, torrents added and proven, and what ails it."""

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
    """How torrents are added to a client unless something else is asked for.

    ``category`` and ``save_path`` are "" where there is none; the save path is the host's.
    """

    category: str = ""
    create_category: bool = True
    save_path: str = ""
    auto_management: bool = False


class Client(Protocol):
    """One torrent client, by its name in the settings; nothing is sent before it is first used.

    Every coroutine may raise :class:`~seedwright.errors.ClientConnectionError` or
    :class:`~seedwright.errors.SignInError`, but for ``remove`` and ``close``.
    """

    @property
    def name(self) -> str:
        """Its name in the settings."""

    @property
    def title(self) -> str:
        """What messages call it."""

    @property
    def path_map(self) -> PathMap:
        """Paths of this host and its own, both ways."""

    async def libtorrent(self) -> Version | None:
        """The libtorrent in it, which decides what names it can seed; None where nobody knows."""

    async def sees(self, path: Path, kind: Kind | None) -> MappedPath:
        """``path`` by the client's own name, as far as can be asked; None for what is not here.

        Raises :class:`~seedwright.errors.PathNotVisibleError`.
        """

    async def check(self, destination: Destination, origin: Origin) -> tuple[str, ...]:
        """Warnings about a seeding that nothing stands in the way of; changes nothing.

        Raises :class:`~seedwright.errors.AddingError` and its kin.
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

        ``on_add`` is called before it is added and ``on_added`` once the client has taken it, and
        neither where it was there; ``on_check`` hears how far a check by the client is, from 0 to 1. Raises
        :class:`~seedwright.errors.AddingError` and its kin, after what was added was removed.
        """

    async def proof(self, destination: Destination, torrent: Metainfo) -> Seeding | None:
        """The proof that a torrent seeds by now; None when it does not, or not yet."""

    async def added_at(self, infohash: str) -> int | None:
        """When a torrent was added, in seconds since 1970; None where it is not there."""

    async def remove(self, infohash: str) -> None:
        """Remove a torrent within a few seconds, never its data; one that stays is logged."""

    def examine(self) -> AsyncGenerator[Finding, None]:
        """What is found on the way to it, step by step; changes nothing."""

    async def close(self) -> None:
        """Stop and take back what is under way, and part; raises nothing."""
