"""Hashing here, by the embedded engine, with no qBittorrent at all."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, NamedTuple

from seedwright.engines.base import MadeTorrent, Progress
from seedwright.errors import (
    ContentError,
    HashingTimedOutError,
    MetainfoError,
    SeedwrightError,
    outcome,
)
from seedwright.torrent.build import Blueprint, build, torrent_size
from seedwright.torrent.compare import differences
from seedwright.torrent.content import ContentSurvey
from seedwright.torrent.metainfo import Metainfo
from seedwright.torrent.names import printable
from seedwright.torrent.piece_length import choose_piece_length
from seedwright.torrent.spec import Format
from seedwright.torrent.streams import Want, streams_for
from seedwright.torrent.walk import changes, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from seedwright._core import Hashes
    from seedwright.engines.base import OnProgress
    from seedwright.torrent.spec import TorrentSpec
    from seedwright.torrent.walk import Content

NAME = "local"
CREATOR = "Seedwright"

Rows = list[tuple[str, int, int]]
"""What to hash, as :func:`~seedwright.torrent.build.layout` gives it."""


def never() -> bool:
    """Nobody cancels."""
    return False


def walk_of(spec: TorrentSpec) -> Content:
    """The content of a spec as this engine takes it in."""
    choice = None
    if spec.include or spec.exclude:
        from seedwright.torrent.globs import Globs

        choice = Globs(spec.include, spec.exclude)
    return walk(spec.content, include_hidden=not spec.ignore_dotfiles, choice=choice)


def survey_of(content: Content) -> ContentSurvey:
    """What the plan and the report tell of the content."""
    return ContentSurvey(
        path=content.path,
        name=content.name,
        is_dir=content.is_dir,
        files=len(content.files),
        size=content.size,
        skipped=content.left_out,
        respelled=content.respelled,
        only_file="/".join(content.files[0].parts) if len(content.files) == 1 else "",
        walked=content,
    )


def make_torrent(
    spec: TorrentSpec,
    survey: ContentSurvey | None = None,
    *,
    time_limit: float | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> MadeTorrent:
    """The torrent of ``spec``, hashed here.

    The content is the one that ``survey`` was made of, or is walked now. All else is as in
    :func:`make_torrents`.
    """
    content = (survey and survey.walked) or walk_of(spec)
    [made] = make_torrents(
        [spec], content, time_limit=time_limit, on_progress=on_progress, cancelled=cancelled
    )
    if isinstance(made, SeedwrightError):
        raise made
    return made


def make_torrents(
    specs: Sequence[TorrentSpec],
    content: Content,
    *,
    time_limit: float | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[MadeTorrent | SeedwrightError]:
    """For each of ``specs`` its torrent, or why there is none; ``content`` is read once for all.

    ``cancelled`` is asked several times a second; ``time_limit`` is in seconds. Raises
    :class:`~seedwright.errors.ContentError` for what cannot be read or has changed since the walk,
    :class:`~seedwright.errors.HashingTimedOutError`, and ``_core.Cancelled``.
    """
    drawn = [outcome(_drawn, spec, content) for spec in specs]
    wants = {each.want for each in drawn if isinstance(each, _Drawn)}
    if not wants:
        return [each for each in drawn if isinstance(each, SeedwrightError)]
    started = time.monotonic()
    hashes = _hash_in_time(
        content,
        wants,
        time_limit=time_limit,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    spent = time.monotonic() - started
    changed = next(changes(content), None)
    if changed is not None:
        raise ContentError(
            f"the content changed while it was hashed: {changed}",
            hint="try again when nothing writes to it any more",
        )
    return [
        each if isinstance(each, SeedwrightError) else outcome(each.made, hashes[each.want], spent)
        for each in drawn
    ]


class _Drawn(NamedTuple):
    """A torrent that waits for its hashes."""

    spec: TorrentSpec
    blueprint: Blueprint
    want: Want

    def made(self, hashes: Hashes, spent: float) -> MadeTorrent:
        """The torrent with these hashes, which took so many seconds."""
        metainfo = Metainfo.parse(build(self.blueprint, self.want.piece_length, hashes))
        wrong = differences(metainfo, self.spec)
        if wrong:
            raise MetainfoError(f"another torrent was made than asked for: {'; '.join(wrong)}")
        return MadeTorrent(metainfo, hashing=spent)


def _drawn(spec: TorrentSpec, content: Content) -> _Drawn:
    blueprint = blueprint_of(spec, content)
    piece_length = choose_piece_length(
        content.size,
        lambda length: torrent_size(blueprint, length),
        asked=spec.piece_length,
        count=spec.piece_count,
        max_torrent_size=spec.max_torrent_size,
    )
    return _Drawn(spec, blueprint, Want(piece_length, spec.format))


def hash_rows(
    rows: Rows,
    piece_length: int,
    format_: Format,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
    may_be_longer: bool = False,
) -> Hashes:
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
            on_progress=_told(on_progress, sum(length for _, length, _ in rows)),
            cancelled=cancelled,
        )


def _told(on_progress: OnProgress | None, size: int) -> Callable[[int], None]:
    """A listener that turns the bytes that are done into rate and time left."""
    started = time.monotonic()

    def tell(done: int) -> None:
        if on_progress is not None:
            on_progress(_progress(done, size, time.monotonic() - started))

    return tell


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """A context in which what the core cannot read is told as ContentError."""
    import seedwright._core as core

    try:
        yield
    except core.ReadError as error:
        raise ContentError(str(error), hint="try again when nothing writes to it") from error


class LocalEngine:
    """The embedded engine, off the event loop."""

    name = NAME

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """Nothing stands in the way that :meth:`make` would not tell by itself."""
        del spec, survey
        return ()

    async def make(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        *,
        time_limit: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> MadeTorrent:
        """What :func:`make_torrent` gives; stops soon after it is cancelled."""
        from seedwright.qbittorrent.threads import called_back, stoppable

        tell = called_back(on_progress)
        return await stoppable(
            lambda cancelled: make_torrent(
                spec, survey, time_limit=time_limit, on_progress=tell, cancelled=cancelled
            )
        )


def _hash_in_time(
    content: Content,
    wants: Collection[Want],
    *,
    time_limit: float | None,
    on_progress: OnProgress | None,
    cancelled: Callable[[], bool],
) -> dict[Want, Hashes]:
    import seedwright._core as core

    deadline = None if time_limit is None else time.monotonic() + time_limit

    def is_late() -> bool:
        return deadline is not None and time.monotonic() > deadline

    streams = streams_for(content.files, wants)
    try:
        with _readable():
            hashes = core.hash_streams(
                streams.files,
                streams.streams,
                on_progress=_told(on_progress, content.size),
                cancelled=lambda: is_late() or cancelled(),
            )
    except core.Cancelled as stop:
        if time_limit is None or cancelled() or not is_late():
            raise
        raise HashingTimedOutError(
            f"hashing '{printable(str(content.path))}' took longer than {time_limit:g} s",
            hint="raise --timeout (torrent_creation.timeout)",
        ) from stop
    return streams.sorted_out(hashes)


def _progress(done: int, size: int, elapsed: float) -> Progress:
    fraction = done / size if size else 1.0
    if not done or not elapsed:
        return Progress("hashing", fraction)
    return Progress("hashing", fraction, done / elapsed, (size - done) * elapsed / done)


def blueprint_of(spec: TorrentSpec, content: Content) -> Blueprint:
    """All that the torrent of ``spec`` says, but for its piece length and its hashes."""
    return Blueprint(
        name=spec.name,
        is_dir=content.is_dir,
        files=content.files,
        format=spec.format,
        private=spec.private,
        source=spec.source,
        comment=spec.comment,
        tiers=spec.tiers,
        web_seeds=spec.web_seeds,
        http_seeds=spec.http_seeds,
        dht_nodes=spec.dht_nodes,
        creation_date=int(time.time()) if spec.with_date else None,
        created_by=CREATOR if spec.with_creator else "",
        entropy=spec.entropy or None,
    )
