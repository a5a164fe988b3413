"""From a plan to one that the client can carry out, as far as it can be asked beforehand."""

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
    """The plan, which the client can carry out as far as it can be asked; with its warnings.

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
            f"'{printable(str(plan.spec.content))}' is neither here nor visible to {client.title}",
            hint=Hint(
                "check the path; {client} was asked for '{path}'; {hint}",
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
        # Asked only because the content is not here: then that is what to tell.
        raise ContentNotFoundError(
            f"'{printable(str(plan.spec.content))}' is not here, and"
            f" {client.title} cannot be asked for it",
            hint=f"check the path; {error.message}",
        ) from error
    plan = with_notes(plan, await client.libtorrent())
    if plan.seed is not None:
        warnings += await _check_seeding(plan, plan.seed, client)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


async def _check_seeding(plan: Plan, seed: Destination, client: Client) -> tuple[str, ...]:
    is_hashed_there = plan.engine == "qbittorrent"
    if not is_hashed_there and seed.name != plan.spec.name:
        raise SavePathMismatchError(
            f"{client.title} calls the content '{printable(seed.name)}', and would look"
            f" for '{printable(plan.spec.name)}'",
            client=client.name,
            hint="map the folder that it lies in, not the content itself, in docker_path_mapping",
        )
    is_hashed_here = plan.done is None and plan.donor is None
    hashed = Origin.HERE if is_hashed_here else Origin.BEFORE
    return await client.check(seed, Origin.CLIENT if is_hashed_there else hashed)


def _here_instead(plan: Plan, client: Client) -> Plan:
    """The plan with the embedded engine, where the one that is nearer cannot be asked."""
    seen = survey_of(walk_of(plan.spec))
    local = dataclasses.replace(
        plan,
        survey=seen,
        engine="local",
        engine_reason=Hint(
            "{reason}, but {client} cannot be asked",
            reason=plan.engine_reason,
            client=client.title,
        ),
    )
    return without_client(local)
