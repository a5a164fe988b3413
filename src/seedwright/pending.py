"""What one call has done and not reported yet, so that it can be taken back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from seedwright.errors import ClientConnectionError, OutputError
from seedwright.log import Log
from seedwright.qbittorrent import seeding
from seedwright.qbittorrent.pauses import growing_pauses
from seedwright.qbittorrent.threads import hindrance

if TYPE_CHECKING:
    from seedwright.qbittorrent.connection import Connection
    from seedwright.qbittorrent.seeding import Seeding
    from seedwright.torrent.output import StagedFile

_CLEAN_UP = 5.0

log = Log(__name__)


class Pending:
    """The files and the torrents on clients that a call has to answer for."""

    def __init__(self) -> None:
        self._files: list[StagedFile] = []
        self._added: list[tuple[Connection, Seeding]] = []

    def added(self, connection: Connection, proof: Seeding) -> None:
        """Note a torrent that is proven; one that was there already is nothing to take back."""
        log.info("%s seeds %s: %s", connection.title, proof.infohash, proof.state)
        if not proof.already_there:
            self._added.append((connection, proof))

    def publish(self, file: StagedFile) -> None:
        """Publish the file, and note it. Raises :class:`~seedwright.errors.OutputError`."""
        file.publish(revocable=True)
        self._files.append(file)

    def settle(self) -> None:
        """All is about to be reported, and stands."""
        for file in self._files:
            file.settle()

    async def take_back(self) -> None:
        """All is as it was before, within a few seconds; what stays is logged as a warning."""
        for file in self._files:
            try:
                file.take_back()
            except OutputError as error:
                log.warning("'%s' stays, and is in no report: %s", file.path, error.message)
        await asyncio.gather(*(_removed(*each) for each in self._added))


async def _removed(connection: Connection, proof: Seeding) -> None:
    async def remove() -> None:
        for pause in growing_pauses():
            try:
                await seeding.remove(connection, proof.infohash)
            except ClientConnectionError as error:
                log.info("%s; trying again in %.1f s", error.message, pause)
                await asyncio.sleep(pause)
            else:
                return

    why = await hindrance(remove(), within=_CLEAN_UP)
    if why is None:
        log.info("%s: removed %s again", connection.title, proof.infohash)
    else:
        log.warning(
            "the torrent %s stays on %s, and is in no report: it could not be removed (%s)",
            proof.infohash,
            connection.title,
            why,
        )
