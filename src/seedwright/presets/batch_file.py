"""Batch files: the jobs in one, ours or mkbrr's, each with its options and its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seedwright.mkbrr.batch_words import is_mkbrr_batch, translated_batch
from seedwright.presets.job import VERSION, BatchFile, Job
from seedwright.presets.presets_file import put_together
from seedwright.settings.dotenv_file import variables_in
from seedwright.settings.places import absolute
from seedwright.settings.problems import HOLDS_SETTINGS, Place, Problem, in_order
from seedwright.settings.schema import file_schema
from seedwright.settings.shape import keys
from seedwright.settings.written import Entries, Items, flatten
from seedwright.settings.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedwright.settings.yaml_file import YamlTree


class WrittenJob(NamedTuple):
    """One torrent of a batch file.

    ``options`` are words of a request, those of the defaults included; ``several`` is false among them
    if the job names its output itself. ``place`` is where the job is written.
    """

    path: str
    options: dict[str, Any]
    place: Place


class Batch(NamedTuple):
    """The jobs of a batch file in their order, and every mistake in it."""

    jobs: tuple[WrittenJob, ...]
    problems: tuple[Problem, ...]
    """In order of place; if there are any, there are no jobs."""
    warnings: tuple[Problem, ...]
    """What a file of mkbrr says without effect."""


def read_batch(
    file: Path, *, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Batch:
    """The jobs in ``file``; relative paths in it start at its folder.

    ``environ`` and ``cwd`` replace this process's own. Raises SettingsError if the file cannot be
    read or is not YAML.
    """
    cwd = cwd or Path.cwd()
    file = absolute(file, cwd)
    _, tree = read_yaml(file, cwd, "batch file")
    warnings: list[Problem] = []
    if is_mkbrr_batch(tree.root, keys(Job)):
        tree, warnings = translated_batch(tree, file.parent)
    reader = _Reader(tree, file.parent, variables_in(environ, cwd))
    jobs = reader.jobs()
    problems = in_order(reader.problems)
    return Batch(() if problems else jobs, tuple(problems), tuple(warnings))


def batch_schema() -> dict[str, Any]:
    """The JSON schema of a batch file as it is written: with ``${NAME}`` and empty keys."""
    schema = file_schema(BatchFile, "A batch of Seedwright")
    schema["required"] = ["version", "jobs"]
    for name in schema["required"]:
        kept = schema["properties"][name]["anyOf"][:1]  # neither nothing nor a variable
        schema["properties"][name]["anyOf"] = kept
    schema["$defs"][Job.__name__]["required"] = ["path"]
    return schema


class _Reader:
    """Reads the jobs of one tree, and goes on after each that cannot be used."""

    def __init__(self, tree: YamlTree, folder: Path, variables: Mapping[str, str]) -> None:
        self._root = tree.root
        self._folder = folder
        self._variables = variables
        self.problems = list(tree.problems)

    def jobs(self) -> tuple[WrittenJob, ...]:
        """The jobs that can be used."""
        self._check_version()
        written = self._root.get("jobs")
        self._root["jobs"] = None  # they are read one by one
        around = flatten(BatchFile, self._root, self._folder, self.problems)
        defaults = {loc[1:]: one for loc, one in around.items() if loc[0] == "defaults"}
        if isinstance(written, Items) and written:
            return tuple(self._usable(written, defaults))
        sentence = "jobs must be a list, with '- path: ...' for each"
        self.problems.append(Problem(self._root.place("jobs"), sentence))
        return ()

    def _usable(self, written: Items, defaults: Entries) -> Iterator[WrittenJob]:
        for index, body in enumerate(written):
            place = written.places[index]
            if not isinstance(body, Mapping):
                self.problems.append(Problem(place, f"a job {HOLDS_SETTINGS}"))
                continue
            problems: list[Problem] = []
            own = flatten(Job, body, self._folder, problems)
            if ("path",) not in own:
                hint = "path: names the file or folder to make a torrent of"
                problems.append(Problem(place, "a job needs path", hint))
            job = put_together(Job, (defaults, own), self._variables, problems)
            self.problems += problems
            if job is not None and not problems:
                several = {"several": False} if ("output",) in own else {}
                options = {**job.options_in(self._folder), **several}
                yield WrittenJob(os.fspath(job.path), options, place)

    def _check_version(self) -> None:
        version, place = self._root.get("version"), self._root.place("version")
        if version is None:
            hint = f"write 'version: {VERSION}' at the left margin"
            self.problems.append(Problem(Place(place.label, 1), "version is missing", hint))
        elif version != str(VERSION):
            self.problems.append(Problem(place, f"version must be {VERSION}, not {version!r}"))
