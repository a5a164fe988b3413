"""What one call has done and not reported yet, so that it can be undone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from seedwright.errors import OutputError
from seedwright.log import Log

if TYPE_CHECKING:
    from seedwright.clients.base import Client
    from seedwright.clients.seeding import Seeding
    from seedwright.metainfo.writing import StagedFile

log = Log(__name__)


class Pending:
    """The files and the torrents on clients that a call has to answer for."""

    def __init__(self) -> None:
        self._files: list[StagedFile] = []
        self._added: list[tuple[Client, Seeding]] = []

    def added(self, client: Client, proof: Seeding) -> None:
        """Note a torrent that is proven; one that the client already had is not undone."""
        log.info("%s seeds %s: %s", client.title, proof.infohash, proof.state)
        if not proof.already_there:
            self._added.append((client, proof))

    def publish(self, file: StagedFile) -> None:
        """Publish the file, and note it. Raises :class:`~seedwright.errors.OutputError`."""
        file.publish(revocable=True)
        self._files.append(file)

    def settle(self) -> None:
        """Keep everything: it is about to be reported."""
        for file in self._files:
            file.settle()

    async def take_back(self) -> None:
        """Undo everything within a few seconds; what cannot be undone is logged as a warning."""
        for file in self._files:
            try:
                file.take_back()
            except OutputError as error:
                log.warning(
                    "'%s' cannot be removed and is in no report: %s", file.path, error.message
                )
        await asyncio.gather(*(client.remove(proof.infohash) for client, proof in self._added))
