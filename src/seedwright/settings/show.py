"""The settings in force, fit to be shown: no secret is in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seedwright.metainfo.urls import mask_url
from seedwright.settings.group import Group
from seedwright.settings.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_URL = re.compile(r"(\w+://)([^/?#]*@)?([^/?#]*)(.*)", re.DOTALL)


def shown(value: object) -> object:
    """``value`` as plain mappings, lists and scalars, with secrets and passkeys masked."""
    match value:
        case Group():
            return shown_settings(vars(value))
        case Secret():
            return MASK
        case Path():
            return str(value)
        case dict():
            return {key: shown(inner) for key, inner in value.items()}
        case list():
            return [shown(inner) for inner in value]
        case _:
            return value


def shown_settings(settings: Mapping[str, object]) -> dict[str, object]:
    """The same of settings by their names."""
    return {
        name: _masked(value, _MASKS[name]) if name in _MASKS else shown(value)
        for name, value in settings.items()
    }


def _masked(urls: object, mask: Callable[[str], str]) -> object:
    return [_masked(url, mask) for url in urls] if isinstance(urls, list) else mask(str(urls))


def _shown_tracker(url: str) -> str:
    """``url`` with everything masked that may be a passkey."""
    scheme, user, host, rest = _URL.findall(url)[0]
    return url if not user and rest in ("", "/", "/announce") else f"{scheme}{host}/{MASK}"


_MASKS = {"trackers": _shown_tracker, "web_seeds": mask_url, "http_seeds": mask_url}
"""Settings that are URLs, or lists of them, and what hides the secrets in one."""
