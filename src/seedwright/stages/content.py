"""From a spec to its content: what is visible here, and so which engine is nearest to it."""

from __future__ import annotations

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
    """A spec, what is visible here of its content (None: nothing of that name), and who hashes it."""

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
    if donor is not None:
        content = donor.walk(spec.content)
        chosen = Chosen("local", f"hashes from '{donor.shown}'")
        return _found(specified, chosen, survey_of(content), content.files)
    if chosen.engine == "local":
        try:
            content = walks.of(spec, chosen.engine)
        except ContentNotFoundError as error:
            if chosen.reason == ASKED_FOR or not specified.only_embedded:
                raise
            hint = Hint(
                "{hint}; qBittorrent is not asked for it, since it has no {options}",
                hint=error.hint,
                options=joined(specified.only_embedded, ", "),
            )
            raise ContentNotFoundError(error.message, hint=hint) from error
        return _found(specified, chosen, survey_of(content), content.files)
    try:
        content = walks.of(spec, chosen.engine)
    except ContentNotFoundError:
        return _found(specified, chosen, None)
    return _found(specified, chosen, survey_of(content), content.files)


def chosen_for(request: Request, spec: TorrentSpec, only_embedded: Sequence[str]) -> Chosen:
    """The engine for a settled request, as far as can be said before its content is walked."""
    asked = request.engine or ""
    return choose(
        asked,
        is_readable_here=os.access(spec.content, os.R_OK),
        file_system=file_system_of(spec.content) if asked == "auto" else FileSystem(),
        only_local=only_embedded,
    )


def _found(
    specified: Specified,
    chosen: Chosen,
    survey: ContentSurvey | None,
    files: Sequence[ContentFile] = (),
) -> Found:
    return Found(**vars(specified), chosen=chosen, survey=survey, files=files)
