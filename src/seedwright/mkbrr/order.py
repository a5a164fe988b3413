"""The files that mkbrr takes into a torrent, and the order it puts them in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from seedwright.content.globs import ANY_NAME, matcher
from seedwright.content.walk import walk
from seedwright.metainfo.spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from wcmatch.glob import WcMatcher

    from seedwright.content.walk import Content
    from seedwright.metainfo.spec import TorrentSpec

_NEVER = "@eadir"
_NEVER_ENDINGS = (".torrent", ".ds_store", "thumbs.db", "desktop.ini", "zone.identifier")


def walk_as_mkbrr(spec: TorrentSpec) -> Content:
    """The content of a spec as mkbrr takes it in; raises what :func:`walk` raises.

    The files of a v1 torrent are sorted by their whole paths, so that ``a.b`` comes before ``a/b``;
    other formats have BEP 52's order. A link that leads out of the content is refused here, where
    mkbrr follows it.
    """
    choice = _Choice(spec.content, spec.include, spec.exclude)
    found = walk(spec.content, include_hidden=not spec.ignore_dotfiles, choice=choice)
    if spec.format is not Format.V1:
        return found
    in_order = sorted(found.files, key=lambda file: "/".join(file.parts))
    return dataclasses.replace(found, files=tuple(in_order))


class _Choice:
    """What mkbrr says about a path, for :func:`walk`; case does not count.

    A glob without a slash is a name at any depth, one with a slash a path from the content on.
    Includes name files alone, and where there are any, excludes do not count. Linked folders are
    left out, and so are some names whatever the globs say.
    """

    def __init__(self, content: Path, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._content = content
        self._include = _compiled(include)
        self._exclude = [] if include else _compiled(exclude)
        self._only_included = bool(include)

    def __call__(self, path: str, *, is_dir: bool) -> bool | None:
        """True to take ``path`` in, False to leave it out, None when nothing is said of it."""
        lower = path.lower()
        if _NEVER in lower.split("/"):
            return False
        if is_dir:
            is_left_out = _any(self._exclude, path, f"{path}/")
            return False if is_left_out or (self._content / path).is_symlink() else None
        if lower.endswith(_NEVER_ENDINGS):
            return False
        if self._only_included:
            return _any(self._include, path)
        return False if _any(self._exclude, path) else None


def _compiled(globs: Iterable[str]) -> list[WcMatcher[str]]:
    return [_matcher(text) for text in globs if text.strip()]


def _matcher(text: str) -> WcMatcher[str]:
    body = text.strip().replace("\\", "/")
    is_name = "/" not in body and not body.startswith("**")
    return matcher(text, f"**/{body}" if is_name else body, ANY_NAME)


def _any(globs: Iterable[WcMatcher[str]], *paths: str) -> bool:
    return any(each.match(path) for each in globs for path in paths)
