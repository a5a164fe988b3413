"""What must outlive a crash of one torrent on its way: plain data, JSON both ways."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """What was begun on a client, and is not reported yet.

    ``client`` is its name in the settings. ``task`` is the id of a Torrent Creator task, "" where
    there is none; while one is being submitted, ``before`` has the ids of all that existed.
    ``asked`` is the fingerprint of the torrent and its content. ``staged`` is the path of the
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
            raise ValueError("this is not a ticket")
        if not all(isinstance(each, str) for each in row["before"]):
            raise ValueError("the ids of tasks are texts")
        return cls(**{**row, "before": tuple(row["before"])})


_KINDS = {name: type(value) for name, value in json.loads(Ticket("").to_json()).items()}
