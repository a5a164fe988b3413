"""What a run of the benchmark leaves: tables on the terminal, and the pages in docs/benchmarks."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import chart, tables
from benchmarks.contenders import SEEDWRIGHT
from benchmarks.figures import Figures, ratio
from benchmarks.scenarios import BIG, FORMATS
from benchmarks.verdicts import START_UP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.machine import Machine
    from benchmarks.scenarios import Scenario
    from benchmarks.verdicts import Verdict

FIGURE_HEAD = (
    "tool", "seconds", "GB/s, whole", "hashing GB/s, told", "by difference", "peak MB",
    "Seedwright: whole", "hashing",
)  # fmt: skip
VERDICT_HEAD = ("promise", "measured", "bar", "verdict")


@dataclass(frozen=True)
class Outcome:
    """A whole run: where, with what, what was measured, and what that means."""

    machine: Machine
    versions: Mapping[str, str]
    rounds: int
    scenarios: Sequence[Scenario]
    figures: Figures
    verdicts: Sequence[Verdict]
    warnings: Sequence[str]


def figure_rows(figures: Figures, scenario: str, form: str) -> tables.Rows:
    """The cells of one scenario and format, the quickest first.

    The last two columns say how many times as quick Seedwright is, left to itself.
    """
    our_seconds = figures.seconds(scenario, form, SEEDWRIGHT)
    our_rate = figures.rate(scenario, form, SEEDWRIGHT)
    return [
        [
            figure.contender,
            tables.seconds(figure.spent),
            tables.gigabytes(figure.size / figure.spent),
            tables.gigabytes(
                figures.rate(scenario, form, figure.contender) if figure.told else None
            ),
            tables.gigabytes(figures.rate_by_difference(figure)),
            tables.megabytes(figure.peak),
            tables.times(ratio(figure.spent, our_seconds)),
            tables.times(ratio(our_rate, figures.rate(scenario, form, figure.contender))),
        ]
        for figure in sorted(figures.of(scenario, form), key=lambda figure: figure.spent)
    ]


def start_up_rows(figures: Figures) -> tables.Rows:
    """What starting takes when there is nothing to hash, the quickest first."""
    found = sorted(figures.of(START_UP, ""), key=lambda figure: figure.spent)
    return [[figure.contender, tables.seconds(figure.spent)] for figure in found]


def verdict_rows(verdicts: Sequence[Verdict]) -> tables.Rows:
    """Every bar with what was measured."""
    return [
        [
            verdict.bar.promise,
            tables.NOTHING
            if verdict.measured is None
            else f"{verdict.measured:.2f} {verdict.bar.unit}",
            f"{'≤' if verdict.bar.at_most else '≥'} {verdict.bar.bound:g} {verdict.bar.unit}",
            verdict.word,
        ]
        for verdict in verdicts
    ]


def title(scenario: Scenario, form: str) -> str:
    """A heading for the table of a scenario and format."""
    size = scenario.layout.size
    amount = f"{size / 1e9:.2f} GB" if size >= 1e8 else f"{size / 1e3:.0f} kB"
    piece = scenario.piece_length // 1024
    return f"{form}, {scenario.title}: {amount}, pieces of {piece} KiB"


def write(outcome: Outcome, folder: Path) -> None:
    """Write README.md, hashing.json and hashing.svg to FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Callable[[Outcome], str]] = {
        "README.md": page,
        "hashing.json": raw,
        "hashing.svg": plot,
    }
    for name, content in files.items():
        (folder / name).write_text(content(outcome), encoding="utf-8")


def raw(outcome: Outcome) -> str:
    """Everything that was measured, as JSON."""
    verdicts = [
        {
            "promise": verdict.bar.promise,
            "measured": verdict.measured,
            "bound": verdict.bar.bound,
            "at_most": verdict.bar.at_most,
            "unit": verdict.bar.unit,
            "verdict": verdict.word,
        }
        for verdict in outcome.verdicts
    ]
    whole = {
        "machine": dataclasses.asdict(outcome.machine),
        "versions": dict(outcome.versions),
        "rounds": outcome.rounds,
        "warnings": list(outcome.warnings),
        "piece_lengths": {each.name: each.piece_length for each in outcome.scenarios},
        "verdicts": verdicts,
        "figures": [figure.as_dict() for figure in outcome.figures.rows],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def plot(outcome: Outcome) -> str:
    """The hashing rates of one big file as bars, the highest first in each format."""
    big = next((each for each in outcome.scenarios if each.name == BIG), None)
    groups = []
    for form in FORMATS:
        bars = [
            chart.Bar(figure.contender, rate / 1e9, _kind(figure.contender))
            for figure in outcome.figures.of(BIG, form)
            if (rate := outcome.figures.rate(BIG, form, figure.contender))
        ]
        groups.append((form, sorted(bars, key=lambda bar: -bar.value)))
    amount = f" of {big.layout.size / 1e9:.1f} GB" if big else ""
    where = f"{outcome.machine.processor}, {outcome.machine.cores} cores"
    note = f"One file{amount} in the page cache, start-up left out; {where}"
    return chart.svg("How fast torrents are hashed", note, "GB/s", groups)


def page(outcome: Outcome) -> str:
    """The page: verdicts, machine, tables, how to read them, how to run it again."""
    machine = outcome.machine
    rows = [
        ["processor", f"{machine.processor}, {machine.cores} cores"],
        ["hashing paths", machine.hashing_paths],
        ["memory", f"{machine.memory / 1e9:.1f} GB"],
        ["system", f"{machine.system}, {machine.kernel}, Python {machine.python}"],
        ["date", machine.date],
        *([tool, version] for tool, version in outcome.versions.items()),
    ]
    parts = [
        _BEGINNING,
        "## Verdicts",
        tables.in_markdown(VERDICT_HEAD, verdict_rows(outcome.verdicts)),
        "## Where and with what",
        tables.in_markdown(("what", "which"), rows),
        *(f"**Mind:** {warning}." for warning in outcome.warnings),
        "## Figures",
        f"Medians of {outcome.rounds} rounds in turns, after one that does not count.",
    ]
    for scenario in outcome.scenarios:
        for form in scenario.formats:
            found = figure_rows(outcome.figures, scenario.name, form)
            if found:
                parts += [f"### {title(scenario, form)}", tables.in_markdown(FIGURE_HEAD, found)]
    if start := start_up_rows(outcome.figures):
        parts += ["### Start-up alone", tables.in_markdown(("command", "seconds"), start)]
    return "\n\n".join([*parts, _READING]) + "\n"


def _kind(contender: str) -> str:
    if contender == SEEDWRIGHT:
        return "ours"
    return "forced" if contender.startswith(SEEDWRIGHT) else "peer"


_BEGINNING = """\
# How fast Seedwright hashes

Side by side with the other tools, in one run, on one machine. `make bench-hashing` wrote this page;
[hashing.json](hashing.json) has every single round.

![Hashing rates as bars](hashing.svg)"""

_READING = """\
## How to read this

- **seconds**: the whole process, start-up included, from its start to its end. For qBittorrent, which
  runs already: from adding the task to its being finished.
- **hashing GB/s, told**: what the tool says of itself. Only Seedwright does (`hashing_rate` in
  `--json`): the bytes by the seconds spent in hashing, without start-up, looking around and writing.
- **by difference**: the bytes by the seconds of the whole process without those that the same tool
  takes for the tiny file, which is its start-up. For all peers this is the hashing rate that ratios
  are made of; for Seedwright it stands beside the one told, so that both can be compared like for
  like.
- **peak MB**: the most resident memory. Pages of a mapped file count, although they are the page
  cache's and can be taken back at any time: qBittorrent maps whole files, Seedwright parts of them.
  What is below 15 MB cannot be told apart.
- **Seedwright: whole, hashing**: how many times as quick Seedwright is, left to itself.
- **seedwright, avx2** and the like: Seedwright held to a narrower path (`SEEDWRIGHT_LANES`), as
  processors without AVX-512 would run it.
- GB are 1,000,000,000 bytes.

What is done to be fair:

- Every tool makes the same torrent: the same content and the same piece length. torf-cli can only lower
  its own choice, so pieces are as long as it would take them or shorter, but for the tiny file, where it
  takes 16 KiB.
- All hashes are compared, in the warm-up round and in each one that counts: v1 pieces where files are in
  the same order, v2 roots and piece layers always, and else the peer's torrent is verified against the
  content. A disagreement ends the benchmark.
- mktorrent and torf-cli are told to use one thread a processor; mkbrr and Seedwright see to it
  themselves. libtorrent's Python binding and qBittorrent hash as they do by default.
- Content is random and was written out whole. It is read once before, so that it comes from the page
  cache; every other round goes through the tools in reverse. A tool that takes more than a minute does
  it once, and that round counts.
- The file on disk is written anew, and dropped from the page cache before each run; whether it really
  was is checked. Storage may have a cache of its own beneath, which is why `dd` runs in turns with all
  others.

## How to run it again

```sh
make bench-hashing
```

It fetches the other tools into `.cache/benchmarks` by itself: mkbrr and mktorrent from Debian's packages,
torf-cli and libtorrent from PyPI, qBittorrent from the test bed. It takes half an hour, 10 GB of disk and
as much free memory as the big file has bytes; nothing else should run. Smaller, and without touching
these pages:

```sh
.venv/bin/python -m benchmarks.hashing --quick
.venv/bin/python -m benchmarks.hashing --size 2GiB --scenario big --no-write
```"""
