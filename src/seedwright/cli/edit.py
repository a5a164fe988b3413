"""``seedwright edit``: other trackers or another source in torrents that are there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from seedwright.cli import EXIT_CODES
from seedwright.cli.failures import Failures, named
from seedwright.cli.options import (
    options_named,
    preset_option,
    presets_option,
    tier_option,
    tiers_given,
)
from seedwright.cli.output import full_path, print_json
from seedwright.cli.running import interruptible
from seedwright.errors import SeedwrightError, UsageError
from seedwright.metainfo.fields import EDITED, FIELDS
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable
from seedwright.request import OPTIONS, Request
from seedwright.request.kinds import TEXT

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from seedwright.errors import ExitCode
    from seedwright.metainfo.edit import Change, Edit, Value

AT_ONCE = 16
"""How many files are worked on at once."""

URL_KEYS = {key.decode() for row in FIELDS if row.shape.holds_urls for key in row.keys}


@click.command(epilog=EXIT_CODES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@preset_option
@presets_option
@click.option(
    "-o", "--output", metavar="FILE|DIR", help="Where it is written; for several, a folder."
)
@click.option("--in-place", is_flag=True, help="Replace each FILE by what comes of it.")
@click.option(
    "-t",
    "--tracker",
    multiple=True,
    metavar="URL",
    help="Instead of all trackers: one in a tier of its own.",
)
@tier_option
@click.option("--no-trackers", is_flag=True, help="Take out all trackers.")
@click.option(
    "--replace-tracker",
    "replace_trackers",
    multiple=True,
    nargs=2,
    metavar="OLD NEW",
    help="NEW takes tier and place of OLD.",
)
@click.option(
    "--remove-tracker",
    "remove_trackers",
    multiple=True,
    metavar="URL|HOST",
    help="Take out a tracker, or all on a host.",
)
@click.option(
    "--add-tracker",
    "add_trackers",
    multiple=True,
    metavar="URL",
    help="One more, in a tier of its own.",
)
@click.option(
    "--private/--public",
    default=None,
    help="Forbid peers from anywhere but its trackers, or not; part of the infohash.",
)
@options_named(row.name for row in EDITED if OPTIONS[row.name].kind is TEXT)
@click.option("--name", metavar="N", help="The name; part of the infohash.")
@click.option(
    "--web-seed",
    "web_seeds",
    multiple=True,
    metavar="URL",
    help="Instead of all web seeds (BEP 19); may be repeated.",
)
@click.option("--no-web-seeds", is_flag=True, help="Take out all web seeds.")
@click.option(
    "--no-date", "without_date", is_flag=True, default=None, help="Take out the creation date."
)
@click.option(
    "--no-creator", "without_creator", is_flag=True, default=None, help="Take out the creator."
)
@click.option("--force", is_flag=True, help="With -o: replace an existing .torrent.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a FILE on stdout, nothing else."
)
@click.option("-q", "--quiet", is_flag=True, help="No report; errors only.")
@click.pass_context
def edit(
    context: click.Context,
    /,
    files: tuple[str, ...],
    preset: str | None,
    presets: Path | None,
    output: str | None,
    tracker: tuple[str, ...],
    tier: tuple[str, ...],
    web_seeds: tuple[str, ...],
    *,
    in_place: bool,
    no_trackers: bool,
    no_web_seeds: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **as_given: Any,
) -> None:
    """Change what torrents say, and tell whether that changes their infohash.

    "" takes a text out. What is not to be changed keeps its bytes.
    """
    from seedwright.metainfo.edit import Edit

    # What is left has the name and the meaning that Edit gives it.
    given = {
        **as_given,
        "tiers": tiers_given(tracker, tier, none=no_trackers),
        "web_seeds": () if no_web_seeds else web_seeds or None,
    }
    said = _said_in_preset(preset, presets, quiet=quiet)
    wanted = Edit(**{**said, **{key: one for key, one in given.items() if one is not None}})
    if wanted == Edit():
        what = "nothing is to be changed"
        if preset is not None:
            what = f"preset '{printable(preset)}' says nothing that can be changed in a torrent"
        raise UsageError(what, hint="give an option, such as --add-tracker")
    places = _Places(files, output, in_place=in_place, optional=dry_run)
    batch = _Batch(wanted, places, force=force, dry_run=dry_run)
    context.exit(batch.run(as_json=as_json, quiet=quiet))


def _said_in_preset(preset: str | None, file: Path | None, *, quiet: bool) -> dict[str, Any]:
    """What the preset says that can be changed in a torrent, as Edit has it; nothing without one."""
    if preset is None and file is None:
        return {}
    from seedwright.cli.output import warn
    from seedwright.meaning import with_preset

    request, warnings = with_preset(Request(".", preset=preset, presets=file))
    if not quiet:
        warn(warnings)
    said = request.said()
    switches = {"with_date": "without_date", "with_creator": "without_creator"}
    return {
        **{row.name: said[row.name] for row in EDITED if row.name in said},
        **({"tiers": said["trackers"]} if "trackers" in said else {}),
        **{without: not said[key] for key, without in switches.items() if key in said},
    }


class _Places:
    """Where what comes of each file is written: absolute paths, None where that is not said.

    Raises UsageError when it is not said and not ``optional``, or said twice, or when two torrents
    would become one file.
    """

    def __init__(
        self, files: Sequence[str], output: str | None, *, in_place: bool, optional: bool
    ) -> None:
        if output is not None and in_place:
            raise UsageError("-o and --in-place name two places", hint="leave one of them out")
        if output is None and not in_place and not optional:
            raise UsageError(
                "nothing says where the edited torrent is to be written",
                hint="give -o FILE|DIR, or --in-place, or look first with --dry-run",
            )
        self.in_place = in_place
        self.of: dict[str, Path | None] = dict.fromkeys(files)
        taken: dict[Path, str] = {}
        for file in self.of:
            if in_place:
                # A link stays one: what it leads to is replaced.
                path = Path(os.path.realpath(file))
            elif output is not None:
                path = _output(file, output, several=len(self.of) > 1)
            else:
                continue
            if path in taken:
                raise UsageError(
                    f"'{printable(taken[path])}' and '{printable(file)}' would both be written to "
                    f"'{printable(str(path))}'",
                    hint="name one of them, or give each a place of its own",
                )
            taken[path] = file
            self.of[file] = path


def _output(file: str, output: str, *, several: bool) -> Path:
    from seedwright.metainfo.writing import output_path

    name = Path(file).name.removesuffix(".torrent")
    return output_path(name, output, default_dir=None, several=several).absolute()


class _Outcome(NamedTuple):
    """What came of one file, without its bytes; infohashes are v1 and v2."""

    file: str
    changes: tuple[Change, ...]
    before: tuple[str | None, str | None]
    after: tuple[str | None, str | None]
    path: Path | None
    is_written: bool


class _Batch:
    """The files of one command, several at once."""

    def __init__(self, wanted: Edit, places: _Places, *, force: bool, dry_run: bool) -> None:
        self._edit = wanted
        self._places = places
        self._force = force
        self._dry_run = dry_run

    def run(self, *, as_json: bool, quiet: bool) -> ExitCode:
        """The exit code, when every file has been edited or has failed."""
        failures = Failures(as_json=as_json)
        with interruptible(), contextlib.closing(self._outcomes(list(self._places.of))) as outcomes:
            for file, outcome in outcomes:
                if isinstance(outcome, SeedwrightError):
                    failures.tell(file, named(outcome, file))
                elif as_json:
                    print_json(_row(outcome))
                elif not quiet:
                    self._print(outcome)
        return failures.exit_code

    def _outcomes(
        self, files: Sequence[str]
    ) -> Generator[tuple[str, _Outcome | SeedwrightError], None, None]:
        """What came of each file, in their order."""
        if len(files) == 1:
            yield files[0], self._tried(files[0])
            return
        from concurrent.futures import ThreadPoolExecutor

        # Each new file is flushed to the disk, which flushes several in the time of one.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(files, pool.map(self._tried, files), strict=True)

    def _tried(self, file: str) -> _Outcome | SeedwrightError:
        try:
            return self._one(file)
        except SeedwrightError as error:
            return error

    def _one(self, file: str) -> _Outcome:
        from seedwright.metainfo.edit import apply
        from seedwright.metainfo.reading import read_torrent

        edited = apply(read_torrent(Path(file)), self._edit)
        path = self._places.of[file]
        # A file that stays as it is needs no writing, but a copy that was asked for is made.
        is_written = not self._dry_run and (bool(edited.changes) or not self._places.in_place)
        if is_written and path is not None:
            self._write(path, edited.after.data)
        before, after = edited.before, edited.after
        return _Outcome(
            file,
            edited.changes,
            (before.infohash_v1, before.infohash_v2),
            (after.infohash_v1, after.infohash_v2),
            path,
            is_written,
        )

    def _write(self, path: Path, data: bytes) -> None:
        from seedwright.metainfo.writing import write_atomically

        if self._places.in_place:
            # Whoever may not read the old file is not to read the new one.
            write_atomically(path, data, force=True, mode=path.stat().st_mode & 0o777)
        else:
            write_atomically(path, data, force=self._force)

    def _print(self, outcome: _Outcome) -> None:
        note = " (dry run)" if self._dry_run else ""
        lines = [click.style(printable(outcome.file) + note, bold=True)]
        lines += [f"  {label:<15}{printable(text)}" for label, text in _rows(outcome)]
        click.echo("\n".join(lines))


def _rows(outcome: _Outcome) -> Iterator[tuple[str, str]]:
    """What is said of one file to people."""
    for change in outcome.changes:
        yield change.key, _step(change)
    for version, old, new in zip(("v1", "v2"), outcome.before, outcome.after, strict=True):
        if new is not None:
            yield f"infohash {version}", f"{new}, unchanged" if old == new else f"{old} -> {new}"
    if not outcome.changes:
        yield "unchanged", "it is as asked already"
    if outcome.path is not None:
        yield "torrent", str(outcome.path)


def _step(change: Change) -> str:
    before, after = (_shown(_masked(change.key, each)) for each in (change.before, change.after))
    if before == after:
        return f"{after}, changed in its secret part"
    return f"{before} -> {after}"


def _shown(value: Value) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, tuple):
        between = " | " if any(isinstance(each, tuple) for each in value) else ", "
        return between.join(map(_shown, value))
    return str(value)


def _masked(key: str, value: Value) -> Value:
    """The value, without the secrets of its URLs."""
    if isinstance(value, tuple):
        return tuple(_masked(key, each) for each in value)
    return mask_url(value) if key in URL_KEYS and isinstance(value, str) else value


def _row(outcome: _Outcome) -> dict[str, Any]:
    """What is said of one file to programs."""
    return {
        "ok": True,
        "path": full_path(outcome.file),
        "torrent_path": outcome.path and str(outcome.path),
        "written": outcome.is_written,
        "changes": [
            {
                "key": change.key,
                "before": _masked(change.key, change.before),
                "after": _masked(change.key, change.after),
            }
            for change in outcome.changes
        ],
        "infohash_changed": outcome.before != outcome.after,
        "infohash_v1_before": outcome.before[0],
        "infohash_v2_before": outcome.before[1],
        "infohash_v1": outcome.after[0],
        "infohash_v2": outcome.after[1],
    }
