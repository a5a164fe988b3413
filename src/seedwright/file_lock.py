"""A file that one process at a time holds; it is let go when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

_TRIES = 5


def hold(file: Path) -> int | None:
    """A descriptor that holds the file; None where somebody else does.

    Raises OSError for a file that cannot be made.
    """
    for _ in range(_TRIES):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                return descriptor
        except FileNotFoundError:
            pass  # Whoever had it has just removed it: what we hold has no name any more.
        except OSError:
            os.close(descriptor)
            return None
        os.close(descriptor)
    return None


def let_go(file: Path, descriptor: int) -> None:
    """Remove the file, and let go of it."""
    # In this order, so that nobody holds a file without a name for long.
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
    os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock the file until it is closed, or the process ends. Raises OSError."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
