"""The Torrent Creator's tasks, one function for each endpoint.

``torrentcreator/status``, ``torrentFile`` and ``deleteTask`` answer 404 for a task they do not
know: tasks live in qBittorrent's memory, a restart loses them all, and a full list drops the
oldest finished ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import qbittorrentapi

from seedwright.clients.qbittorrent.refusals import SEE_LOG
from seedwright.errors import TaskFailedError, TaskLostError, TaskUnfinishedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seedwright.clients.qbittorrent.connection import Connection

T = TypeVar("T")

_TASK_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class CreatorTask:
    """One task as ``torrentcreator/status`` reports it.

    ``status`` is Queued, Running, Finished or Failed; ``progress`` is 0 to 100 and known while
    Running; ``piece_length`` (bytes) is the real one once Finished.
    """

    id: str
    source_path: str
    status: str
    progress: float | None = None
    error_message: str = ""
    piece_length: int = 0
    format: str = ""
    private: bool = False
    comment: str = ""
    source: str = ""
    trackers: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("Finished", "Failed")

    @classmethod
    def from_status(cls, row: Mapping[str, Any]) -> CreatorTask:
        """Read one row of the answer."""
        return cls(
            id=row["taskID"],
            source_path=row["sourcePath"],
            status=row["status"],
            progress=row.get("progress"),
            error_message=row.get("errorMessage", ""),
            piece_length=row.get("pieceSize", 0),
            format=row.get("format", ""),
            private=row.get("private", False),
            comment=row.get("comment", ""),
            source=row.get("source", ""),
            trackers=tuple(url for url in row.get("trackers", ()) if url),
        )


def no_such_task(connection: Connection, task_id: str) -> TaskLostError:
    """The client does not know the task."""
    return connection.failure(
        TaskLostError,
        f"{connection.title} has no Torrent Creator task {task_id}",
        "`seedwright tasks list` lists its tasks; qBittorrent loses them all when it restarts",
    )


async def add_task(connection: Connection, arguments: Mapping[str, Any]) -> str:
    """The new task's id.

    Raises ``qbittorrentapi.Conflict409Error`` when the queue is full. A broken connection is not
    tried again: the task may be there.
    """
    answer = await connection.call(
        lambda client: client.torrentcreator_add_task(**arguments),
        passing=(qbittorrentapi.Conflict409Error,),
        repeatable=False,
    )
    return str(answer["taskID"])


async def list_tasks(connection: Connection) -> list[CreatorTask]:
    """Every task the client has, other people's included."""
    rows: Any = await connection.call(lambda client: client.torrentcreator_status())
    return [CreatorTask.from_status(row) for row in rows]


def checked_id(task_id: str) -> str:
    """The id itself, when it can be one; UsageError else, and for none at all.

    qBittorrent takes an empty id for every task.
    """
    if not _TASK_ID.fullmatch(str(task_id)):
        raise UsageError(
            f"{task_id!r} is not the id of a Torrent Creator task",
            hint="`seedwright tasks list` lists the tasks with their ids",
        )
    return task_id


async def _call(
    connection: Connection,
    task_id: str,
    operation: Callable[[qbittorrentapi.Client, str], T],
    *passing: type[Exception],
) -> T:
    """What the operation on a task gives. Raises TaskLostError and UsageError."""
    checked_id(task_id)
    try:
        return await connection.call(
            lambda client: operation(client, task_id),
            passing=(qbittorrentapi.NotFound404Error, *passing),
        )
    except qbittorrentapi.NotFound404Error as error:
        raise no_such_task(connection, task_id) from error


async def task_status(connection: Connection, task_id: str) -> CreatorTask:
    """One task, however far it is.

    Raises TaskLostError when the client does not know it and UsageError for what cannot be an id.
    """
    rows: Any = await _call(connection, task_id, qbittorrentapi.Client.torrentcreator_status)
    return CreatorTask.from_status(rows[0])


async def torrent_file(connection: Connection, task_id: str) -> bytes:
    """The finished task's ``.torrent``.

    Raises TaskLostError when the client does not know the task, TaskUnfinishedError while it is
    queued or running, TaskFailedError with the task's own error when it failed, or when its file is
    gone; and UsageError for what cannot be an id.
    """
    conflict = qbittorrentapi.Conflict409Error
    fetch = qbittorrentapi.Client.torrentcreator_torrent_file
    try:
        return await _call(connection, task_id, fetch, conflict)
    except conflict as error:
        task, said = await task_status(connection, task_id), str(error)
    if task.status == "Finished":
        # Just now, or its file is gone.
        try:
            return await _call(connection, task_id, fetch, conflict)
        except conflict as error:
            said = str(error)
    raise _not_handed_out(connection, task, said)


def _not_handed_out(
    connection: Connection, task: CreatorTask, said: str
) -> TaskUnfinishedError | TaskFailedError:
    if not task.is_over:
        state = "queued" if task.progress is None else f"running, {task.progress:.0f} % done"
        return connection.failure(
            TaskUnfinishedError,
            f"task {task.id} on {connection.title} is not finished: it is {state}",
            "fetch it when `seedwright tasks show` reports it as Finished",
        )
    if task.status == "Failed":
        return connection.failure(
            TaskFailedError,
            f"task {task.id} on {connection.title} failed: {task.error_message.rstrip('.')}",
            SEE_LOG,
        )
    return connection.failure(
        TaskFailedError,
        f"{connection.title} does not hand out the torrent of task {task.id}: {said.rstrip('.')}",
        "qBittorrent has deleted the file that it made; make the torrent again",
    )


async def delete_task(connection: Connection, task_id: str, *, within: float | None = None) -> bool:
    """Whether there was such a task, which is deleted now; a running one is stopped.

    A broken connection is tried again for ``within`` seconds, or else as any other call is. Raises
    UsageError for what cannot be an id.
    """
    checked_id(task_id)
    is_unanswered = False

    def delete(client: qbittorrentapi.Client) -> None:
        nonlocal is_unanswered
        try:
            client.torrentcreator_delete_task(task_id)
        except qbittorrentapi.HTTP4XXError:
            raise
        except Exception:
            is_unanswered = True
            raise

    try:
        await connection.call(delete, passing=(qbittorrentapi.NotFound404Error,), within=within)
    except qbittorrentapi.NotFound404Error:
        # An earlier request, whose answer got lost, may have deleted it.
        return is_unanswered
    return True
