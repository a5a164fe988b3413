"""A survey of content: what a plan and a report say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedwright.content.walk import Content
    from seedwright.names import Version


@dataclass(frozen=True, slots=True, repr=False)
class ContentSurvey:
    """What a torrent of ``path`` would hold: ``files``, and ``size`` in bytes.

    ``skipped`` counts the files left out. ``beneath_hidden`` counts those of them that qBittorrent's
    Torrent Creator takes in all the same, and ``beneath_links`` those of the ``files`` that it leaves
    out: see :class:`~seedwright.content.walk.Content`, and there for ``respelled`` and ``twins``, too.
    ``only_file`` is the one file's path where a folder holds one, relative to it; "" elsewhere.
    ``content`` is the content itself, as the engine takes it in that is to hash it.
    """

    path: Path
    name: str
    is_dir: bool
    files: int
    size: int
    skipped: int
    beneath_hidden: int = 0
    beneath_links: int = 0
    respelled: Mapping[Version, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    only_file: str = ""
    content: Content | None = field(default=None, repr=False, compare=False)


def survey_of(content: Content) -> ContentSurvey:
    """The survey of content that was walked."""
    return ContentSurvey(
        path=content.path,
        name=content.name,
        is_dir=content.is_dir,
        files=len(content.files),
        size=content.size,
        skipped=content.left_out,
        beneath_hidden=content.beneath_left_out,
        beneath_links=content.beneath_links,
        respelled=content.respelled,
        twins=content.twins,
        only_file="/".join(content.files[0].parts) if len(content.files) == 1 else "",
        content=content,
    )
