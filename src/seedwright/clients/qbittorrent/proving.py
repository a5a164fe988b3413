"""Adding a torrent to a client, and the proof that it seeds.

The story: what grade of proof is needed is decided, the client is asked for bytes where its word
is not enough, the torrent is added, and proof is what the client then says of the infohash:
complete, in a seeding state, and in everything as requested. Nothing that may be incomplete is ever
added running. What was added and cannot be proven is removed again, never its data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seedwright.clients.destination import Destination, Origin, Proof
from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent import probe
from seedwright.clients.qbittorrent.adding import WAS_THERE, Addition, Parcel, info
from seedwright.clients.qbittorrent.beforehand import (
    FileThere,
    check_harmless,
    check_names,
    check_sizes,
)
from seedwright.clients.qbittorrent.grades import required, surest
from seedwright.clients.qbittorrent.pauses import Looks
from seedwright.clients.qbittorrent.peer.hindrances import PeerError
from seedwright.clients.qbittorrent.rechecking import check_all
from seedwright.clients.qbittorrent.share_limits import LIFTED, share_limits_of, verdict_on
from seedwright.clients.qbittorrent.states import (
    CHECKING_STATES,
    STOPPED_STATES,
    is_broken,
    is_seeding,
)
from seedwright.clients.qbittorrent.tracker_answers import tracker_answers
from seedwright.clients.seeding import Seeding, TrackerAnswer
from seedwright.errors import AddedOtherwiseError, NotSeedingError
from seedwright.hashes.listing import listing
from seedwright.log import Log
from seedwright.metainfo.pieces import format_size
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedwright.clients.qbittorrent.connection import Connection
    from seedwright.clients.qbittorrent.grades import Graded
    from seedwright.metainfo.parse import Metainfo

log = Log(__name__)

PROOF_PATIENCE = 60.0


@dataclass(frozen=True)
class _Evidence:
    """What a proof rests on, and warnings about it."""

    proof: Proof
    words: str
    notes: tuple[str, ...] = ()


async def add_and_prove(
    connection: Connection,
    destination: Destination,
    torrent: Metainfo,
    origin: Origin,
    *,
    on_add: Callable[[], None] | None = None,
    on_added: Callable[[], None] | None = None,
    on_check: Callable[[float], None] | None = None,
) -> Seeding:
    """The proof that the torrent seeds, within a minute, checking not counted.

    ``origin`` is where its hashes come from; ``on_add`` is called before it is added and
    ``on_added`` once the client has accepted it; ``on_check`` hears how far a check by the client
    is, from 0 to 1. Already there and seeding is a success that says so; already there and not
    seeding is an error, and nothing of it is touched. Of several calls for one infohash one goes
    ahead at a time, so none takes back what another has proven.

    Raises AddingError and its kin.
    """
    async with connection.alone_with(torrent.client_hash):
        story = _Story(connection, destination, torrent, origin, on_check)
        is_there = await info(connection, torrent.client_hash) is not None
        return await (story.what_was_there() if is_there else story.added(on_add, on_added))


async def proof_at_hand(
    connection: Connection, destination: Destination, torrent: Metainfo
) -> Seeding | None:
    """The proof that a torrent seeds by now; None when it does not, or not yet.

    It was not hashed in this run, so the client's word is never enough. Its trackers are not asked.
    Raises AddingError and its kin.
    """
    row = await info(connection, torrent.client_hash)
    if row is None or not is_seeding(row):
        return None
    story = _Story(connection, destination, torrent, Origin.BEFORE)
    evidence = await story.evidence_of_what_is_there(row)
    return _seeding(row, (), evidence, already_there=True)


@dataclass(frozen=True)
class _Story:
    """How one torrent comes to seed."""

    _connection: Connection
    _destination: Destination
    _torrent: Metainfo
    _origin: Origin
    _on_check: Callable[[float], None] | None = None

    async def added(
        self, on_add: Callable[[], None] | None, on_added: Callable[[], None] | None
    ) -> Seeding:
        """Add it, and prove that it seeds."""
        destination, torrent = self._destination, self._torrent
        lifted = (await verdict_on(self._connection, destination)).are_lifted
        await check_names(self._connection, _paths_of(torrent))
        graded = await required(self._connection, destination, self._origin)
        evidence = await self._evidence(graded, str(destination.folder))
        stopped = evidence.proof is Proof.RECHECKED
        # Under automatic management, files that turn out incomplete would be moved to the folder
        # of incomplete ones: that is left for when all of it was checked.
        managed = destination.auto_management and not stopped
        options: dict[str, Any] = {
            "category": destination.category or None,
            "tags": list(destination.tags) or None,
            "use_auto_torrent_management": managed,
            "save_path": None if managed else str(destination.folder),
            "is_stopped": stopped,
            "is_skip_checking": not stopped,
            **(LIFTED if lifted else {}),
        }
        parcel = Parcel(printable(torrent.name), torrent.client_hash, torrent.data, options)
        addition = Addition(self._connection, parcel, on_added=on_added)
        if on_add is not None:
            on_add()
        try:
            while True:
                row = await self._row_of(addition, checked=stopped)
                wrong = [
                    *_otherwise(row, destination, torrent, ours=addition.ours),
                    *(_limited(row) if lifted and addition.ours else ()),
                ]
                if wrong:
                    raise self._added_otherwise(wrong, addition.aftermath)
                answers = await tracker_answers(self._connection, torrent.client_hash)
                # A server that is killed right after the proof may come back without the torrent.
                if answers is not None:
                    return _seeding(row, answers, evidence, already_there=not addition.ours)
        except BaseException:
            await addition.take_back()
            raise

    async def what_was_there(self) -> Seeding:
        """Prove that a torrent seeds which the client had before, and which stays as it is."""
        parcel = Parcel(printable(self._torrent.name), self._torrent.client_hash, b"")
        row = await self._seeding_row(Addition(self._connection, parcel, ours=False))
        evidence = await self.evidence_of_what_is_there(row)
        answers = await tracker_answers(self._connection, self._torrent.client_hash)
        return _seeding(row, answers or (), evidence, already_there=True)

    async def evidence_of_what_is_there(self, row: dict[str, Any]) -> _Evidence:
        """What its seeding rests on, by ``row``, which says that it seeds."""
        wrong = list(_otherwise(row, self._destination, self._torrent, ours=False))
        if wrong:
            raise self._added_otherwise(wrong, WAS_THERE)
        graded = await required(self._connection, self._destination, self._origin)
        folder = str(row["save_path"])
        evidence = await self._evidence(graded, folder, was_there=True)
        if evidence.proof is Proof.RECHECKED:
            await probe.rechecked(self._connection, self._torrent, folder, self._on_check)
        limits = await share_limits_of(self._connection, str(row["category"]))
        if not limits.removes_files or not list(_limited(row)):
            return evidence
        words = limits.in_words(self._connection.title)
        note = f"{words}, and they apply to this torrent, because it was there before"
        return replace(evidence, notes=(*evidence.notes, note))

    async def _evidence(self, graded: Graded, folder: str, *, was_there: bool = False) -> _Evidence:
        """What the client's word rests on: a sample that has been taken, or a check that is due.

        A torrent that ``was_there`` before can only be checked by a stand-in, too.
        """
        connection, torrent = self._connection, self._torrent
        who, which = connection.title, torrent.client_hash
        log.info("%s: %s for %s: %s", who, graded.proof, which, graded.why)
        sure = await surest(connection, self._destination, self._origin)
        if sure.proof is not Proof.LISTED:
            await check_sizes(connection, self._destination, _files_of(torrent, self._destination))
        if graded.proof is Proof.LISTED:
            doubt = f"only qBittorrent's word was requested, and {sure.why}"
            notes = () if sure.proof is Proof.LISTED else (doubt,)
            return _Evidence(Proof.LISTED, f"qBittorrent's word: {graded.why}", notes)
        await check_harmless(connection, graded.why)
        notes = ()
        if graded.proof is Proof.SAMPLED:
            try:
                taken = await probe.sampled(
                    connection, self._destination, torrent, folder, leaving_traces=was_there
                )
            except PeerError as error:
                log.info("%s: no sample of %s: %s", who, which, error)
                notes = (f"qBittorrent checked all of it, because it sent no sample: {error}",)
            else:
                size = f"{format_size(taken.size)}{', encrypted' if taken.encrypted else ''}"
                words = f"qBittorrent sent {taken.pieces} of {taken.of} pieces correctly ({size})"
                return _Evidence(Proof.SAMPLED, words)
        return _Evidence(Proof.RECHECKED, "qBittorrent has read and hashed all of it", notes)

    async def _row_of(self, addition: Addition, *, checked: bool) -> dict[str, Any]:
        """The client's row once it is complete and in a seeding state."""
        if checked:
            folder, infohash = str(self._destination.folder), self._torrent.client_hash
            await check_all(self._connection, addition, folder, self._on_check)
            if self._destination.auto_management:
                await self._connection.call(
                    lambda client: client.torrents_set_auto_management(
                        enable=True, torrent_hashes=infohash
                    )
                )
            await self._start()
        return await self._seeding_row(addition, starting=checked)

    async def _start(self) -> None:
        infohash = self._torrent.client_hash
        await self._connection.call(lambda client: client.torrents_start(torrent_hashes=infohash))

    async def _seeding_row(self, addition: Addition, *, starting: bool = False) -> dict[str, Any]:
        looks = Looks(PROOF_PATIENCE, first=0.02, most=1.0)
        while True:
            row = await addition.row()
            if row is None and starting:
                # It was checked to be added, and is gone: whatever comes now has not been checked.
                raise self._not_seeding("the torrent is no longer in its list", addition)
            if row is None:
                await addition.add_or_give_up()
            elif is_seeding(row):
                return row
            elif is_broken(row):
                place = self._destination.save_path
                raise addition.missing_files(row["state"], f"{place.path} ({place.explain()})")
            elif row["state"] in CHECKING_STATES:
                looks.start_over()
            elif starting and row["state"] in STOPPED_STATES and row["progress"] == 1:
                # All of it was checked; a server that is killed comes back with it stopped.
                await self._start()
                starting = not looks.are_over
            elif looks.are_over or (row["state"] in STOPPED_STATES and not addition.ours):
                complete = f"{float(row['progress']):.1%} complete"
                raise self._not_seeding(f"its state is {row['state']!r}, {complete}", addition)
            await looks.pause()

    def _not_seeding(self, why: str, addition: Addition) -> NotSeedingError:
        return addition.failure(
            NotSeedingError,
            f"{self._connection.title} does not seed {self._destination.name!r}: {why}",
            "look at the torrent, or at the log, in qBittorrent"
            if addition.ours
            else "start it in qBittorrent, or remove it there (never its files) and run this again",
        )

    def _added_otherwise(self, wrong: list[str], aftermath: str) -> AddedOtherwiseError:
        return self._connection.failure(
            AddedOtherwiseError,
            f"{self._connection.title} has '{printable(self._torrent.name)}', but not as requested:"
            f" {'; '.join(wrong)}{aftermath}",
            "change it in qBittorrent, or request what is there",
        )


def _otherwise(
    row: dict[str, Any], destination: Destination, torrent: Metainfo, *, ours: bool
) -> Iterator[str]:
    """What in the client's row is not as requested, a phrase each.

    Of a torrent that somebody else has added, what was not requested may be as it is.
    """
    for key, expected in (
        ("hash", torrent.client_hash),
        ("infohash_v1", torrent.infohash_v1),
        ("infohash_v2", torrent.infohash_v2),
    ):
        # Before 4.4 there is only one hash, and a format that has none shows "".
        if expected and row.get(key, expected) not in (expected, ""):
            yield f"its {key} is {row[key]} instead of {expected}"
    there, asked = str(row["category"]), destination.category
    if there != asked and (ours or asked):
        yield f"its category is {there!r} instead of {asked!r}"
    tags = set(_tags_in(row))
    missing = set(destination.tags) - tags
    if missing or (ours and tags != set(destination.tags)):
        yield f"its tags are {sorted(tags)} instead of {sorted(destination.tags)}"
    if pure(str(row["save_path"])) != destination.folder:
        yield f"its save path is {row['save_path']} instead of {destination.folder}"
    managed = bool(row.get("auto_tmm", destination.auto_management))
    if managed != destination.auto_management and (ours or destination.auto_management):
        yield f"automatic management is {'on' if managed else 'off'}"
    if ours and row["name"] != torrent.name:
        yield f"its name is '{printable(str(row['name']))}' instead of '{printable(torrent.name)}'"


def _limited(row: dict[str, Any]) -> Iterator[str]:
    """The share limits of a torrent that is to have none."""
    for key, none in LIFTED.items():
        if float(row.get(key, none)) != none:
            yield f"its {key.replace('_', ' ')} is {row[key]}"


def _paths_of(torrent: Metainfo) -> Iterator[str]:
    for file in listing(torrent).files:
        if not file.is_pad:
            yield "/".join((torrent.name, *file.parts))


def _files_of(torrent: Metainfo, destination: Destination) -> list[FileThere]:
    here = {file.parts: file.path for file in destination.files}
    return [
        FileThere((torrent.name, *file.parts), file.length, here.get(file.parts, ""))
        for file in listing(torrent).files
        if not file.is_pad and file.target is None
    ]


def _tags_in(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in str(row["tags"]).split(",") if tag.strip())


def _seeding(
    row: dict[str, Any],
    answers: tuple[TrackerAnswer, ...],
    evidence: _Evidence,
    *,
    already_there: bool,
) -> Seeding:
    return Seeding(
        infohash=str(row["hash"]),
        state=str(row["state"]),
        save_path=str(row["save_path"]),
        category=str(row["category"]),
        tags=_tags_in(row),
        trackers=answers,
        already_there=already_there,
        proof=evidence.proof.value,
        evidence=evidence.words,
        notes=evidence.notes,
    )
