"""One content for several trackers, and many torrents edited: ``python -m benchmarks.trackers``.

A torrent for each of three trackers is made by one command, beside the command for one of them, and
beside mkbrr called three times; then once more with kept hashes; then 1,000 torrents are edited by
one command. All are whole processes, in turns, on content in the page cache.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import contenders, content, pages, peers, tables
from benchmarks.contenders import MKBRR, Job
from benchmarks.figures import Figure, Figures, ratio
from benchmarks.machine import free_memory
from benchmarks.timed import CommandFailedError, Run, timed
from benchmarks.verdicts import Bar, Verdict
from seedwright.content.settling import write_back_age
from seedwright.content.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIO = "trackers"
ONE, ALIKE, UNLIKE, FAR_APART, FORMATS = (
    "one tracker",
    "three trackers, one piece length",
    "three piece lengths, 2, 4 and 8 MiB",
    "three piece lengths, 1, 4 and 16 MiB",
    "v1, v2 and hybrid",
)
REUSED, EDITED = "one tracker, hashes kept", "edit 1,000 torrents"
PEER = f"{MKBRR}, three times"

PRESETS = {
    "a": {"piece_size": "4MiB", "source": "A", "trackers": ["https://a.example/announce"]},
    "b": {"piece_size": "4MiB", "source": "B", "trackers": ["https://b.example/announce"]},
    "c": {"piece_size": "4MiB", "source": "C", "trackers": ["https://c.example/announce"]},
    **{f"{size}": {"piece_size": f"{size}MiB"} for size in (1, 2, 4, 8, 16)},
    "v2": {"piece_size": "4MiB", "format": "v2"},
    "hybrid": {"piece_size": "4MiB", "format": "hybrid"},
}
CALLS = {
    ONE: ["a"],
    ALIKE: ["a", "b", "c"],
    UNLIKE: ["2", "4", "8"],
    FAR_APART: ["1", "4", "16"],
    FORMATS: ["4", "v2", "hybrid"],
}


def _to_one(contender: str) -> Callable[[Figures], float | None]:
    return lambda figures: ratio(
        figures.seconds(SCENARIO, "", contender), figures.seconds(SCENARIO, "", ONE)
    )


BARS = (
    Bar("three trackers, one piece length: to one tracker", _to_one(ALIKE), 1.15, at_most=True),
    Bar("three piece lengths, 2, 4 and 8 MiB: to one", _to_one(UNLIKE), 1.6, at_most=True),
    Bar("three piece lengths, 1, 4 and 16 MiB: to one", _to_one(FAR_APART), 1.6, at_most=True),
    Bar(
        "hashes kept: the whole process",
        lambda figures: figures.seconds(SCENARIO, "", REUSED),
        0.3,
        "s",
        at_most=True,
    ),
    Bar(
        "edit of 1,000 torrents: the whole process",
        lambda figures: figures.seconds(SCENARIO, "", EDITED),
        2.0,
        "s",
        at_most=True,
    ),
)


class Bench:
    """What is called, in a folder of its own that stands for the user's home as well."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._made = folder / "made"
        self._made.mkdir()
        self._presets = folder / "presets.yaml"
        self._presets.write_text(json.dumps(PRESETS))
        self._edited = folder / "edited"
        self._edited.mkdir()
        self._environment = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
        self._comments = 0
        self._program = str(Path(sys.executable).with_name("seedwright"))

    def create(self, presets: list[str], *options: str) -> Run:
        """One command that makes a torrent for each of the presets."""
        named = [word for name in presets for word in ("-P", name)]
        return timed(
            [
                *(self._program, "create", str(self._path), "--presets", str(self._presets)),
                *(*named, "-o", f"{self._made}/", "--force", "--quiet", "--no-content-checks"),
                *options,
            ],
            self._environment,
        )

    def edit(self) -> Run:
        """One command that gives 1,000 torrents another tracker and comment."""
        files = sorted(self._edited.iterdir())
        self._comments += 1
        given = ["--tracker", "https://new.example/announce"]
        given += ["--comment", f"the comment of round {self._comments}"]
        command = [self._program, "edit", *given, "--in-place", "--quiet"]
        return timed([*command, *map(str, files)], self._environment)

    def prepare(self, count: int = 1000) -> None:
        """Put the torrents there that are edited, and hashes into the cache."""
        # Hashes of content that was only just made are not kept.
        newest = max(file.ctime_ns for file in walk(self._path).files)
        time.sleep(max(0, newest + write_back_age() - time.time_ns()) / 1e9)
        self.create(["a"], "--reuse")
        made = next(self._made.iterdir())
        for number in range(count):
            shutil.copy(made, self._edited / f"{number}.torrent")


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trackers", description=__doc__)
    parser.add_argument("--size", type=int, default=4 << 30, help="of the content, in bytes")
    parser.add_argument("--rounds", type=int, default=5, help="that count, after one that does not")
    asked = parser.parse_args()
    layout = content.Layout("several", (("", asked.size),))
    try:
        path = content.make(layout, peers.CACHE / "content", seed=f"several, {asked.size}")
        if warning := content.memory_warning(asked.size, free_memory()):
            print(f"MIND: {warning}")
        with tempfile.TemporaryDirectory(prefix="seedwright-bench-") as folder:
            figures = _measure(Path(folder), layout, path, asked.rounds)
    except (CommandFailedError, content.NoRoomError) as error:
        sys.exit(str(error))
    rows = [
        (row.contender, f"{row.spent:.3f}", f"{row.spent / figures.rows[0].spent:.2f} ×")
        for row in figures.rows
    ]
    print(tables.in_text(("whole process", "seconds", "to one tracker"), rows))
    verdicts = [Verdict(bar, bar.measure(figures)) for bar in BARS]
    print(f"\n{tables.in_text(pages.VERDICT_HEAD, pages.verdict_rows(verdicts))}")


def _measure(folder: Path, layout: content.Layout, path: Path, rounds: int) -> Figures:
    bench = Bench(path, folder)
    calls: dict[str, Callable[[], Run]] = {
        name: partial(bench.create, presets) for name, presets in CALLS.items()
    }
    calls[REUSED] = lambda: bench.create(["a"], "--reuse")
    calls[EDITED] = bench.edit
    try:
        peer = contenders.mkbrr()
        job = Job(path, folder / "peer.torrent", "v1", 4 << 20)
        calls[PEER] = lambda: _thrice(peer.create, job)
    except peers.PeerUnavailable as error:
        print(f"MIND: {error}")
    bench.prepare()
    runs: dict[str, list[Run]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name in calls if number % 2 == 0 else reversed(calls):
            content.warm(layout, path)
            runs[name].append(calls[name]())
    return Figures(
        tuple(Figure.of(SCENARIO, "", name, layout.size, found[1:]) for name, found in runs.items())
    )


def _thrice(create: Callable[[Job], Run], job: Job) -> Run:
    runs = []
    for _ in range(3):
        runs.append(create(job))
        job.output.unlink()
    return Run(sum(run.seconds for run in runs), max(run.peak for run in runs))


if __name__ == "__main__":
    main()
