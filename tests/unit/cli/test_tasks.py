from __future__ import annotations

import pytest

from seedwright.cli.tasks import _row, _state
from seedwright.clients.qbittorrent.tasks import CreatorTask

from .builders import MASKED_TRACKER, PASSKEY, TRACKER


@pytest.mark.parametrize(
    ("status", "progress", "words"),
    [
        ("Queued", None, "Queued"),
        ("Running", 0.0, "Running 0 %"),
        ("Running", 41.6, "Running 42 %"),
        ("Finished", None, "Finished"),
    ],
)
def test_a_task_is_told_with_how_far_it_is(status: str, progress: float | None, words: str) -> None:
    assert _state(CreatorTask("i", "/x", status, progress)) == words


def test_a_task_for_programs_has_no_passkey() -> None:
    row = _row(CreatorTask("i", "/x", "Queued", trackers=(TRACKER, "udp://u.example:80")))
    assert row["trackers"] == [MASKED_TRACKER, "udp://u.example:80"]
    assert PASSKEY not in str(row)
