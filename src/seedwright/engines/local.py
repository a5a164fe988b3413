"""Hashing here, by the embedded engine, with no qBittorrent at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from seedwright.content.policy import OURS, QBITTORRENT
from seedwright.content.settling import settled
from seedwright.content.walk import walk
from seedwright.engines.base import MadeTorrent, Progress, nobody
from seedwright.engines.hashing import hash_content, never, timed_out, within
from seedwright.engines.turn import AT_ONCE
from seedwright.engines.unchanged import check_unchanged
from seedwright.errors import (
    HashingTimedOutError,
    MetainfoError,
    SeedwrightError,
    UsageError,
    outcome,
)
from seedwright.hashes.streams import Want
from seedwright.hints import Hint
from seedwright.metainfo.build import Blueprint, build, layout
from seedwright.metainfo.compare import differences
from seedwright.metainfo.fields import values_of
from seedwright.metainfo.parse import Metainfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seedwright.clients.ticket import Ticket
    from seedwright.content.policy import Policy
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import Content
    from seedwright.engines.base import Keep, OnProgress, Reused
    from seedwright.engines.choose import EngineName
    from seedwright.engines.turn import Turn
    from seedwright.hashes.cache import HashCache, Layout
    from seedwright.hashes.donor import Donor
    from seedwright.metainfo.build import Hashes
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.request import Request

T = TypeVar("T")

NAME: EngineName = "local"
CREATOR = "Seedwright"


class Order(NamedTuple):
    """A torrent to be made, where its hashes may be kept, and the seconds it may take."""

    spec: TorrentSpec
    cache: HashCache | None = None
    time_limit: float | None = None


class LocalEngine:
    """The embedded engine of one event loop: one hashes at a time, since it has use for every core."""

    name = NAME

    def __init__(self) -> None:
        import asyncio

        self._turn = asyncio.Lock()

    def cannot(self, request: Request) -> tuple[str, ...]:
        """Nothing: it has every option."""
        return ()

    async def check(self, spec: TorrentSpec, survey: ContentSurvey | None) -> tuple[str, ...]:
        """No warnings, where there is something to hash."""
        from seedwright.threads import in_thread

        await in_thread(lambda: _content_of(spec, survey))
        return ()

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
        """The torrent of ``spec``, hashed here within ``time_limit`` seconds.

        What was hashed by a process that has ended is lost, but for kept hashes.
        """

        def hash_it(tell: OnProgress | None, cancelled: Callable[[], bool]) -> MadeTorrent:
            [made] = make_torrents(
                [Order(spec, time_limit=time_limit)],
                _content_of(spec, survey),
                on_progress=tell,
                cancelled=cancelled,
            )
            if isinstance(made, SeedwrightError):
                raise made
            return made

        return await self.in_turn(hash_it, on_progress)

    async def discard(self, ticket: Ticket) -> None:
        """Nothing: no ticket is of this engine."""

    async def detach(self) -> tuple[Ticket, ...]:
        """None: nothing here outlives the process."""
        return ()

    async def in_turn(
        self,
        work: Callable[[OnProgress | None, Callable[[], bool]], T],
        on_progress: OnProgress | None,
    ) -> T:
        """What ``work`` gives, called in a thread once nothing else hashes here.

        It is given a listener, and a question to ask: whether to stop.
        """
        from seedwright.threads import called_back, stoppable

        if self._turn.locked() and on_progress is not None:
            on_progress(Progress("waiting"))
        tell = called_back(on_progress)
        async with self._turn:
            return await stoppable(lambda cancelled: work(tell, cancelled))

    async def close(self) -> None:
        """Nothing: what hashes here stops with whoever waits for it."""


def _content_of(spec: TorrentSpec, survey: ContentSurvey | None) -> Content:
    return (survey and survey.content) or walk_of(spec)


def walk_of(spec: TorrentSpec, engine: EngineName = NAME) -> Content:
    """The content of a spec as the engine takes it in that is to hash it."""
    return walk(spec.content, _POLICIES[engine, spec.as_mkbrr](spec))


def _ours(spec: TorrentSpec) -> Policy:
    choice = None
    if spec.include or spec.exclude:
        from seedwright.content.globs import Globs

        choice = Globs(spec.include, spec.exclude)
    return OURS.as_asked(include_hidden=not spec.ignore_dotfiles, choice=choice)


def _mkbrrs(spec: TorrentSpec) -> Policy:
    from seedwright.mkbrr.order import policy_of

    return policy_of(spec)


def _qbittorrents(spec: TorrentSpec) -> Policy:
    return QBITTORRENT.as_asked(include_hidden=not spec.ignore_dotfiles)


_POLICIES: dict[tuple[EngineName, bool], Callable[[TorrentSpec], Policy]] = {
    ("local", False): _ours,
    ("local", True): _mkbrrs,
    ("qbittorrent", False): _qbittorrents,
}
"""What is taken in, by the engine and by whether the torrent is to be as mkbrr's."""


def make_torrents(
    orders: Sequence[Order],
    content: Content,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] = never,
    turn: Turn = AT_ONCE,
) -> list[MadeTorrent | SeedwrightError]:
    """For each order its torrent, or why there is none; ``content`` is read once for all of them.

    An order whose time is up fails by itself, and hashing ends once the time of all is. ``cancelled``
    is asked several times a second. Raises :class:`~seedwright.errors.ContentError` for what cannot
    be read or has changed since the walk, and ``_core.Cancelled``.
    """
    started = time.monotonic()
    limits = [order.time_limit for order in orders]
    longest = None if None in limits else max(filter(None, limits), default=None)
    try:
        made = _made_within(longest, orders, content, on_progress, cancelled, turn=turn)
    except HashingTimedOutError:
        made = []
    spent = time.monotonic() - started
    return [
        timed_out(content, limit) if limit is not None and spent > limit else made[place]
        for place, limit in enumerate(limits)
    ]


def _made_within(
    time_limit: float | None,
    orders: Sequence[Order],
    content: Content,
    on_progress: OnProgress | None,
    cancelled: Callable[[], bool],
    *,
    turn: Turn,
) -> list[MadeTorrent | SeedwrightError]:
    with within(time_limit, content, cancelled) as stopped:
        content = settled(content, stopped)
        drawn = [outcome(_drawn, order.spec, content) for order in orders]
        caches: dict[Want, HashCache | None] = {}
        for order, each in zip(orders, drawn, strict=True):
            if isinstance(each, _Drawn):
                caches[each.want] = caches.get(each.want) or order.cache
        ready = _hashed(caches, content, on_progress, stopped, turn)
    return [
        each if isinstance(each, SeedwrightError) else outcome(each.made, ready[each.want], content)
        for each in drawn
    ]


def _hashed(
    caches: Mapping[Want, HashCache | None],
    content: Content,
    on_progress: OnProgress | None,
    cancelled: Callable[[], bool],
    turn: Turn,
) -> dict[Want, _Hashed]:
    """The hashes for all that is wanted, of content that is the same before and after."""
    ready: dict[Want, _Hashed] = {}
    missing: dict[Want, tuple[str, ...]] = {}
    for want, cache in caches.items():
        found = _kept(cache, content, want, cancelled)
        if isinstance(found, _Hashed):
            ready[want] = found
        else:
            missing[want] = found
    hashes: dict[Want, Hashes] = {}
    began = spent = 0
    if missing:
        with turn.taken(content.size, on_progress, cancelled):
            began = time.time_ns()
            hashes.update(
                hash_content(content, missing, on_progress=on_progress, cancelled=cancelled)
            )
            spent = time.time_ns() - began
    if caches:
        check_unchanged(content)
    for want, warnings in missing.items():
        said = warnings + _keep(caches[want], content, want, hashes[want], began)
        ready[want] = _Hashed(hashes[want], said, spent=spent / 1e9)
    return ready


class _Hashed(NamedTuple):
    """Hashes, and where they come from: made in ``spent`` seconds, or ``reused``."""

    hashes: Hashes
    warnings: tuple[str, ...] = ()
    spent: float | None = None
    reused: Reused | None = None


class _Drawn(NamedTuple):
    """A torrent that waits for its hashes."""

    spec: TorrentSpec
    blueprint: Blueprint
    want: Want

    def made(self, ready: _Hashed, content: Content) -> MadeTorrent:
        """The torrent with these hashes, of this content."""
        metainfo = _checked(build(self.blueprint, self.want.piece_length, ready.hashes), self.spec)
        return MadeTorrent(
            metainfo,
            ready.warnings,
            hashing=ready.spent,
            reused=ready.reused,
            content=content,
        )


def _drawn(spec: TorrentSpec, content: Content) -> _Drawn:
    blueprint = blueprint_of(spec, content)
    assert spec.piece_length is not None  # noqa: S101 - decided before anything is hashed
    return _Drawn(spec, blueprint, Want(spec.piece_length, spec.format))


def _kept(
    cache: HashCache | None, content: Content, want: Want, cancelled: Callable[[], bool]
) -> _Hashed | tuple[str, ...]:
    """The hashes that were made before, or what to say of it that there are none."""
    if cache is None:
        return ()
    from seedwright.engines.reuse import kept

    found = kept(cache, _layout(content, want), cancelled)
    if found.hashes is None:
        return found.warnings
    return _Hashed(found.hashes, found.warnings, reused=found.reused)


def _keep(
    cache: HashCache | None, content: Content, want: Want, hashes: Hashes, began_ns: int
) -> tuple[str, ...]:
    """Keep the hashes for the next time; a warning when that cannot be."""
    if cache is None:
        return ()
    reason = cache.keep(_layout(content, want), hashes, began_ns)
    return (f"the hashes were not cached: {reason}",) if reason else ()


def _layout(content: Content, want: Want) -> Layout:
    from seedwright.hashes.cache import Layout

    return Layout(content.files, layout(content.files, *want), *want)


def take_over(
    spec: TorrentSpec, content: Content, donor: Donor, cancelled: Callable[[], bool] = never
) -> MadeTorrent:
    """The torrent of ``spec`` with the hashes of ``donor``, of which some are made again.

    Raises :class:`~seedwright.errors.ContentError` for what cannot be read, is another content or
    has changed since the walk, UsageError for a ``.torrent`` that is too large, and
    ``_core.Cancelled``.
    """
    from seedwright.engines.reuse import given

    content = settled(content, cancelled)
    data = donor.torrent(blueprint_of(spec, content))
    if spec.max_torrent_size is not None and len(data) > spec.max_torrent_size:
        raise UsageError(
            f"with the pieces of '{donor.shown}' the .torrent has {len(data)} bytes, more than the"
            f" limit of {spec.max_torrent_size}",
            hint=Hint("raise the limit, or do not use {from_torrent}"),
        )
    reused = given(donor, content, cancelled)
    check_unchanged(content)
    return MadeTorrent(_checked(data, spec), reused=reused, content=content)


def _checked(data: bytes, spec: TorrentSpec) -> Metainfo:
    metainfo = Metainfo.parse(data)
    wrong = differences(metainfo, spec)
    if wrong:
        raise MetainfoError(f"the torrent does not match the request: {'; '.join(wrong)}")
    return metainfo


def _date_of(spec: TorrentSpec) -> int:
    return int(time.time()) if spec.creation_date is None else spec.creation_date


def blueprint_of(spec: TorrentSpec, content: Content) -> Blueprint:
    """All that the torrent of ``spec`` says, but for its piece length and its hashes."""
    said = values_of(spec)
    # Where nobody asks for a private torrent mkbrr says so, and we say nothing.
    said["private"] = spec.private if spec.private or spec.as_mkbrr else None
    return Blueprint(
        name=spec.name,
        is_dir=content.is_dir,
        files=content.files,
        format=spec.format,
        creation_date=_date_of(spec) if spec.with_date else None,
        created_by=CREATOR if spec.with_creator else None,
        **said,
    )
