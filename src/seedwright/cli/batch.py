"""The torrents of one command: made by a run, and each reported as soon as it is done."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli import output
from seedwright.cli.failures import Failures
from seedwright.cli.running import interruptible, run_async
from seedwright.engines.base import Progress
from seedwright.errors import ExitCode, SeedwrightError
from seedwright.metainfo.writing import ensure_writable, write_atomically
from seedwright.plan import Plan
from seedwright.report import Report
from seedwright.work.events import Ended
from seedwright.work.run import Run
from seedwright.work.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedwright.manager import TorrentManager
    from seedwright.work.events import Event, TorrentId
    from seedwright.work.expand import Job


class Batch:
    """The jobs of one command."""

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        as_json: bool = False,
        quiet: bool = False,
        report: Path | None = None,
        dry_run: bool = False,
    ) -> None:
        self._jobs = jobs
        self._as_json = as_json
        self._quiet = quiet
        self._report = report
        self._dry_run = dry_run
        self._tally = Tally(sum(len(job.requests) for job in jobs))
        self._failures = Failures(as_json=as_json)
        self._rows: list[tuple[TorrentId, dict[str, Any]]] = []

    def run(self, manager: TorrentManager) -> int:
        """The exit code, when every torrent has been made or has failed.

        After Ctrl-C it says how far it came, before KeyboardInterrupt goes on.
        """
        from seedwright.cli.progress import display

        if self._report is not None:
            ensure_writable(self._report, force=True)
        is_silent = self._quiet or self._as_json
        run = Run(self._jobs, manager, self.hear, dry_run=self._dry_run, is_silent=is_silent)
        tally = self._tally if self._tally.jobs > 1 else None
        try:
            with display(quiet=is_silent, tally=tally) as self._bars:
                with interruptible():
                    jobs_are_left = run.without_clients()
                if jobs_are_left:
                    run_async(run.with_clients())
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt)
            self._end(ExitCode.INTERRUPTED if interrupted else ExitCode.FAILED)
            raise
        return self._end(self._failures.exit_code)

    def hear(self, event: Event) -> None:
        """Show what happened."""
        if isinstance(event, Ended):
            self._bars.finish(self._label(event.job))
            return
        match event.what:
            case Progress() as progress:
                self._bars.show(self._label(event.torrent.job), progress)
            case Report() as report:
                self._print(event.torrent, report, output.print_report)
            case SeedwrightError() as error:
                self._print_failure(event.torrent, error)
            case Plan() as plan if self._dry_run:
                self._print(event.torrent, plan, output.print_plan)

    def _print(self, torrent: TorrentId, what: Any, in_words: Any) -> None:
        """Print a plan or a report: as JSON, or as ``in_words`` does."""
        self._tally.add(what.status, what.size or 0)
        row = self._row(torrent, {"ok": True, "status": what.status, **what.as_dict()})
        with self._bars.aside():
            if self._as_json:
                output.print_json(row)
            elif not self._quiet:
                in_words(what)

    def _print_failure(self, torrent: TorrentId, error: SeedwrightError) -> None:
        job = self._jobs[torrent.job]
        label = job.requests[torrent.request].label
        self._tally.add("failed", 0)
        row: dict[str, Any] = {"ok": False, "status": "failed", "path": output.full_path(job.path)}
        row |= {"label": label} if label else {}
        row = self._row(torrent, {**row, "error": error.as_dict()})
        with self._bars.aside():
            if self._as_json:
                output.print_json(row)
            self._failures.note(error, ", ".join(filter(None, (job.where, label))))

    def _row(self, torrent: TorrentId, row: dict[str, Any]) -> dict[str, Any]:
        """What ``--json`` prints of a torrent, which is kept for the report."""
        where = self._jobs[torrent.job].where
        if where:
            row["job"] = where
        if self._report is not None:
            self._rows.append((torrent, row))
        return row

    def _label(self, number: int) -> str:
        """What the job is called while it is under way."""
        job = self._jobs[number]
        return f"{job.path} ({job.where})" if job.where and self._same[job.path] > 1 else job.path

    @cached_property
    def _same(self) -> Counter[str]:
        return Counter(job.path for job in self._jobs)

    def _end(self, code: ExitCode) -> ExitCode:
        """Say how far it came; gives the code, or that of a report that cannot be written."""
        if self._tally.jobs > 1 and not (self._quiet or self._as_json):
            click.echo(self._tally.summary, err=True)
        if self._report is None:
            return code
        rows = [row for _, row in sorted(self._rows, key=lambda each: each[0])]
        document = {**self._tally.as_dict(), "exit_code": int(code), "torrents": rows}
        # Names that are not UTF-8 become escapes, which JSON has too.
        data = output.json_text(document, indent=1).encode("utf-8", "backslashreplace")
        try:
            write_atomically(self._report, data, force=True)
        except SeedwrightError as error:
            self._failures.note(error)
            return code or error.exit_code
        return code
