from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from docs import generate

from seedwright import errors
from seedwright.clients.qbittorrent.capabilities import Feature
from tests.unit.docs import pages

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = list(generate.commands())


def headings(names: tuple[str, ...]) -> str:
    return " ".join(("seedwright", *names))


@pytest.mark.parametrize("page", generate.PAGES, ids=lambda page: page.name)
def test_every_page_is_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert generate.filled(text) == text, "run: make docs"


def test_filling_a_page_twice_changes_nothing() -> None:
    page = "<!-- generated: error-tree -->\nstale\n<!-- end -->\n\n<!-- generated: help -->\n<!-- end -->\n"
    once = generate.filled(page)
    assert "stale" not in once
    assert "UsageError" in once
    assert generate.filled(once) == once


def test_what_is_written_by_hand_stays() -> None:
    page = "before\n<!-- generated: help -->\n<!-- end -->\nafter\n"
    filled = generate.filled(page)
    assert filled.startswith("before\n")
    assert filled.endswith("\nafter\n")


def test_a_block_that_nobody_can_fill_is_an_error() -> None:
    with pytest.raises(ValueError, match="'weather tomorrow'"):
        generate.filled("<!-- generated: weather tomorrow -->\n<!-- end -->\n")


@pytest.mark.parametrize("names", COMMANDS, ids=headings)
def test_every_command_has_its_help_under_its_heading(names: tuple[str, ...]) -> None:
    part = pages.section(pages.text("docs/CLI.md"), headings(names))
    assert f"```text\n{generate.help_of(*names)}\n```" in part


@pytest.mark.parametrize("names", COMMANDS, ids=headings)
def test_every_option_of_a_command_is_told(names: tuple[str, ...]) -> None:
    part = pages.section(pages.text("docs/CLI.md"), headings(names))
    options = {spelling for param in generate.parameters(*names) for spelling in param}
    assert "--help" in options
    assert {option for option in options if option not in part} == set()


def test_help_does_not_depend_on_the_terminal() -> None:
    seen = set()
    for columns in ("40", "200"):
        ended = subprocess.run(
            [sys.executable, "-c", "from docs.generate import help_of; print(help_of('create'))"],
            env={**os.environ, "COLUMNS": columns, "TERMINAL_WIDTH": columns, "NO_COLOR": "1"},
            cwd=pages.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(ended.stdout)
    assert seen == {f"{generate.help_of('create')}\n"}


def test_main_brings_pages_up_to_date_and_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale, current = tmp_path / "stale.md", tmp_path / "current.md"
    stale.write_text("<!-- generated: help -->\n<!-- end -->\n")
    shutil.copy(pages.ROOT / "docs/CLI.md", current)
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "PAGES", (stale, current))
    generate.main()
    assert capsys.readouterr().out == "stale.md\n"
    assert "Usage: seedwright" in stale.read_text()
    generate.main()
    assert capsys.readouterr().out == ""


def test_every_module_is_on_the_map_with_its_subject() -> None:
    page = pages.text("docs/ARCHITECTURE.md")
    for path, summary in generate.modules().items():
        folder, _, name = path.rpartition("/")
        assert summary, f"{path} has no docstring"
        if name == "__init__.py":
            continue
        part = pages.section(page, folder or "The package itself")
        assert [f"`{name}`", summary] in pages.rows(part), path


def test_every_exception_is_in_the_tree_and_in_the_table() -> None:
    part = pages.section(pages.text("docs/DEVELOPMENT_GUIDE.md"), "Exceptions")
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.SeedwrightError)
    ]
    table = {row[0]: row[1:3] for row in pages.rows(part)}
    assert table == {
        f"`{kind.__name__}`": [f"`{kind.code}`", str(int(kind.exit_code))] for kind in kinds
    }
    tree = pages.fenced(part, "text")[0]
    assert [line.split()[-1] for line in tree.splitlines()] == [kind.__name__ for kind in kinds]


def test_the_tree_is_the_one_at_the_top_of_its_module() -> None:
    tree = pages.fenced(
        pages.section(pages.text("docs/DEVELOPMENT_GUIDE.md"), "Exceptions"), "text"
    )[0]
    drawn = [line[4:].rstrip() for line in (errors.__doc__ or "").splitlines() if "Error" in line]
    names = [line.split("Error")[0] + "Error" for line in drawn if line]
    assert names == tree.splitlines()


def test_exceptions_of_others_do_not_get_into_the_pages() -> None:
    class ForeignError(errors.UsageError):
        pass

    assert ForeignError.__name__ not in generate.filled(
        "<!-- generated: error-tree -->\n<!-- end -->\n"
    )


def test_every_capability_is_in_the_table() -> None:
    part = pages.section(pages.text("docs/DEVELOPMENT_GUIDE.md"), "What each qBittorrent can do")
    table = {row[0]: row[1] for row in pages.rows(part)}
    assert table == {feature.title: feature.released for feature in Feature}
