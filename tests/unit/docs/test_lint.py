from __future__ import annotations

from seedwright.content.checks.check import CHECKS
from seedwright.lint.linter import LINTS
from tests.unit.docs import pages


def test_all_that_lint_looks_for_is_told() -> None:
    part = pages.section(pages.text("docs/CLI.md"), "seedwright lint")
    told = {row[0].strip("`"): row[1:] for row in pages.rows(part)}
    assert told == {name: [str(row.severity), row.meaning] for name, row in LINTS.items()}


def test_all_that_the_content_checks_look_for_is_told() -> None:
    part = pages.section(pages.text("docs/CLI.md"), "Content checks")
    told = {row[0].strip("`"): row[1] for row in pages.rows(part)}
    assert told == {name: check.meaning for name, check in CHECKS.items()}
