"""Batch files of mkbrr's, taken as they are: its words put into ours, each with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seedwright.mkbrr.dialect import WORDS, Word, literal, taken_over
from seedwright.settings.problems import Problem, nearest
from seedwright.settings.values import SWITCHES
from seedwright.settings.written import Source
from seedwright.settings.yaml_file import YamlTree

if TYPE_CHECKING:
    from collections.abc import Collection

_TOP = ("version", "jobs")
_SUFFIX = ".torrent"


class BatchTranslation(NamedTuple):
    """A tree in the shape of our own batch files, and what could not be put into it."""

    tree: YamlTree
    warnings: list[Problem]


def is_mkbrr_batch(root: Mapping[str, object], ours: Collection[str]) -> bool:
    """Whether the batch file with this content is one of mkbrr's.

    It is when some job has a key that only mkbrr's have, and none has one that only ``ours`` have;
    a file in which both are the same is read as ours.
    """
    jobs = root.get("jobs")
    if "defaults" in root or not isinstance(jobs, list):
        return False
    keys = {key for job in jobs if isinstance(job, Mapping) for key in job}
    return bool(keys & _KEYS - set(ours)) and not keys & set(ours) - _KEYS


def translated_batch(tree: YamlTree, folder: Path) -> BatchTranslation:
    """The jobs of a file of mkbrr's that lies in ``folder``.

    There, a torrent is private unless its job says otherwise; empty texts and lists and the number 0
    say nothing; and the name of a ``.torrent`` gets that ending where it lacks it.
    """
    made = YamlTree({}, {(): tree.places[()]}, list(tree.problems))
    warnings: list[Problem] = []
    place = Source(Path(), tree.places).place
    for key, value in tree.root.items():
        made.root[key] = value
        made.places[key,] = place((key,))
        if key not in _TOP:
            del made.root[key]
            lost = Problem(place((key,)), f"{key!r} is unknown and left out", nearest(key, _TOP))
            warnings.append(lost)
    jobs: list[object] = []
    places = tree.places_below(2)
    written = tree.root["jobs"]
    for index, job in enumerate(written if isinstance(written, list) else ()):
        within = places["jobs", index]
        if () in within:
            made.places["jobs", index] = within[()]
        if not isinstance(job, Mapping):
            jobs.append(job)  # whoever reads the tree will say so
            continue
        taken = taken_over(job, within, _WORDS, {})
        made.places.update((("jobs", index, *loc), found) for loc, found in taken.places.items())
        warnings += taken.lost
        jobs.append(_job(taken.said, folder))
    made.root["jobs"] = jobs
    return BatchTranslation(made, warnings)


def _job(said: dict[str, object], folder: Path) -> dict[str, object]:
    job = {"like": "mkbrr", "private": True, **said}
    if job.get("entropy") is True:
        # Another text for each torrent, as there; and the same one at the next reading, by which
        # what was made is known again.
        words = repr((str(folder), job.get("path"), job.get("output")))
        job["entropy"] = hashlib.blake2b(words.encode(), digest_size=32).hexdigest()
    return job


def _torrent(value: object) -> object:
    if isinstance(value, str) and not value.endswith((_SUFFIX, "/")):
        return literal(value + _SUFFIX)
    return literal(value)


def _switched(value: object) -> object:
    switch = SWITCHES.get(value.lower(), value) if isinstance(value, str) else value
    return "" if switch is False else switch


def _nothing(_: object) -> None:
    return None


_WORDS = {
    "path": Word("path", literal),
    "output": Word("output", _torrent),
    **{key: word for key, word in WORDS.items() if key != "output_dir"},
    "entropy": Word("entropy", _switched),
    "skip_prefix": Word("", _nothing),  # of a name that is not given, and here one has to be
}
_KEYS = set(_WORDS)
