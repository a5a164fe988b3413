"""Batch files of mkbrr's, taken as they are: its words put into ours, each with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from seedwright.mkbrr.dialect import WORDS, Word, literal, taken_over, unknown
from seedwright.settings.values import switch
from seedwright.settings.written import Block, Items
from seedwright.settings.yaml_file import YamlTree

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from seedwright.settings.problems import Problem

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
    root, warnings = Block(tree.root.here), []
    for key, value in tree.root.items():
        if key in _TOP:
            root.put(key, value, tree.root.place(key))
        else:
            warnings.append(unknown(tree.root, key, _TOP))
    if isinstance(written := root["jobs"], Items):
        root["jobs"] = Items((_job(job, folder, warnings) for job in written), written.places)
    return BatchTranslation(YamlTree(root, list(tree.problems)), warnings)


def _job(body: object, folder: Path, warnings: list[Problem]) -> object:
    if not isinstance(body, Block):
        return body  # whoever reads the tree will say so
    job = Block(body.here)
    job.update({"like": "mkbrr", "private": True})
    job.take(taken_over(body, _WORDS, {}, warnings))
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
    meant = switch(value)
    return "" if meant is False else meant


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
