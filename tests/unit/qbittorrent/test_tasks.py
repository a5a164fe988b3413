from __future__ import annotations

import pytest

from seedwright import Settings, TorrentManager
from seedwright.clients.qbittorrent.tasks import CreatorTask, checked_id
from seedwright.errors import ExitCode, UsageError

PASSKEY = "0123456789abcdef0123456789abcdef"


def test_a_row_is_read_in_full() -> None:
    row = {
        "taskID": "an-id",
        "sourcePath": "/data/book",
        "status": "Running",
        "progress": 42,
        "errorMessage": "",
        "pieceSize": 16384,
        "format": "hybrid",
        "private": True,
        "comment": "a comment",
        "source": "a source",
        "trackers": ["http://a.example", "", "http://b.example"],
        "timeAdded": "Thu Jan 1 00:00:00 1970",
    }
    assert CreatorTask.from_status(row) == CreatorTask(
        id="an-id",
        source_path="/data/book",
        status="Running",
        progress=42,
        piece_length=16384,
        format="hybrid",
        private=True,
        comment="a comment",
        source="a source",
        trackers=("http://a.example", "http://b.example"),
    )


def test_what_a_server_leaves_out_of_a_row_is_not_known() -> None:
    task = CreatorTask.from_status({"taskID": "i", "sourcePath": "/x", "status": "Queued"})
    assert task == CreatorTask("i", "/x", "Queued")
    assert task.progress is None


@pytest.mark.parametrize(
    ("status", "is_over"),
    [("Queued", False), ("Running", False), ("Finished", True), ("Failed", True)],
)
def test_a_task_is_over_when_nothing_more_will_happen(status: str, is_over: bool) -> None:
    assert CreatorTask("i", "/x", status).is_over is is_over


def test_a_task_is_never_shown_with_its_passkeys() -> None:
    shown = repr(CreatorTask("i", "/x", "Queued", trackers=(f"https://t.example/{PASSKEY}",)))
    assert "/x" in shown
    assert PASSKEY not in shown


@pytest.mark.parametrize("task_id", ["", " ", "a b", "a/b", "../x", "a\n", "x" * 65, "{a}", "é"])
async def test_what_cannot_be_the_id_of_a_task_is_refused_before_anything_is_sent(
    task_id: str,
) -> None:
    async with TorrentManager(Settings()) as manager:
        for call in (
            manager.get_torrent_creation_status(task_id),
            manager.get_torrent_file_bytes(task_id),
            manager.cancel_task(task_id),
        ):
            with pytest.raises(UsageError, match="is not the id of") as caught:
                await call
            assert caught.value.exit_code == ExitCode.USAGE
            assert "\n" not in caught.value.message


def test_an_id_as_qbittorrent_makes_them_is_taken() -> None:
    assert checked_id("70e90031-615f-4ed9-9c18-852e11d14d0e")
