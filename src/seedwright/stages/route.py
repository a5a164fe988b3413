"""From a torrent with everything decided to the plan: where its file goes, and where it seeds."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seedwright.errors import OutputExistsError, UsageError
from seedwright.hints import Hint
from seedwright.metainfo.build import check_only_file
from seedwright.metainfo.torrent_spec import Format
from seedwright.metainfo.writing import ensure_writable
from seedwright.names import printable
from seedwright.plan import Plan
from seedwright.stages.notes import with_notes
from seedwright.stages.rules import decided

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.clients.destination import Destination
    from seedwright.hashes.cache import HashCache
    from seedwright.metainfo.parse import Metainfo
    from seedwright.stages.rules import Ruled
    from seedwright.stages.spec import Specified


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Around:
    """What a plan needs besides its request: the client by its name, and the hash cache.

    ``path_mapping`` leads from folders here to the client's. ``server`` is the client's address, by
    which two names for one client are recognized; ``peer_host`` and ``peer_port`` are where it listens
    for peers. ``no_cache`` says why there is no ``cache`` although the request wants one.
    """

    client: str
    server: str
    path_mapping: Mapping[str, str] = field(default_factory=dict)
    max_tag_length: int = 100
    seed_mode: bool = True
    peer_host: str = ""
    peer_port: int | None = None
    cache: HashCache | None = None
    no_cache: tuple[str, ...] = ()


def check_output(specified: Specified) -> None:
    """Check that the ``.torrent`` can be written, unless an existing one may match the request.

    Raises :class:`~seedwright.errors.OutputError`.
    """
    if not _may_be_done(specified):
        request = specified.request
        ensure_writable(
            specified.output,
            force=bool(request.force),
            makes_folder=bool(request.create_output_dir),
        )


def route(ruled: Ruled, around: Around, *, warnings: tuple[str, ...] = ()) -> Plan:
    """The plan; where its :attr:`~seedwright.plan.Plan.needs_client` is false, it is final.

    ``warnings`` are those about the request. Raises
    :class:`~seedwright.errors.SeedwrightError`.
    """
    request, spec = ruled.request, decided(ruled)
    done = _existing(ruled, around) if _may_be_done(ruled) else None
    if done is not None:
        spec = dataclasses.replace(spec, piece_length=done.piece_length)
    if spec.format is Format.V2 and ruled.survey is not None and ruled.survey.only_file:
        check_only_file(spec.name, ruled.survey.only_file.split("/"))
    said = (*warnings, *ruled.findings, *around.no_cache, *ruled.breaches)
    seed = None
    if request.seed:
        seed, tag_warnings = _destination(ruled, around)
        said += tag_warnings
    plan = Plan(
        request=request,
        spec=spec,
        survey=ruled.survey,
        output=ruled.output,
        force=bool(request.force),
        client=around.client,
        client_path=None,
        engine=ruled.chosen.engine if done is None else "none",
        engine_reason=ruled.chosen.reason if done is None else "the .torrent already exists",
        seed=seed,
        time_limit=request.timeout,
        warnings=said,
        tracker_rules=ruled.tracker_rules,
        rules=ruled.told,
        label=request.label or "",
        cache=around.cache,
        donor=ruled.donor,
        done=done,
    )
    return plan if plan.needs_client else without_client(plan)


def without_client(plan: Plan) -> Plan:
    """The plan as it is carried out with no client at all."""
    return dataclasses.replace(with_notes(plan), client=None, client_path=None)


def _may_be_done(specified: Specified) -> bool:
    return bool(specified.request.skip_done) and os.path.lexists(specified.output)


def _existing(ruled: Ruled, around: Around) -> Metainfo | None:
    """The existing torrent, if it matches the request."""
    from seedwright.stages.existing import existing

    name = None
    if ruled.chosen.engine == "qbittorrent":
        from seedwright.clients.path_map import PathMap, pure

        path = PathMap(around.path_mapping).to_client(str(ruled.spec.content)).path
        name = pure(path).name
    try:
        return existing(ruled.output, ruled.spec, ruled.survey, name=name)
    except OutputExistsError:
        if not ruled.request.force:
            raise
        ensure_writable(ruled.output, force=True)
        return None


def _destination(ruled: Ruled, around: Around) -> tuple[Destination, tuple[str, ...]]:
    """How the torrent is to seed, and warnings about its tags."""
    from seedwright.clients.destination import Destination, kind_of
    from seedwright.clients.labels import check_category, fit_tags
    from seedwright.clients.path_map import MappedPath, PathMap, pure

    asked: Any = ruled.request  # in which nothing is None that has a default
    spec = ruled.spec
    if spec.name != spec.content.name:
        raise UsageError(
            f"'{printable(spec.content.name)}' cannot seed under the name '{printable(spec.name)}'",
            hint=Hint("rename the content, or remove {name} or {seed}"),
        )
    tags, warnings = fit_tags(asked.tags, around.max_tag_length)
    path_map = PathMap(around.path_mapping)
    content = path_map.to_client(str(spec.content))
    destination = Destination(
        content=content,
        save_path=path_map.to_client(asked.save_path)
        if asked.save_path
        else MappedPath(str(pure(content.path).parent), content.mapping),
        kind=kind_of(ruled.survey),
        category=check_category(asked.category),
        create_category=asked.create_category,
        tags=tags,
        auto_management=asked.auto_management,
        seed_mode=around.seed_mode,
        proof=asked.proof,
        share_limits=asked.share_limits,
        peer_host=around.peer_host,
        peer_port=around.peer_port,
        server=around.server,
        files=ruled.files,
    )
    return destination, warnings
