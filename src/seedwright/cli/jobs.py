"""The torrents that ``seedwright create`` is asked for: from its arguments to jobs."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from seedwright.cli.output import fail, warn
from seedwright.errors import ExitCode, SeedwrightError, SettingsError, UsageError
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from seedwright.options import CreateOptions
    from seedwright.presets.batch_file import WrittenJob
    from seedwright.settings.model import Settings


class Job(NamedTuple):
    """The torrents to make of one content: the options of each, with those of its preset.

    ``where`` is the place in the batch file that it is written at, "" for any other job.
    """

    path: str
    variants: tuple[CreateOptions, ...]
    where: str = ""

    @property
    def shown(self) -> str:
        """The job as a failure names it."""
        path = f"'{printable(self.path)}'"
        return f"{path} ({self.where})" if self.where else path


def jobs_of(
    paths: Sequence[str],
    folders: Sequence[Path],
    batches: Sequence[Path],
    given: dict[str, Any],
    settings: Settings,
    *,
    quiet: bool,
) -> list[Job]:
    """A job for each path, for each entry of the folders, and for each in the batch files.

    ``given`` are the options of the command line, which win. The command ends here, and all that is
    in its way is told, when something is wrong in a batch file, or when two jobs would write the
    same ``.torrent``. Raises :class:`~seedwright.errors.SeedwrightError`.
    """
    entries = [path for folder in folders for path in _entries(folder)]
    written = [job for file in batches for job in _written(file, quiet=quiet)]
    several = len(paths) + len(entries) + len(written) > 1
    presets = _Presets(quiet=quiet)
    jobs: list[Job] = []
    if paths or entries:
        variants = presets.under({**given, "several": several})
        jobs += [Job(path, variants) for path in paths]
        again = [cast("CreateOptions", {"skip_done": True, **each}) for each in variants]
        jobs += [Job(path, tuple(again)) for path in entries]
    if written:
        jobs += _with_options(written, given, presets, several=several)
    if several or any(len(job.variants) > 1 for job in jobs):
        _stop_if(_collisions(jobs, settings))
        jobs = _one_torrent_each(jobs, settings, quiet=quiet)
    return jobs


class _Presets:
    """What puts options over those of the preset they name; each preset is read once."""

    def __init__(self, *, quiet: bool) -> None:
        self._told: set[str] = set()
        self._quiet = quiet
        self._load = cache(_load_preset)

    def under(self, options: dict[str, Any]) -> tuple[CreateOptions, ...]:
        """The options over those of each of their presets. Raises SettingsError and UsageError."""
        each_option = cast("CreateOptions", options)
        if "preset" not in options and "presets" not in options:
            return (each_option,)
        from seedwright.options import one_each
        from seedwright.presets.using import with_preset

        named = options.get("preset")
        names = (named,) if isinstance(named, str) else named
        variants = []
        for each in one_each(names, each_option) if names else [each_option]:
            variant, warnings = with_preset(each, self._load)
            self.tell(warnings)
            variants.append(cast("CreateOptions", variant))
        return tuple(variants)

    def tell(self, warnings: Iterable[str]) -> None:
        """Print the warnings that were not printed before, unless quiet."""
        new = [warning for warning in warnings if warning not in self._told]
        self._told.update(new)
        if not self._quiet:
            warn(new)


def _load_preset(name: str, file: Path | None) -> Any:
    from seedwright.presets.using import load_preset

    return load_preset(name, file)


def _entries(folder: Path) -> list[str]:
    from seedwright.content.each import each_in

    return each_in(folder)


def _written(file: Path, *, quiet: bool) -> tuple[WrittenJob, ...]:
    from seedwright.presets.batch_file import read_batch

    batch = read_batch(file)
    _stop_if([problem.error() for problem in batch.problems])
    if not quiet:
        warn(one.one_line for one in batch.warnings)
    return batch.jobs


def _with_options(
    written: Iterable[WrittenJob], given: dict[str, Any], presets: _Presets, *, several: bool
) -> list[Job]:
    """The jobs with the options of the command line over their own, and with those of presets."""
    from seedwright.presets.using import put_over

    if "output" in given:
        given = {**given, "several": several}
    jobs = []
    wrong: dict[str, SeedwrightError] = {}
    for job in written:
        below = {"several": several, "skip_done": True, **job.options}
        options = put_over(below, given)
        if "preset" not in options:
            options.pop("presets", None)
        try:
            jobs.append(Job(job.path, presets.under(options), str(job.place)))
        except SettingsError as error:
            message = f"{job.place}: {error.message}"
            wrong.setdefault(error.message, SettingsError(message, hint=error.hint))
    _stop_if(wrong.values())
    return jobs


def _collisions(jobs: Iterable[Job], settings: Settings) -> list[SeedwrightError]:
    """A failure for each job that would write what an earlier one writes."""
    from seedwright.drafting import output_of

    real = cache(os.path.realpath)
    writers: dict[str, Job] = {}
    found: list[SeedwrightError] = []
    for job, options in ((each, options) for each in jobs for options in each.variants):
        name = options.get("name") or os.path.basename(os.path.abspath(job.path))  # noqa: PTH100, PTH119
        try:
            output = output_of(name, settings, options)
        except SeedwrightError:
            continue  # which is told in its turn
        real_path = os.path.join(real(output.parent), output.name)  # noqa: PTH118
        first = writers.get(real_path)
        writers.setdefault(real_path, job)
        if first is not None:
            found.append(
                UsageError(
                    f"'{printable(str(output))}' would be written twice: for {first.shown} and for"
                    f" {job.shown}",
                    hint="give one of them another output, or another name",
                )
            )
    return found


def _one_torrent_each(jobs: list[Job], settings: Settings, *, quiet: bool) -> list[Job]:
    """The jobs, of which no two are to seed one infohash on one client.

    Those that ``merge_same`` makes one are the first of them, with the trackers of all. The command
    ends here where others are the same torrent.
    """
    together: dict[str, list[tuple[int, int]]] = {}
    for number, job in enumerate(jobs):
        places = together.setdefault(os.path.realpath(job.path), [])
        places += [(number, place) for place in range(len(job.variants))]
    merged = [list(job.variants) for job in jobs]
    gone: set[tuple[int, int]] = set()
    failures: list[SeedwrightError] = []
    for places in together.values():
        if len(places) > 1 and sum(_seeds(jobs[n].variants[v], settings) for n, v in places) > 1:
            failures += _merge(jobs, places, settings, merged, gone, quiet=quiet)
    _stop_if(failures)
    kept = [
        job._replace(variants=tuple(v for at, v in enumerate(merged[n]) if (n, at) not in gone))
        for n, job in enumerate(jobs)
    ]
    return [job for job in kept if job.variants]


def _seeds(options: CreateOptions, settings: Settings) -> bool:
    from seedwright.drafting import is_to_seed

    try:
        return is_to_seed(settings, options)
    except SeedwrightError:
        return False  # which is told in its turn


def _merge(
    jobs: Sequence[Job],
    places: Sequence[tuple[int, int]],
    settings: Settings,
    merged: list[list[CreateOptions]],
    gone: set[tuple[int, int]],
    *,
    quiet: bool,
) -> list[SeedwrightError]:
    """Put what is the same torrent together, among the variants at ``places``, all of one content.

    Gives a failure for each torrent that is not to be put together.
    """
    from seedwright import sameness
    from seedwright.drafting import Walks, draft
    from seedwright.errors import outcome

    walks = Walks()
    options = [jobs[number].variants[place] for number, place in places]
    plans = [
        outcome(draft, jobs[number].path, settings, each, walks, to_write=False)
        for (number, _), each in zip(places, options, strict=True)
    ]
    failures: list[SeedwrightError] = []
    for same in sameness.same_torrents(plans):
        those = [plan for at in same if sameness.is_plan(plan := plans[at])]
        names = [jobs[places[at][0]].where or sameness.name_of(plans[at]) for at in same]  # type: ignore[arg-type]
        if not all(options[at].get("merge_same") for at in same):
            failures.append(sameness.same_torrent_error(those[0], names))
            continue
        number, place = places[same[0]]
        tiers = sameness.merged_tiers(those)
        merged[number][place] = cast("CreateOptions", {**options[same[0]], "trackers": tiers})
        gone.update(places[at] for at in same[1:])
        if not quiet:
            warn([sameness.merge_note(names)])
    return failures


def _stop_if(failures: Iterable[SeedwrightError]) -> None:
    """End the command when there are failures, with each of them told."""
    is_fine = True
    for error in failures:
        is_fine = False
        fail(error)
    if not is_fine:
        raise click.exceptions.Exit(ExitCode.USAGE)
