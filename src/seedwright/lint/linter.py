"""Problems that trackers and clients would have with a torrent, each with a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.checks import findings
from seedwright.hints import Hint
from seedwright.lint import announced, spelling
from seedwright.lint import pitfalls as checks
from seedwright.metainfo.urls import check_tracker, check_web_seed
from seedwright.metainfo.wrong_paths import PATH_PROBLEMS
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.lint.subject import Subject


class Severity(StrEnum):
    """ERROR: it is refused or cannot work. WARNING: it works, but not everywhere or not well."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: its name, how bad it is, what it is, and what to do."""

    name: str
    severity: Severity
    text: str
    hint: str


class Remedy(NamedTuple):
    """What to do about an existing torrent, and about a planned one; "" if that cannot have it."""

    made: str
    planned: str = ""


class Lint(NamedTuple):
    """A check; ``find`` gives each place that fails it, "" where there is no more to say."""

    severity: Severity
    meaning: str
    remedy: Remedy
    find: Callable[[Subject], Iterable[str]]


def lint(subject: Subject, *, allowed: Iterable[str] = ()) -> list[Finding]:
    """The problems of the torrent, in the order of LINTS, without those in ``allowed``.

    URLs are shown without their secrets. Raises UsageError for an unknown name in ``allowed``.
    """
    silenced = check_allowed(allowed)
    found = (
        (name, each, list(dict.fromkeys(each.find(subject))))
        for name, each in LINTS.items()
        if name not in silenced
    )
    return [
        Finding(
            name,
            each.severity,
            each.meaning + findings.places(places),
            each.remedy.made if subject.is_made else each.remedy.planned,
        )
        for name, each, places in found
        if places
    ]


def check_allowed(names: Iterable[str]) -> frozenset[str]:
    """The names; UsageError when one of them is not in LINTS."""
    return findings.check_allowed(
        names, LINTS, hint=Hint("`{seedwright.lint[list]}` lists all checks")
    )


def _path_problem(problem: str, severity: Severity, remedy: Remedy) -> Lint:
    find = partial(spelling.with_problem, problem=problem)
    return Lint(severity, f"a path that {PATH_PROBLEMS[problem]}", remedy, find)


def _fault(name: str, severity: Severity, meaning: str, remedy: str) -> Lint:
    """A check of torrents that are made, whose places are known."""
    return Lint(severity, meaning, Remedy(remedy), lambda subject: subject.faults.get(name, ()))


def _of_said(check: announced.Check) -> Lint:
    remedy = Remedy(check.made, check.planned)
    return Lint(Severity.WARNING, check.meaning, remedy, lambda subject: check.find(subject.said))


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_AGAIN = Remedy("make the torrent again")
_ADD = Remedy(
    Hint("add one with `{seedwright.edit[add_tracker]}`"), Hint("add one with {trackers}")
)
_RENAME = Remedy("rename it and make the torrent again", "rename it")
_LONGER = Remedy(
    "make the torrent again with longer pieces", Hint("set longer pieces with {piece_length}")
)
_SHORTER = Remedy(
    "make the torrent again with shorter pieces", Hint("set shorter pieces with {piece_length}")
)

FAULTS = {
    "unsorted-keys": (
        _ERROR,
        "a key of info that is out of order or stands twice, which clients based on libtorrent refuse",
        _AGAIN.made,
    ),
    "leading-zeros": (
        _ERROR,
        "a number in info with leading zeros, which clients based on libtorrent refuse",
        _AGAIN.made,
    ),
    "deep-nesting": (
        _ERROR,
        "lists or dictionaries nested too deep for clients based on libtorrent",
        _AGAIN.made,
    ),
    "trailing-bytes": (
        _WARNING,
        "bytes after the end of the torrent, which some tools refuse",
        Hint("any change with `{seedwright.edit[comment]}` writes the file without them"),
    ),
    "misplaced-key": (
        _WARNING,
        "a key outside info, where clients ignore it",
        Hint(
            "set it with `{seedwright.edit[private]}` or `{seedwright.edit[source]}`, which changes"
            " the infohash"
        ),
    ),
    "flat-announce-list": (
        _WARNING,
        "an announce-list of URLs instead of tiers, which most clients ignore",
        Hint("`{seedwright.edit[add_tracker]}` writes each URL as a tier of its own"),
    ),
    "date-in-milliseconds": (
        _WARNING,
        "a creation date after the year 5138, probably in milliseconds instead of seconds",
        Hint("remove it with `{seedwright.edit[no_date]}`"),
    ),
    "piece-length-refused": (
        _ERROR,
        "pieces longer than clients based on libtorrent load",
        _SHORTER.made,
    ),
    "total-length": (
        _ERROR,
        "content that is empty or larger than clients based on libtorrent load",
        _AGAIN.made,
    ),
    "wrong-format-key": (
        _ERROR,
        "a key of v1 in a v2 torrent, which clients based on libtorrent refuse",
        _AGAIN.made,
    ),
    "halves-differ": (
        _ERROR,
        "a hybrid whose halves differ, which clients based on libtorrent refuse",
        _AGAIN.made,
    ),
    "missing-layer": (
        _ERROR,
        "a file without the piece layer that it needs, so it cannot be checked piece by piece",
        _AGAIN.made,
    ),
    "layer-size": (_ERROR, "a piece layer that has not one hash for each piece", _AGAIN.made),
    "layer-hash": (_ERROR, "a piece layer that does not match the file's pieces root", _AGAIN.made),
    "unknown-layer": (_ERROR, "a piece layer that no file needs", _AGAIN.made),
    "zero-root": (_ERROR, "a file whose pieces root is all zeros", _AGAIN.made),
    "pad-in-tree": (
        _ERROR,
        "a pad file in the file tree of v2, which clients based on libtorrent refuse",
        _AGAIN.made,
    ),
}
"""Checks of torrents that are made: severity, meaning and remedy of each."""

LINTS = {
    "private-without-tracker": Lint(
        _ERROR,
        "the torrent is private and has no tracker, so no peer can be found",
        _ADD,
        partial(checks.no_tracker, private=True),
    ),
    "no-tracker": Lint(
        _WARNING,
        "the torrent has no tracker, so peers are found through the DHT only",
        _ADD,
        partial(checks.no_tracker, private=False),
    ),
    "tracker-url": Lint(
        _ERROR,
        "an invalid tracker URL",
        Remedy(Hint("fix it with `{seedwright.edit[replace_tracker]}`")),
        lambda subject: checks.refused(subject.trackers, check_tracker),
    ),
    "upper-case-scheme": Lint(
        _ERROR,
        "a URL whose scheme is not in lower case, so clients based on libtorrent do not use it",
        Remedy(
            Hint(
                "set it again with `{seedwright.edit[tracker]}` or `{seedwright.edit[web_seed]}`,"
                " which write it in lower case"
            )
        ),
        checks.upper_case_schemes,
    ),
    "duplicate-tracker": Lint(
        _WARNING,
        "a tracker that is listed twice",
        Remedy(Hint("set the trackers again with `{seedwright.edit[tracker]}`")),
        checks.duplicate_trackers,
    ),
    "mixed-tiers": Lint(
        _WARNING,
        "a tier whose trackers use different protocols",
        Remedy(
            Hint("give each protocol a tier of its own with `{seedwright.edit[tier]}`"),
            Hint("give each protocol a tier of its own in {trackers}"),
        ),
        checks.mixed_tiers,
    ),
    "announce-apart": Lint(
        _WARNING,
        "an announce URL that is missing from announce-list, so most clients ignore it",
        Remedy(Hint("add it with `{seedwright.edit[add_tracker]}`, or set the trackers again")),
        checks.announce_apart,
    ),
    **{name: _of_said(check) for name, check in announced.CHECKS.items()},
    "private-nodes": Lint(
        _WARNING,
        "the torrent is private, so clients ignore its DHT nodes",
        Remedy("make the torrent again without them", Hint("remove {dht_nodes}")),
        checks.private_nodes,
    ),
    "web-seed-url": Lint(
        _ERROR,
        "an invalid web seed URL",
        Remedy(Hint("set the web seeds again with `{seedwright.edit[web_seed]}`")),
        lambda subject: checks.refused(subject.web_seeds, check_web_seed),
    ),
    "piece-length-odd": Lint(
        _WARNING,
        "a piece length that is not a power of two from 16 KiB to 128 MiB",
        Remedy("make the torrent again with another piece length"),
        checks.odd_piece_length,
    ),
    "many-pieces": Lint(
        _WARNING, "more pieces than is good for a swarm", _LONGER, checks.many_pieces
    ),
    "few-pieces": Lint(
        _WARNING, "few, long pieces, which spread slowly", _SHORTER, checks.few_pieces
    ),
    "large-torrent": Lint(
        _WARNING,
        f"a .torrent larger than {checks.LARGEST_TORRENT:,} bytes, which some clients do not load",
        Remedy(
            "make the torrent again with longer pieces, or make several torrents",
            Hint("set longer pieces with {piece_length}, or make several torrents"),
        ),
        checks.large_torrent,
    ),
    "uneven-hybrid": Lint(
        _ERROR,
        "a hybrid torrent with a file that does not start at a piece boundary",
        _AGAIN,
        lambda subject: map(printable, subject.uneven),
    ),
    "wrong-type": Lint(
        _WARNING,
        "a key with a value of the wrong type, which is ignored",
        Remedy("make the torrent again with another tool"),
        lambda subject: map(printable, subject.ignored),
    ),
    "leads-out": _path_problem(
        "leads-out", _ERROR, Remedy("do not trust this torrent", "rename it")
    ),
    "empty-name": _path_problem("empty-name", _ERROR, _AGAIN),
    "long-name": _path_problem("long-name", _ERROR, _RENAME),
    "not-utf8": _path_problem("not-utf8", _ERROR, _RENAME),
    "windows-name": _path_problem("windows-name", _WARNING, _RENAME),
    "long-path": Lint(
        _WARNING,
        f"a path longer than {spelling.LONGEST_PATH} characters, too long for many Windows systems",
        Remedy("shorten the names and make the torrent again", "shorten the names"),
        spelling.long_paths,
    ),
    "respelled-name": Lint(
        _WARNING,
        "a name that clients based on libtorrent change, so they do not find the file",
        _RENAME,
        spelling.respelled,
    ),
    "renamed-file": Lint(
        _WARNING,
        "a path that differs from another only in case, so clients based on libtorrent rename it",
        _RENAME,
        spelling.renamed,
    ),
    "file-and-folder": Lint(
        _ERROR,
        "a path that is a file and a folder at the same time",
        _AGAIN,
        spelling.files_and_folders,
    ),
    "same-name": Lint(
        _WARNING,
        "a path that differs from another only in case or in the spelling of accents",
        _RENAME,
        spelling.colliding,
    ),
    "wrong-source": Lint(
        _ERROR,
        "a source other than the one that the tracker expects",
        Remedy(
            Hint("set it with `{seedwright.edit[source]}`"),
            Hint("set it with {source}, or do not use that option"),
        ),
        checks.wrong_source,
    ),
    "long-pieces": Lint(
        _ERROR, "pieces longer than the tracker allows", _SHORTER, checks.long_pieces
    ),
    "large-for-tracker": Lint(
        _ERROR, "a .torrent larger than the tracker allows", _LONGER, checks.large_for_tracker
    ),
    **{name: _fault(name, *row) for name, row in FAULTS.items()},
}
"""Every check, by the name that allows what it finds."""
