"""Asking a client for bytes before it gets the torrent itself.

In seed mode libtorrent believes in the files until a peer asks for a piece. Where that piece turns
out to have other bytes, it checks the files, and from then on **downloads over them** whatever its
peers have. So the torrent to be seeded is not the one to ask for. A probe stands in for it: the
same files and pieces under an infohash that nobody else knows, with no way to find a peer (see
:mod:`seedwright.metainfo.stand_in`). The client seeds the probe, some pieces are asked for, and the
probe is taken back; only then is the torrent added.
"""

from __future__ import annotations

import os
import re
import socket
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from seedwright.clients.qbittorrent.adding import Addition, Parcel, take_back
from seedwright.clients.qbittorrent.pauses import Looks
from seedwright.clients.qbittorrent.peer.hindrances import (
    NotServedError,
    PeerError,
    PieceDiffersError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.sampling import sample
from seedwright.clients.qbittorrent.peer_address import reachable_peers
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.clients.qbittorrent.rechecking import check_all, other_bytes
from seedwright.clients.qbittorrent.share_limits import LIFTED
from seedwright.clients.qbittorrent.states import CHECKING_STATES, is_broken, is_seeding
from seedwright.log import Log
from seedwright.metainfo.stand_in import probe_of
from seedwright.names import printable
from seedwright.threads import stoppable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from seedwright.clients.destination import Destination
    from seedwright.clients.qbittorrent.connection import Connection
    from seedwright.clients.qbittorrent.peer.sampling import Sample
    from seedwright.clients.qbittorrent.peer.stream import Peer
    from seedwright.metainfo.parse import Metainfo

SAMPLE_LIMIT = 120.0
"""Seconds that asking for a sample may take, whatever the client's upload limits are."""

log = Log(__name__)

_TITLE = "Seedwright looks at"
_OWNER = re.compile(rf"{_TITLE} .*\[(?P<host>[^\[\]:]*):(?P<pid>\d+)\]", re.DOTALL)
_STARTS_WITHIN = 20.0
_DECIDED_WITHIN = 2.0
_SERVED_WITHIN = 12.0


async def sampled(
    connection: Connection,
    destination: Destination,
    torrent: Metainfo,
    folder: str,
    *,
    leaving_traces: bool,
) -> Sample:
    """What a sample of the bytes that the client has in ``folder`` gave: all of it was right.

    ``leaving_traces`` goes ahead where the client keeps or passes on every torrent it is given.
    Raises PeerError, ContentDiffersError or MissingFilesError. Nothing of it is left on the client.
    """
    traces = "" if leaving_traces else await _traces(connection)
    if traces:
        raise PeerError(traces)
    peers = await reachable_peers(connection, destination)
    async with _probing(connection, torrent, folder, forced=True, seed_mode=True) as probe:
        await _until_it_seeds(probe, folder)
        return await _sample_of(connection, probe, peers, folder)


async def rechecked(
    connection: Connection,
    torrent: Metainfo,
    folder: str,
    on_check: Callable[[float], None] | None = None,
) -> None:
    """The client has read all that lies in ``folder``, and it is what the torrent says.

    The torrent itself, which somebody else has added, is not touched. Raises ContentDiffersError.
    """
    async with _probing(connection, torrent, folder, forced=False, seed_mode=False) as probe:
        await check_all(connection, probe.addition, folder, on_check)


async def _traces(connection: Connection) -> str:
    """What would be left of a torrent that is added for a moment, "" where nothing is."""
    preferences = await recent_preferences(connection)
    if preferences.get("autorun_on_torrent_added_enabled"):
        return "it runs a program for each added torrent"
    is_kept = preferences.get("torrent_files_backup_enabled")
    is_kept = is_kept and not preferences.get("remove_torrent_file_backup")
    if is_kept or preferences.get("export_dir"):
        return "it keeps a copy of each added .torrent"
    return ""


class _Probe(NamedTuple):
    torrent: Metainfo
    addition: Addition


@asynccontextmanager
async def _probing(
    connection: Connection, torrent: Metainfo, folder: str, *, forced: bool, seed_mode: bool
) -> AsyncIterator[_Probe]:
    await _sweep(connection)
    stand_in = probe_of(torrent)
    options: dict[str, Any] = {
        "rename": f"{_TITLE} {printable(torrent.name)} [{socket.gethostname()}:{os.getpid()}]",
        "save_path": folder,
        "use_auto_torrent_management": False,
        "is_stopped": not forced,
        # Neither a queue nor a share limit is to come between.
        "forced": forced,
        "is_skip_checking": seed_mode,
        **LIFTED,
    }
    parcel = Parcel(printable(torrent.name), stand_in.client_hash, stand_in.data, options)
    probe = _Probe(stand_in, Addition(connection, parcel))
    try:
        yield probe
    finally:
        await probe.addition.take_back()


_swept: WeakKeyDictionary[Connection, bool] = WeakKeyDictionary()
"""The clients on which nothing is left of a process that was killed."""


async def _sweep(connection: Connection) -> None:
    """Take out the probes of processes that were killed; their data stays."""
    if connection in _swept:
        return
    _swept[connection] = True
    rows: Any = await connection.call(lambda client: client.torrents_info())
    for row in rows:
        owner = _OWNER.fullmatch(str(row["name"]))
        if owner and owner["host"] == socket.gethostname() and not _is_alive(int(owner["pid"])):
            log.info(
                "%s: removing %s, left by a process that was killed", connection.title, row["name"]
            )
            await take_back(connection, row["hash"])


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # There the question itself would be an interrupt.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # It is somebody else's.
    return True


async def _until_it_seeds(probe: _Probe, folder: str) -> None:
    looks = Looks(_STARTS_WITHIN, first=0.01, most=0.5)
    while True:
        row = await probe.addition.row()
        if row is None:
            await probe.addition.add_or_give_up()
        elif is_seeding(row):
            return
        elif is_broken(row):
            raise probe.addition.missing_files(row["state"], printable(folder))
        elif row["state"] in CHECKING_STATES:
            looks.start_over()
        if not await looks.another():
            raise PeerError(f"what was added for it does not seed ({row and row['state']})")


async def _sample_of(
    connection: Connection, probe: _Probe, peers: Sequence[Peer], folder: str
) -> Sample:
    reasons = []
    for peer in peers:
        try:
            return await _once_served(peer, probe.torrent)
        except (PieceDiffersError, RefusedPieceError) as error:
            if isinstance(error, PieceDiffersError) or await _has_lost_faith(probe):
                name = printable("/".join((probe.torrent.name, *error.names[:1])))
                what = f"'{name}' in {printable(folder)} differs; nothing was added"
                raise other_bytes(connection, what) from error
            reasons.append(str(error))
        except PeerError as error:
            reasons.append(str(error))
    raise PeerError("; ".join(reasons))


async def _once_served(peer: Peer, torrent: Metainfo) -> Sample:
    """A sample, as soon as the client lets peers in, which may take a moment."""
    looks = Looks(_SERVED_WITHIN, first=0.1, most=1.0)
    while True:
        try:
            return await stoppable(partial(sample, peer, torrent, time_limit=SAMPLE_LIMIT))
        except NotServedError:
            if not await looks.another():
                raise


async def _has_lost_faith(probe: _Probe) -> bool:
    """Whether the client has found a piece of its own to be another one."""
    looks = Looks(_DECIDED_WITHIN, first=0.02, most=0.2)
    while (row := await probe.addition.row()) is None or is_seeding(row):
        if not await looks.another():
            return False
    return True
