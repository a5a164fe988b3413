"""From paths, folders and batch files to requests, of which no two get in each other's way."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.errors import (
    EmptyContentError,
    SeedwrightError,
    SettingsError,
    UsageError,
    outcome,
)
from seedwright.hints import Hint
from seedwright.meaning import output_of, settled, with_preset, words_of
from seedwright.names import printable
from seedwright.request import Request, checked, layered, one_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from seedwright.manager import TorrentManager
    from seedwright.presets.batch_file import WrittenJob
    from seedwright.settings.model import Settings


class Job(NamedTuple):
    """The torrents to make of one content: a request for each, with the words of its preset.

    ``where`` is the place in the batch file that it is written at, "" for any other job.
    """

    path: str
    requests: tuple[Request, ...]
    where: str = ""

    @property
    def shown(self) -> str:
        """The job as a failure names it."""
        path = f"'{printable(self.path)}'"
        return f"{path} ({self.where})" if self.where else path


class Asked(NamedTuple):
    """What a command or a call asks for: contents, and words for the torrents of all of them.

    ``given`` are options of a request, which go over those of batch files and ``presets``.
    """

    paths: Sequence[str] = ()
    folders: Sequence[Path] = ()
    batches: Sequence[Path] = ()
    presets: Sequence[str] = ()
    given: Mapping[str, Any] = {}


class Expanded(NamedTuple):
    """The jobs; or what is in their way, each failure by itself, and then there are none."""

    jobs: tuple[Job, ...]
    failures: tuple[SeedwrightError, ...]
    warnings: tuple[str, ...]


def expand(asked: Asked, manager: TorrentManager) -> Expanded:
    """A job for each path, for each entry of the folders, and for each in the batch files.

    There are failures when something is wrong in a batch file, when two jobs would write the same
    ``.torrent``, and when two would seed one infohash on one client. Raises
    :class:`~seedwright.errors.SeedwrightError`.
    """
    expansion = _Expansion(asked, manager)
    try:
        jobs = expansion.jobs()
    except _StopError:
        jobs = []
    return Expanded(tuple(jobs), tuple(expansion.failures), tuple(expansion.warnings))


class _StopError(Exception):
    """There are failures, and so no jobs."""


class _Expansion:
    def __init__(self, asked: Asked, manager: TorrentManager) -> None:
        self._asked = asked
        self._manager = manager
        self._settings = manager.settings
        self._load = cache(_load_preset)
        self.failures: list[SeedwrightError] = []
        self.warnings: dict[str, None] = {}

    def jobs(self) -> list[Job]:
        entries = [path for folder in self._asked.folders for path in _entries(folder)]
        written = [job for file in self._asked.batches for job in self._written(file)]
        paths, given = self._asked.paths, self._asked.given
        several = len(paths) + len(entries) + len(written) > 1
        jobs: list[Job] = []
        if paths or entries:
            words = layered(given, {"several": several})
            requests = self._requests(".", words, self._asked.presets)
            jobs += [Job(path, tuple(each.at(path) for each in requests)) for path in paths]
            again = [each.over({"skip_done": True}) for each in requests]
            of_entries = [Job(path, tuple(each.at(path) for each in again)) for path in entries]
            chosen = [job for job in of_entries if any(map(self._chooses, job.requests))]
            if len(chosen) < len(of_entries):
                self.warnings[_not_chosen(len(of_entries) - len(chosen))] = None
            jobs += chosen
        if written:
            jobs += self._of_batches(written, several=several)
        if several or any(len(job.requests) > 1 for job in jobs):
            self._stop_if(_collisions(jobs, self._settings))
            jobs = self._one_torrent_each(jobs)
        return jobs

    def _written(self, file: Path) -> tuple[WrittenJob, ...]:
        from seedwright.presets.batch_file import read_batch

        batch = read_batch(file)
        self._stop_if(problem.error() for problem in batch.problems)
        self.warnings |= dict.fromkeys(each.one_line for each in batch.warnings)
        return batch.jobs

    def _of_batches(self, written: Iterable[WrittenJob], *, several: bool) -> list[Job]:
        """The jobs with the words that were given over their own, and over those of presets."""
        given = dict(self._asked.given)
        if "output" in given:
            given["several"] = several
        jobs = []
        wrong: dict[str, SeedwrightError] = {}
        for job in written:
            own = dict(job.options)
            named = self._asked.presets or own.pop("preset", ())
            own.pop("preset", None)
            presets = (named,) if isinstance(named, str) else named
            try:
                words = layered(given, checked(own), {"several": several, "skip_done": True})
                if not named:
                    words.pop("presets", None)
                requests = self._requests(job.path, words, presets)
                jobs.append(Job(job.path, requests, str(job.place)))
            except (SettingsError, UsageError) as error:
                message = f"{job.place}: {error.message}"
                wrong.setdefault(error.message, SettingsError(message, hint=error.hint))
        self._stop_if(wrong.values())
        return jobs

    def _requests(
        self, path: str, words: Mapping[str, Any], presets: Sequence[str]
    ) -> tuple[Request, ...]:
        """A request for each of the presets, with the words of the preset below those given."""
        request = Request.of_values(path, words)
        requests = []
        for each in one_each(presets, request) if presets else [request]:
            try:
                found = with_preset(each, self._load)
            except UsageError:
                requests.append(each)  # which is reported in its turn, and stops no other
                continue
            self.warnings |= dict.fromkeys(found.warnings)
            requests.append(found.request)
        return tuple(requests)

    def _one_torrent_each(self, jobs: list[Job]) -> list[Job]:
        """The jobs, of which no two are to seed one infohash on one client.

        Those that ``merge_same`` makes one are the first of them, with the trackers of all; others
        are failures.
        """
        together: dict[str, list[tuple[int, int]]] = {}
        for number, job in enumerate(jobs):
            places = together.setdefault(os.path.realpath(job.path), [])
            places += [(number, place) for place in range(len(job.requests))]
        merged = {
            (number, place): request
            for number, job in enumerate(jobs)
            for place, request in enumerate(job.requests)
        }
        failures: list[SeedwrightError] = []
        for places in together.values():
            if sum(self._seeds(merged[each]) for each in places) > 1:
                failures += self._merge(jobs, places, merged)
        self._stop_if(failures)
        kept = [
            job._replace(
                requests=tuple(
                    merged[number, place]
                    for place in range(len(job.requests))
                    if (number, place) in merged
                )
            )
            for number, job in enumerate(jobs)
        ]
        return [job for job in kept if job.requests]

    def _merge(
        self,
        jobs: Sequence[Job],
        places: Sequence[tuple[int, int]],
        merged: dict[tuple[int, int], Request],
    ) -> list[SeedwrightError]:
        """Put what is the same torrent together; gives a failure for each that is not to be."""
        from seedwright.stages.sameness import same_torrents

        plans = self._manager.plans([merged[each] for each in places], to_write=False)
        names = [jobs[number].where for number, _ in places]
        failures: list[SeedwrightError] = []
        for same in same_torrents(plans, names):
            if same.failure is not None:
                failures.append(same.failure)
                continue
            first, *others = (places[at] for at in same.places)
            merged[first] = merged[first].but(trackers=same.tiers)
            for other in others:
                del merged[other]
            self.warnings[same.note] = None
        return failures

    def _chooses(self, request: Request) -> bool:
        """Whether the patterns of the request, if it has any, take in some file."""
        if not (request.include or request.exclude):
            return True
        from seedwright.engines.local import walk_of
        from seedwright.stages.spec import specify

        found = outcome(lambda: walk_of(specify(settled(request, self._settings).request).spec))
        # All that is wrong otherwise is reported in its turn.
        return not isinstance(found, EmptyContentError)

    def _seeds(self, request: Request) -> bool:
        # What is wrong with the settings is reported in its turn.
        words = outcome(words_of, request, self._settings)
        return not isinstance(words, SeedwrightError) and bool(words["seed"])

    def _stop_if(self, failures: Iterable[SeedwrightError]) -> None:
        self.failures += failures
        if self.failures:
            raise _StopError


def check_apart(report: Path, jobs: Iterable[Job], settings: Settings) -> None:
    """The report would be written over no content and no ``.torrent`` of the jobs; else UsageError."""
    place = os.path.realpath(report)
    for job in jobs:
        content = os.path.realpath(job.path)
        outputs = (outcome(output_of, request, settings) for request in job.requests)
        taken = {
            os.path.realpath(each) for each in outputs if not isinstance(each, SeedwrightError)
        }
        if place in taken or os.path.commonpath((place, content)) == content:
            what = "a .torrent" if place in taken else "the content"
            raise UsageError(
                f"the report '{printable(str(report))}' would be written over {what} of {job.shown}",
                hint="give the report another place",
            )


def _not_chosen(count: int) -> str:
    entries = "1 entry has" if count == 1 else f"{count} entries have"
    return Hint("{entries} no file that {include} and {exclude} choose", entries=entries)


def _load_preset(name: str, file: Path | None) -> Any:
    from seedwright.presets.using import load_preset

    return load_preset(name, file)


def _entries(folder: Path) -> list[str]:
    from seedwright.content.each import each_in

    return each_in(folder)


def _collisions(jobs: Iterable[Job], settings: Settings) -> list[SeedwrightError]:
    """A failure for each job that would write what an earlier one writes."""
    real = cache(os.path.realpath)
    writers: dict[str, Job] = {}
    found: list[SeedwrightError] = []
    for job, request in ((each, request) for each in jobs for request in each.requests):
        output = outcome(output_of, request, settings)
        if isinstance(output, SeedwrightError):
            continue  # which is reported in its turn
        real_path = os.path.join(real(output.parent), output.name)  # noqa: PTH118
        first = writers.get(real_path)
        writers.setdefault(real_path, job)
        if first is not None:
            from seedwright.stages.sameness import written_twice

            found.append(written_twice(output, first.shown, job.shown))
    return found
