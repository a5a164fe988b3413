"""From options and settings to a plan in which everything that can be known has been checked."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from seedwright.engines.choose import ASKED_FOR, Chosen, choose
from seedwright.engines.filesystem import FileSystem, file_system_of
from seedwright.engines.local import survey_of, walk_of
from seedwright.engines.qbittorrent import kind_of
from seedwright.errors import (
    ClientConnectionError,
    ContentNameError,
    ContentNotFoundError,
    PathNotVisibleError,
    SignInError,
    UsageError,
)
from seedwright.plan import Plan
from seedwright.qbittorrent.paths import MappedPath, pure
from seedwright.qbittorrent.seeding import Destination, check_beforehand
from seedwright.qbittorrent.tags import fit_tags
from seedwright.qbittorrent.threads import in_thread
from seedwright.torrent.content import ContentSurvey, survey
from seedwright.torrent.names import printable
from seedwright.torrent.output import ensure_writable, output_path
from seedwright.torrent.piece_length import default_piece_length
from seedwright.torrent.pieces import parse_size
from seedwright.torrent.spec import Format, TorrentSpec

if TYPE_CHECKING:
    from seedwright.clients import Client
    from seedwright.config.model import Settings
    from seedwright.options import CreateOptions

T = TypeVar("T")


async def make_plan(
    path: str | os.PathLike[str], client: Client, settings: Settings, options: CreateOptions
) -> Plan:
    """What is to be done about ``path``; looks here and on the client, changes nothing.

    Raises :class:`~seedwright.errors.SeedwrightError`.
    """
    spec = _spec(path, client, settings, options)
    time_limit = _first(options.get("timeout"), settings.torrent_creation.timeout)
    if time_limit is not None and time_limit <= 0:
        raise UsageError(
            f"a time limit of {time_limit:g} s leaves no time", hint="give more than 0 seconds"
        )
    force = options.get("force", False)
    output = output_path(
        spec.name,
        _text(options.get("output")),
        default_dir=settings.default_output_dir,
        several=options.get("several", False),
    ).absolute()
    asked = _first(options.get("engine"), settings.torrent_creation.engine)
    look = await in_thread(lambda: _look(spec, output, asked, force=force))
    plan = Plan(
        spec=_with_piece_length(spec, look.survey),
        survey=look.survey,
        output=output,
        force=force,
        client=client.name,
        client_path=client.path_map.to_client(str(spec.content)).path,
        engine=look.chosen.engine,
        engine_reason=look.chosen.reason,
        seed=None,
        time_limit=time_limit,
    )
    plan = _with_destination(plan, client, settings, options)
    if plan.engine == "qbittorrent" or plan.seed is not None:
        return await _checked_with_client(plan, client)
    return dataclasses.replace(_with_notes(plan, client), client=None, client_path=None)


def _spec(
    path: str | os.PathLike[str], client: Client, settings: Settings, options: CreateOptions
) -> TorrentSpec:
    creation = settings.torrent_creation
    chosen = _first(options.get("format"), creation.format)
    if chosen not in list(Format):
        raise UsageError(
            f"{chosen!r} is not a format", hint=f"use one of {', '.join(map(str, Format))}"
        )
    tiers = _first(options.get("trackers"), client.settings.trackers)
    limit, count = options.get("max_torrent_size"), options.get("piece_count")
    # A number of pieces that is asked for goes before a piece size that is only set.
    set_size = creation.piece_size if count is None else "auto"
    piece_size = _first(options.get("piece_size"), set_size)
    return TorrentSpec(
        content=Path(os.path.abspath(os.fspath(path))),  # noqa: PTH100 - keeps links as they are
        format=Format(chosen),
        piece_length=None if piece_size in ("auto", 0) else parse_size(str(piece_size)),
        private=_first(options.get("private"), creation.private),
        source=_first(options.get("source"), creation.source),
        comment=_first(options.get("comment"), creation.comment),
        tiers=tuple((tier,) if isinstance(tier, str) else tuple(tier) for tier in tiers),
        web_seeds=tuple(options.get("web_seeds", ())),
        ignore_dotfiles=_first(options.get("ignore_dotfiles"), creation.ignore_dotfiles),
        piece_count=count,
        max_torrent_size=None if limit is None else parse_size(str(limit)),
        include=tuple(options.get("include", ())),
        exclude=tuple(options.get("exclude", ())),
        named=options.get("name") or "",
        entropy=options.get("entropy") or "",
        with_date=options.get("with_date", True),
        with_creator=options.get("with_creator", True),
        optimize_alignment=creation.optimize_alignment,
        padded_file_size_limit=creation.padded_file_size_limit,
    )


class _Look(NamedTuple):
    """What is visible here of the content (None: nothing of that name), and so who hashes it."""

    survey: ContentSurvey | None
    chosen: Chosen


def _look(spec: TorrentSpec, output: Path, asked: str, *, force: bool) -> _Look:
    ensure_writable(output, force=force)
    chosen = choose(
        asked,
        is_readable_here=os.access(spec.content, os.R_OK),
        file_system=file_system_of(spec.content) if asked == "auto" else FileSystem(),
        only_local=spec.only_local,
    )
    if chosen.engine == "local":
        return _Look(survey_of(walk_of(spec)), chosen)
    try:
        return _Look(survey(spec.content, ignore_dotfiles=spec.ignore_dotfiles), chosen)
    except ContentNotFoundError:
        return _Look(None, chosen)


def _with_piece_length(spec: TorrentSpec, seen: ContentSurvey | None) -> TorrentSpec:
    """The same piece length from either engine, wherever the content's size is known."""
    if spec.piece_length is not None or spec.only_local or seen is None:
        return spec
    return dataclasses.replace(spec, piece_length=default_piece_length(seen.size))


def _with_destination(
    plan: Plan, client: Client, settings: Settings, options: CreateOptions
) -> Plan:
    """The plan with how the torrent is to seed, when it is to."""
    defaults, creation = client.settings, settings.torrent_creation
    wanted = creation.start_seeding or defaults.auto_add_after_creation
    if not _first(options.get("seed"), wanted):
        return plan
    if plan.spec.name != plan.spec.content.name:
        raise UsageError(
            f"'{printable(plan.spec.content.name)}' cannot seed under the name"
            f" '{printable(plan.spec.name)}'",
            hint="rename the content, or leave out --name or --seed",
        )
    tags, warnings = fit_tags(_first(options.get("tags"), defaults.tags), defaults.max_tag_length)
    content = client.path_map.to_client(str(plan.spec.content))
    save_path = _first(options.get("save_path"), defaults.save_path)
    destination = Destination(
        content=content,
        save_path=client.path_map.to_client(save_path)
        if save_path
        else MappedPath(str(pure(content.path).parent), content.mapping),
        kind=kind_of(plan.survey),
        category=_first(options.get("category"), defaults.category) or "",
        create_category=_first(options.get("create_category"), defaults.create_category),
        tags=tags,
        auto_management=_first(options.get("auto_management"), defaults.auto_torrent_management),
        seed_mode=defaults.seed_mode,
    )
    return dataclasses.replace(plan, seed=destination, warnings=plan.warnings + warnings)


async def _checked_with_client(plan: Plan, client: Client) -> Plan:
    """The plan, which the client can carry out as far as it can be asked; with its warnings."""
    warnings: tuple[str, ...] = ()
    try:
        if plan.engine == "qbittorrent":
            warnings += await client.engine.check(plan.spec, plan.survey)
        else:
            await client.engine.check_visible(plan.spec, plan.survey)
    except PathNotVisibleError as error:
        if plan.survey is not None:
            raise
        raise ContentNotFoundError(
            f"'{printable(str(plan.spec.content))}' is neither here nor visible to"
            f" {client.connection.title}",
            hint=f"check the path; {client.connection.title} was asked for"
            f" '{printable(plan.client_path or '')}'; {error.hint}",
        ) from error
    except (ClientConnectionError, SignInError) as error:
        if plan.engine_reason == ASKED_FOR or plan.seed is not None:
            raise
        if plan.survey is not None:
            return await in_thread(lambda: _here_instead(plan, client))
        # Asked only because the content is not here: then that is what to tell.
        raise ContentNotFoundError(
            f"'{printable(str(plan.spec.content))}' is not here, and"
            f" {client.connection.title} cannot be asked for it",
            hint=f"check the path; {error.message}",
        ) from error
    plan = _with_notes(plan, client)
    if plan.seed is not None:
        warnings += await check_beforehand(client.connection, plan.seed)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


def _here_instead(plan: Plan, client: Client) -> Plan:
    """The plan with the embedded engine, where the one that is nearer cannot be asked."""
    seen = survey_of(walk_of(plan.spec))
    local = dataclasses.replace(
        plan,
        survey=seen,
        spec=_with_piece_length(plan.spec, seen),
        engine="local",
        engine_reason=f"{plan.engine_reason}, but {client.connection.title} cannot be asked",
    )
    return dataclasses.replace(_with_notes(local, client), client=None, client_path=None)


def _with_notes(plan: Plan, client: Client) -> Plan:
    """The plan with what there is to say about the content."""
    warnings: tuple[str, ...] = ()
    seen = plan.survey
    if seen is None:
        shown = printable(str(plan.spec.content))
        warnings += (f"'{shown}' is not visible here, only to {client.connection.title}",)
    elif seen.skipped:
        warnings += (
            "1 hidden file was left out"
            if seen.skipped == 1
            else f"{seen.skipped} hidden files were left out",
        )
    if seen is not None and seen.respelled:
        warnings += _about_name(seen.respelled, client, seeding=plan.seed is not None)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


def _about_name(path: str, client: Client, *, seeding: bool) -> tuple[str, ...]:
    """A warning about a name that libtorrent changes; an error when it is to seed it."""
    what = (
        f"'{printable(path)}' has a name that {client.connection.title} looks for in another"
        " spelling"
    )
    why = "control characters, backslashes and names of over 240 bytes do not survive"
    if seeding:
        raise ContentNameError(f"{what}, so it could not seed it", hint=f"rename it: {why}")
    return (f"{what}, and so cannot seed it: {why}",)


def _text(path: str | os.PathLike[str] | None) -> str | None:
    # A trailing separator says "a folder", and pathlib would drop it.
    return None if path is None else os.fspath(path)


def _first(asked: T | None, default: T) -> T:
    return default if asked is None else asked
