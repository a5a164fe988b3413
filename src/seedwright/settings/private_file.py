"""Files that only their owner may read, since there may be secrets in them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from seedwright.errors import OutputError, OutputExistsError
from seedwright.hints import Hint


def write_private(target: Path, text: str, *, force: bool = False) -> None:
    """Write ``text`` to ``target``, whole or not at all, with the folders that it needs.

    Raises OutputExistsError when the file is there and ``force`` is not given, and OutputError
    when it cannot be written.
    """
    try:
        if target.exists() and not force:
            raise OutputExistsError(
                f"{target} is there already", hint=Hint("{force.on} replaces it")
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
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
