from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from seedwright.cli import progress as progress_module
from seedwright.cli.progress import PlainLines, RichBars, Silent, display, in_words
from seedwright.engines.base import Progress
from seedwright.work.tally import Tally

from .builders import Clock

if TYPE_CHECKING:
    Capture = pytest.CaptureFixture[str]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_module, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("waiting"), "waiting"),
        (Progress("seeding", 1.0), "seeding"),
        (Progress("hashing"), "hashing 0 %"),
        (Progress("hashing", 0.424), "hashing 42 %"),
        (Progress("hashing", 1.0, 1 << 30, 0.0), "hashing 100 %, 1 GiB/s, 0 s left"),
        (Progress("hashing", 0.5, 1.1 * (1 << 20), 12.4), "hashing 50 %, 1.1 MiB/s, 12 s left"),
        (Progress("hashing", 0.5, None, 3.0), "hashing 50 %, 3 s left"),
    ],
)
def test_progress_is_told_in_words(progress: Progress, words: str) -> None:
    assert in_words(progress) == words


def lines(capsys: Capture) -> list[str]:
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_every_stage_has_one_line(clock: Clock, capsys: Capture) -> None:
    with PlainLines() as plain:
        for progress in (
            Progress("waiting"),
            Progress("waiting"),
            Progress("hashing"),
            Progress("hashing", 0.5),
            Progress("seeding", 1.0),
            Progress("seeding", 1.0),
        ):
            clock.now += 1
            plain.show("/data/book", progress)
    assert lines(capsys) == [
        "/data/book: waiting",
        "/data/book: hashing 0 %",
        "/data/book: seeding",
    ]


def test_a_long_stage_has_a_line_every_ten_seconds(clock: Clock, capsys: Capture) -> None:
    plain = PlainLines()
    for second in (0, 5, 9.99, 10, 15, 19.99, 20):
        clock.now = 100.0 + second
        plain.show("book", Progress("hashing", second / 100))
    assert lines(capsys) == ["book: hashing 0 %", "book: hashing 10 %", "book: hashing 20 %"]


def test_each_torrent_has_lines_of_its_own(clock: Clock, capsys: Capture) -> None:
    plain = PlainLines()
    for path in ("one", "two", "one", "two"):
        plain.show(path, Progress("hashing"))
    assert lines(capsys) == ["one: hashing 0 %", "two: hashing 0 %"]


def test_a_torrent_that_is_done_begins_anew(clock: Clock, capsys: Capture) -> None:
    plain = PlainLines()
    plain.show("one", Progress("hashing"))
    plain.finish("one")
    plain.finish("one")
    plain.show("one", Progress("hashing"))
    assert lines(capsys) == ["one: hashing 0 %"] * 2


def test_a_name_cannot_move_the_cursor(clock: Clock, capsys: Capture) -> None:
    PlainLines().show("a\x1b[2Jb\n", Progress("waiting"))
    assert lines(capsys) == [r"a\x1b[2Jb\n: waiting"]


def test_quiet_shows_nothing(capsys: Capture) -> None:
    with display(quiet=True) as shown:
        assert type(shown) is Silent
        shown.show("book", Progress("hashing"))
        shown.finish("book")
    assert lines(capsys) == []


class Terminal(io.StringIO):
    """A terminal as far as anybody asks."""

    def isatty(self) -> bool:
        return True


def test_bars_are_for_terminals_and_lines_for_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(display(quiet=False)) is PlainLines
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert type(display(quiet=False)) is RichBars


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Stderr as a terminal, from within a test: pytest sets its own between fixture and test."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def drawn(bars: RichBars, width: int = 100) -> list[str]:
    """The lines of the table as a terminal of that width has them."""
    console = Console(width=width, file=io.StringIO())
    console.print(bars.table())
    file = console.file
    assert isinstance(file, io.StringIO)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_a_bar_shows_the_torrent_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with display(quiet=False) as bars:
        assert isinstance(bars, RichBars)
        bars.show("[red]/data/book", Progress("waiting"))
        bars.show("[red]/data/book", Progress("hashing", 0.5, 1 << 20, 7.0))
        bars.draw()
    shown = terminal.getvalue()
    assert "[red]/data/book" in shown
    assert "hashing 50 %, 1 MiB/s, 7 s left" in shown


def test_a_terminal_is_drawn_on_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with display(quiet=False) as bars:
        bars.show("/data/book", Progress("waiting"))
        while "/data/book" not in terminal.getvalue():
            pass


def test_a_small_torrent_loads_nothing_to_draw_with() -> None:
    bars = RichBars()
    bars.show("book", Progress("hashing", 1.0))
    bars.finish("book")
    with bars.aside():
        pass
    assert bars._live is None


def test_a_bar_is_there_before_there_is_progress() -> None:
    bars = RichBars(Tally(2))
    tell = bars.of("one")
    assert [line.split() for line in drawn(bars)] == [["one", "waiting"], ["left", "2", "of", "2"]]
    tell(Progress("hashing", 0.25))
    assert drawn(bars)[0].endswith("hashing 25 %")


def test_a_bar_goes_when_its_torrent_is_done() -> None:
    bars = RichBars()
    bars.show("one", Progress("waiting"))
    bars.show("two", Progress("waiting"))
    bars.finish("one")
    bars.finish("never shown")
    assert [line.split() for line in drawn(bars)] == [["two", "waiting"]]


def test_a_bar_cannot_move_the_cursor_by_its_name() -> None:
    bars = RichBars()
    bars.show("a\x1b[2Jb\n", Progress("waiting"))
    assert [line.split() for line in drawn(bars)] == [[r"a\x1b[2Jb\n", "waiting"]]


def test_below_the_bars_are_the_numbers_of_all() -> None:
    tally = Tally(10_000)
    tally.add("made", 1 << 20)
    tally.add("failed", 0)
    bars = RichBars(tally)
    for number in range(9):
        bars.show(f"film {number}", Progress("hashing", 0.5, 1 << 20, 7.0))
    *rows, last = drawn(bars)
    assert len(rows) == 9
    assert last == "made 1, failed 1, left 9998 of 10000, 9 MiB/s"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_long_name_takes_nothing_from_the_words(width: int) -> None:
    bars = RichBars()
    bars.show("/data/" + "long name " * 30, Progress("hashing", 0.5, 1 << 20, 7.0))
    (line,) = drawn(bars, width)
    assert line.endswith("hashing 50 %, 1 MiB/s, 7 s left")


def test_bars_step_aside_for_other_output_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch)
    bars = RichBars()

    def are_shown() -> bool:
        return bars._live is not None and bars._live.is_started

    with bars:
        bars.show("one", Progress("hashing", 0.5))
        bars.draw()
        assert are_shown()
        with bars.aside():
            assert not are_shown()
        bars.draw()
        with pytest.raises(ValueError, match="soon"), bars.aside():
            float("soon")
        bars.draw()
        assert are_shown()
    assert not are_shown()


def test_one_that_is_hashed_at_the_first_look_has_no_line(clock: Clock, capsys: Capture) -> None:
    plain = PlainLines()
    plain.show("small", Progress("hashing", 1.0, 5.0, 0.0))
    plain.show("large", Progress("hashing"))
    clock.now += 10
    plain.show("large", Progress("hashing", 1.0))
    assert lines(capsys) == ["large: hashing 0 %", "large: hashing 100 %"]


@pytest.mark.parametrize("kind", [Silent, PlainLines])
def test_lines_are_in_nobodys_way(kind: type[Silent], capsys: Capture) -> None:
    with kind() as shown, shown.aside():
        pass
    assert lines(capsys) == []
