from __future__ import annotations

import ast
import pickle
import re
from string import Formatter
from typing import TYPE_CHECKING

import click
import pytest

from seedwright.cli.main import app
from seedwright.cli.wording import plain, shown
from seedwright.errors import UsageError
from seedwright.hints import Hint, joined, named
from seedwright.request import OPTIONS
from tests.unit.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = ROOT / "src" / "seedwright"
FACES = ("cli", "request")
"""The rooms that may spell a flag."""

FLAG = re.compile(r"(?<![\w-])--[a-z]")


def _hints() -> Iterator[tuple[str, frozenset[str]]]:
    """The template of every hint in the source, and the names of its values."""
    for module in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("Hint"), args=[ast.Constant(str(template))], keywords=values
                ):
                    yield template, frozenset(str(each.arg) for each in values)


HINTS = sorted(set(_hints()), key=lambda hint: hint[0])


@pytest.mark.parametrize(
    ("template", "call", "shell"),
    [
        ("leave out {name}", "leave out name", "leave out --name"),
        ("use {force.on}", "use force=True", "use --force"),
        ("use {with_date.off}", "use with_date=False", "use --no-date"),
        ("use {ignore_dotfiles.off}", "use ignore_dotfiles=False", "use --include-dotfiles"),
        ("use {engine[local]}", "use engine='local'", "use --engine local"),
        ("raise {timeout.setting}", "raise timeout", "raise --timeout (torrent_creation.timeout)"),
        ("{tags.setting}", "tags", "--tag (qbittorrent.tags)"),
        (
            "with `{seedwright.edit[add_tracker]}`",
            "with `add_tracker of seedwright edit`",
            "with `seedwright edit --add-tracker`",
        ),
    ],
)
def test_each_face_spells_an_option_its_own_way(template: str, call: str, shell: str) -> None:
    assert (Hint(template), shown(Hint(template))) == (call, shell)


def test_what_is_put_into_a_hint_is_not_read_as_one() -> None:
    assert shown(Hint("'{file}' is there: {force.on}", file="{x}{force.on}")) == (
        "'{x}{force.on}' is there: --force"
    )


def test_a_hint_in_a_hint_is_spelled_as_well() -> None:
    both = joined([Hint("{force.on}"), "or not"], ", ")
    assert (both, shown(both)) == ("force=True, or not", "--force, or not")
    assert shown(Hint("{hint}!", hint=both)) == "--force, or not!"


@pytest.mark.parametrize(
    ("value", "shell"),
    [(None, "--piece-length"), ("4 MiB", "--piece-length '4 MiB'")],
)
def test_an_option_is_named_with_its_value(value: str | None, shell: str) -> None:
    assert shown(named("piece_length", value)) == shell


def test_a_failure_in_one_line_and_as_json_is_spelled_by_its_face() -> None:
    error = UsageError("it is there", hint=Hint("use {force.on}"))
    assert error.one_line == "it is there (use force=True)"
    assert shown(error.one_line) == "it is there (use --force)"
    assert plain({"errors": [error.as_dict()]})["errors"][0]["hint"] == "use --force"


def test_a_hint_survives_being_sent_elsewhere() -> None:
    assert shown(pickle.loads(pickle.dumps(Hint("{a}: {name}", a="x")))) == "x: --name"


@pytest.mark.parametrize(("template", "values"), HINTS)
def test_every_option_that_a_hint_names_can_be_given(template: str, values: frozenset[str]) -> None:
    for _, field, _, _ in Formatter().parse(template):
        if field is None or field in values:
            continue
        if field.startswith("seedwright."):
            _check_command(*re.findall(r"\w+", field)[1:])
        else:
            name, rest = re.fullmatch(r"(\w+)(.*)", field).groups()  # type: ignore[union-attr]
            assert OPTIONS[name].spelling is not None
            assert rest in ("", ".on", ".off", ".setting") or re.fullmatch(r"\[\w+\]", rest)
            assert rest != ".setting" or OPTIONS[name].setting
    assert not FLAG.search(
        shown(Hint(template, **dict.fromkeys(values - {"**"}, ""))).split("--")[0]
    )


def _check_command(*words: str) -> None:
    command: click.Command = app
    for word in words[:-1]:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    flags = [flag for each in command.params for flag in each.opts]
    assert f"--{words[-1].replace('_', '-')}" in flags


def test_there_are_hints() -> None:
    assert len(HINTS) > 20


def test_no_module_but_those_of_the_command_line_spells_a_flag() -> None:
    spelled = [
        f"{module.relative_to(SOURCE)}:{number}"
        for module in SOURCE.rglob("*.py")
        if module.relative_to(SOURCE).parts[0] not in FACES
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), 1)
        if FLAG.search(line)
    ]
    assert spelled == []
