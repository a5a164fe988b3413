"""Variables inside values: ``${NAME}`` and ``${NAME:-default}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seedwright.names import nearest
from seedwright.settings.problems import BadValueError, Loc
from seedwright.settings.written import Block, Items

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(r"\$(?:(\$)|\{([A-Za-z_]\w*)(?::-([^{}]*))?\}|\{)", re.ASCII)


def expand(value: object, variables: Mapping[str, str], at: Loc = ()) -> object:
    """``value`` with its variables put in, inside lists and mappings too; ``$$`` gives ``$``.

    The default counts when the variable is not set or empty, as in a shell. Raises BadValueError
    for a variable that is not set and has no default, and for ``${`` that begins no name.
    """
    if isinstance(value, str):
        return _expand_text(value, variables, at)
    if isinstance(value, Items):
        items = (expand(item, variables, (*at, index)) for index, item in enumerate(value))
        return Items(items, value.places)
    if isinstance(value, Block):
        made = Block(value.here)
        for key, inner in value.items():
            within = (*at, key)
            name = _expand_text(key, variables, within)
            made.put(name, expand(inner, variables, within), value.place(key))
        return made
    return value


def _expand_text(text: str, variables: Mapping[str, str], at: Loc) -> str:
    def put_in(match: re.Match[str]) -> str:
        dollar, name, default = match.groups()
        if dollar:
            return "$"
        if name is None:
            raise BadValueError(
                "contains ${ without the name of a variable",
                hint="write ${NAME} or ${NAME:-default}, or $${ for the characters themselves",
                at=at,
            )
        found = variables.get(name)
        if default is not None:
            return found or default
        if found is None:
            raise BadValueError(
                f"needs the variable {name}, which is not set",
                hint=nearest(name, variables)
                or f"set it in the environment or in .env, or write ${{{name}:-default}}",
                at=at,
            )
        return found

    return _REFERENCE.sub(put_in, text)
