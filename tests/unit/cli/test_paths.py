"""An empty path is refused wherever a command line takes one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest
from docs.generate import children

from seedwright.cli.main import app
from seedwright.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cli.conftest import Seedwright

NOT_A_PATH = {"--save-path"}
"""A text of the settings, which an empty one takes back."""


def commands(
    command: click.Command = app, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, with the names that lead to it."""
    yield names, command
    for name, child in children(command).items():
        yield from commands(child, (*names, name))


def paths() -> Iterator[tuple[str, ...]]:
    """A command line for each place that takes a path, which is empty there."""
    for names, command in commands():
        arguments = [each for each in command.params if isinstance(each, click.Argument)]
        for param in command.params:
            words = re.findall("[A-Z]+", param.metavar or str(param.name).upper())
            if not {"PATH", "FILE", "DIR", "HOSTDIR"} & set(words):
                continue
            if isinstance(param, click.Argument):
                yield (*names, *("" if each is param else "x" for each in arguments))
            elif not NOT_A_PATH & set(param.opts):
                yield (*names, param.opts[-1], "", *("x" for _ in arguments))


EMPTY = sorted(set(paths()))


def test_the_paths_of_every_command_are_tried() -> None:
    assert {("create", "--each", "", "x"), ("create", ""), ("--config", "")} <= set(EMPTY)
    assert len(EMPTY) > 40


@pytest.mark.parametrize("arguments", EMPTY, ids=" ".join)
def test_an_empty_path_is_wrong_usage(seedwright: Seedwright, arguments: tuple[str, ...]) -> None:
    ended = seedwright(*arguments)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert " is empty; it must be a path\n" in ended.err
