"""The variables in ``.env``, each with its line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from seedwright.errors import SettingsError
from seedwright.settings.places import DOTENV_NAME, PREFIX
from seedwright.settings.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class DotEnv(NamedTuple):
    """What a ``.env`` file sets."""

    values: dict[str, str]
    places: dict[str, Place]
    problems: list[Problem]


def read_dotenv(path: Path) -> DotEnv:
    """The variables in ``path``, which need not exist; values are taken as they are written.

    Lines that set nothing are ignored, unless they name one of our variables: the file may belong to
    other programs as well. Raises SettingsError if the file cannot be read.
    """
    found = DotEnv({}, {}, [])
    try:
        if not path.is_file():
            return found
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"cannot read {path.name}: {reason}") from None
    import io

    from dotenv.parser import parse_stream

    for binding in parse_stream(io.StringIO(text)):
        raw = binding.original.string
        blank_lines = raw[: len(raw) - len(raw.lstrip())].count("\n")
        place = Place(path.name, binding.original.line + blank_lines)
        if binding.key is not None and binding.value is not None:
            found.values[binding.key] = binding.value
            found.places[binding.key] = place
        elif raw.strip().removeprefix("export ").startswith(PREFIX):
            found.problems.append(Problem(place, "this line is not NAME=value"))
    return found


def variables_in(environ: Mapping[str, str] | None, cwd: Path) -> dict[str, str]:
    """The variables of ``.env`` in ``cwd``, and over them those of the environment."""
    return read_dotenv(cwd / DOTENV_NAME).values | dict(os.environ if environ is None else environ)
