"""Whether all tools say the same of one content; a benchmark of wrong hashes would be worth nothing."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.torrents import Hashes, agree, hashes

if TYPE_CHECKING:
    from benchmarks.contenders import Job


class DisagreementError(Exception):
    """Two tools hash the same content differently."""


@dataclass
class Agreement:
    """What the tools said so far, beginning with Seedwright; ``verify`` is its command line."""

    verify: list[str]
    _ours: dict[str, Hashes] = field(default_factory=dict)
    _accepted: dict[tuple[str, str], Hashes] = field(default_factory=dict)

    def check(self, contender: str, job: Job) -> None:
        """Hold the torrent that CONTENDER made against Seedwright's, and against its own before.

        Where the two cannot be compared, the content is verified against it. Raises
        DisagreementError.
        """
        found = hashes(job.output.read_bytes())
        ours = self._ours.setdefault(job.form, found)
        before = self._accepted.get((job.form, contender))
        if before is not None:
            if found != before:
                raise DisagreementError(f"{contender} made two different {job.form} torrents")
            return
        same = agree(ours, found)
        if same is None:
            done = subprocess.run(
                [*self.verify, str(job.output), str(job.content)], capture_output=True, check=False
            )
            same = done.returncode == 0
        if not same:
            raise DisagreementError(
                f"{contender} hashes {job.content.name} as {job.form} to something else"
            )
        self._accepted[job.form, contender] = found
