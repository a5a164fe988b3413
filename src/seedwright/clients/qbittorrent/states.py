"""What the states of torrents mean, as ``torrents/info`` names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDING_STATES = frozenset({"uploading", "stalledUP", "forcedUP", "queuedUP"})
CHECKING_STATES = frozenset({"checkingResumeData", "checkingUP", "checkingDL", "moving", ""})
BROKEN_STATES = frozenset({"missingFiles", "error"})
STOPPED_STATES = frozenset({"stoppedUP", "pausedUP", "stoppedDL", "pausedDL"})


def is_seeding(row: Mapping[str, Any]) -> bool:
    """Whether the torrent of this row is complete, and in a state of seeding."""
    return row["state"] in SEEDING_STATES and row["progress"] == 1


def is_broken(row: Mapping[str, Any]) -> bool:
    """Whether the client has lost the files of this row's torrent."""
    return row["state"] in BROKEN_STATES
