"""What a run leaves can be read: tables, the chart, the raw figures."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks import chart, pages, tables
from benchmarks.figures import Figure, Figures
from benchmarks.machine import Machine
from benchmarks.scenarios import scenarios
from benchmarks.timed import Run
from benchmarks.verdicts import judge

SVG = "{http://www.w3.org/2000/svg}"

MACHINE = Machine(
    "Some CPU", 2, 8_000_000_000, "Some Linux", "Linux 6", "3.11", "avx2", "2030-01-02"
)


def outcome() -> pages.Outcome:
    figures = Figures(
        (
            Figure.of("big", "v1", "seedwright", 8 << 30, [Run(1.0, 10**8, rate=9e9)]),
            Figure.of("big", "v1", "mkbrr", 8 << 30, [Run(5.0, 10**7)]),
        )
    )
    chosen = [scenarios(8 << 30, 1 << 30, 20)["big"]]
    versions = {"mkbrr": "1.27"}
    return pages.Outcome(MACHINE, versions, 1, chosen, figures, judge(figures), ["no torf here"])


def widths(svg: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in ET.fromstring(svg).iter(f"{SVG}rect")]


def test_columns_of_numbers_end_together() -> None:
    lines = tables.in_text(("tool", "s"), [["mkbrr", "1.25"], ["x", "10.50"]]).splitlines()
    assert lines == ["  tool       s", "  mkbrr   1.25", "  x      10.50"]


def test_a_page_has_tables_of_equal_rows() -> None:
    lines = tables.in_markdown(("tool", "s"), [["mkbrr", "1.25"]]).splitlines()
    assert lines == ["| tool | s |", "| --- | ---: |", "| mkbrr | 1.25 |"]


def test_bars_share_one_scale() -> None:
    groups = [("v1", [chart.Bar("a", 8.0, "ours")]), ("v2", [chart.Bar("b", 2.0, "peer")])]
    first, second = widths(chart.svg("title", "note", "GB/s", groups))
    assert round(first / second, 1) == 4.0


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert widths(chart.svg("title", "note", "GB/s", [])) == []


def test_names_cannot_break_the_chart() -> None:
    drawn = chart.svg("a < b & c", "note", "GB/s", [("v1", [chart.Bar("<x>", 1.0, "peer")])])
    assert ET.fromstring(drawn).findtext(f"{SVG}title") == "a < b & c"


def test_the_ratio_says_how_many_times_as_quick_we_are() -> None:
    ours, mkbrr = pages.figure_rows(outcome().figures, "big", "v1")
    assert (ours[0], ours[-2]) == ("seedwright", "1.00 ×")
    assert (mkbrr[0], mkbrr[-2]) == ("mkbrr", "5.00 ×")


def test_every_round_is_in_the_raw_figures() -> None:
    told = json.loads(pages.raw(outcome()))
    assert [figure["seconds"] for figure in told["figures"]] == [[1.0], [5.0]]


def test_the_page_tells_what_was_missing() -> None:
    assert "**Mind:** no torf here." in pages.page(outcome())


def test_a_bar_that_was_not_measured_is_told_as_such() -> None:
    assert "| not measured |" in pages.page(outcome())


def test_all_three_files_are_written(tmp_path: Path) -> None:
    pages.write(outcome(), tmp_path / "docs")
    names = {path.name for path in (tmp_path / "docs").iterdir()}
    assert names == {"README.md", "hashing.json", "hashing.svg"}
