"""Paths and options that many commands take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")


class _Named(click.Path):
    """A path as it is written, whether it exists or not; an empty one is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises UsageError for an empty one, which would mean the current folder."""
        del ctx
        if not value:
            from seedwright.request.kinds import PATH as KIND

            KIND.value(value, called(param))
        return self.coerce_path_result(value)


PATH = _Named(path_type=Path)
NAME = _Named(path_type=str)
"""As PATH, but the text as it is written."""


def called(param: click.Parameter | None) -> str:
    """What a user calls the parameter: ``--output``, or ``FILE``."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return str(param.human_readable_name).strip("[].") if param else "path"


def json_option(each: str = "") -> Callable[[Command], Command]:
    """``--json``, which prints one object for ``each`` thing of that name, or one alone."""
    what = f" for each {each}" if each else ""
    sentence = f"Print one JSON object{what}, and nothing else."
    return click.option("--json", "as_json", is_flag=True, help=sentence)


force_option = click.option("--force", is_flag=True, help="Overwrite an existing file.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
