"""From content to torrent, Seedwright beside its peers: ``python -m benchmarks.hashing``.

All make the same torrents of the same content, in turns, each as a whole process; every hash is
compared. What comes of it is printed, and written to ``docs/benchmarks``.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.testbed.server import ServerError

from benchmarks import contenders, content, page_cache, pages, peers, tables
from benchmarks.agreement import Agreement, DisagreementError
from benchmarks.contenders import DD, Job
from benchmarks.figures import Figure, Figures
from benchmarks.machine import free_memory, machine
from benchmarks.scenarios import TINY, scenarios
from benchmarks.timed import CommandFailedError, timed
from benchmarks.verdicts import HELP, IMPORT_TORF, START_UP, judge
from benchmarks.web_creator import web_creator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.contenders import Contender, Program
    from benchmarks.scenarios import Form, Scenario
    from benchmarks.timed import Run

PAGES = Path(__file__).parents[1] / "docs" / "benchmarks"
# A tool that takes longer, in seconds, is not asked to do it again.
ONCE_IS_ENOUGH = 60.0
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

FAILURES = (
    CommandFailedError,
    DisagreementError,
    ServerError,
    content.NoRoomError,
    page_cache.StillCachedError,
)


@dataclass(frozen=True)
class Bench:
    """How it is run: who takes part, in which folders, how many rounds count."""

    contenders: Sequence[Contender]
    dd: Program
    content: Path
    torrents: Path
    rounds: int
    keep: bool

    def measure(self, scenario: Scenario) -> Iterator[list[Figure]]:
        """The figures of SCENARIO, one format after another. Raises what FAILURES names."""
        layout = scenario.layout
        seed = None if scenario.cold else f"{layout.name}, {layout.size}"
        try:
            path = content.make(layout, self.content, seed=seed)
            if not scenario.cold and (cached := content.warm(layout, path)) < 0.99:
                print(f"only {cached:.0%} of {layout.name} is in the page cache")
            program = str(Path(sys.executable).with_name("seedwright"))
            agreement = Agreement([program, "verify", "-q"])
            for form in scenario.formats:
                yield self._rounds(scenario, form, path, agreement)
        finally:
            if not self.keep or scenario.cold:
                content.remove(self.content / layout.name)

    def start_up(self) -> list[Figure]:
        """What starting takes alone: ours, and torf's where it can be had."""
        commands = {HELP: [str(Path(sys.executable).with_name("seedwright")), "--help"]}
        try:
            commands[IMPORT_TORF] = [str(peers.interpreter()), "-c", "import torf"]
        except peers.PeerUnavailable:
            print(f"{IMPORT_TORF}: not measured")
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(self.rounds + 1):
            for name, command in commands.items():
                runs[name].append(timed(command))
        return [Figure.of(START_UP, "", name, 0, found[1:]) for name, found in runs.items()]

    def _rounds(
        self, scenario: Scenario, form: Form, path: Path, agreement: Agreement
    ) -> list[Figure]:
        taking_part = [
            each
            for each in (*self.contenders, *((self.dd,) if scenario.cold else ()))
            if form in each.formats and (scenario.forced or not each.forced)
        ]
        runs: dict[str, list[Run]] = {each.name: [] for each in taking_part}
        for number in range(self.rounds + 1):
            # The first round begins with Seedwright, whom the others are compared with.
            for each in taking_part if number % 2 == 0 else reversed(taking_part):
                if number and runs[each.name][0].seconds > ONCE_IS_ENOUGH:
                    continue
                job = Job(path, self.torrents / "made.torrent", form, scenario.piece_length)
                if scenario.cold:
                    page_cache.drop(path)
                else:
                    # What has left the page cache meanwhile is nobody's to wait for.
                    content.warm(scenario.layout, path)
                runs[each.name].append(each.create(job))
                if each.name != DD:
                    agreement.check(each.name, job)
                    job.output.unlink()
        return [
            Figure.of(scenario.name, form, name, scenario.layout.size, found[1:] or found)
            for name, found in runs.items()
        ]


def main() -> None:
    """Measure, print, judge, write."""
    asked = _arguments()
    # One way out, whoever ends it: the content goes, and qBittorrent too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        _run(asked)
    except FAILURES as error:
        sys.exit(str(error))


def _run(asked: argparse.Namespace) -> None:
    known = scenarios(asked.size, asked.cold_size, asked.files)
    # The tiny file is every tool's start-up, without which there are no rates.
    chosen = [each for name, each in known.items() if name == TINY or name in asked.scenario]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seedwright-bench-")))
        taking_part, warnings = _taking_part(stack, folder)
        bench = Bench(
            taking_part,
            contenders.dd(),
            asked.folder,
            folder,
            asked.rounds,
            asked.keep,
        )
        versions = {each.name: each.version for each in (*taking_part, bench.dd) if not each.forced}
        found = Figures(tuple(bench.start_up()))
        print(f"\n{tables.in_text(('start-up', 'seconds'), pages.start_up_rows(found))}")
        for scenario in chosen:
            size = 0 if scenario.cold else scenario.layout.size
            if warning := content.memory_warning(size, free_memory()):
                print(f"\nMIND: {warning}")
                warnings.append(warning)
            for figures in bench.measure(scenario):
                found = Figures((*found.rows, *figures))
                form = figures[0].form
                rows = pages.figure_rows(found, scenario.name, form)
                print(f"\n{pages.title(scenario, form)}")
                print(tables.in_text(pages.FIGURE_HEAD, rows), flush=True)
    verdicts = judge(found)
    print(f"\n{tables.in_text(pages.VERDICT_HEAD, pages.verdict_rows(verdicts))}")
    if asked.output is not None:
        outcome = pages.Outcome(
            machine(), versions, asked.rounds, chosen, found, verdicts, warnings
        )
        pages.write(outcome, asked.output)


def _taking_part(stack: ExitStack, folder: Path) -> tuple[list[Contender], list[str]]:
    """Those that can be had, Seedwright first, and a sentence on each that cannot."""
    (home := folder / "home").mkdir()
    found: list[Contender] = [*contenders.seedwright(home)]
    absent = []
    for peer in (
        contenders.mkbrr,
        contenders.mktorrent,
        contenders.torf,
        contenders.libtorrent,
        lambda: stack.enter_context(web_creator(folder / "qbittorrent")),
    ):
        try:
            found.append(peer())
        except peers.PeerUnavailable as error:
            absent.append(str(error))
            print(f"MIND: {error}")
    for each in found:
        print(f"{each.name:<22}{each.version}")
    return found, absent


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hashing", description=__doc__)
    add = parser.add_argument
    names = list(scenarios(1 << 30, 1 << 30, 1))
    add("--size", type=_size, help="of the big file; a season is a quarter (default: 8GiB)")
    add("--cold-size", type=_size, help="of the file on disk (default: 2GiB)")
    add("--files", type=int, help="how many small files (default: 20000)")
    add("--rounds", type=int, help="that count, after one that does not (default: 5)")
    add("--scenario", action="append", choices=names, help="only this; may be repeated")
    add("--folder", type=Path, default=peers.CACHE / "content", help="where content is made")
    add("--keep", action="store_true", help="keep the content, but for the cold file")
    add("--quick", action="store_true", help="small sizes, one round, nothing written")
    add("--output", type=Path, help="where the pages are written (default: docs/benchmarks)")
    add("--no-write", action="store_true", help="write no pages")
    asked = parser.parse_args()
    usual = (
        (1 << 28, 1 << 26, 1000, 1, None) if asked.quick else (8 << 30, 2 << 30, 20000, 5, PAGES)
    )
    for name, value in zip(("size", "cold_size", "files", "rounds", "output"), usual, strict=True):
        if getattr(asked, name) is None:
            setattr(asked, name, value)
    if asked.no_write:
        asked.output = None
    asked.scenario = asked.scenario or names
    asked.folder = asked.folder.absolute()
    if asked.rounds < 1:
        parser.error("--rounds takes 1 or more")
    return asked


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+)(?:([KMG])iB)?", text)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(f"'{text}' is no size such as 8GiB")
    return int(found[1]) * UNITS[found[2] or ""]


if __name__ == "__main__":
    main()
