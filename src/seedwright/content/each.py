"""The entries of a folder, where each is to be a torrent of its own."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from seedwright.content.looking import content_status, entries
from seedwright.content.policy import OURS
from seedwright.errors import ContentError, EmptyContentError
from seedwright.names import printable

if TYPE_CHECKING:
    from pathlib import Path


def each_in(folder: Path) -> list[str]:
    """The paths of what lies in ``folder``, in natural order, without what walks leave out too.

    Raises ContentNotFoundError; EmptyContentError when nothing is left; and ContentError when it is
    no folder, or cannot be listed.
    """
    shown = printable(str(folder))
    if not stat.S_ISDIR(content_status(folder).st_mode):
        raise ContentError(
            f"'{shown}' is not a folder",
            hint="give it as a PATH to make a torrent of it",
        )
    names = [entry.name for entry in entries(str(folder))]
    kept = sorted((name for name in names if not OURS.leaves_out(name)), key=natural)
    if not kept:
        what = "contains only names that are skipped" if names else "is empty"
        raise EmptyContentError(f"'{shown}' {what}")
    return [os.path.join(folder, name) for name in kept]  # noqa: PTH118 - a name may end with a blank


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """What to sort ``name`` by, so that numbers in it count as such: e2 comes before e10."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(int(part), "") if number % 2 else (0, part) for number, part in enumerate(parts)], name
