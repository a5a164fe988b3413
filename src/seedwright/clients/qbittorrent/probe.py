"""Asking a client for bytes before it gets the torrent itself.

In seed mode libtorrent believes in the files until a peer asks for a piece. Where that piece turns
out to have other bytes, it checks the files, and from then on **downloads over them** whatever its
peers have. So the torrent to be seeded is not the one to ask for. A probe stands in for it: the
same files and pieces under an infohash that nobody else knows, with no way to find a peer (see
:mod:`seedwright.metainfo.stand_in`). The client seeds the probe, some pieces are asked for, and the
probe is taken back; only then is the torrent added.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from seedwright.clients.qbittorrent.adding import Addition, Parcel, remove, take_back
from seedwright.clients.qbittorrent.pauses import growing_pauses
from seedwright.clients.qbittorrent.peer.hindrances import (
    NotServedError,
    PeerError,
    PieceDiffersError,
    RefusedPieceError,
)
from seedwright.clients.qbittorrent.peer.sampling import sample
from seedwright.clients.qbittorrent.peer.stream import Clock, connect
from seedwright.clients.qbittorrent.peer_address import peers_of
from seedwright.clients.qbittorrent.recent import recent_preferences
from seedwright.clients.qbittorrent.rechecking import OTHER_BYTES, check_all
from seedwright.clients.qbittorrent.share_limits import LIFTED
from seedwright.clients.qbittorrent.states import CHECKING_STATES, is_broken, is_seeding
from seedwright.errors import ContentDiffersError, MissingFilesError
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
_ANSWERS_WITHIN = 6.0


class UnsampledError(Exception):
    """The client cannot be asked for pieces; the text says why, as a phrase."""


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
    Raises :class:`UnsampledError`, :class:`~seedwright.errors.ContentDiffersError` or
    :class:`~seedwright.errors.MissingFilesError`. Nothing of it is left on the client.
    """
    traces = "" if leaving_traces else await _traces(connection)
    if traces:
        raise UnsampledError(traces)
    peers = await _reachable(connection, await peers_of(connection, destination))
    async with _probing(connection, torrent, folder, forced=True, seed_mode=True) as probe:
        await _until_it_seeds(connection, probe, folder)
        return await _sample_of(connection, probe, peers, folder)


async def rechecked(
    connection: Connection,
    torrent: Metainfo,
    folder: str,
    on_check: Callable[[float], None] | None = None,
) -> None:
    """The client has read all that lies in ``folder``, and it is what the torrent says.

    The torrent itself, which somebody else has added, is not touched. Raises
    :class:`~seedwright.errors.ContentDiffersError`.
    """
    async with _probing(connection, torrent, folder, forced=False, seed_mode=False) as probe:
        await check_all(connection, probe.addition, folder, on_check)


_unreachable: WeakKeyDictionary[Connection, str] = WeakKeyDictionary()
"""Why no peer's port could be reached, by client: the next torrent need not wait for that again."""


async def _reachable(connection: Connection, peers: Sequence[Peer]) -> list[Peer]:
    """Those of the peers that take a connection; raises UnsampledError where none does."""
    if connection in _unreachable:
        raise UnsampledError(_unreachable[connection])
    reasons, found = [], []
    for peer in peers:
        try:
            await stoppable(partial(_knock, peer))
            found.append(peer)
        except PeerError as error:
            reasons.append(str(error))
    if not found:
        why = "; ".join(reasons) or "nothing says where it listens for peers"
        _unreachable[connection] = why
        raise UnsampledError(why)
    return found


def _knock(peer: Peer, cancelled: Callable[[], bool]) -> None:
    with connect(peer, Clock(_ANSWERS_WITHIN, cancelled)):
        pass


async def _traces(connection: Connection) -> str:
    """What would be left of a torrent that is added for a moment, "" where nothing is."""
    preferences = await recent_preferences(connection)
    if preferences.get("autorun_on_torrent_added_enabled"):
        return "it runs a program for every torrent that is added"
    is_kept = preferences.get("torrent_files_backup_enabled")
    is_kept = is_kept and not preferences.get("remove_torrent_file_backup")
    if is_kept or preferences.get("export_dir"):
        return "it keeps a copy of every .torrent that is added"
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
        "rename": f"{_TITLE} {printable(torrent.name)} [{_here()}:{os.getpid()}]",
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


def _here() -> str:
    return socket.gethostname()


async def _sweep(connection: Connection) -> None:
    """Take out the probes of processes that were killed; their data stays."""
    if connection in _swept:
        return
    _swept[connection] = True
    rows: Any = await connection.call(lambda client: client.torrents_info())
    for row in rows:
        owner = _OWNER.fullmatch(str(row["name"]))
        if owner is not None and owner["host"] == _here() and not _is_alive(int(owner["pid"])):
            log.info(
                "%s: removing %s, left by a process that was killed", connection.title, row["name"]
            )
            await take_back(connection, remove(connection, row["hash"]), row["hash"])


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


async def _until_it_seeds(connection: Connection, probe: _Probe, folder: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    for pause in growing_pauses(first=0.01, most=0.5):
        row = await probe.addition.row()
        if row is None:
            await probe.addition.add_or_give_up()
        elif is_seeding(row):
            return
        elif is_broken(row):
            raise _missing_files(connection, probe.torrent, row["state"], folder)
        elif row["state"] in CHECKING_STATES:
            deadline = time.monotonic() + _STARTS_WITHIN
        if time.monotonic() > deadline:
            raise UnsampledError(f"a torrent added for that does not seed ({row and row['state']})")
        await asyncio.sleep(pause)


async def _sample_of(
    connection: Connection, probe: _Probe, peers: Sequence[Peer], folder: str
) -> Sample:
    reasons = []
    for peer in peers:
        try:
            return await _once_served(partial(_asked, peer, probe.torrent))
        except PieceDiffersError as error:
            raise _content_differs(connection, probe, folder, error.names) from error
        except RefusedPieceError as error:
            if await _has_lost_faith(probe):
                raise _content_differs(connection, probe, folder, error.names) from error
            reasons.append(str(error))
        except PeerError as error:
            reasons.append(str(error))
    raise UnsampledError("; ".join(reasons))


async def _once_served(ask: Callable[[Callable[[], bool]], Sample]) -> Sample:
    """What ``ask`` gives, as soon as the client lets peers in, which may take a moment."""
    deadline = time.monotonic() + _SERVED_WITHIN
    for pause in growing_pauses(first=0.1, most=1.0):
        try:
            return await stoppable(ask)
        except NotServedError:
            if time.monotonic() + pause > deadline:
                raise
        await asyncio.sleep(pause)
    raise AssertionError("the pauses do not end")


def _asked(peer: Peer, torrent: Metainfo, cancelled: Callable[[], bool]) -> Sample:
    return sample(peer, torrent, time_limit=SAMPLE_LIMIT, cancelled=cancelled)


async def _has_lost_faith(probe: _Probe) -> bool:
    """Whether the client has found a piece of its own to be another one."""
    deadline = time.monotonic() + _DECIDED_WITHIN
    for pause in growing_pauses(first=0.02, most=0.2):
        row = await probe.addition.row()
        if row is not None and not is_seeding(row):
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(pause)
    raise AssertionError("the pauses do not end")


def _content_differs(
    connection: Connection, probe: _Probe, folder: str, names: Sequence[str]
) -> ContentDiffersError:
    """The client has other bytes than the torrent says; ``names`` are of files within a folder."""
    name = printable("/".join((probe.torrent.name, *names[:1])))
    return ContentDiffersError(
        f"{connection.title} has other bytes than were hashed: '{name}' in {printable(folder)}"
        " differs from the torrent; nothing was added",
        client=connection.name,
        hint=OTHER_BYTES,
    )


def _missing_files(
    connection: Connection, torrent: Metainfo, state: str, folder: str
) -> MissingFilesError:
    """The client does not find the files, or finds them in other sizes."""
    return MissingFilesError(
        f"{connection.title} says {state!r} of '{printable(torrent.name)}': it does not find the"
        f" files in {printable(folder)}, or not in their sizes; what was added has been removed"
        " again",
        client=connection.name,
        hint="check that the files have not moved and that qBittorrent may read them;"
        " `seedwright doctor` tests every path mapping",
    )
