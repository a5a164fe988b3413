"""Files that only their owner may read, since there may be secrets in them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from seedwright.errors import OutputError, OutputExistsError
from seedwright.hints import Hint


def write_private(target: Path, text: str, *, force: bool = False) -> None:
    """Write ``text`` to ``target``, whole or not at all, with the folders that it needs.

    Raises OutputExistsError if the file exists and ``force`` is not given, and OutputError if it
    cannot be written.
    """
    try:
        if target.exists() and not force:
            raise OutputExistsError(
                f"'{target}' already exists", hint=Hint("overwrite it with {force.on}")
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror}") from error
