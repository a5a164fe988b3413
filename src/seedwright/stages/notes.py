"""What there is to say about the content of a plan, and what of it a client could not seed."""

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
