"""Hashing here, by the embedded engine, with no qBittorrent at all."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from seedwright.engines.base import MadeTorrent, Progress
from seedwright.errors import ContentError, HashingTimedOutError, MetainfoError
from seedwright.qbittorrent.threads import in_thread, see_through
from seedwright.torrent.build import Blueprint, build, layout, torrent_size
from seedwright.torrent.compare import differences
from seedwright.torrent.content import ContentSurvey
from seedwright.torrent.metainfo import Metainfo
from seedwright.torrent.names import printable
from seedwright.torrent.piece_length import choose_piece_length
from seedwright.torrent.spec import Format
from seedwright.torrent.walk import Content, changes, walk

if TYPE_CHECKING:
    from seedwright._core import Hashes
    from seedwright.engines.base import OnProgress
    from seedwright.torrent.spec import TorrentSpec

CREATOR = "Seedwright"
_STOPS_WITHIN = 1.0


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
    )


class LocalEngine:
    """The embedded engine: walks, hashes every byte once, and writes the metainfo."""

    name = "local"

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
        """The torrent of ``spec``, hashed here.

        Raises :class:`~seedwright.errors.ContentError` for what cannot be read or changes
        meanwhile, and :class:`~seedwright.errors.HashingTimedOutError` when ``time_limit`` passes.
        """
        del survey
        content = await in_thread(lambda: walk_of(spec))
        blueprint = _blueprint(spec, content)
        piece_length = choose_piece_length(
            content.size,
            lambda length: torrent_size(blueprint, length),
            asked=spec.piece_length,
            count=spec.piece_count,
            max_torrent_size=spec.max_torrent_size,
        )
        try:
            async with asyncio.timeout(time_limit):
                hashes = await hash_rows(
                    layout(content.files, piece_length, spec.format),
                    piece_length,
                    spec.format,
                    content.size,
                    on_progress,
                )
        except TimeoutError as error:
            raise HashingTimedOutError(
                f"hashing '{printable(str(spec.content))}' took longer than {time_limit:g} s",
                hint="raise --timeout (torrent_creation.timeout)",
            ) from error
        changed = await in_thread(lambda: list(changes(content)))
        if changed:
            raise ContentError(
                f"the content changed while it was hashed: {changed[0]}",
                hint="try again when nothing writes to it any more",
            )
        data = build(blueprint, piece_length, hashes)
        metainfo = Metainfo.parse(data)
        wrong = differences(metainfo, spec)
        if wrong:
            raise MetainfoError(f"another torrent was made than asked for: {'; '.join(wrong)}")
        return MadeTorrent(metainfo)


async def hash_rows(
    rows: list[tuple[str, int, int]],
    piece_length: int,
    format_: Format,
    size: int,
    on_progress: OnProgress | None,
    *,
    may_be_longer: bool = False,
) -> Hashes:
    """The hashes of a layout of ``size`` bytes; stops soon after it is cancelled.

    ``may_be_longer`` takes files with more bytes than the layout says, and leaves these alone.

    Raises :class:`~seedwright.errors.ContentError` for what cannot be read.
    """
    import seedwright._core as core

    loop = asyncio.get_running_loop()
    started = time.monotonic()
    stop = threading.Event()

    def tell(done: int) -> None:
        if on_progress is not None:
            progress = _progress(done, size, time.monotonic() - started)
            loop.call_soon_threadsafe(on_progress, progress)

    def work() -> Hashes:
        try:
            return core.hash_files(
                rows,
                piece_length,
                v1=format_ is not Format.V2,
                v2=format_ is not Format.V1,
                may_be_longer=may_be_longer,
                on_progress=tell,
                cancelled=stop.is_set,
            )
        except core.ReadError as error:
            raise ContentError(str(error), hint="try again when nothing writes to it") from error

    under_way = asyncio.ensure_future(in_thread(work))
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        stop.set()
        await see_through(under_way, within=_STOPS_WITHIN)
        raise


def _progress(done: int, size: int, elapsed: float) -> Progress:
    fraction = done / size if size else 1.0
    if not done or not elapsed:
        return Progress("hashing", fraction)
    return Progress("hashing", fraction, done / elapsed, (size - done) * elapsed / done)


def _blueprint(spec: TorrentSpec, content: Content) -> Blueprint:
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
        creation_date=int(time.time()) if spec.with_date else None,
        created_by=CREATOR if spec.with_creator else "",
        entropy=spec.entropy or None,
    )
