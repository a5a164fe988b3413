"""One hasher at a time on this machine: two would share every core, and keep a disk seeking."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from seedwright.engines.base import Progress
from seedwright.log import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from seedwright.engines.base import OnProgress

log = Log(__name__)

SMALL = 256 << 20
"""Bytes that are hashed in no time, and wait for nobody."""

_PAUSE = 0.2


class Turn:
    """The right to hash, which processes of one user take in turns by holding ``file``.

    None, and a file that cannot be made, keep nobody waiting.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    @contextlib.contextmanager
    def taken(
        self, size: int, on_progress: OnProgress | None, cancelled: Callable[[], bool]
    ) -> Iterator[None]:
        """A context in which so many bytes may be hashed, entered once no other process hashes.

        Raises ``_core.Cancelled``.
        """
        if self._file is None or size <= SMALL:
            yield
            return
        from seedwright.file_lock import let_go

        held = self._held(self._file, on_progress, cancelled)
        try:
            yield
        finally:
            if held is not None:
                let_go(self._file, held)

    def _held(
        self, file: Path, on_progress: OnProgress | None, cancelled: Callable[[], bool]
    ) -> int | None:
        import seedwright._core as core
        from seedwright.file_lock import hold

        is_first = True
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            while (held := hold(file)) is None:
                if cancelled():
                    raise core.Cancelled
                if is_first:
                    log.info("waiting for another process that hashes on this machine")
                    if on_progress is not None:
                        on_progress(Progress("waiting"))
                is_first = False
                time.sleep(_PAUSE)
        except OSError as error:
            log.info("hashing without taking turns: %s", error)
            return None
        return held


AT_ONCE = Turn()
"""No turn to wait for."""
