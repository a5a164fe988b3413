"""The files that mkbrr takes into a torrent, and the order it puts them in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from seedwright.content.globs import ANY_NAME, matcher
from seedwright.content.policy import OURS, by_parts, by_path
from seedwright.metainfo.torrent_spec import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wcmatch.glob import WcMatcher

    from seedwright.content.policy import Policy
    from seedwright.metainfo.torrent_spec import TorrentSpec

_NEVER = "@eadir"
_NEVER_ENDINGS = (".torrent", ".ds_store", "thumbs.db", "desktop.ini", "zone.identifier")


def policy_of(spec: TorrentSpec) -> Policy:
    """What mkbrr takes in of the content of a spec.

    The files of a v1 torrent are sorted by their whole paths; other formats have BEP 52's order. A
    link that leads out of the content is refused here, where mkbrr follows it.
    """
    asked = OURS.as_asked(
        include_hidden=not spec.ignore_dotfiles, choice=_Choice(spec.include, spec.exclude)
    )
    order = by_path if spec.format is Format.V1 else by_parts
    return dataclasses.replace(asked, linked_folders=False, order=order)


class _Choice:
    """What mkbrr says about a path; case does not count.

    A glob without a slash is a name at any depth, one with a slash a path from the content on.
    Includes name files alone, and where there are any, excludes do not count. Some names are left
    out whatever the globs say.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = _compiled(include)
        self._exclude = [] if include else _compiled(exclude)
        self._only_included = bool(include)

    def __call__(self, path: str, *, is_dir: bool) -> bool | None:
        """True to take ``path`` in, False to leave it out, None when no glob matches."""
        lower = path.lower()
        if _NEVER in lower.split("/"):
            return False
        if is_dir:
            return False if _any(self._exclude, path, f"{path}/") else None
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
