"""From a spec to its content: what is visible here, and which engine is nearest to it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedwright.content.survey import survey_of
from seedwright.engines.choose import ASKED_FOR, Chosen, choose
from seedwright.engines.filesystem import FileSystem, file_system_of
from seedwright.engines.local import walk_of
from seedwright.errors import ContentNotFoundError
from seedwright.hints import Hint, joined
from seedwright.stages.spec import Specified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedwright.content.survey import ContentSurvey
    from seedwright.content.walk import Content, ContentFile
    from seedwright.engines.choose import EngineName
    from seedwright.metainfo.torrent_spec import TorrentSpec
    from seedwright.request import Request


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Found(Specified):
    """A spec, what is visible here of its content (None: nothing), and the engine that hashes it."""

    survey: ContentSurvey | None
    files: Sequence[ContentFile] = ()
    chosen: Chosen


class Walks:
    """Every content walked once, however many torrents are made of it."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Content] = {}

    def of(self, spec: TorrentSpec, engine: EngineName) -> Content:
        """The content of ``spec`` as the engine takes it in."""
        order = spec.as_mkbrr and spec.format
        key = (engine, spec.content, spec.include, spec.exclude, spec.ignore_dotfiles, order)
        if key not in self._found:
            self._found[key] = walk_of(spec, engine)
        return self._found[key]


def look(specified: Specified, walks: Walks) -> Found:
    """The content of the spec, looked at as the engine will take it in.

    Raises ContentError for what no torrent can be made of, and UsageError for an engine that cannot
    honour an option in use.
    """
    spec, donor = specified.spec, specified.donor
    chosen = chosen_for(specified.request, spec, specified.only_embedded)
    content: Content | None = None
    if donor is not None:
        chosen = Chosen("local", f"hashes from '{donor.shown}'")
        content = donor.walk(spec.content)
    elif chosen.engine == "local":
        content = _walked_here(specified, chosen, walks)
    else:
        with contextlib.suppress(ContentNotFoundError):
            content = walks.of(spec, chosen.engine)
    if content is None:
        return Found(**vars(specified), chosen=chosen, survey=None)
    survey = survey_of(content)
    return Found(**vars(specified), chosen=chosen, survey=survey, files=content.files)


def chosen_for(request: Request, spec: TorrentSpec, only_embedded: Sequence[str]) -> Chosen:
    """The engine for a settled request, as far as it is known before the content is walked."""
    asked = request.engine or ""
    return choose(
        asked,
        is_readable_here=os.access(spec.content, os.R_OK),
        file_system=file_system_of(spec.content) if asked == "auto" else FileSystem(),
        only_local=only_embedded,
    )


def _walked_here(specified: Specified, chosen: Chosen, walks: Walks) -> Content:
    """The content; where only the embedded engine may look for it, its absence says why."""
    try:
        return walks.of(specified.spec, chosen.engine)
    except ContentNotFoundError as error:
        if chosen.reason == ASKED_FOR or not specified.only_embedded:
            raise
        hint = Hint(
            "{hint}; qBittorrent is not asked, because it does not support {options}",
            hint=error.hint,
            options=joined(specified.only_embedded, ", "),
        )
        raise ContentNotFoundError(error.message, hint=hint) from error
