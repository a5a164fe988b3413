"""Rules that stand beside a type: ``Annotated[int, Bounds(ge=1)]``, ``Annotated[str, check_host]``.

Each is called with a value of the type, and gives it back as it is to be, or raises BadValueError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedwright.settings.problems import Loc


class BadValueError(ValueError):
    """How a setting is wrong: ``sentence`` goes on after the setting's name.

    ``at`` leads from the setting, or the group of settings, to the part of it that is wrong.
    """

    def __init__(
        self, sentence: str, *, hint: str = "", at: Loc = (), shows_value: bool = False
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.at = at
        self.shows_value = shows_value


class Bounds:
    """Numbers in bounds: ``gt`` lies below all of them, ``ge`` is the least, ``le`` the greatest."""

    def __init__(
        self, *, gt: float | None = None, ge: int | None = None, le: int | None = None
    ) -> None:
        self.gt, self.ge, self.le = gt, ge, le

    def __call__(self, value: float) -> float:
        if self.gt is not None and not value > self.gt:
            raise BadValueError(f"must be more than {self.gt:g}", shows_value=True)
        if self.ge is not None and value < self.ge:
            raise BadValueError(f"must be {self.ge} or more", shows_value=True)
        if self.le is not None and value > self.le:
            raise BadValueError(f"must be {self.le} or less", shows_value=True)
        return value


class Read:
    """A reading of its own, in place of the one that the type would get.

    ``written`` is the type as it is written in a file, where that is another one.
    """

    def __init__(self, function: Callable[[object], Any], written: Any = None) -> None:
        self.function, self.written = function, written
