"""What one call has done and not reported yet, so that it can be taken back."""

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
        """Note a torrent that is proven; one that was there already is nothing to take back."""
        log.info("%s seeds %s: %s", client.title, proof.infohash, proof.state)
        if not proof.already_there:
            self._added.append((client, proof))

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
                log.warning(
                    "'%s' cannot be removed and is in no report: %s", file.path, error.message
                )
        await asyncio.gather(*(client.remove(proof.infohash) for client, proof in self._added))
