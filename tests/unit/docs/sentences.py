"""Every text that the source can print, as a pattern: what is put in at run time is left open."""

from __future__ import annotations

import ast
import re
from functools import cache

from seedwright.clients.naming import DEFAULT, title
from tests.unit.docs.pages import ROOT

DEFAULT_TITLE = title(DEFAULT)
_OPEN = ".*"
_LEAST_LETTERS = 7
_FIELD = re.compile(r"\\\{[^{}]*\\\}")


def is_printed(sentence: str) -> bool:
    """Whether some text of the source, its blanks filled in, is this sentence."""
    return any(pattern.fullmatch(sentence) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    found = set()
    for module in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.expr):
                pattern, letters = _pattern(node)
                if letters >= _LEAST_LETTERS:
                    found.add(pattern)
    return tuple(re.compile(pattern, re.DOTALL) for pattern in found)


def _pattern(node: ast.expr) -> tuple[str, int]:
    """What the expression gives, and how many letters of it are certain."""
    match node:
        case ast.Constant(value=str(text)):
            blanks = _FIELD.sub(_OPEN, re.escape(text))  # those of str.format
            # A client's title stands in so many sentences that it tells none of them apart.
            return blanks, sum(char.isalpha() for char in blanks.replace(DEFAULT_TITLE, ""))
        case ast.JoinedStr(values=parts):
            return _joined(parts)
        case ast.FormattedValue(value=ast.IfExp() as choice):
            return _pattern(choice)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([left, right])
        case ast.IfExp(body=body, orelse=orelse):
            (one, letters), (other, others) = _pattern(body), _pattern(orelse)
            return f"(?:{one}|{other})", min(letters, others)
        case _:
            return _OPEN, 0


def _joined(parts: list[ast.expr]) -> tuple[str, int]:
    patterns, letters = zip(*map(_pattern, parts), strict=True) if parts else ((), ())
    return "".join(patterns), sum(letters)
