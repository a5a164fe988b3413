"""The torrents of one command, made beside each other as far as that helps, each told when done."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli import output
from seedwright.cli.failures import Failures
from seedwright.cli.in_order import InOrder
from seedwright.cli.running import interruptible, run_async
from seedwright.cli.tally import Tally
from seedwright.errors import ClientConnectionError, ExitCode, SeedwrightError, SignInError
from seedwright.metainfo.writing import ensure_writable, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from seedwright.cli.jobs import Job
    from seedwright.manager import TorrentManager
    from seedwright.options import CreateOptions
    from seedwright.plan import Plan
    from seedwright.report import Report
    from seedwright.settings.model import Settings

    Outcomes = Sequence[Plan | Report | SeedwrightError]

AT_ONCE = 8
"""Jobs that clients have a part in; beside them one at a time is hashed here, on every core."""

_SMALL = 64 << 20
"""Bytes that are hashed in no time, so that the writing of others may be told after it."""


class Batch:
    """The jobs of one command."""

    def __init__(
        self,
        jobs: Sequence[Job],
        settings: Settings,
        *,
        dry_run: bool = False,
        as_json: bool = False,
        quiet: bool = False,
        report: Path | None = None,
    ) -> None:
        self._jobs = jobs
        self._settings = settings
        self._dry_run = dry_run
        self._as_json = as_json
        self._quiet = quiet
        self._report = report
        self._tally = Tally(sum(len(job.variants) for job in jobs))
        self._failures = Failures(as_json=as_json)
        # What ails a client ails every torrent that it has a part in.
        self._ailing: dict[str, SeedwrightError] = {}
        self._rows: list[tuple[int, int, dict[str, Any]]] = []

    def run(self) -> int:
        """The exit code, when every torrent has been made or has failed.

        After Ctrl-C it is told how far it came, before KeyboardInterrupt goes on.
        """
        from seedwright.cli.progress import display

        if self._report is not None:
            ensure_writable(self._report, force=True)
        tally = self._tally if self._tally.jobs > 1 else None
        try:
            with display(quiet=self._quiet or self._as_json, tally=tally) as self._bars:
                with interruptible():
                    here, there = self._without_clients()
                if there:
                    run_async(self._with_clients(here, there))
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt)
            self._end(ExitCode.INTERRUPTED if interrupted else ExitCode.FAILED)
            raise
        return self._end(self._failures.exit_code)

    def _without_clients(self) -> tuple[Sequence[int], Sequence[int]]:
        """Make the torrents, where no client has a part in any; gives the jobs that are left: those
        that are hashed here and no more, and those that clients have a part in.

        Without a client there is no need of an event loop, and to import one takes longer than
        making a small torrent.
        """
        asks = [self._asks_client(number) for number in range(len(self._jobs))]
        there = [number for number, has_part in enumerate(asks) if has_part]
        if there:
            return [number for number, has_part in enumerate(asks) if not has_part], there
        with InOrder(self._tell_all, is_alone=len(self._jobs) == 1) as outcomes:
            for number in range(len(self._jobs)):
                with self._finishing(number):
                    step = self._but_for_writing(number, outcomes)
                if step is None:
                    there.append(number)
                else:
                    outcomes.take(number, step)
        return [], there

    def _but_for_writing(
        self, number: int, others: InOrder[Outcomes]
    ) -> Callable[[], Outcomes] | None:
        """The last step of a job, what goes before it being done; None where a client has a part.

        The last steps of ``others`` are not kept waiting by large content.
        """
        from seedwright.drafting import drafts
        from seedwright.making import all_but_written

        job, started = self._jobs[number], time.monotonic()
        drafted = drafts(job.path, self._settings, job.variants)
        plans = [each for each in drafted if not isinstance(each, SeedwrightError)]
        if any(plan.needs_client for plan in plans):
            return None
        if self._dry_run:
            return lambda: drafted
        if any((plan.size or 0) > _SMALL for plan in plans):
            others.settle()
        write = all_but_written(plans, started, self._bars.of(self._label(number)))

        def written() -> Outcomes:
            made = iter(write())
            return [each if isinstance(each, SeedwrightError) else next(made) for each in drafted]

        return written

    def _tell_all(self, number: int, outcomes: Callable[[], Outcomes]) -> None:
        for place, each in enumerate(outcomes()):
            self._tell(number, place, each)

    def _asks_client(self, number: int) -> bool:
        if len(self._jobs) == 1:
            return False  # which its plan will tell
        from seedwright.drafting import asks_client

        job = self._jobs[number]
        try:
            return any(asks_client(job.path, self._settings, each) for each in job.variants)
        except SeedwrightError:
            return False  # which is told in its turn

    async def _with_clients(self, here: Sequence[int], there: Sequence[int]) -> None:
        import asyncio

        from seedwright.manager import TorrentManager

        async with TorrentManager(self._settings) as manager:
            waiting = iter(there)
            lanes = [self._lane(manager, waiting) for _ in there[:AT_ONCE]]
            await asyncio.gather(self._lane(manager, iter(here), alone=True), *lanes)

    async def _lane(
        self, manager: TorrentManager, numbers: Iterator[int], *, alone: bool = False
    ) -> None:
        """Take one job after the other from ``numbers``, which other lanes may take from too.

        ``alone`` says that no client has a part in them.
        """
        for number in numbers:
            job = self._jobs[number]
            places = range(len(job.variants))
            ailing = (
                {} if alone else {place: self._ailment(job.variants[place]) for place in places}
            )
            well = [place for place in places if ailing.get(place) is None]
            with self._finishing(number):
                for place, error in ailing.items():
                    if error is not None:
                        self._tell(number, place, error)
                outcomes = await self._made(
                    manager, number, [job.variants[place] for place in well]
                )
                for place, outcome in zip(well, outcomes, strict=True):
                    self._tell(number, place, outcome)

    def _ailment(self, options: CreateOptions) -> SeedwrightError | None:
        """Why the client that these options are for cannot be asked, as was found before."""
        try:
            client, _ = self._settings.client(options.get("client"))
        except SeedwrightError as error:
            return error
        return self._ailing.get(client)

    async def _made(
        self, manager: TorrentManager, number: int, variants: Sequence[CreateOptions]
    ) -> Outcomes:
        path = self._jobs[number].path
        if self._dry_run:
            return await manager.plan_torrents(path, variants)
        return await manager.create_torrents(path, variants, self._bars.of(self._label(number)))

    @contextlib.contextmanager
    def _finishing(self, number: int) -> Iterator[None]:
        """A context after which the job is under way no longer."""
        try:
            yield
        finally:
            self._bars.finish(self._label(number))

    def _tell(self, number: int, place: int, outcome: Plan | Report | SeedwrightError) -> None:
        """Tell what came of the variant at ``place`` of a job."""
        if isinstance(outcome, SeedwrightError):
            return self._tell_failure(number, place, outcome)
        from seedwright.plan import Plan

        self._tally.add(outcome.status, outcome.size or 0)
        row = self._row(number, place, {"ok": True, "status": outcome.status, **outcome.as_dict()})
        with self._bars.aside():
            if self._as_json:
                output.print_json(row)
            elif self._quiet:
                return None
            elif isinstance(outcome, Plan):
                output.print_plan(outcome)
            else:
                output.print_report(outcome)
        return None

    def _tell_failure(self, number: int, place: int, error: SeedwrightError) -> None:
        if isinstance(error, ClientConnectionError | SignInError):
            self._ailing[error.client] = error
        job = self._jobs[number]
        label = job.variants[place].get("label")
        self._tally.add("failed", 0)
        where = output.full_path(job.path)
        row: dict[str, Any] = {"ok": False, "status": "failed", "path": where}
        row |= {"label": label} if label else {}
        row = self._row(number, place, {**row, "error": error.as_dict()})
        with self._bars.aside():
            if self._as_json:
                output.print_json(row)
            self._failures.note(error, ", ".join(filter(None, (job.where, label))))

    def _row(self, number: int, place: int, row: dict[str, Any]) -> dict[str, Any]:
        """What ``--json`` prints of a torrent, which is kept for the report."""
        if self._jobs[number].where:
            row["job"] = self._jobs[number].where
        if self._report is not None:
            self._rows.append((number, place, row))
        return row

    def _label(self, number: int) -> str:
        """What the job is called while it is under way."""
        job = self._jobs[number]
        return f"{job.path} ({job.where})" if job.where and self._same[job.path] > 1 else job.path

    @cached_property
    def _same(self) -> Counter[str]:
        return Counter(job.path for job in self._jobs)

    def _end(self, code: ExitCode) -> ExitCode:
        """Tell how far it came; gives the code, or that of a report that cannot be written."""
        if self._tally.jobs > 1 and not (self._quiet or self._as_json):
            click.echo(self._tally.summary, err=True)
        if self._report is None:
            return code
        rows = [row for _, _, row in sorted(self._rows, key=lambda each: each[:2])]
        document = {**self._tally.as_dict(), "exit_code": int(code), "torrents": rows}
        # Names that are not UTF-8 become escapes, which JSON has too.
        data = output.json_text(document, indent=1).encode("utf-8", "backslashreplace")
        try:
            write_atomically(self._report, data, force=True)
        except SeedwrightError as error:
            self._failures.note(error)
            return code or error.exit_code
        return code
