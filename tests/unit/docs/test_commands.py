from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from docs.generate import children

from seedwright.cli import logs
from seedwright.cli.main import app
from tests.unit.docs import pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click

LINES = [(page, line) for page in pages.PAGES for line in pages.command_lines(page.read_text())]
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", pages.text("Makefile"), re.MULTILINE))
PHONY = re.findall(r"^\.PHONY: (.+)$", pages.text("Makefile"), re.MULTILINE)[0].split()


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """What a line says of the log is forgotten after it."""
    with logs.listening():
        yield


def parse(words: list[str], *, whole: bool) -> None:
    """Read the words as the command line would, without running anything.

    A mention that is not ``whole`` may leave out what the command requires.
    """
    command: click.Command = app
    context: click.Context | None = None
    while known := children(command):
        options = {spelling for param in command.params for spelling in param.opts} | {"--help"}
        while words and words[0].startswith("-"):
            assert words[0] in options, words[0]
            words = words[2 if words[0] in {"--config", "--log-file"} else 1 :]
        if not words:
            return
        context = command.make_context("seedwright", [], parent=context, resilient_parsing=True)
        command, words = known[words[0]], words[1:]
    try:
        command.make_context("seedwright", words, parent=context)
    except Exception as error:
        if whole or type(error).__name__ != "MissingParameter":
            raise


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: getattr(value, "name", ""))
def test_every_command_line_in_the_pages_can_be_given(page: Path, line: pages.CommandLine) -> None:
    parse(line.words, whole=line.whole)


def test_a_command_line_that_cannot_be_given_is_noticed() -> None:
    for words in (["craete", "x"], ["create", "x", "--sed"], ["--confg", "x", "doctor"]):
        with pytest.raises(Exception, match=r"craete|--sed|--confg"):
            parse(words, whole=False)
    with pytest.raises(Exception, match="torrent"):
        parse(["verify"], whole=True)
    parse(["verify"], whole=False)


def test_every_command_that_a_message_names_can_be_given() -> None:
    named = set()
    for module in (pages.ROOT / "src").rglob("*.py"):
        joined = re.sub(r'"\n\s*f?"', "", module.read_text(encoding="utf-8"))
        named |= set(re.findall(r"(?<!`)`seedwright ([^`{]+)`(?!`)", joined))
    assert len(named) > 5
    for words in named:
        parse(words.split(), whole=False)


def test_every_option_in_the_prose_is_one_of_ours() -> None:
    foreign = {"--release", "--locked", "--sdist", "--out", "--lf"}
    ours: set[str] = set()
    waiting: list[click.Command] = [app]
    while waiting:
        command = waiting.pop()
        waiting += children(command).values()
        for param in command.params:
            ours |= {*param.opts, *param.secondary_opts}
    for page in pages.PAGES:
        named = set(re.findall(r"`(?:[^`\n]* )?(--[a-z-]+)", pages.prose(page.read_text())))
        assert named - ours - foreign - {"--help"} == set(), page.name


def test_every_make_target_in_the_pages_exists() -> None:
    for page in pages.PAGES:
        named = re.findall(r"(?:^|`|&& )make ([a-z -]+)", page.read_text(), re.MULTILINE)
        assert {target for each in named for target in each.split()} <= MAKE_TARGETS, page.name


def test_every_make_target_is_told() -> None:
    part = pages.section(pages.text("docs/DEVELOPMENT_GUIDE.md"), "Commands")
    told = {
        target for row in pages.rows(part) for target in re.findall(r"`make ([a-z-]+)`", row[0])
    }
    assert told == set(PHONY)
