"""What the content checks say of content, as the settings and options have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from seedwright.errors import ContentCheckError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import ContentFile
    from seedwright.metainfo.spec import TorrentSpec
    from seedwright.options import CreateOptions
    from seedwright.settings.model import Settings

    Findings = dict[tuple[int, str, tuple[str, ...]], tuple[Sequence[ContentFile], tuple[str, ...]]]

T = TypeVar("T")


def content_warnings(
    spec: TorrentSpec,
    survey: ContentSurvey | None,
    files: Sequence[ContentFile],
    settings: Settings,
    options: CreateOptions,
    *,
    known: Findings,
) -> tuple[str, ...]:
    """What the content checks find, where the content is visible and they are wanted.

    What is ``known`` of the same files is not looked for again, and what is found goes there.
    Raises ContentCheckError when strict, and UsageError for a name that no check has.
    """
    creation = settings.torrent_creation
    wanted = first(options.get("content_checks"), creation.content_checks)
    strict = first(options.get("strict"), creation.strict)
    allowed = first(options.get("allow"), creation.allow)
    if allowed:
        from seedwright.content.checks.check import check_names

        check_names(allowed)
    if survey is None or not wanted:
        return ()
    # The files are kept as well, so that no others get their identity.
    key = (id(files), spec.name, tuple(allowed))
    if key not in known:
        from seedwright.content.checks.check import check_content

        findings = check_content(survey, files, name=spec.name, allowed=allowed)
        known[key] = files, tuple(map(str, findings))
    _, found = known[key]
    if found and strict:
        raise ContentCheckError(
            f"'{printable(str(spec.content))}' does not pass the content checks: "
            + "; ".join(found),
            hint="mend it, or leave out a check by its name with --allow (torrent_creation.allow)",
        )
    return found


def first(asked: T | None, default: T) -> T:
    """What was asked for, or else the default."""
    return default if asked is None else asked
