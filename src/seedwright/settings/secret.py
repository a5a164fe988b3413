"""A text that is never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seedwright.settings.problems import BadValueError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

MASK = "********"
"""What stands for a secret wherever settings are shown."""


class Secret:
    """A password or a key, shown as MASK unless it is asked for by ``get_secret_value``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._value)

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    @classmethod
    def read(cls, value: object) -> Secret:
        """The secret that ``value`` is, or holds as text; raises BadValueError."""
        if isinstance(value, str | Secret):
            return cls(value) if isinstance(value, str) else value
        raise BadValueError("must be text")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        notes = {"pydantic_js_updates": {"format": "password", "writeOnly": True}}
        return core_schema.no_info_plain_validator_function(
            cls.read, json_schema_input_schema=core_schema.str_schema(metadata=notes)
        )
