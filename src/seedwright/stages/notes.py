"""Warnings about the content and the trackers of a plan, and failures for what a client cannot seed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from seedwright.clients.naming import DEFAULT, title
from seedwright.errors import ContentNameError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedwright.content.survey import ContentSurvey
    from seedwright.hashes.donor import Donor
    from seedwright.names import Version
    from seedwright.plan import Plan


def with_notes(plan: Plan, libtorrent: Version | None = None) -> Plan:
    """The plan with the warnings about its content and what it announces.

    ``libtorrent`` is the version in the client, None if that is not known. Raises ContentNameError
    for content that the client is to seed and cannot.
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
    warnings += _about_announced(plan)
    return dataclasses.replace(plan, warnings=plan.warnings + warnings)


def _about_announced(plan: Plan) -> tuple[str, ...]:
    spec = plan.spec
    if not (spec.tiers or spec.web_seeds or spec.source or spec.private):
        return ()
    from seedwright.lint.announced import Said, warnings

    folder = spec.name if plan.survey and plan.survey.is_dir else ""
    said = Said(spec.private, spec.source, spec.tiers, spec.web_seeds, folder, spec.format)
    return warnings(said)


def _about_skipped(seen: ContentSurvey, donor: Donor | None) -> str:
    kind, were = "" if donor else "hidden ", "was" if seen.skipped == 1 else "were"
    left_out = f"{seen.skipped} {kind}file{'' if seen.skipped == 1 else 's'} {were} left out"
    if donor is None or seen.content is None:
        return left_out
    return (
        f"{left_out} that '{donor.shown}' does not list, such as '{seen.content.left_out_names[0]}'"
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
    changed = "control characters, backslashes and names of over 240 bytes"
    if since:
        changed = "control characters and invisible marks"
    why = f"libtorrent changes {changed}"
    is_certain = since <= (libtorrent or ())
    some = f"a client with libtorrent {'.'.join(map(str, since))} or later"
    who = title(client) if is_certain else some
    what = f"{who} looks for '{printable(path)}' under another name and cannot seed it"
    if is_certain and seeding:
        raise ContentNameError(what, hint=f"rename it: {why}")
    return (f"{what}: {why}",)


def _about_twins(pair: tuple[str, ...], client: str, *, seeding: bool) -> tuple[str, ...]:
    """A warning about two paths that are one to libtorrent; an error when it is to seed them."""
    if not pair:
        return ()
    paths = " and ".join(f"'{printable(path)}'" for path in pair)
    what = f"{paths} differ only in case, so {title(client)} cannot seed them"
    if seeding:
        raise ContentNameError(what, hint="rename one of them")
    return (f"{what}: it looks for one of them under another name",)
