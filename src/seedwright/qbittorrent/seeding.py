"""Adding a torrent to a client, and the proof that it seeds.

Everything that can be known beforehand is checked beforehand, because qBittorrent takes a wrong
save path without a word, creates an empty folder there and calls the files missing a second later.
Proof is what the client itself says of the infohash: complete, and in a seeding state. What was
added and cannot be proven is removed again, never its data.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import qbittorrentapi

from seedwright.errors import (
    AddingError,
    ClientConnectionError,
    MissingFilesError,
    NotSeedingError,
    SavePathMismatchError,
    TorrentRejectedError,
)
from seedwright.qbittorrent import browse
from seedwright.qbittorrent.categories import category_save_path
from seedwright.qbittorrent.paths import pure
from seedwright.qbittorrent.pauses import growing_pauses
from seedwright.qbittorrent.threads import see_through, undoable

if TYPE_CHECKING:
    from seedwright.qbittorrent.connection import Connection
    from seedwright.qbittorrent.paths import MappedPath

SEEDING_STATES = frozenset({"uploading", "stalledUP", "forcedUP", "queuedUP"})
CHECKING_STATES = frozenset({"checkingResumeData", "checkingUP", "checkingDL", "moving", ""})
BROKEN_STATES = frozenset({"missingFiles", "error"})
STOPPED_STATES = frozenset({"stoppedUP", "pausedUP", "stoppedDL", "pausedDL"})

PROOF_PATIENCE = 60.0
TRACKER_PATIENCE = 5.0
MAX_ADDITIONS = 3
_CLEAN_UP = 5.0
_APPEARS_WITHIN = 0.5

_TRACKER_STATES = {
    0: "disabled",
    1: "not contacted",
    2: "working",
    3: "updating",
    4: "not working",
    5: "tracker error",
    6: "unreachable",
}
_UNDECIDED = frozenset({"not contacted", "updating"})
_REFUSALS = (qbittorrentapi.Conflict409Error, qbittorrentapi.UnsupportedMediaType415Error)


@dataclass(frozen=True)
class Destination:
    """Where on the client a torrent is to seed, and under which labels.

    ``content`` is the content's path as the client sees it and ``save_path`` the folder to name to
    it; ``kind`` is None where it is not known; ``tags`` are already cut to length. ``seed_mode``
    trusts the hashes and skips a check.
    """

    content: MappedPath
    save_path: MappedPath
    kind: browse.Kind | None
    category: str = ""
    create_category: bool = True
    tags: tuple[str, ...] = ()
    auto_management: bool = False
    seed_mode: bool = True

    @property
    def name(self) -> str:
        """The content's name on the client."""
        return pure(self.content.path).name


@dataclass(frozen=True)
class TrackerAnswer:
    """What one tracker said to the client: ``status`` in words, ``message`` as it came."""

    url: str = field(repr=False)
    tier: int
    status: str
    message: str = field(default="", repr=False)


@dataclass(frozen=True)
class Seeding:
    """The proof: the client's own words for the torrent.

    ``state`` is qBittorrent's (stalledUP, uploading, forcedUP, queuedUP); ``already_there`` says
    that it was not we who added it.
    """

    infohash: str
    state: str
    save_path: str
    category: str
    tags: tuple[str, ...]
    trackers: tuple[TrackerAnswer, ...]
    already_there: bool = False


async def check_beforehand(connection: Connection, destination: Destination) -> tuple[str, ...]:
    """Nothing stands in the way of seeding; gives warnings.

    Raises :class:`~seedwright.errors.PathNotVisibleError`,
    :class:`~seedwright.errors.SavePathMismatchError` or
    :class:`~seedwright.errors.AddingError`. Changes nothing on the client.
    """
    category = None
    if destination.category or destination.auto_management:
        category = await category_save_path(connection, destination.category)
    is_new = bool(destination.category) and category is None
    if is_new and not destination.create_category:
        raise AddingError(
            f"{connection.title} has no category {destination.category!r}",
            client=connection.name,
            hint="create it in qBittorrent, or allow it here: --create-category"
            " (qbittorrent.create_category)",
        )
    expected = pure(destination.content.path).parent
    if destination.auto_management:
        if is_new or category is None:
            raise SavePathMismatchError(
                f"category {destination.category!r} is not there yet, so automatic management would"
                f" look for {destination.name!r} in its default folder",
                client=connection.name,
                hint=f"create the category in qBittorrent with save path {expected}, or switch"
                " auto_torrent_management off",
            )
        if category != expected:
            raise SavePathMismatchError(
                f"under automatic management {connection.title} looks for {destination.name!r} in"
                f" {category}"
                + (f" (category {destination.category!r})" if destination.category else "")
                + f", but it lies in {expected}",
                client=connection.name,
                hint="take the category of that folder, move the content, or switch"
                " auto_torrent_management off",
            )
    elif pure(destination.save_path.path) != expected:
        wanted = pure(destination.save_path.path) / destination.name
        if await browse.sees(connection, str(wanted), destination.kind) is False:
            raise SavePathMismatchError(
                f"{connection.title} does not see {destination.name!r} in the save path"
                f" {destination.save_path.path} ({destination.save_path.explain()})",
                client=connection.name,
                hint=f"the content lies in {expected}: leave the save path out, or correct it",
            )
    return (f"category {destination.category!r} is new to {connection.title}",) if is_new else ()


async def add_and_prove(
    connection: Connection,
    destination: Destination,
    data: bytes,
    infohash: str,
    *,
    patience: float = PROOF_PATIENCE,
) -> Seeding:
    """The proof that the torrent in ``data`` seeds, within ``patience`` seconds beside any checking.

    ``infohash`` is how the client knows the torrent. Raises
    :class:`~seedwright.errors.AddingError` and its kin. Already there and seeding is a
    success that says so; already there and not seeding is an error, and nothing of it is touched.
    """
    addition = _Addition(connection, destination, data, infohash, patience)
    already_there = await _info(connection, infohash) is not None
    addition.ours = not already_there
    try:
        while True:
            row = await addition.proof()
            answers = await _tracker_answers(connection, str(row["hash"]))
            # A server that is killed right after the proof may come back without the torrent.
            if answers is not None:
                return _seeding(row, answers, already_there=already_there)
    except BaseException:
        await addition.take_back()
        raise


async def proof_at_hand(connection: Connection, infohash: str) -> Seeding | None:
    """The proof that a torrent seeds by now, from one look; None when it does not, or not yet.

    What its trackers say is not asked for.
    """
    row = await _info(connection, infohash)
    return _seeding(row, (), already_there=True) if row and _is_proof(row) else None


async def remove(connection: Connection, infohash: str) -> None:
    """The torrent is not on the client any more; its data stays."""
    await connection.call(
        lambda client: client.torrents_delete(delete_files=False, torrent_hashes=infohash),
        repeatable=False,
    )


class _Addition:
    """One torrent on its way to proof; ``ours`` when it is for us to add, and so to take back."""

    def __init__(
        self,
        connection: Connection,
        destination: Destination,
        data: bytes,
        infohash: str,
        patience: float,
    ) -> None:
        self.ours = False
        self._connection = connection
        self._destination = destination
        self._data = data
        self._infohash = infohash
        self._patience = patience
        self._additions = 0

    async def proof(self) -> dict[str, Any]:
        """The client's row for the torrent once it is complete and in a seeding state."""
        deadline = time.monotonic() + self._patience
        for pause in growing_pauses(first=0.02, most=1.0):
            row = await _info(self._connection, self._infohash)
            if row is None:
                await self._add_or_give_up()
            elif _is_proof(row):
                return row
            elif row["state"] in BROKEN_STATES:
                raise self._missing(row["state"])
            elif row["state"] in CHECKING_STATES:
                deadline = time.monotonic() + self._patience
            elif time.monotonic() > deadline or (row["state"] in STOPPED_STATES and not self.ours):
                raise self._not_seeding(
                    f"is in state {row['state']!r} with {float(row['progress']):.1%} complete"
                )
            await asyncio.sleep(pause)
        raise AssertionError("the pauses do not end")

    async def take_back(self) -> None:
        """Remove what was added, never its data."""
        if self.ours and self._additions:
            await see_through(asyncio.ensure_future(self._removal()), within=_CLEAN_UP)

    async def _removal(self) -> None:
        # A client says yes to a torrent a little before it has it, and then has none to remove.
        deadline = time.monotonic() + _APPEARS_WITHIN
        for pause in growing_pauses(first=0.02, most=0.1):
            listed = await _info(self._connection, self._infohash) is not None
            if listed or time.monotonic() > deadline:
                break
            await asyncio.sleep(pause)
        await remove(self._connection, self._infohash)

    async def _add_or_give_up(self) -> None:
        # More than once: a server killed before it had saved the torrent comes back without it.
        if not self.ours or self._additions == MAX_ADDITIONS:
            raise self._not_seeding("is not in the client's list")
        self._additions += 1
        try:
            answer = await undoable(self._add(), within=_CLEAN_UP)
        except ClientConnectionError:
            # It may have arrived all the same: the next look tells.
            return
        except _REFUSALS as error:
            answer = str(error)
        if not answer:
            return
        if await _info(self._connection, self._infohash) is None:
            raise self._rejected(answer)
        # Somebody else was quicker, and so it is not ours to take back.
        self.ours = False

    async def _add(self) -> str:
        """Hand over the bytes; "" when they were taken, else what the client said.

        Raises ``qbittorrentapi.Conflict409Error`` (none was added, from 5.2 on) and
        ``UnsupportedMediaType415Error`` (not a torrent).
        """
        there = self._destination
        options: dict[str, Any] = {
            "torrent_files": {f"{self._infohash}.torrent": self._data},
            "category": there.category or None,
            "tags": list(there.tags) or None,
            "use_auto_torrent_management": there.auto_management,
            "save_path": None if there.auto_management else there.save_path.path,
            # The client's own preferences for new torrents must not decide any of these.
            "use_download_path": False,
            "is_stopped": False,
            "stop_condition": "None",
            "content_layout": "Original",
            "is_skip_checking": there.seed_mode,
        }
        answer = await self._connection.call(
            lambda client: client.torrents_add(**options), passing=_REFUSALS, repeatable=False
        )
        return answer if answer == "Fails." else ""

    def _rejected(self, said: str) -> TorrentRejectedError:
        return TorrentRejectedError(
            f"{self._connection.title} did not take the torrent of {self._destination.name!r}:"
            f" {said.strip().rstrip('.')}",
            client=self._connection.name,
            hint="look into qBittorrent's log for more",
        )

    def _missing(self, state: str) -> MissingFilesError:
        place = self._destination.save_path
        return MissingFilesError(
            f"{self._connection.title} says {state!r} of {self._destination.name!r}: it does not find"
            f" the files in {place.path} ({place.explain()}){self._aftermath()}",
            client=self._connection.name,
            hint="check that the files have not moved and that qBittorrent may read them;"
            " `seedwright doctor` tests every path mapping",
        )

    def _not_seeding(self, what: str) -> NotSeedingError:
        return NotSeedingError(
            f"{self._destination.name!r} does not seed on {self._connection.title}: it {what}"
            f"{self._aftermath()}",
            client=self._connection.name,
            hint="look at the torrent, or at the log, in qBittorrent",
        )

    def _aftermath(self) -> str:
        return "; what was added has been removed again" if self.ours else "; it was there before"


async def _info(connection: Connection, infohash: str) -> dict[str, Any] | None:
    rows: Any = await connection.call(lambda client: client.torrents_info(torrent_hashes=infohash))
    return dict(rows[0]) if rows else None


def _is_proof(row: dict[str, Any]) -> bool:
    return row["state"] in SEEDING_STATES and row["progress"] == 1


def _seeding(
    row: dict[str, Any], answers: tuple[TrackerAnswer, ...], *, already_there: bool
) -> Seeding:
    return Seeding(
        infohash=str(row["hash"]),
        state=str(row["state"]),
        save_path=str(row["save_path"]),
        category=str(row["category"]),
        tags=tuple(tag.strip() for tag in str(row["tags"]).split(",") if tag.strip()),
        trackers=answers,
        already_there=already_there,
    )


async def _tracker_answers(
    connection: Connection, infohash: str
) -> tuple[TrackerAnswer, ...] | None:
    """What the trackers say, waiting a little for those that have not answered.

    None when the client does not have the torrent any more.
    """
    deadline = time.monotonic() + TRACKER_PATIENCE
    for pause in growing_pauses(first=0.05, most=0.5):
        rows = await connection.call(lambda client: _trackers_of(client, infohash))
        if rows is None:
            return None
        answers = tuple(
            TrackerAnswer(
                url=row["url"],
                tier=row["tier"],
                status=_TRACKER_STATES.get(row["status"], str(row["status"])),
                message=row.get("msg", ""),
            )
            for row in rows
            # DHT, PeX and LSD stand in the list as "** [DHT] **" and have no tier.
            if not str(row["url"]).startswith("** [")
        )
        said = {answer.status for answer in answers}
        # Once one works the client does not ask the others, so those never decide.
        if "working" in said or not said & _UNDECIDED or time.monotonic() + pause > deadline:
            return answers
        await asyncio.sleep(pause)
    raise AssertionError("the pauses do not end")


def _trackers_of(client: qbittorrentapi.Client, infohash: str) -> Any:
    try:
        return client.torrents_trackers(infohash)
    except qbittorrentapi.NotFound404Error:
        return None
