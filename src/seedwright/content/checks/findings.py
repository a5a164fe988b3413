"""The names of checks, and the places that they find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.errors import UsageError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def check_allowed(names: Iterable[str], known: Iterable[str], *, hint: str) -> frozenset[str]:
    """The names; UsageError with ``hint`` when one of them is not ``known``."""
    given = frozenset(names)
    for name in sorted(given.difference(known)):
        raise UsageError(f"unknown check '{printable(name)}'", hint=hint)
    return given


def places(found: Sequence[str]) -> str:
    """Where something was found: the first place, and how many more there are."""
    first = f": {found[0]}" if found[0] else ""
    return f"{first}, and {len(found) - 1} more" if len(found) > 1 else first
