"""What must outlive a crash of one torrent on its way: plain data, JSON both ways."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """What was begun on a client, and not reported yet.

    ``client`` is its name in the settings. ``task`` is the id of a Torrent Creator task, "" where
    there is none; while one is being submitted, ``before`` has the ids of all that were there.
    ``asked`` is the fingerprint of what it was to make, and of what. ``staged`` is the path of the
    ``.torrent`` that waits for its name, and ``added`` the infohash of a torrent that we added,
    ``since`` so many seconds after 1970.
    """

    client: str
    asked: str = ""
    task: str = ""
    before: tuple[str, ...] = ()
    staged: str = ""
    added: str = ""
    since: int = 0

    def to_json(self) -> str:
        """The ticket as text."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Ticket:
        """The ticket that ``to_json`` has written. Raises ValueError for anything else."""
        row = json.loads(text)
        if not isinstance(row, dict) or {name: type(row[name]) for name in row} != _KINDS:
            raise ValueError("a ticket has other fields")
        if not all(isinstance(each, str) for each in row["before"]):
            raise ValueError("tasks are known by texts")
        return cls(**{**row, "before": tuple(row["before"])})


_KINDS = {
    "client": str,
    "asked": str,
    "task": str,
    "before": list,
    "staged": str,
    "added": str,
    "since": int,
}
