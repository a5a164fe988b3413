"""``seedwright edit``: change trackers, source and other fields of existing torrents."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from seedwright.cli.failures import Failures, named
from seedwright.cli.options import (
    option_named,
    options_named,
    preset_option,
    presets_option,
    tiers_given,
)
from seedwright.cli.output import full_path, print_json
from seedwright.cli.parameters import NAME, json_option, quiet_option
from seedwright.cli.running import interruptible
from seedwright.errors import SeedwrightError, UsageError, outcome
from seedwright.metainfo.fields import EDITED, FIELDS
from seedwright.metainfo.output_path import ends_as_folder, output_path
from seedwright.metainfo.urls import mask_url
from seedwright.names import printable
from seedwright.request import OPTIONS, Request
from seedwright.request.kinds import TEXT

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from seedwright.errors import ExitCode
    from seedwright.metainfo.edit import Change, Edit, Value

AT_ONCE = 16
"""How many files are worked on at once."""

URL_KEYS = {key.decode() for row in FIELDS if row.shape.holds_urls for key in row.keys}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=NAME)
@preset_option
@presets_option
@option_named("output", help="Where to write the result; for several FILEs, a folder.")
@click.option("--in-place", is_flag=True, help="Overwrite each FILE.")
@option_named(
    "trackers", help="Replace all trackers: each URL forms a tier of its own; may be repeated."
)
@click.option(
    "--replace-tracker",
    "replace_trackers",
    multiple=True,
    nargs=2,
    metavar="OLD NEW",
    help="Replace tracker OLD by NEW in the same tier; may be repeated.",
)
@click.option(
    "--remove-tracker",
    "remove_trackers",
    multiple=True,
    metavar="URL|HOST",
    help="Remove a tracker, or all trackers on a host; may be repeated.",
)
@click.option(
    "--add-tracker",
    "add_trackers",
    multiple=True,
    metavar="URL",
    help="Add a tracker in a tier of its own; may be repeated.",
)
@option_named("private", help="Set or clear the private flag (BEP 27); it changes the infohash.")
@options_named(row.name for row in EDITED if OPTIONS[row.name].kind is TEXT)
@option_named("name", help="New name of the torrent; it changes the infohash.")
@option_named("web_seeds", help="Replace all web seeds (BEP 19); may be repeated.")
@click.option("--no-web-seeds", is_flag=True, help="Remove all web seeds.")
@click.option(
    "--no-date", "without_date", is_flag=True, default=None, help="Remove the creation date."
)
@click.option(
    "--no-creator",
    "without_creator",
    is_flag=True,
    default=None,
    help="Remove the name of the program that made the torrent.",
)
@click.option("--force", is_flag=True, help="With -o: overwrite an existing .torrent.")
@click.option("--dry-run", is_flag=True, help="Show what would change, but write nothing.")
@json_option("FILE")
@quiet_option
@click.pass_context
def edit(
    context: click.Context,
    /,
    files: tuple[str, ...],
    preset: str | None,
    presets: Path | None,
    output: str | None,
    trackers: tuple[str, ...],
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
    """Change fields of each .torrent FILE, and report whether its infohash changes.

    An empty text ("") removes a field. Everything else keeps its bytes.
    """
    from seedwright.metainfo.edit import Edit

    # The other options have the names and meanings of Edit's fields.
    given = {
        **as_given,
        "tiers": tiers_given(trackers, tier, none=no_trackers),
        "web_seeds": () if no_web_seeds else web_seeds or None,
    }
    said = _said_in_preset(preset, presets, quiet=quiet)
    wanted = Edit(**{**said, **{key: one for key, one in given.items() if one is not None}})
    if wanted == Edit():
        what = "nothing to change"
        if preset is not None:
            what = f"preset '{printable(preset)}' sets nothing that edit can change"
        raise UsageError(what, hint="use an option such as --add-tracker")
    if output is not None and in_place:
        raise UsageError("-o and --in-place cannot be combined", hint="use one of them")
    if output is None and not (in_place or dry_run):
        raise UsageError(
            "no place to write the edited torrent to",
            hint="use -o FILE|DIR or --in-place, or --dry-run to look first",
        )
    places = _places(files, output, in_place=in_place)
    makes_folder = ends_as_folder(output or "")
    editing = _Editing(wanted, places, in_place, force, dry_run, makes_folder)
    context.exit(editing.run(as_json=as_json, quiet=quiet))


def _said_in_preset(preset: str | None, file: Path | None, *, quiet: bool) -> dict[str, Any]:
    """What the preset sets that can be changed in a torrent, as Edit has it."""
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


def _places(files: Iterable[str], output: str | None, *, in_place: bool) -> dict[str, Path | None]:
    """The absolute path that each file's result is written to; None where it is not written.

    Raises UsageError when two results would be written to one path.
    """
    places: dict[str, Path | None] = dict.fromkeys(files)
    taken: dict[Path, str] = {}
    for file in places:
        if in_place:
            # A link stays a link: its target is replaced.
            path = Path(os.path.realpath(file))
        elif output is not None:
            path = _output(file, output, several=len(places) > 1)
        else:
            continue
        if path in taken:
            raise UsageError(
                f"'{printable(taken[path])}' and '{printable(file)}' would both be written to "
                f"'{printable(str(path))}'",
                hint="edit them one by one, each with its own -o",
            )
        taken[path] = file
        places[file] = path
    return places


def _output(file: str, output: str, *, several: bool) -> Path:
    name = Path(file).name.removesuffix(".torrent")
    return output_path(name, output, default_dir=None, several=several).absolute()


class _Outcome(NamedTuple):
    """The result of one file, without its bytes; infohashes are v1 and v2."""

    file: str
    changes: tuple[Change, ...]
    before: tuple[str | None, str | None]
    after: tuple[str | None, str | None]
    path: Path | None
    is_written: bool


class _Editing(NamedTuple):
    """What one command does to its files, and where each result goes."""

    wanted: Edit
    places: dict[str, Path | None]
    in_place: bool
    force: bool
    dry_run: bool
    makes_folder: bool

    def run(self, *, as_json: bool, quiet: bool) -> ExitCode:
        """The exit code, when every file has been edited or has failed."""
        failures = Failures(as_json=as_json)
        with interruptible(), contextlib.closing(self._outcomes()) as outcomes:
            for file, edited in outcomes:
                if isinstance(edited, SeedwrightError):
                    failures.report(file, named(edited, file))
                elif as_json:
                    print_json(_row(edited))
                elif not quiet:
                    self._print(edited)
        return failures.exit_code

    def _outcomes(self) -> Generator[tuple[str, _Outcome | SeedwrightError], None, None]:
        """The result of each file, in their order."""
        if len(self.places) == 1:
            yield from ((file, self._tried(file)) for file in self.places)
            return
        from concurrent.futures import ThreadPoolExecutor

        # Each new file is flushed to the disk, which flushes several in the time of one.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(self.places, pool.map(self._tried, self.places), strict=True)

    def _tried(self, file: str) -> _Outcome | SeedwrightError:
        return outcome(self._edited, file)

    def _edited(self, file: str) -> _Outcome:
        from seedwright.metainfo.edit import apply
        from seedwright.metainfo.reading import read_torrent

        edited = apply(read_torrent(Path(file)), self.wanted)
        before, after, path = edited.before, edited.after, self.places[file]
        # An unchanged file is not rewritten in place, but -o still makes a copy.
        is_written = not self.dry_run and (bool(edited.changes) or not self.in_place)
        if is_written and path is not None:
            self._write(path, after.data)
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

        # In place, no one may read the new file who could not read the old one.
        mode = path.stat().st_mode & 0o777 if self.in_place else None
        force = self.force or self.in_place
        write_atomically(path, data, force=force, mode=mode, makes_folder=self.makes_folder)

    def _print(self, edited: _Outcome) -> None:
        note = " (dry run)" if self.dry_run else ""
        lines = [click.style(printable(edited.file) + note, bold=True)]
        lines += [f"  {label:<15}{printable(text)}" for label, text in _rows(edited)]
        click.echo("\n".join(lines))


def _rows(outcome: _Outcome) -> Iterator[tuple[str, str]]:
    """The result of one file for people."""
    for change in outcome.changes:
        yield change.key, _step(change)
    for version, old, new in zip(("v1", "v2"), outcome.before, outcome.after, strict=True):
        if new is not None:
            yield f"infohash {version}", f"{new}, unchanged" if old == new else f"{old} -> {new}"
    if not outcome.changes:
        yield "unchanged", "it already has these values"
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
    """The result of one file for programs."""
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
