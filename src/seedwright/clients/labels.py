"""Tags and categories as a client accepts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedwright.errors import UsageError
from seedwright.hints import Hint
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable


def fit_tags(tags: Iterable[str], longest: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags without repeats, cut to ``longest`` characters, and a warning for each cut.

    Raises UsageError for a tag with a comma, which separates tags in the Web API.
    """
    fitted: dict[str, None] = {}
    warnings = []
    for tag in (given.strip() for given in tags):
        if not tag or "," in tag:
            raise UsageError(
                f"{tag!r} is not a valid tag", hint=Hint("give each tag separately with {tags}")
            )
        short = tag[:longest].rstrip()
        if short != tag:
            warnings.append(f"tag {tag!r} was cut to {short!r} (max_tag_length {longest})")
        fitted[short] = None
    return tuple(fitted), tuple(warnings)


def check_category(category: str) -> str:
    """The category, which a client can have; "" stands for none.

    Raises UsageError for a name that qBittorrent silently ignores: with a backslash, an empty part,
    or a slash at either end.
    """
    if category and ("\\" in category or not all(category.split("/"))):
        raise UsageError(
            f"'{printable(category)}' is not a valid category",
            hint="write subcategories as films/short, with no backslash and no slash at either end",
        )
    return category
