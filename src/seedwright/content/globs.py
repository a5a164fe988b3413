"""Which files the user includes and excludes by patterns."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from wcmatch import glob
from wcmatch._wcparse import PatternLimitException

from seedwright.errors import UsageError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_RULES = glob.FORCEUNIX | glob.GLOBSTAR | glob.BRACE | glob.IGNORECASE

ANY_NAME = _RULES | glob.DOTGLOB
"""The rules of a glob whose ``*`` stands for the dot of a hidden name, too."""


class Globs:
    """The :class:`~seedwright.content.policy.Choice` of a user: what ``include`` and ``exclude`` say
    about a path.

    A glob without a slash matches a name at any depth (``*.nfo``, ``Sample``). One with a slash
    matches a path from the content on (``Extras/*.mkv``); a slash in front makes a name a path. One
    that ends with a slash matches only folders. ``*`` and ``?`` match within a name, ``**`` matches
    across folders, ``[a-z]`` matches one letter, ``{a,b}`` either. Case does not count, nor does how
    Unicode spells an accent. A folder that matches stands for all that is in it.

    Include wins over exclude. With includes only, files that match none of them are left out. A file
    that matches an include is taken in even if it is skipped by default, and so is a folder, but not
    the system files in it. As in a shell, ``*`` in an include does not match the dot of a hidden
    name; in an exclude it does.

    Raises UsageError for an empty glob, and for one with more than a thousand alternatives.
    """

    def __init__(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        self._include = [_compiled(text, _RULES) for text in include]
        self._exclude = [_compiled(text, ANY_NAME) for text in exclude]
        self._only_included = bool(self._include) and not self._exclude
        self._folders = {"": _Named(included=False, excluded=False)}

    def __call__(self, path: str, *, is_dir: bool) -> bool | None:
        """True to take ``path`` in, False to leave it out, None when no glob matches."""
        path = unicodedata.normalize("NFC", path)
        if _any(self._include, path, is_dir=is_dir):
            return True
        above = self._folder(path.rpartition("/")[0])
        if above.included:
            return None
        if above.excluded or _any(self._exclude, path, is_dir=is_dir):
            return False
        return False if self._only_included and not is_dir else None

    def _folder(self, path: str) -> _Named:
        """Whether the folder at ``path``, or one that it lies in, is named."""
        if path not in self._folders:
            above = self._folder(path.rpartition("/")[0])
            self._folders[path] = _Named(
                included=above.included or _any(self._include, path, is_dir=True),
                excluded=above.excluded or _any(self._exclude, path, is_dir=True),
            )
        return self._folders[path]


class _Named(NamedTuple):
    included: bool
    excluded: bool


class _Glob(NamedTuple):
    matcher: glob.WcMatcher[str]
    only_folders: bool


def _any(globs: list[_Glob], path: str, *, is_dir: bool) -> bool:
    return any(
        (is_dir or not only_folders) and matcher.match(path) for matcher, only_folders in globs
    )


def _compiled(text: str, rules: int) -> _Glob:
    body = unicodedata.normalize("NFC", text)
    is_path = body.startswith(("/", "./"))
    body = body.removeprefix(".") if is_path else body
    only_folders = body.endswith("/")
    body = body.strip("/")
    if not body:
        raise UsageError(
            f"'{printable(text)}' is not a valid glob", hint="write one such as *.nfo or Extras/**"
        )
    return _Glob(matcher(text, body, rules if is_path else rules | glob.MATCHBASE), only_folders)


def matcher(text: str, body: str, rules: int) -> glob.WcMatcher[str]:
    """A matcher of paths for ``body``, which the user wrote as ``text``.

    Raises UsageError for more than a thousand alternatives.
    """
    try:
        return glob.compile(body, flags=rules)
    except PatternLimitException:
        raise UsageError(
            f"the glob '{printable(text)}' has too many alternatives", hint="use several globs"
        ) from None
