"""From options and settings to a plan, as far as this machine alone can tell."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from seedwright.clients.naming import DEFAULT, title
from seedwright.engines.choose import ASKED_FOR, Chosen, choose
from seedwright.engines.filesystem import FileSystem, file_system_of
from seedwright.engines.local import survey_of, walk_of
from seedwright.errors import (
    ContentNameError,
    ContentNotFoundError,
    OutputExistsError,
    SeedwrightError,
    UsageError,
    outcome,
)
from seedwright.metainfo.build import check_only_file
from seedwright.metainfo.piece_length import default_piece_length
from seedwright.metainfo.pieces import parse_size
from seedwright.metainfo.spec import Format, TorrentSpec, tiers_of
from seedwright.metainfo.writing import ensure_writable, output_path
from seedwright.names import printable
from seedwright.plan import Plan
from seedwright.vetting import content_warnings, first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seedwright.config.model import QBittorrentSettings, Settings
    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import Content, ContentFile
    from seedwright.hashes.cache import HashCache
    from seedwright.hashes.donor import Donor
    from seedwright.names import Version
    from seedwright.options import CreateOptions
    from seedwright.vetting import Findings

_DEFAULTS_OF_MKBRR: dict[str, Any] = {
    "format": "v1",
    "private": True,
    "piece_size": "auto",
    "source": "",
    "ignore_dotfiles": False,
    "use_tracker_rules": True,
}


class Walks:
    """Every content walked and checked once, however many plans are made of it."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Content] = {}
        self.findings: Findings = {}

    def of(self, spec: TorrentSpec) -> Content:
        """The content of ``spec`` as the embedded engine takes it in."""
        key = (spec.content, spec.include, spec.exclude, spec.ignore_dotfiles, spec.as_mkbrr)
        if key not in self._found:
            self._found[key] = walk_of(spec)
        return self._found[key]


def drafts(
    path: str | os.PathLike[str], settings: Settings, variants: Iterable[CreateOptions]
) -> list[Plan | SeedwrightError]:
    """For each of the variants its plan, or why there is none; all else is as in :func:`draft`."""
    walks = Walks()
    return [outcome(draft, path, settings, options, walks) for options in variants]


def draft(
    path: str | os.PathLike[str],
    settings: Settings,
    options: CreateOptions,
    walks: Walks | None = None,
    *,
    to_write: bool = True,
) -> Plan:
    """What is to be done about ``path``, with everything checked that can be without a client.

    Where :attr:`~seedwright.plan.Plan.needs_client` is false, nothing else is to be checked; and
    the place of the ``.torrent`` is not, unless it is ``to_write``. Changes nothing. Raises
    :class:`~seedwright.errors.SeedwrightError`.
    """
    options, warnings = _with_preset(options)
    donor = None
    if options.get("from_torrent") is not None:
        from seedwright.borrowing import borrow

        options, donor = borrow(options)
    settings = _as_mkbrr(settings) if options.get("like") == "mkbrr" else settings
    client, defaults = settings.client(options.get("client"))
    spec = _spec(path, defaults, settings, options)
    time_limit = first(options.get("timeout"), settings.torrent_creation.timeout)
    if time_limit is not None and time_limit <= 0:
        raise UsageError(
            f"a time limit of {time_limit:g} s leaves no time", hint="give more than 0 seconds"
        )
    force = options.get("force", False)
    output = output_of(spec.name, settings, options)
    may_be_done = options.get("skip_done", False) and os.path.lexists(output)
    if to_write and not may_be_done:
        ensure_writable(output, force=force)
    only_local = _only_local(spec, options)
    chosen = _chosen(spec, _asked_engine(settings, options), only_local)
    walks = walks or Walks()
    look = _look(spec, chosen, walks, donor)
    warnings += content_warnings(
        spec, look.survey, look.files, settings, options, known=walks.findings
    )
    cache, doubts = _hash_cache(settings, options)
    plan = Plan(
        spec=spec,
        survey=look.survey,
        output=output,
        force=force,
        client=client,
        client_path=None,
        engine=look.chosen.engine,
        engine_reason=look.chosen.reason,
        seed=None,
        time_limit=time_limit,
        warnings=warnings + doubts,
        cache=cache,
        donor=donor,
        label=options.get("label", ""),
    )
    plan = _with_tracker_rules(plan, settings, options)
    if may_be_done:
        plan = _where_done(plan, defaults)
    plan = dataclasses.replace(plan, spec=with_piece_length(plan.spec, look.survey))
    if spec.format is Format.V2 and look.survey is not None and look.survey.only_file:
        check_only_file(spec.name, look.survey.only_file.split("/"))
    if first(options.get("seed"), _seeds(settings, defaults)):
        plan = _with_destination(plan, defaults, options, look.files)
    return plan if plan.needs_client else without_client(plan)


def output_of(name: str, settings: Settings, options: CreateOptions) -> Path:
    """Where the torrent called ``name`` is to be written. Raises UsageError."""
    return output_path(
        name,
        _text(options.get("output")),
        default_dir=settings.default_output_dir,
        several=options.get("several", False),
        label=options.get("label", ""),
    ).absolute()


def asks_client(path: str | os.PathLike[str], settings: Settings, options: CreateOptions) -> bool:
    """Whether a client is to hash or to seed it, as far as can be told without the content.

    Raises :class:`~seedwright.errors.SeedwrightError`.
    """
    if is_to_seed(settings, options):
        return True
    _, defaults = settings.client(options.get("client"))
    asked = _asked_engine(settings, options)
    if asked == "local":
        return False
    spec = _spec(path, defaults, settings, options)
    return _chosen(spec, asked, _only_local(spec, options)).engine == "qbittorrent"


def _asked_engine(settings: Settings, options: CreateOptions) -> str:
    return first(options.get("engine"), settings.torrent_creation.engine)


def _with_preset(options: CreateOptions) -> tuple[CreateOptions, tuple[str, ...]]:
    """The options with those of their preset, and what to say about that."""
    if options.get("preset") is None and options.get("presets") is None:
        return options, ()
    from seedwright.config.presets import with_preset

    merged, warnings = with_preset(options)
    return cast("CreateOptions", merged), warnings


def _as_mkbrr(settings: Settings) -> Settings:
    """The settings, but for what the infohash depends on: there mkbrr's own defaults count."""
    creation = dataclasses.replace(settings.torrent_creation, **_DEFAULTS_OF_MKBRR)
    return dataclasses.replace(settings, torrent_creation=creation)


def without_client(plan: Plan) -> Plan:
    """The plan as it is carried out with no client at all."""
    return dataclasses.replace(with_notes(plan), client=None, client_path=None)


def _spec(
    path: str | os.PathLike[str],
    client: QBittorrentSettings,
    settings: Settings,
    options: CreateOptions,
) -> TorrentSpec:
    creation = settings.torrent_creation
    chosen = first(options.get("format"), creation.format)
    if chosen not in list(Format):
        raise UsageError(
            f"{chosen!r} is not a format", hint=f"use one of {', '.join(map(str, Format))}"
        )
    tiers = first(options.get("trackers"), client.trackers)
    limit, count = options.get("max_torrent_size"), options.get("piece_count")
    longest = options.get("max_piece_size")
    # A number of pieces that is asked for goes before a piece size that is only set.
    set_size = creation.piece_size if count is None else "auto"
    piece_size = first(options.get("piece_size"), set_size)
    return TorrentSpec(
        content=Path(os.path.abspath(os.fspath(path))),  # noqa: PTH100 - keeps links as they are
        format=Format(chosen),
        piece_length=None if piece_size in ("auto", 0) else parse_size(str(piece_size)),
        private=first(options.get("private"), creation.private),
        source=first(options.get("source"), creation.source),
        comment=first(options.get("comment"), creation.comment),
        tiers=tiers_of(tiers),
        web_seeds=tuple(options.get("web_seeds", ())),
        http_seeds=tuple(options.get("http_seeds", ())),
        dht_nodes=tuple(options.get("dht_nodes", ())),
        ignore_dotfiles=first(options.get("ignore_dotfiles"), creation.ignore_dotfiles),
        piece_count=count,
        max_piece_length=None if longest is None else parse_size(str(longest)),
        max_torrent_size=None if limit is None else parse_size(str(limit)),
        include=tuple(options.get("include", ())),
        exclude=tuple(options.get("exclude", ())),
        named=options.get("name") or "",
        entropy=options.get("entropy") or "",
        with_date=options.get("with_date", True),
        with_creator=options.get("with_creator", True),
        optimize_alignment=creation.optimize_alignment,
        padded_file_size_limit=creation.padded_file_size_limit,
        as_mkbrr=options.get("like") == "mkbrr",
    )


class _Look(NamedTuple):
    """What is visible here of the content (None: nothing of that name), and so who hashes it."""

    survey: ContentSurvey | None
    chosen: Chosen
    files: Sequence[ContentFile] = ()


def _only_local(spec: TorrentSpec, options: CreateOptions) -> tuple[str, ...]:
    """The options that only the embedded engine knows."""
    asked = {"--reuse": options.get("reuse"), "--from": options.get("from_torrent") is not None}
    return (*spec.only_local, *(option for option, is_asked in asked.items() if is_asked))


def _chosen(spec: TorrentSpec, asked: str, only_local: tuple[str, ...]) -> Chosen:
    return choose(
        asked,
        is_readable_here=os.access(spec.content, os.R_OK),
        file_system=file_system_of(spec.content) if asked == "auto" else FileSystem(),
        only_local=only_local,
    )


def _look(spec: TorrentSpec, chosen: Chosen, walks: Walks, donor: Donor | None) -> _Look:
    if donor is not None:
        reason = f"hashes from '{donor.shown}'"
        content = donor.walk(spec.content)
        return _Look(survey_of(content), Chosen("local", reason), content.files)
    if chosen.engine == "local":
        try:
            content = walks.of(spec)
        except ContentNotFoundError as error:
            if chosen.reason == ASKED_FOR or not spec.only_local:
                raise
            lacking = ", ".join(sorted(spec.only_local))
            hint = f"{error.hint}; qBittorrent is not asked for it, since it has no {lacking}"
            raise ContentNotFoundError(error.message, hint=hint) from error
        return _Look(survey_of(content), chosen, content.files)
    from seedwright.content.survey import survey

    files: list[ContentFile] = []
    try:
        seen = survey(spec.content, ignore_dotfiles=spec.ignore_dotfiles, seen=files)
    except ContentNotFoundError:
        return _Look(None, chosen)
    return _Look(seen, chosen, files)


def _hash_cache(
    settings: Settings, options: CreateOptions
) -> tuple[HashCache | None, tuple[str, ...]]:
    """Where hashes are kept, None where they are not to be; and a warning when they cannot be."""
    if not first(options.get("reuse"), settings.torrent_creation.reuse_hashes):
        return None, ()
    from seedwright.config.hash_cache import hash_cache

    cache = hash_cache(settings)
    return cache, () if cache else ("hashes cannot be kept: there is no home folder",)


def _with_tracker_rules(plan: Plan, settings: Settings, options: CreateOptions) -> Plan:
    creation = settings.torrent_creation
    heeds_rules = first(options.get("tracker_rules"), creation.use_tracker_rules)
    asked = options.get("source") is not None or creation.source != ""
    if plan.spec.as_mkbrr:
        from seedwright.ruling import as_mkbrr

        return as_mkbrr(plan, settings, keeps_source=asked, heeds_rules=heeds_rules)
    if not plan.spec.tiers or not heeds_rules:
        return plan
    from seedwright.ruling import under_rules

    return under_rules(plan, settings, keeps_source=asked)


def _where_done(plan: Plan, defaults: QBittorrentSettings) -> Plan:
    """The plan with the torrent that is there, where that is what it asks for."""
    from seedwright.stages.existing import existing

    name = None
    if plan.engine == "qbittorrent":
        from seedwright.clients.path_map import PathMap, pure

        path = PathMap(defaults.docker_path_mapping).to_client(str(plan.spec.content)).path
        name = pure(path).name
    try:
        there = existing(plan.output, plan.spec, plan.survey, name=name)
    except OutputExistsError:
        if not plan.force:
            raise
        ensure_writable(plan.output, force=True)
        return plan
    spec = dataclasses.replace(plan.spec, piece_length=there.piece_length)
    return dataclasses.replace(
        plan, spec=spec, engine="none", engine_reason="it is there already", done=there
    )


def with_piece_length(spec: TorrentSpec, seen: ContentSurvey | None) -> TorrentSpec:
    """The same piece length from either engine, wherever the content's size is known."""
    if spec.piece_length is not None or spec.only_local or seen is None:
        return spec
    return dataclasses.replace(spec, piece_length=default_piece_length(seen.size))


def is_to_seed(settings: Settings, options: CreateOptions) -> bool:
    """Whether a torrent with these options is to seed. Raises SettingsError."""
    _, defaults = settings.client(options.get("client"))
    return bool(first(options.get("seed"), _seeds(settings, defaults)))


def _seeds(settings: Settings, client: QBittorrentSettings) -> bool:
    return settings.torrent_creation.start_seeding or client.auto_add_after_creation


def _with_destination(
    plan: Plan,
    defaults: QBittorrentSettings,
    options: CreateOptions,
    files: Sequence[ContentFile],
) -> Plan:
    """The plan with how the torrent is to seed."""
    from seedwright.clients.destination import PROOFS, SHARE_LIMITS, Destination, kind_of
    from seedwright.clients.labels import check_category, fit_tags
    from seedwright.clients.path_map import MappedPath, PathMap, pure

    if plan.spec.name != plan.spec.content.name:
        raise UsageError(
            f"'{printable(plan.spec.content.name)}' cannot seed under the name"
            f" '{printable(plan.spec.name)}'",
            hint="rename the content, or leave out --name or --seed",
        )
    tags, warnings = fit_tags(first(options.get("tags"), defaults.tags), defaults.max_tag_length)
    path_map = PathMap(defaults.docker_path_mapping)
    content = path_map.to_client(str(plan.spec.content))
    save_path = first(options.get("save_path"), defaults.save_path)
    destination = Destination(
        content=content,
        save_path=path_map.to_client(save_path)
        if save_path
        else MappedPath(str(pure(content.path).parent), content.mapping),
        kind=kind_of(plan.survey),
        category=check_category(first(options.get("category"), defaults.category) or ""),
        create_category=first(options.get("create_category"), defaults.create_category),
        tags=tags,
        auto_management=first(options.get("auto_management"), defaults.auto_torrent_management),
        seed_mode=defaults.seed_mode,
        proof=_one_of(PROOFS, "proof", first(options.get("proof"), defaults.proof)),
        share_limits=_one_of(
            SHARE_LIMITS, "share_limits", first(options.get("share_limits"), defaults.share_limits)
        ),
        peer_host=defaults.peer_host or "",
        peer_port=defaults.peer_port,
        server=f"{defaults.host.lower()}:{defaults.port}{defaults.base_path}",
        files=files,
    )
    return dataclasses.replace(plan, seed=destination, warnings=plan.warnings + warnings)


def _one_of(known: Sequence[str], what: str, given: str) -> str:
    if given not in known:
        raise UsageError(f"{given!r} is not a {what}", hint=f"use one of {', '.join(known)}")
    return given


def with_notes(plan: Plan, libtorrent: Version | None = None) -> Plan:
    """The plan with what there is to say about the content.

    ``libtorrent`` is the version in the client, None where that is not known. Raises
    ContentNameError for what it cannot seed and is to.
    """
    warnings: tuple[str, ...] = ()
    seen, client = plan.survey, plan.client or DEFAULT
    if seen is None:
        shown = printable(str(plan.spec.content))
        warnings += (f"'{shown}' is not visible here, only to {title(client)}",)
    elif seen.skipped:
        warnings += (_about_skipped(seen, plan.donor),)
    if seen is not None:
        seeding = plan.seed is not None
        warnings += _about_name(seen.respelled, client, libtorrent, seeding=seeding)
        warnings += _about_twins(seen.twins, client, seeding=seeding)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


def _about_skipped(seen: ContentSurvey, donor: Donor | None) -> str:
    kind, were = "" if donor else "hidden ", "was" if seen.skipped == 1 else "were"
    left_out = f"{seen.skipped} {kind}file{'' if seen.skipped == 1 else 's'} {were} left out"
    if donor is None or seen.walked is None:
        return left_out
    return (
        f"{left_out} that '{donor.shown}' does not list, such as '{seen.walked.left_out_names[0]}'"
    )


def _about_name(
    respelled: Mapping[Version, str],
    client: str,
    libtorrent: Version | None,
    *,
    seeding: bool,
) -> tuple[str, ...]:
    """A warning about a name that libtorrent changes; an error when it is to seed it."""
    if not respelled:
        return ()
    since, path = min(respelled.items())
    why = "control characters, backslashes and names of over 240 bytes do not survive"
    if since:
        why = "control characters and invisible marks do not survive"
    if since <= (libtorrent or ()):
        what = f"'{printable(path)}' has a name that {title(client)} looks for in another spelling"
        if seeding:
            raise ContentNameError(f"{what}, so it could not seed it", hint=f"rename it: {why}")
        return (f"{what}, and so cannot seed it: {why}",)
    those = f"clients with libtorrent {'.'.join(map(str, since))} or later"
    what = f"'{printable(path)}' has a name that {those} look for in another spelling"
    return (f"{what}, and so cannot seed it: {why}",)


def _about_twins(pair: tuple[str, ...], client: str, *, seeding: bool) -> tuple[str, ...]:
    """A warning about two paths that libtorrent takes for one; an error when it is to seed them."""
    if not pair:
        return ()
    what = " and ".join(f"'{printable(path)}'" for path in pair) + " differ in case alone"
    if seeding:
        raise ContentNameError(
            f"{what}, so {title(client)} could not seed them", hint="rename one of them"
        )
    return (f"{what}, so {title(client)} cannot seed them: it would look for one by another name",)


def _text(path: str | os.PathLike[str] | None) -> str | None:
    # A trailing separator says "a folder", and pathlib would drop it.
    return None if path is None else os.fspath(path)
