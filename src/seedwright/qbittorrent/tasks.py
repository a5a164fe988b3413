"""The Torrent Creator's tasks, one function an endpoint.

``torrentcreator/status``, ``torrentFile`` and ``deleteTask`` answer 404 for a task they do not
know: tasks live in qBittorrent's memory, a restart loses them all, and a full list drops the
oldest finished ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import qbittorrentapi

from seedwright.errors import TaskFailedError, TaskLostError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.qbittorrent.connection import Connection


@dataclass(frozen=True)
class CreatorTask:
    """One task as ``torrentcreator/status`` tells it.

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
    return TaskLostError(
        f"{connection.title} has no Torrent Creator task {task_id}",
        client=connection.name,
        hint="`seedwright tasks list` shows its tasks; a restart of qBittorrent loses them all",
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


async def task_status(connection: Connection, task_id: str) -> CreatorTask:
    """One task. Raises :class:`TaskLostError` when the client does not know it."""
    try:
        rows: Any = await connection.call(
            lambda client: client.torrentcreator_status(task_id),
            passing=(qbittorrentapi.NotFound404Error,),
        )
    except qbittorrentapi.NotFound404Error as error:
        raise no_such_task(connection, task_id) from error
    return CreatorTask.from_status(rows[0])


async def torrent_file(connection: Connection, task_id: str) -> bytes:
    """The finished task's ``.torrent``.

    Raises :class:`TaskLostError` when the client does not know the task and
    :class:`TaskFailedError` when the task is not finished, failed, or its file is gone.
    """
    try:
        return await connection.call(
            lambda client: client.torrentcreator_torrent_file(task_id),
            passing=(qbittorrentapi.NotFound404Error, qbittorrentapi.Conflict409Error),
        )
    except qbittorrentapi.NotFound404Error as error:
        raise no_such_task(connection, task_id) from error
    except qbittorrentapi.Conflict409Error as error:
        raise TaskFailedError(
            f"{connection.title} does not hand out the torrent of task {task_id}:"
            f" {str(error).rstrip('.')}",
            client=connection.name,
            hint="`seedwright tasks show` tells how far the task is",
        ) from error


async def delete_task(connection: Connection, task_id: str, *, repeatable: bool = True) -> bool:
    """Whether the task was there; it is not any more. A running task is stopped."""
    try:
        await connection.call(
            lambda client: client.torrentcreator_delete_task(task_id),
            passing=(qbittorrentapi.NotFound404Error,),
            repeatable=repeatable,
        )
    except qbittorrentapi.NotFound404Error:
        return False
    return True
