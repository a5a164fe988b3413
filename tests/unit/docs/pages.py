"""The pages as the tests read them: texts, sections, fenced blocks and inline code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def text(name: str) -> str:
    """The page, by its path from the top: ``docs/CLI.md``."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCED.sub("", page)


def fenced(page: str, language: str) -> list[str]:
    """What stands in the fenced blocks of that language."""
    return [body for found, body in _FENCED.findall(page) if found == language]


def section(page: str, heading: str) -> str:
    """What stands under the heading, deeper headings included."""
    headings = list(_HEADING.finditer(_without_code(page)))
    for number, found in enumerate(headings):
        if found[2] == heading:
            after = (h.start() for h in headings[number + 1 :] if len(h[1]) <= len(found[1]))
            return page[found.end() : next(after, len(page))]
    raise AssertionError(f"no heading {heading!r}")


def anchors(page: str) -> set[str]:
    """What a link can name after ``#``: headings in lower case, blanks as hyphens."""
    titles = (found[2] for found in _HEADING.finditer(_without_code(page)))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def rows(part: str) -> list[list[str]]:
    """The cells of every row of the tables in it, heads left out."""
    tables = re.findall(r"^\| .*\n\| ---.*\n((?:\|.*(?:\n|\Z))*)", part, re.MULTILINE)
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for table in tables
        for line in table.splitlines()
    ]


class CommandLine(NamedTuple):
    """A use of ``seedwright`` in a page; ``whole`` where a reader would run it as it stands."""

    words: list[str]
    whole: bool


def command_lines(page: str) -> list[CommandLine]:
    """Every command line of ours in the shell blocks, the consoles and the inline code."""
    typed = [line for block in fenced(page, "sh") for line in block.splitlines()]
    consoles = "\n".join(fenced(page, "console"))
    typed += [line[2:] for line in consoles.splitlines() if line.startswith("$ ")]
    named = re.findall(r"`([^`\n]+)`", prose(page))
    return [
        *(CommandLine(_words(line), whole=True) for line in typed if _is_ours(line)),
        *(CommandLine(_words(code), whole=False) for code in named if _is_ours(code)),
    ]


def _is_ours(line: str) -> bool:
    return line == "seedwright" or line.startswith("seedwright ")


def _words(line: str) -> list[str]:
    """The arguments, up to a redirection."""
    words = shlex.split(line, comments=True)[1:]
    return words[: words.index(">")] if ">" in words else words


def _without_code(page: str) -> str:
    """The page with fenced blocks blanked out, so that offsets stay: ``#`` begins a comment there."""
    return _FENCED.sub(lambda block: " " * len(block[0]), page)
