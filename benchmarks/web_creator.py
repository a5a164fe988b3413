"""qBittorrent's Torrent Creator as a contender: from adding a task to its being finished."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.testbed import fetch
from tests.testbed.server import Server

from benchmarks.contenders import QBITTORRENT, Job
from benchmarks.peers import PeerUnavailable
from benchmarks.scenarios import FORMATS
from benchmarks.timed import CommandFailedError, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import qbittorrentapi

_PAUSE = 0.001
_LONGEST_PAUSE = 0.02
_LIMIT = 1800.0


@dataclass(frozen=True)
class WebCreator:
    """A running qBittorrent, signed in to; its start-up is not in the figures."""

    server: Server
    api: qbittorrentapi.Client
    name: str = QBITTORRENT
    formats: tuple[str, ...] = FORMATS
    forced: bool = False

    @property
    def version(self) -> str:
        """qBittorrent's own."""
        return self.server.version

    def create(self, job: Job) -> Run:
        """One task, seen through; the peak is the server's while it ran, in bytes."""
        self._forget_peak()
        started = time.perf_counter()
        added = self.api.torrentcreator_add_task(
            source_path=str(job.content),
            format=job.form,
            piece_size=job.piece_length,
            optimize_alignment=False,
            ignore_dotfiles=False,
            start_seeding=False,
        )
        task = str(added["taskID"])
        pause = _PAUSE
        while (state := self.api.torrentcreator_status(task_id=task)[0]["status"]) != "Finished":
            if state == "Failed" or time.perf_counter() - started > _LIMIT:
                raise CommandFailedError(f"qBittorrent's task ended as {state}")
            time.sleep(pause)
            pause = min(1.2 * pause, _LONGEST_PAUSE)
        spent = time.perf_counter() - started
        peak = self._peak()
        job.output.write_bytes(self.api.torrentcreator_torrent_file(task_id=task))
        self.api.torrentcreator_delete_task(task_id=task)
        return Run(spent, peak)

    def _forget_peak(self) -> None:
        # Resets VmHWM (proc_pid_clear_refs(5)).
        Path(f"/proc/{self.server.pid}/clear_refs").write_text("5")

    def _peak(self) -> int:
        told = Path(f"/proc/{self.server.pid}/status").read_text()
        return next(
            int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("VmHWM")
        )


@contextlib.contextmanager
def web_creator(folder: Path) -> Iterator[WebCreator]:
    """The newest qBittorrent of the test bed, running with its profile in FOLDER.

    Raises PeerUnavailable.
    """
    try:
        installation = fetch.qbittorrent(fetch.versions()[-1])
    except fetch.TestbedUnavailable as error:
        raise PeerUnavailable(str(error).rstrip(".")) from error
    with Server(installation, folder) as server, server.api() as api:
        yield WebCreator(server, api)
