"""Hashing by qBittorrent's Torrent Creator, where the content lies."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from seedwright.clients.destination import kind_of
from seedwright.clients.path_map import pure
from seedwright.clients.qbittorrent import browse
from seedwright.clients.qbittorrent.submission import CreationRequest, submission_for
from seedwright.content.settling import settled
from seedwright.engines.base import MadeTorrent, Progress, nobody
from seedwright.engines.unchanged import check_unchanged
from seedwright.errors import ContentError, EmptyContentError, MetainfoError, TaskFailedError
from seedwright.hints import Hint
from seedwright.metainfo.compare import differences
from seedwright.metainfo.parse import Metainfo
from seedwright.names import printable
from seedwright.request import only_embedded
from seedwright.threads import in_thread, stoppable

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.clients.path_map import MappedPath
    from seedwright.clients.qbittorrent.client import QBittorrent
    from seedwright.clients.qbittorrent.creator import CreatedTorrent
    from seedwright.clients.qbittorrent.tasks import CreatorTask
    from seedwright.clients.ticket import Ticket
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import Content
    from seedwright.engines.base import Keep, OnProgress
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.request import Request

# What the Torrent Creator says when it found no file: libtorrent's words, then its own from 5.3 on.
_NO_FILES = ("libtorrent:16]", "no files in torrent", "Ignore dotfiles")


class QBittorrentEngine:
    """The Torrent Creator of one client."""

    name = "qbittorrent"

    def __init__(self, client: QBittorrent) -> None:
        self._client = client
        self._connection = client.connection
        self._creator = client.creator
        self._path_map = client.path_map

    def cannot(self, request: Request) -> tuple[str, ...]:
        """The options in use that the Torrent Creator does not have."""
        return only_embedded(request)

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """Warnings about a torrent that nothing is known to stand in the way of.

        Raises :class:`~seedwright.errors.CapabilityError` and
        :class:`~seedwright.errors.PathNotVisibleError`.
        """
        path = self._path_map.to_client(str(spec.content))
        if survey is not None:
            self._check_folders(spec, survey)
        submission = submission_for(_request(spec, path), await self._connection.open())
        await self._client.sees(spec.content, kind_of(survey))
        return submission.warnings

    async def discard(self, ticket: Ticket) -> None:
        """Delete the task of the ticket, where there is one."""
        if ticket.task:
            await self._creator.discard(ticket.task)

    async def detach(self) -> tuple[Ticket, ...]:
        """Leave every task under way to run on; the tickets to go on with."""
        return await self._creator.detach()

    async def close(self) -> None:
        """Stop every task under way and delete it."""
        await self._creator.close()

    def _check_folders(self, spec: TorrentSpec, survey: ContentSurvey) -> None:
        """The Torrent Creator would hold the files that were counted here, and no others."""
        shown = printable(str(spec.content))
        if survey.beneath_hidden:
            raise ContentError(
                f"'{shown}' has {survey.beneath_hidden} files in folders inside hidden folders,"
                " which qBittorrent includes although it skips dotfiles",
                hint=Hint(
                    "move the hidden folders away, or include everything with {ignore_dotfiles.off}"
                ),
            )
        if survey.beneath_links:
            raise ContentError(
                f"'{shown}' has {survey.beneath_links} files in folders inside symlinked folders,"
                " which qBittorrent skips silently",
                hint="replace the symlinks with the folders themselves",
            )

    async def make(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        *,
        ticket: Ticket | None = None,
        time_limit: float | None = None,
        on_progress: OnProgress | None = None,
        keep: Keep = nobody,
    ) -> MadeTorrent:
        """The torrent of ``spec``, made by the client and checked here.

        With a ``ticket`` it is made from the task or the ``.torrent`` that an earlier process has left.
        Raises :class:`~seedwright.errors.CreatorError` and its kin, and
        :class:`~seedwright.errors.MetainfoError` when the client made another torrent than asked; and
        ContentError when content that is visible here changed meanwhile.
        """
        path = self._path_map.to_client(str(spec.content))
        before = await _settled(survey)
        try:
            created = await self._creator.create(
                _request(spec, path),
                content=before,
                ticket=ticket,
                time_limit=time_limit,
                on_change=_told(on_progress, survey.size if survey else None),
                keep=keep,
            )
        except TaskFailedError as error:
            # The task of a path that is not there fails like any other: look again why.
            await browse.require_visible(self._connection, path, kind_of(survey))
            if any(words in error.message for words in _NO_FILES):
                raise EmptyContentError(
                    f"{self._connection.title} finds no file to hash in"
                    f" '{printable(path.path)}' ({path.explain()})",
                    hint="check that qBittorrent's user can read the files; dotfiles and empty files"
                    " do not count",
                ) from error
            raise
        if before is not None:
            await in_thread(partial(check_unchanged, before))
        return self._checked(spec, survey, path, created)._replace(content=before)

    def _checked(
        self,
        spec: TorrentSpec,
        survey: ContentSurvey | None,
        path: MappedPath,
        created: CreatedTorrent,
    ) -> MadeTorrent:
        metainfo = Metainfo.parse(created.data)
        warnings = [*created.submission.warnings, *created.left]
        there = pure(path.path).name
        if there != spec.name:
            warnings.append(
                f"the torrent is named '{printable(there)}', because {self._connection.title} has"
                f" '{printable(spec.name)}' under that name"
            )
        wrong = differences(
            metainfo,
            spec,
            name=there,
            expected_tiers=created.submission.tiers,
            expected_web_seeds=created.submission.web_seeds,
        )
        if survey is not None and (metainfo.files, metainfo.size) != (survey.files, survey.size):
            wrong.append(
                f"it contains {metainfo.files} files of {metainfo.size} bytes, but here are"
                f" {survey.files} files of {survey.size} bytes"
            )
        if wrong:
            raise MetainfoError(
                f"{self._connection.title} made a torrent of '{printable(path.path)}' that does not"
                f" match the request: {'; '.join(wrong)}",
                hint="check that nothing writes to the content, and run `seedwright doctor` to check the"
                " path mapping",
            )
        if created.submissions > 1:
            times = "once" if created.submissions == 2 else f"{created.submissions - 1} times"
            warnings.append(
                f"{self._connection.title} lost the task {times}; it was submitted again"
            )
        return MadeTorrent(metainfo, tuple(warnings), adopted=created.adopted)


async def _settled(survey: ContentSurvey | None) -> Content | None:
    """The content as it is before the client hashes it, None where it is not visible here."""
    if survey is None or survey.content is None:
        return None
    return await stoppable(partial(settled, survey.content))


def _request(spec: TorrentSpec, path: MappedPath) -> CreationRequest:
    return CreationRequest(
        source_path=path.path,
        format=spec.format.value,
        piece_length=spec.piece_length,
        private=spec.private,
        comment=spec.comment,
        source=spec.source,
        tiers=spec.tiers,
        web_seeds=spec.web_seeds,
        ignore_dotfiles=spec.ignore_dotfiles,
        optimize_alignment=spec.optimize_alignment,
        padded_file_size_limit=spec.padded_file_size_limit,
    )


def _told(on_progress: OnProgress | None, size: int | None) -> Callable[[CreatorTask], None] | None:
    """A listener that turns a task's percent into rate and time left."""
    if on_progress is None:
        return None
    # When and where the counting began, and how far it was last: falling back means that the task
    # was submitted again.
    began, before, last = 0.0, 0.0, 2.0

    def hear(task: CreatorTask) -> None:
        nonlocal began, before, last
        if task.status != "Running":
            on_progress(Progress("waiting"))
            return
        now, fraction = time.monotonic(), (task.progress or 0) / 100
        if fraction < last:
            began, before = now, fraction
        last = fraction
        elapsed, hashed = now - began, fraction - before
        if not size or not hashed or not elapsed:
            on_progress(Progress("hashing", fraction))
            return
        on_progress(
            Progress(
                "hashing",
                fraction,
                rate=size * hashed / elapsed,
                seconds_left=elapsed * (1 - fraction) / hashed,
            )
        )

    return hear
