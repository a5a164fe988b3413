"""Content is the same before and after it is hashed, whoever hashes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.content.changes import changes
from seedwright.engines.filesystem import has_own_inodes
from seedwright.engines.hashing import STILL
from seedwright.errors import ContentError

if TYPE_CHECKING:
    from seedwright.content.walk import Content


def check_unchanged(content: Content, when: str = "during hashing") -> None:
    """Nothing, when the files are as they were found; raises ContentError for what has changed."""
    changed = next(changes(content, has_own_inodes), None)
    if changed is not None:
        raise ContentError(
            f"the content changed {when}: {changed}",
            hint=STILL,
        )
