"""A bar chart as SVG, on light and on dark pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 760
_LABELS = 150
_NUMBERS = 80
_MARGIN = 16
_ROW = 24
_BAR = 16
_HEAD = 34
_TITLE = 52

_STYLE = """\
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; }
.note, .number { fill: #59636e; }
.group { font-weight: 600; }
.label { text-anchor: end; }
.ours { fill: #1a7f37; }
.forced { fill: #7fbf8f; }
.peer { fill: #8c959f; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .note, .number { fill: #9198a1; }
  .ours { fill: #3fb950; }
  .forced { fill: #2a6b3a; }
  .peer { fill: #656c76; }
}"""


@dataclass(frozen=True)
class Bar:
    """One bar: ``kind`` is ``ours``, ``forced`` or ``peer``."""

    label: str
    value: float
    kind: str


def svg(title: str, note: str, unit: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """The chart of GROUPS, each a heading and its bars; all bars share one scale from 0."""
    longest = max((bar.value for _, bars in groups for bar in bars), default=0.0) or 1.0
    scale = (_WIDTH - _LABELS - _NUMBERS - 2 * _MARGIN) / longest
    start = _MARGIN + _LABELS
    parts = [_text(_MARGIN, 26, title, "title"), _text(_MARGIN, 46, note, "note")]
    y = _TITLE
    for heading, bars in groups:
        y += _HEAD
        parts.append(_text(start, y - 10, heading, "group"))
        for bar in bars:
            width = max(bar.value * scale, 1.0)
            middle = y + _ROW / 2 + 4.5
            parts += [
                _text(start - 8, middle, bar.label, "label"),
                _bar(start, y + (_ROW - _BAR) / 2, width, bar.kind),
                _text(start + width + 6, middle, f"{bar.value:.2f} {unit}", "number"),
            ]
            y += _ROW
    height = y + _MARGIN
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title">\n'
        f'<title id="title">{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n{body}\n</svg>\n'
    )


def _bar(x: float, y: float, width: float, kind: str) -> str:
    shape = f'x="{x:g}" y="{y:g}" width="{width:.1f}" height="{_BAR}" rx="2"'
    return f'<rect class="{kind}" {shape}/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}">{escape(text)}</text>'
