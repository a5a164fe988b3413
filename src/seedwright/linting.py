"""What trackers and clients would trip over in a torrent before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.drafting import draft
from seedwright.engines.local import blueprint_of, piece_length_of, walk_of
from seedwright.lint.linter import Finding, lint
from seedwright.lint.subject import Subject

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from seedwright.options import CreateOptions
    from seedwright.settings.model import Settings


def lint_content(
    path: str | os.PathLike[str],
    settings: Settings,
    options: CreateOptions,
    *,
    allowed: Iterable[str] = (),
) -> list[Finding]:
    """What would be found in the torrent that ``options`` make of ``path``, but for ``allowed``.

    Nothing is hashed, and it does not matter where the torrent would go, who would hash it and
    whether it would seed. Raises :class:`~seedwright.errors.SeedwrightError` for what no torrent
    can be made of.
    """
    options = {**options, "engine": "local", "seed": False, "content_checks": False}
    plan = draft(path, settings, options, to_write=False)
    content = (plan.survey and plan.survey.walked) or walk_of(plan.spec)
    blueprint = blueprint_of(plan.spec, content)
    piece_length = piece_length_of(plan.spec, content, blueprint)
    subject = Subject.planned(blueprint, piece_length, plan.tracker_rules)
    return lint(subject, allowed=allowed)
