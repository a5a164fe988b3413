"""What trackers and clients would trip over in a torrent, each by a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from seedwright.content.checks import findings
from seedwright.hints import Hint
from seedwright.lint import pitfalls as checks
from seedwright.lint import spelling as lint_names
from seedwright.metainfo.wrong_paths import PATH_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seedwright.lint.spelling import Paths
    from seedwright.lint.subject import Subject


class Severity(StrEnum):
    """ERROR: it is refused or cannot work. WARNING: it works, but not everywhere or not well."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to trip over: its name, how bad it is, what it is about, and what to do."""

    name: str
    severity: Severity
    text: str
    hint: str


class Remedy(NamedTuple):
    """What to do about a torrent that is made, and about one that is planned.

    The latter is empty for what is not found there.
    """

    made: str
    planned: str = ""


class Lint(NamedTuple):
    """Something to look for; ``find`` gives what it is found at, "" where there is nothing to add."""

    severity: Severity
    meaning: str
    remedy: Remedy
    find: Callable[[Subject], Iterable[str]]


def lint(subject: Subject, *, allowed: Iterable[str] = ()) -> list[Finding]:
    """What is found in the torrent, in the order of LINTS, but for the names in ``allowed``.

    URLs are shown without their secrets. Raises UsageError for a name in ``allowed`` that is none.
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
    """The names themselves; UsageError when one of them is none of LINTS."""
    return findings.check_allowed(
        names, LINTS, hint=Hint("`{seedwright.lint[list]}` prints all of them")
    )


def _names(test: Callable[[Paths], Iterable[str]]) -> Callable[[Subject], Iterable[str]]:
    return lambda subject: test(subject.paths)


def _path_problem(problem: str, severity: Severity, remedy: Remedy) -> Lint:
    find = _names(partial(lint_names.with_problem, problem=problem))
    return Lint(severity, f"a path that {PATH_PROBLEMS[problem]}", remedy, find)


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_AGAIN = Remedy("make the torrent again")
_ADD = Remedy(
    Hint("add one with `{seedwright.edit[add_tracker]}`"), Hint("add one with {trackers}")
)
_RENAME = Remedy("rename it and make the torrent again", "rename it")
_LONGER = Remedy(
    "make the torrent again with longer pieces", Hint("take longer pieces with {piece_length}")
)
_SHORTER = Remedy(
    "make the torrent again with shorter pieces", Hint("take shorter pieces with {piece_length}")
)

LINTS = {
    "private-without-tracker": Lint(
        _ERROR,
        "it is private and names no tracker, so that no peer can be found",
        _ADD,
        checks.private_without_tracker,
    ),
    "no-tracker": Lint(
        _WARNING,
        "it names no tracker, so that peers are found by the DHT alone",
        _ADD,
        checks.no_tracker,
    ),
    "tracker-url": Lint(
        _ERROR,
        "a tracker that cannot be announced to",
        Remedy(Hint("mend it with `{seedwright.edit[replace_tracker]}`")),
        checks.bad_trackers,
    ),
    "duplicate-tracker": Lint(
        _WARNING,
        "a tracker that is there twice",
        Remedy(Hint("give the trackers anew with `{seedwright.edit[tracker]}`")),
        checks.duplicate_trackers,
    ),
    "mixed-tiers": Lint(
        _WARNING,
        "a tier whose trackers speak different protocols",
        Remedy(
            Hint("give each protocol a tier of its own with `{seedwright.edit[tier]}`"),
            Hint("give each protocol a tier of its own in {trackers}"),
        ),
        checks.mixed_tiers,
    ),
    "announce-apart": Lint(
        _WARNING,
        "an announce that is not in announce-list, which most clients never ask",
        Remedy(Hint("add it with `{seedwright.edit[add_tracker]}`, or give the trackers anew")),
        checks.announce_apart,
    ),
    "public-passkey": Lint(
        _WARNING,
        "it is public, and a tracker has what looks like a passkey in its URL",
        Remedy(
            "make it private, which gives it another infohash",
            Hint("make it private with {private.on}"),
        ),
        checks.public_passkeys,
    ),
    "web-seed-url": Lint(
        _ERROR,
        "a web seed that cannot be fetched from",
        Remedy(Hint("give the web seeds anew with `{seedwright.edit[web_seed]}`")),
        checks.bad_web_seeds,
    ),
    "piece-length-odd": Lint(
        _WARNING,
        "a piece length that is not a power of two from 16 KiB to 128 MiB",
        Remedy("make the torrent again with another one"),
        checks.odd_piece_length,
    ),
    "many-pieces": Lint(
        _WARNING, "more pieces than are good for a swarm", _LONGER, checks.many_pieces
    ),
    "few-pieces": Lint(
        _WARNING, "few and long pieces, slow to spread", _SHORTER, checks.few_pieces
    ),
    "large-torrent": Lint(
        _WARNING,
        f"a .torrent of more than {checks.LARGEST_TORRENT:,} bytes, which not every client loads",
        Remedy(
            "make the torrent again with longer pieces, or make several",
            Hint("take longer pieces with {piece_length}, or make several"),
        ),
        checks.large_torrent,
    ),
    "uneven-hybrid": Lint(
        _ERROR,
        "a hybrid in which a file does not begin with a piece",
        _AGAIN,
        checks.uneven_hybrid,
    ),
    "wrong-type": Lint(
        _WARNING,
        "a key whose value is of the wrong type and counts as none",
        Remedy("make the torrent again with another tool"),
        checks.ignored_keys,
    ),
    "leads-out": _path_problem(
        "leads-out", _ERROR, Remedy("do not trust whoever made it", "rename it")
    ),
    "empty-name": _path_problem("empty-name", _ERROR, _AGAIN),
    "long-name": _path_problem("long-name", _ERROR, _RENAME),
    "not-utf8": _path_problem("not-utf8", _ERROR, _RENAME),
    "windows-name": _path_problem("windows-name", _WARNING, _RENAME),
    "long-path": Lint(
        _WARNING,
        f"a path of more than {lint_names.LONGEST_PATH} characters, too long for many a Windows",
        Remedy("shorten the names and make the torrent again", "shorten the names"),
        _names(lint_names.long_paths),
    ),
    "respelled-name": Lint(
        _WARNING,
        "a name that clients made with libtorrent look for under another one",
        _RENAME,
        _names(lint_names.respelled),
    ),
    "renamed-file": Lint(
        _WARNING,
        "a path that equals another one but for case, which clients made with libtorrent rename",
        _RENAME,
        _names(lint_names.renamed),
    ),
    "same-name": Lint(
        _WARNING,
        "a path that another one equals where case and accents do not count",
        _RENAME,
        _names(lint_names.colliding),
    ),
    "wrong-source": Lint(
        _ERROR,
        "a source that is not what the tracker expects",
        Remedy(
            Hint("set it with `{seedwright.edit[source]}`"),
            Hint("set it with {source}, or leave that out"),
        ),
        checks.wrong_source,
    ),
    "long-pieces": Lint(
        _ERROR, "pieces longer than the tracker allows", _SHORTER, checks.long_pieces
    ),
    "large-for-tracker": Lint(
        _ERROR, "a .torrent larger than the tracker allows", _LONGER, checks.large_for_tracker
    ),
}
"""Everything that is looked for, by the name that allows it."""
