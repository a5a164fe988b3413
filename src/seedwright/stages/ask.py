"""From a plan to one that the client can carry out, as far as it can say so before."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from seedwright.clients.destination import Origin, kind_of
from seedwright.content.survey import survey_of
from seedwright.engines.choose import ASKED_FOR
from seedwright.engines.local import walk_of
from seedwright.errors import (
    ClientConnectionError,
    ContentNotFoundError,
    PathNotVisibleError,
    SavePathMismatchError,
    SignInError,
)
from seedwright.hints import Hint
from seedwright.names import printable
from seedwright.stages.notes import with_notes
from seedwright.stages.route import without_client
from seedwright.threads import in_thread

if TYPE_CHECKING:
    from seedwright.clients.base import Client
    from seedwright.clients.destination import Destination
    from seedwright.engines.base import Engine
    from seedwright.plan import Plan


async def ask(plan: Plan, client: Client, engine: Engine) -> Plan:
    """The plan with what the client says about it; fails where the client cannot carry it out.

    ``engine`` is the one that hashes where the client is. Changes nothing on the client. Raises
    :class:`~seedwright.errors.SeedwrightError`.
    """
    content = client.path_map.to_client(str(plan.spec.content)).path
    plan = dataclasses.replace(plan, client_path=content)
    warnings: tuple[str, ...] = ()
    try:
        if plan.engine == "qbittorrent":
            warnings += await engine.check(plan.spec, plan.survey)
        else:
            await client.sees(plan.spec.content, kind_of(plan.survey))
    except PathNotVisibleError as error:
        if plan.survey is not None:
            raise
        raise ContentNotFoundError(
            f"'{printable(str(plan.spec.content))}' does not exist here, and {client.title} does not"
            " see it",
            hint=Hint(
                "check the path; {client} looked for '{path}'; {hint}",
                client=client.title,
                path=printable(content),
                hint=error.hint,
            ),
        ) from error
    except (ClientConnectionError, SignInError) as error:
        if plan.engine_reason == ASKED_FOR or plan.seed is not None:
            raise
        if plan.survey is not None:
            return await in_thread(lambda: _here_instead(plan, client))
        # The client was asked only because the content is not here, so that is what to report.
        raise ContentNotFoundError(
            f"'{printable(str(plan.spec.content))}' does not exist",
            hint=f"check the path; if only {client.title} sees it: {error.message}",
        ) from error
    plan = with_notes(plan, await client.libtorrent())
    if plan.seed is not None:
        warnings += await _check_seeding(plan, plan.seed, client)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


async def _check_seeding(plan: Plan, seed: Destination, client: Client) -> tuple[str, ...]:
    is_hashed_there = plan.engine == "qbittorrent"
    if not is_hashed_there and seed.name != plan.spec.name:
        raise SavePathMismatchError(
            f"{client.title} sees the content as '{printable(seed.name)}', but the torrent is named"
            f" '{printable(plan.spec.name)}'",
            client=client.name,
            hint="map the folder that holds the content, not the content, in docker_path_mapping",
        )
    is_hashed_here = plan.done is None and plan.donor is None
    hashed = Origin.HERE if is_hashed_here else Origin.BEFORE
    return await client.check(seed, Origin.CLIENT if is_hashed_there else hashed)


def _here_instead(plan: Plan, client: Client) -> Plan:
    """The plan with the embedded engine, because the nearer one is not available."""
    seen = survey_of(walk_of(plan.spec))
    local = dataclasses.replace(
        plan,
        survey=seen,
        engine="local",
        engine_reason=Hint(
            "{reason}, but {client} is not available",
            reason=plan.engine_reason,
            client=client.title,
        ),
    )
    return without_client(local)
