"""The settings in force, fit to be shown: no secret is in them."""

from __future__ import annotations

import re
from pathlib import Path

from seedwright.settings.group import Group
from seedwright.settings.secret import MASK, Secret

_URL = re.compile(r"(\w+://)([^/?#]*@)?([^/?#]*)(.*)", re.DOTALL)


def shown(value: object) -> object:
    """``value`` as plain mappings, lists and scalars, with secrets and passkeys masked."""
    match value:
        case Group():
            return {
                name: shown([_shown_tier(tier) for tier in inner] if name == "trackers" else inner)
                for name, inner in vars(value).items()
            }
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


def _shown_tier(tier: str | list[str]) -> str | list[str]:
    return _shown_tracker(tier) if isinstance(tier, str) else [_shown_tracker(url) for url in tier]


def _shown_tracker(url: str) -> str:
    """``url`` with everything masked that may be a passkey."""
    scheme, user, host, rest = _URL.findall(url)[0]
    return url if not user and rest in ("", "/", "/announce") else f"{scheme}{host}/{MASK}"
