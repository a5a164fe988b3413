"""Calling the core: progress, time limits, and what cannot be read."""

from __future__ import annotations

import contextlib
import errno
import time
from typing import TYPE_CHECKING

from seedwright.engines.base import Progress
from seedwright.errors import ContentError, HashingTimedOutError
from seedwright.hashes.streams import streams_for
from seedwright.hints import Hint
from seedwright.metainfo.torrent_spec import Format
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seedwright import _core
    from seedwright.content.walk import Content
    from seedwright.engines.base import OnProgress
    from seedwright.hashes.streams import Want


def never() -> bool:
    """Nobody cancels."""
    return False


def hash_rows(
    rows: _core.Entries,
    piece_length: int,
    format_: Format,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
    may_be_longer: bool = False,
) -> _core.Hashes:
    """The hashes of a layout, in whatever threads the core starts.

    ``may_be_longer`` takes files with more bytes than the layout says, and leaves these alone.
    Raises :class:`~seedwright.errors.ContentError` for what cannot be read, and
    ``_core.Cancelled``.
    """
    import seedwright._core as core

    with _readable():
        return core.hash_files(
            rows,
            piece_length,
            v1=format_ is not Format.V2,
            v2=format_ is not Format.V1,
            may_be_longer=may_be_longer,
            on_progress=_told(on_progress, rows.size),
            cancelled=cancelled,
        )


def hash_content(
    content: Content,
    wants: Collection[Want],
    *,
    on_progress: OnProgress | None,
    cancelled: Callable[[], bool],
) -> dict[Want, _core.Hashes]:
    """The hashes of the content for all that is wanted, from as few reads as can be.

    Raises as :func:`hash_rows` does.
    """
    import seedwright._core as core

    streams = streams_for(content.files, wants)
    with _readable():
        hashes = core.hash_streams(
            streams.files,
            streams.streams,
            on_progress=_told(on_progress, content.size),
            cancelled=cancelled,
        )
    return streams.sorted_out(hashes)


@contextlib.contextmanager
def within(
    time_limit: float | None, content: Content, cancelled: Callable[[], bool]
) -> Iterator[Callable[[], bool]]:
    """A context for so many seconds, with what is asked in it whether to end early.

    Raises :class:`~seedwright.errors.HashingTimedOutError` for ``_core.Cancelled`` when time is up.
    """
    import seedwright._core as core

    deadline = None if time_limit is None else time.monotonic() + time_limit

    def is_late() -> bool:
        return deadline is not None and time.monotonic() > deadline

    try:
        yield lambda: is_late() or cancelled()
    except core.Cancelled as stop:
        if time_limit is None or cancelled() or not is_late():
            raise
        raise timed_out(content, time_limit) from stop


def timed_out(content: Content, time_limit: float) -> HashingTimedOutError:
    """The failure of a torrent whose content was not hashed within so many seconds."""
    return HashingTimedOutError(
        f"hashing '{printable(str(content.path))}' took longer than {time_limit:g} s",
        hint=Hint("raise {timeout.setting}"),
    )


STILL = "try again when nothing writes to it"
_BY_REASON = {
    "vanished": Hint("put it back, or leave it out with {exclude}"),
    "permission": Hint("let this user read it, or leave it out with {exclude}"),
    "not a file": Hint("put a file in its place, or leave it out with {exclude}"),
    "io": "check the disk or the network mount; the system's log says more",
}
_BY_ERRNO = {
    errno.EMFILE: "raise the limit of open files, as `ulimit -n 4096` does",
    errno.ENFILE: "close other programs: the system has too many files open",
    getattr(errno, "ESTALE", -1): "mount the network share again",
}
"""What to do about a file that cannot be read, by the system's number and else by the reason."""


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """A context in which what the core cannot read is told as ContentError."""
    import seedwright._core as core

    try:
        yield
    except core.ReadError as error:
        hint = _BY_ERRNO.get(error.errno or 0) or _BY_REASON.get(error.reason, STILL)
        raise ContentError(str(error), hint=hint) from error


def _told(on_progress: OnProgress | None, size: int) -> Callable[[int], None]:
    """A listener that turns the bytes that are done into rate and time left."""
    started = time.monotonic()

    def tell(done: int) -> None:
        if on_progress is not None:
            on_progress(_progress(done, size, time.monotonic() - started))

    return tell


def _progress(done: int, size: int, elapsed: float) -> Progress:
    fraction = done / size if size else 1.0
    if not done or not elapsed:
        return Progress("hashing", fraction)
    return Progress("hashing", fraction, done / elapsed, (size - done) * elapsed / done)
