"""Rules that stand beside a type: ``Annotated[int, Bounds(ge=1)]``, ``Annotated[str, Rule(host)]``.

pydantic reads them when there is something to check; until then nothing of it is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.errors import UsageError
from seedwright.settings.problems import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Rule:
    """``function`` gives a value of the type back as it is to be.

    It raises UsageError for one that cannot be used, or BadValueError with the whole sentence. Where
    a type is ``written`` in another way, it reads what is written instead.
    """

    def __init__(self, function: Callable[[Any], Any], *, written: Any = None) -> None:
        self.function, self.written = function, written

    def __call__(self, value: object) -> Any:
        try:
            return self.function(value)
        except UsageError as error:
            raise BadValueError(f"cannot be used: {error.message}", hint=error.hint) from None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        if self.written is None:
            return core_schema.no_info_after_validator_function(self, handler(source))
        written = handler.generate_schema(self.written)
        return core_schema.no_info_plain_validator_function(self, json_schema_input_schema=written)


class EmptyIsNone:
    """Empty text means None."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            lambda value: None if value == "" else value, handler(source)
        )


class Bounds:
    """Numbers in bounds: ``gt`` lies below all of them, ``ge`` is the least, ``le`` the greatest."""

    def __init__(self, **bounds: int) -> None:
        self.bounds = bounds

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import PydanticKnownError, core_schema

        number: Any = {**handler(source), **self.bounds}

        def no_switch(value: object) -> object:
            if isinstance(value, bool):
                raise PydanticKnownError(f"{number['type']}_type")  # type: ignore[arg-type]
            return value

        return core_schema.no_info_before_validator_function(no_switch, number)
