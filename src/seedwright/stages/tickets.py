"""The tickets of torrents on their way, in the user's folder for state.

A ticket is a file of its own, written whole or not at all, and removed once its torrent is made or
undone. So a ticket that is found belongs to a process that was killed, or to a task that was left
running or could not be deleted. A second file next to it is locked while the process lives, and the
system ends the lock with the process: nobody takes up what somebody else is still working on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import time
from typing import TYPE_CHECKING, Any, Self

from seedwright.clients.ticket import Ticket
from seedwright.file_lock import hold, let_go
from seedwright.log import Log

if TYPE_CHECKING:
    from pathlib import Path

log = Log(__name__)

STALE = 7 * 24 * 3600
"""Seconds after which nobody comes back for a ticket."""

_TICKET, _LOCK, _HALF = ".json", ".lock", ".new"


class TicketBook:
    """Every ticket in one folder; without a folder no ticket is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def claim(self, client: str, *what: str) -> Claim:
        """The ticket of a torrent on a client, which nobody else has until the claim ends.

        ``what`` are texts that identify the torrent. If a living process has it, or files cannot be
        written there, the ticket is not kept anywhere.
        """
        name = hashlib.sha256("\0".join((client, *what)).encode("utf-8", "surrogateescape"))
        return self._claim(client, name.hexdigest()[:32])

    def sweep(self, client: str) -> list[Ticket]:
        """The client's tickets that nobody came back for; such tickets of all clients are removed."""
        found = []
        for file in self._stale():
            with self._claim(client, file.stem) as claim:
                if claim.ticket is not None and claim.ticket.client == client:
                    found.append(claim.ticket)
                claim.drop()
        return found

    def _stale(self) -> list[Path]:
        if self._folder is None:
            return []
        oldest = time.time() - STALE
        with contextlib.suppress(OSError):
            return [
                file
                for file in self._folder.iterdir()
                if file.suffix in (_TICKET, _LOCK, _HALF) and file.lstat().st_mtime < oldest
            ]
        return []

    def _claim(self, client: str, name: str) -> Claim:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                file = self._folder / name
                lock = hold(file.with_suffix(_LOCK))
                if lock is not None:
                    return Claim(client, file, lock)
        return Claim(client)


class Claim:
    """A context in which one ticket is ours; leaving it removes the ticket, unless it has a task.

    ``ticket`` is what a killed process left behind, or else what was kept last; None without either.
    """

    def __init__(self, client: str = "", file: Path | None = None, lock: int | None = None) -> None:
        self._client = client
        self._file = file
        self._lock = lock
        self.ticket = None if file is None else _read(file.with_suffix(_TICKET))

    def keep(self, ticket: Ticket) -> None:
        """Write the ticket, if possible, so that it outlives this process."""
        self.ticket = ticket
        if self._file is None:
            return
        half = self._file.with_suffix(_HALF)
        try:
            half.write_text(ticket.to_json(), encoding="utf-8")
            half.replace(self._file.with_suffix(_TICKET))
        except OSError as error:
            log.info("cannot keep a ticket: %s", error)

    def note(self, **changes: Any) -> None:
        """Keep the ticket with these fields changed."""
        self.keep(dataclasses.replace(self.ticket or Ticket(self._client), **changes))

    def drop(self) -> None:
        """Remove the ticket: there is nothing to come back for."""
        self.ticket = None
        if self._file is not None:
            for ending in (_TICKET, _HALF):
                _remove(self._file.with_suffix(ending))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.ticket is None or not self.ticket.task:
            self.drop()
        file, self._file = self._file, None
        if file is not None and self._lock is not None:
            let_go(file.with_suffix(_LOCK), self._lock)


def _read(file: Path) -> Ticket | None:
    """The ticket in the file; None if there is none, or something else."""
    with contextlib.suppress(OSError, ValueError):
        return Ticket.from_json(file.read_bytes())
    return None


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
