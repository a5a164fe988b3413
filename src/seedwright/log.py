"""What the rooms log, under ``seedwright.*`` of the standard ``logging``, which is imported late.

To import it takes as long as making a small torrent. Where nobody has imported it nobody can listen
either, so only a warning is reason enough.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

ROOT = "seedwright"
_SHORTEST_SECRET = 4

_secrets: set[str] = set()
_set_up: list[Callable[[], None]] = []


class Log:
    """What one module logs; the arguments are those of ``logging.Logger``.

    No text given here holds a secret. The handlers of the command line mask them all the same.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, text: str, *given: object, exc_info: BaseException | None = None) -> None:
        """Log something that helps to find out why."""
        if "logging" in sys.modules:
            self._logger().debug(text, *given, exc_info=exc_info, stacklevel=2)

    def info(self, text: str, *given: object) -> None:
        """Log something that was done."""
        if "logging" in sys.modules:
            self._logger().info(text, *given, stacklevel=2)

    def warning(self, text: str, *given: object) -> None:
        """Log something that a person has to look after, such as what was left somewhere."""
        self._logger().warning(text, *given, stacklevel=2)

    def _logger(self) -> logging.Logger:
        import logging

        root = logging.getLogger(ROOT)
        if not root.handlers:
            # Without any handler logging would print warnings on its own.
            root.addHandler(logging.NullHandler())
        while _set_up:
            _set_up.pop()()
        return logging.getLogger(self._name)


def when_first_used(set_up: Callable[[], None] | None) -> None:
    """Call ``set_up`` before the first record, if one comes; None takes an earlier ``set_up`` back."""
    _set_up[:] = [set_up] if set_up is not None else []


def hide(*secrets: str) -> None:
    """Have :func:`masked` hide these; what is too short to be a secret is ignored."""
    _secrets.update(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def masked(text: str) -> str:
    """The text with ``***`` for all that :func:`hide` was given."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
